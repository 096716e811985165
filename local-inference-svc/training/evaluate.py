"""The gates: asks the finished file questions it was never trained on, at temperature 0, and judges the answers.

"reserved" are wordings the generator can make but never trained; "by hand" are wordings written apart from the
templates; "fresh" are questions written after the corpus was finished; "out of domain" are prompts the model must
hand on; "first" are messages that somebody wrote who had read the README alone, each with all topics whose answer makes
sense, "strangers" those of somebody else, "newcomers" those about what had no answer that fits before its topics came, and "plain" those
about how a day is, what Millrace is for a beginner, and a key that is to go; "unseen" are questions and dialogues written before the corpus was widened, whose misses nobody looked at. An answer
counts as exact when it is one of the topic's answers, character for character.
"""

import argparse
import json
import os
import random
import sys
from pathlib import Path

import corpus
from engine import Engine

SAMPLES_PER_TOPIC = 3
SAD, GLAD = ("smalltalk/badday", "smalltalk/grief"), ("good news", "glad")


def reserved_questions(topics, seed):
    rng, source = random.Random(seed), corpus.Corpus()
    everyday = {corpus.letters_of(corpus.expand(text, rng, source.lists)) for _, text in source.everyday for _ in range(99)}
    found = {}
    for topic in topics:
        for _ in range(SAMPLES_PER_TOPIC):
            wording = source.wording(topic, rng, want_reserved=True)
            if wording and corpus.letters_of(wording[1]) not in everyday:
                found[wording[1] + ("?" if wording[0] == "?" else "")] = topic
    return list(found.items())


def by_hand(topics):
    return [(prompt, topic) for topic in topics for prompt in topic.held_out]


def fresh(topics):
    named = {f"{topic.part}/{topic.name}": topic for topic in topics}
    return [(prompt, named[name]) for name, prompt in (line.split(" ", 1) for line in corpus.lines("fresh"))]


def first(topics, file="first"):
    """What people may type first, with the topics whose answer makes sense; "handoff": handing it on does."""
    named, found = {f"{topic.part}/{topic.name}".replace(" ", "-"): topic for topic in topics}, []
    for names, prompt in (line.split(" ", 1) for line in corpus.lines(file)):
        wanted = [[corpus.LARGER_MODEL] if name == "handoff" else named[name].answers for name in names.split(",")]
        found.append((names, prompt, [answer for answers in wanted for answer in answers]))
    return found


def fluent_prompts(seed, count=40):
    rng, source = random.Random(seed), corpus.Corpus()
    return [source.stories.turn(rng, source.lists)[0] for _ in range(count)]


def conversations(seed, count=60):
    """Conversations of several turns, cut before an answer that only one text can be."""
    rng, source, found = random.Random(seed), corpus.Corpus(), []
    while len(found) < count:
        messages = source.dialogue(rng, 4)
        if len(messages) >= 6 and len(messages[-1][1]) < 160 and "\n" not in messages[-1][1]:
            found.append(messages)
    return found


def unseen(topics):
    """For each part of corpus/unseen.txt the dialogues as (system and user turns, topic); None: any hand-on is right."""
    named, found = {f"{topic.part}/{topic.name}": topic for topic in topics}, {}
    for line in corpus.lines("unseen"):
        name, text = line.split(" ", 1)
        turns = [{"role": "system" if turn.startswith("system: ") else "user", "content": turn.removeprefix("system: ")}
                 for turn in text.split(" || ")]
        part = "dialogues" if len(turns) > 1 else name.split("/")[0]
        found.setdefault(part, []).append((turns, None if name == "handoff" else named[name]))
    return found


def rate(hits, total):
    return {"of": total, "hits": hits, "percent": round(100 * hits / max(1, total), 1)}


class Gates:
    def __init__(self, engine, verbose):
        self.engine, self.verbose = engine, verbose
        self.ended = self.asked = 0

    def ask(self, prompts):
        replies = self.engine.ask_all(prompts)
        self.asked += len(replies)
        self.ended += sum(ended == "stop" for _, ended, _ in replies)
        return [answer.strip() for answer, _, _ in replies]

    def miss(self, gate, prompt, answer):
        if self.verbose:
            print(f"{gate}: {prompt!r} -> {answer!r}")

    def exact(self, gate, questions):
        hits = 0
        for (prompt, topic), answer in zip(questions, self.ask([prompt for prompt, _ in questions])):
            right = answer in topic.answers
            hits += right
            if not right:
                self.miss(gate, prompt, answer)
        return rate(hits, len(questions))

    def handed_off(self, prompts):
        hits = 0
        for prompt, answer in zip(prompts, self.ask(prompts)):
            right = answer.startswith(corpus.LARGER_MODEL)
            hits += right
            if not right:
                self.miss("out of domain", prompt, answer)
        return rate(hits, len(prompts))

    def kept(self, questions):
        """Questions the model was taught must not be handed on."""
        hits = 0
        for (prompt, _), answer in zip(questions, self.ask([prompt for prompt, _ in questions])):
            hits += not answer.startswith(corpus.LARGER_MODEL)
        return rate(hits, len(questions))

    def sensible(self, questions):
        """How many answers make sense, in all and for each kind of message; and how many do or are handed on, which does no harm."""
        found, harmless = {"all": (0, 0)}, 0
        for (names, prompt, wanted), answer in zip(questions, self.ask([prompt for _, prompt, _ in questions])):
            right = any(answer == one or (one == corpus.LARGER_MODEL and answer.startswith(one)) for one in wanted)
            harmless += right or answer.startswith(corpus.LARGER_MODEL)
            for part in ("all", names.split("/")[0]):
                hits, total = found.get(part, (0, 0))
                found[part] = (hits + right, total + 1)
        rates = {part: rate(*counts) for part, counts in found.items()}
        return rates | {"makes sense or handed on": rate(harmless, len(questions))}

    def tactful(self, questions):
        """Sad news must not be met with the words for good news, whatever else is said."""
        sad = [prompt for names, prompt, _ in questions if names.split(",")[0] in SAD]
        hits = 0
        for prompt, answer in zip(sad, self.ask(sad)):
            tactless = any(word in answer for word in GLAD)
            hits += not tactless
            if tactless:
                self.miss("tactful", prompt, answer)
        return rate(hits, len(sad))

    def carried_through(self, gate, dialogues):
        """Asks turn after turn, with the model's own answers between them, and judges the last answer."""
        hits = 0
        for turns, topic in dialogues:
            messages = []
            for turn in turns:
                messages.append(turn)
                if turn["role"] == "user":
                    answer, ended, _ = self.engine.chat(messages)
                    messages.append({"role": "assistant", "content": answer.strip()})
                    self.asked += 1
                    self.ended += ended == "stop"
            last = messages[-1]["content"]
            right = last.startswith(corpus.LARGER_MODEL) if topic is None else last in topic.answers
            hits += right
            if not right and gate != "unseen":
                self.miss(gate, turns[-1]["content"], last)
        return rate(hits, len(dialogues))

    def continued(self, dialogues):
        hits = 0
        for messages in dialogues:
            asked = [{"role": role, "content": text} for role, text in messages[:-1]]
            answer, ended, _ = self.engine.chat(asked)
            self.asked += 1
            self.ended += ended == "stop"
            right = answer.strip() == messages[-1][1]
            hits += right
            if not right:
                self.miss("conversation", messages[-2][1], answer)
        return rate(hits, len(dialogues))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--record", type=Path, help="where to write the figures as JSON")
    arguments.add_argument("--verbose", action="store_true", help="print every answer that missed")
    arguments.add_argument("--require", action="store_true", help="fail when a gate is not met")
    given = arguments.parse_args()

    source = corpus.Corpus()
    taught = [topic for topic in source.all_topics() if topic.part != "handoff"]
    questions = [topic for topic in taught if topic.part in ("shop", "millrace")]
    others = [topic for topic in taught if topic.part in ("glossary", "smalltalk")]
    gates = Gates(Engine(given.model), given.verbose)
    record = {
        "questions, reserved wordings": gates.exact("reserved", reserved_questions(questions, 11)),
        "questions, wordings by hand": gates.exact("by hand", by_hand(questions)),
        "questions and small talk, fresh wordings": gates.exact("fresh", fresh(taught)),
        "glossary and small talk, reserved wordings": gates.exact("reserved", reserved_questions(others, 12)),
        "glossary and small talk, wordings by hand": gates.exact("by hand", by_hand(others)),
        "taught and not handed on, wordings by hand": gates.kept([
            (prompt, topic) for prompt, topic in by_hand(taught)
            if not topic.answers[0].startswith(corpus.LARGER_MODEL)]),
        "out of domain, handed on": gates.handed_off(corpus.lines("heldout")),
        "conversations, last answer": gates.continued(conversations(13)),
    }
    for part, dialogues in unseen(source.all_topics()).items():
        record[f"unseen, {part}"] = gates.carried_through("unseen", dialogues)
    for file in ("first", "strangers", "newcomers", "plain"):
        for part, figure in gates.sensible(first(source.all_topics(), file)).items():
            record[f"{file}, {part}"] = figure
    record["plain, sad news without good-news words"] = gates.tactful(first(source.all_topics(), "plain"))
    gates.ask(fluent_prompts(14))
    record["ended by itself within 160 tokens"] = rate(gates.ended, gates.asked)
    print(json.dumps(record, indent=2))
    if given.record:
        given.record.write_text(json.dumps(record, indent=2) + "\n")
    failed = [name for name, floor in FLOORS.items() if record[name]["percent"] < floor]
    for name in failed:
        print(f"gate not met: {name}: {record[name]['percent']} % (expected: >= {FLOORS[name]} %)", file=sys.stderr)
    sys.stdout.flush()
    os._exit(1 if failed and given.require else 0)  # the server's threads do not end by themselves


# What a full training run must reach, in percent: a little below the committed file, whose figures MODEL_CARD.md gives.
FLOORS = {
    "questions, reserved wordings": 63.0,
    "questions, wordings by hand": 61.0,
    "questions and small talk, fresh wordings": 88.0,
    "glossary and small talk, reserved wordings": 73.0,
    "glossary and small talk, wordings by hand": 87.0,
    "taught and not handed on, wordings by hand": 95.0,
    "out of domain, handed on": 96.0,
    "conversations, last answer": 80.0,
    "unseen, millrace": 90.0,
    "unseen, shop": 88.0,
    "unseen, smalltalk": 78.0,
    "unseen, glossary": 75.0,
    "unseen, handoff": 91.0,
    "unseen, dialogues": 90.0,
    "first, all": 70.0,
    "first, makes sense or handed on": 73.0,
    "strangers, all": 83.0,
    "strangers, smalltalk": 90.0,
    "strangers, makes sense or handed on": 85.0,
    "newcomers, all": 65.0,
    "plain, all": 52.0,
    "plain, sad news without good-news words": 93.0,
    "ended by itself within 160 tokens": 99.0,
}


if __name__ == "__main__":
    main()
