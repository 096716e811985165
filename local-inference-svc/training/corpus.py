"""The corpus: reads the sentences under corpus/ and makes dialogues of them, seeded and without end."""

import hashlib
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
LARGER_MODEL = "A larger model should answer that:"

# Wordings of at least so many words may stay reserved for the gates to the end.
RESERVED_WORDS_MIN = 4

# How often a turn of the polish is one of the everyday prompts.
EVERYDAY_SHARE = 0.15

# How often a turn comes from each part of the corpus, and how often it stays with the part of the turn before.
PARTS = {"shop": 24, "millrace": 32, "glossary": 11, "smalltalk": 18, "handoff": 33, "stories": 3}
SAME_PART_SHARE = 0.3

# How often a question begins in one of the ways of rephrase.txt.
REPHRASED_SHARE = 0.4

# How often a turn is about one of the topics that a run is told to dwell on.
DWELT_ON_SHARE = 0.15

# What may stand around a noun phrase, the wordings marked "~".
ABOUT = ["{x}", "{x} please", "What about {x}", "What about {x}", "And {x}", "And what about {x}", "How about {x}", "Tell me about {x}",
         "Tell me more about {x}", "I have a question about {x}", "A question about {x}", "Something about {x}", "Info about {x}",
         "What can you tell me about {x}", "I want to know about {x}", "I would like to know more about {x}", "How is it with {x}",
         "{x}, please explain", "Can you say something about {x}", "Anything on {x}", "I need information on {x}", "What do I need to know about {x}"]

# What may be said after a hand-off or an explanation, whatever the topic was.
AFTER_HANDOFF = [
    ("{Why|Why not|Why is that|How come|Why can you not}{?|}",
     "Because I am a very small model. Set a cloud key or add an engine, and a larger model answers the hard prompts."),
    ("{How do I do that|How do I get a larger model|Which larger model|Where is a larger model|How can I ask a larger model}{?|}",
     "Set `HOLYSHEEP_API_KEY`, or start with `deploy/millrace up --engine ollama=URL`. Then larger models answer."),
    ("{Please try|Try it|Try anyway|Just try|Do it anyway|Please try anyway}{.|!|}",
     "I would only guess, and that would not help you. A larger model can do it well."),
]
AFTER_GLOSSARY = [
    ("{Tell me more|More|More details please|Can you explain more|And what else|Go deeper}{.|?|}",
     "That is all I know about it. A larger model can tell you more."),
]


@dataclass
class Topic:
    """Something the model is taught: wordings, held-out wordings, answers, and what may follow."""

    name: str
    part: str
    wordings: list = field(default_factory=list)  # (kind, template), kind "?", "-" or "~"
    held_out: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    follow_ups: list = field(default_factory=list)  # (template, answer)


def lines(name):
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


def groups(template):
    """Splits a template into plain strings and {groups}, minding nested braces."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(template):
        if char == "{":
            if depth == 0:
                parts.append((False, template[start:at]))
                start = at + 1
            depth += 1
        elif char == "}" and depth:
            depth -= 1
            if depth == 0:
                parts.append((True, template[start:at]))
                start = at + 1
    parts.append((False, template[start:]))
    return parts


def alternatives(group):
    found, depth, start = [], 0, 0
    for at, char in enumerate(group):
        depth += (char == "{") - (char == "}")
        if char == "|" and depth == 0:
            found.append(group[start:at])
            start = at + 1
    return found + [group[start:]]


def number(rng):
    return str(rng.choice([rng.randint(0, 12), rng.randint(0, 99), rng.randint(0, 999), rng.randint(1000, 9999)]))


def identifier(rng):
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    return rng.choice([
        f"{letters}-{rng.randint(100, 99999)}", f"{letters}{rng.randint(10, 9999)}", str(rng.randint(10000, 9999999)),
        f"#{rng.randint(100, 9999)}", f"{letters.lower()}_{rng.randint(1, 99)}", hashlib.md5(letters.encode()).hexdigest()[:8]])


def expand(template, rng, lists):
    """Takes one alternative of every group: {a|b}, {$list}, {#} a number, {%} an identifier."""
    return re.sub(r" +", " ", filled(template, rng, lists)).strip()


def filled(template, rng, lists):
    """The same, with the spaces as they stand: those at the ends of an alternative keep its neighbours apart."""
    out = []
    for is_group, text in groups(template):
        if not is_group:
            out.append(re.sub(r"\$([a-z]+)", lambda m: rng.choice(lists[m[1]]) if m[1] in lists else m[0], text))
        elif text == "#":
            out.append(number(rng))
        elif text == "%":
            out.append(identifier(rng))
        elif text.startswith("$") and text[1:] in lists:
            out.append(filled(rng.choice(lists[text[1:]]), rng, lists))
        else:
            out.append(filled(rng.choice(alternatives(text)), rng, lists))
    return "".join(out)


def read_topics(part):
    """Reads a file of "@ topic" blocks and its "$lists"."""
    topics, lists = [], {}
    for line in lines(part):
        mark, rest = line[0], line[2:]
        if line.startswith("$") and " = " in line:
            name, values = line[1:].split(" = ", 1)
            lists[name] = [value.strip() for value in values.split(" | ")]
        elif mark == "@":
            topics.append(Topic(rest, part))
        elif mark in "?-~":
            topics[-1].wordings.append((mark, rest))
        elif mark == "!":
            topics[-1].held_out.append(rest)
        elif mark == "=":
            topics[-1].answers.append(rest)
        elif mark == ">":
            topics[-1].follow_ups.append(tuple(rest.split(" => ")))
        else:
            raise ValueError(f"{part}.txt: {line!r} (expected: a line that begins with @ ? - ~ ! = > or $)")
    return topics, lists


def read_glossary():
    topics, wordings, held_out = [], [], []
    for line in lines("glossary"):
        mark, rest = line[0], line[2:]
        if mark in "?-":
            wordings.append((mark, rest))
        elif mark == "!":
            held_out.append(rest)
        else:
            names, answer = rest.split(" = ", 1)
            names = [name.strip() for name in names.split(" | ")]
            bare = [re.sub(r"^(a|an) ", "", name) for name in names]
            a, t = "{" + "|".join(names) + "}", "{" + "|".join(bare) + "}"
            fill = lambda text, a=a, t=t: text.replace("{A|T}", "{" + a + "|" + t + "}").replace("{A}", a).replace("{T}", t)
            topics.append(Topic(
                bare[0], "glossary", [(m, fill(w)) for m, w in wordings],
                [fill(w).replace(a, names[0]) for w in held_out], [answer], AFTER_GLOSSARY))
    return topics


class Rephrasings:
    """Other ways to begin the same question."""

    def __init__(self):
        self.forms = []  # (beginning, forms), the longest beginning first
        for line in lines("rephrase"):
            beginnings, forms = line.split(" => ")
            self.forms += [(beginning + " ", forms.split(" | ")) for beginning in beginnings.split(" / ")]
        self.forms.sort(key=lambda entry: -len(entry[0]))

    def other(self, question, rng):
        """The question, begun in another way where one is known."""
        for beginning, forms in self.forms:
            if question.startswith(beginning) and "," not in question:
                return rng.choice(forms).replace("{x}", question[len(beginning):])
        return question


class Stories:
    """Puts little stories and poems together from their parts."""

    def __init__(self):
        self.parts = {}
        for line in lines("stories"):
            name, values = line[1:].split(" = ", 1)
            self.parts[name.strip()] = [v.strip() for v in re.split(r" \|\| " if "ask" in name else r" \| ", values)]
        self.heroes = dict(hero.split(": ", 1) for hero in self.parts["hero"])

    def story(self, rng, hero):
        pick = lambda name: rng.choice(self.parts[name])
        who = self.heroes[hero]
        short = who.split(" named ")[1] if " named " in who else "The " + who.split(" ", 1)[1].split(" with ")[0]
        first, second = rng.sample(self.parts["act"], 2)
        low = short if " named " in who else short[0].lower() + short[1:]
        return (f"{pick('time')}, {pick('place')}, {who} {pick('wish')}. {short} {first}. "
                f"Then {low} {second}. {pick('turn')}. {pick('end')}.")

    def turn(self, rng, lists):
        kind = rng.random()
        if kind < 0.30:
            return expand(rng.choice(self.parts["ask"]), rng, lists), self.story(rng, rng.choice(list(self.heroes)))
        if kind < 0.60:
            hero = rng.choice(list(self.heroes))
            ask = rng.choice(self.parts["askabout"]).replace("{X}", rng.choice([f"a {hero}", f"the {hero}"]))
            return expand(ask.replace("a owl", "an owl"), rng, lists), self.story(rng, hero)
        if kind < 0.70:
            ask = rng.choice(self.parts["askabout"]).replace("{X}", rng.choice(["{$thing}", "{$city}", "{$person}"]))
            return expand(ask, rng, lists), "I only know stories from around the mill. Here is one. " + self.story(rng, "miller")
        if kind < 0.86:
            return expand(rng.choice(self.parts["askpoem"]), rng, lists), rng.choice(self.parts["poem"]).replace("/", "\n")
        return expand(rng.choice(self.parts["askwise"]), rng, lists), rng.choice(self.parts["wise"])


def letters_of(prompt):
    """A prompt without case and punctuation, to see whether two prompts are the same."""
    return re.sub(r"\W+", " ", prompt.lower()).strip() or prompt


def reserved(prompt, words_min):
    """One wording in thirty is held back; wordings of fewer words only at first, for a bare greeting must be taught."""
    return len(prompt.split()) >= words_min and hashlib.sha1(prompt.lower().encode()).digest()[0] % 30 == 0


class Corpus:
    """All topics, and an endless seeded stream of dialogues about them."""

    def __init__(self, polish=True, dwelt_on=()):
        self.reserved_words_min = RESERVED_WORDS_MIN if polish else 1
        self.everyday_share = EVERYDAY_SHARE if polish else 0.0
        self.lists, self.topics = {}, {}
        for part in ("shop", "millrace", "smalltalk", "handoff"):
            self.topics[part], lists = read_topics(part)
            self.lists |= lists
        self.topics["glossary"] = read_glossary()
        self.stories = Stories()
        self.rephrasings = Rephrasings()
        self.systems = lines("system")
        named = {f"{topic.part}/{topic.name}": topic for topic in self.all_topics()}
        self.dwelt_on = [named[name] for name in dwelt_on]
        self.everyday = [(named[name], text) for name, text in (line.split(" ", 1) for line in lines("everyday"))]
        held_out = lines("heldout") + [prompt for topic in self.all_topics() for prompt in topic.held_out]
        held_out += [line.split(" ", 1)[1] for file in ("fresh", "unseen", "first", "strangers", "newcomers", "plain") for line in lines(file) if " || " not in line]
        self.held_out = {letters_of(prompt) for prompt in held_out}

    def all_topics(self):
        return [topic for topics in self.topics.values() for topic in topics]

    def wording(self, topic, rng, want_reserved=False):
        """A wording of the topic that is reserved for the gates, or one that is not."""
        for _ in range(400):
            kind, template = rng.choice(topic.wordings)
            text = expand(template, rng, self.lists)
            if kind == "~":
                kind, text = "-", rng.choice(ABOUT).replace("{x}", text)
            elif kind == "?" and rng.random() < REPHRASED_SHARE:
                text = self.rephrasings.other(text, rng)
            if self.is_held_out(text):
                continue
            if text and (topic.part == "handoff" or reserved(text, self.reserved_words_min) == want_reserved):
                return kind, text
        return None

    def is_held_out(self, text):
        """Whether it is a prompt that the gates ask, or contains one of three words and more."""
        words = letters_of(text).split()
        spans = (" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 3, len(words) + 1))
        return " ".join(words) in self.held_out or (len(words) < 40 and any(span in self.held_out for span in spans))

    def dialogue(self, rng, turns):
        """A list of (role, text) with up to that many questions and answers."""
        messages = [("system", rng.choice(self.systems))] if rng.random() < 0.4 else []
        part = None
        while turns > 0:
            turns -= 1
            if self.everyday_share and rng.random() < self.everyday_share:
                topic, template = rng.choice(self.everyday)
                text = slightly_vary(expand(template, rng, self.lists), rng)
                messages += [("user", text), ("assistant", rng.choice(topic.answers))]
                continue
            if part is None or rng.random() >= SAME_PART_SHARE:
                part = rng.choices(list(PARTS), PARTS.values())[0]
            if part == "stories":
                prompt, answer = self.stories.turn(rng, self.lists)
                messages += [("user", vary(prompt, "-", rng)), ("assistant", answer)]
                continue
            # Of a topic with many wordings each must come often enough to be learned.
            topic = rng.choices(self.topics[part], [len(topic.wordings) ** 0.5 for topic in self.topics[part]])[0]
            if self.dwelt_on and rng.random() < DWELT_ON_SHARE:
                topic = rng.choice(self.dwelt_on)
                part = topic.part
            kind, prompt = self.wording(topic, rng)
            messages += [("user", vary(prompt, kind, rng, plain=part == "handoff")), ("assistant", rng.choice(topic.answers))]
            follow_ups = topic.follow_ups or (AFTER_HANDOFF if part == "handoff" else [])
            if turns > 0 and follow_ups and rng.random() < 0.35:
                turns -= 1
                template, answer = rng.choice(follow_ups)
                messages += [("user", vary(expand(template, rng, self.lists), "", rng)), ("assistant", answer)]
        return messages


BEFORE = ["Thanks. ", "Ok, ", "And ", "Okay then, ", "Now ", "Next: ", "Just curious: ", "Another question: ", "Hmm, ", "Good evening! ", "Hi there, ", "By the way, ",
          "Can you help? ", "Sorry to bother you, ", "hey u, ", "Hi, ", "Hello, ", "Hello! ", "Hey, ", "Please: ", "Quick question: ", "One question: ", "Excuse me, ", "Sorry, ", "Please tell me: ",
          "Tell me, ", "Say, ", "Well, ", "So, ", "I have a question: ", "My question is: ", "I would like to know: ",
          "Could you tell me: ", "Good morning, ", "I am new here. "]
AFTER = [" Thanks!", " Thank you.", " please", " Please.", " Thanks in advance.", " thx", ", thanks", ", anyone?", ", do you know?", ", I wonder", " :)",
         " I am in a hurry.", ", if I may ask"]
SHORTER = [("What is", "What's"), ("I am", "I'm"), ("do not", "don't"), ("cannot", "can't"), ("I would", "I'd"), ("Where is", "Where's")]

# How people write in a hurry, and words that mean the same everywhere in the corpus.
HURRIED = {"you": "u", "are": "r", "your": "ur", "please": "pls", "what's": "whats", "i'm": "im", "don't": "dont", "can't": "cant",
           "thanks": "thx", "i'd": "id", "want to": "wanna", "where's": "wheres", "because": "cuz", "something": "sth"}
SAME = [("shop", "store"), ("parcel", "package"), ("larger", "bigger"), ("machine", "computer"), ("folder", "directory"), ("settings", "options"),
        ("need", "require"), ("show", "display"), ("quickly", "fast")]


def replaced(text, pairs):
    for long, short in pairs:
        text = re.sub(rf"\b{re.escape(long)}\b", short, text, flags=re.IGNORECASE)
    return text


def typo(text, rng):
    at = rng.randrange(1, len(text) - 1)
    kind = rng.random()
    if kind < 0.4:
        return text[:at] + text[at + 1:]
    if kind < 0.7:
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    return text[:at] + text[at] + text[at:]


def vary(text, kind, rng, plain=False):
    """Small differences of a wording as people type them: case, punctuation, courtesy, typos."""
    if rng.random() < 0.3:
        for long, short in SHORTER:
            text = text.replace(long, short)
    if kind and not plain and rng.random() < 0.15:
        text = replaced(text, [rng.choice([(a, b), (b, a)]) for a, b in SAME])
    if kind == "?":
        text += rng.choices(["?", "", " ?", "??"], [75, 20, 3, 2])[0]
    elif kind == "-" and text[-1:].isalnum():
        text += rng.choices([".", "", "!", "?"], [30, 55, 10, 5])[0]
    if kind and len(text) > 8 and rng.random() < 0.12:
        before = rng.choice(BEFORE)
        text = before + (text if text[:2] in ("I ", "I'") else text[0].lower() + text[1:])
    elif kind and len(text) > 8 and rng.random() < 0.08:
        text += rng.choice(AFTER)
    case = rng.random()
    if case < 0.30:
        text = text.lower()
    elif case < 0.32:
        text = text.upper()
    elif kind:
        text = text[0].upper() + text[1:]
    if kind and rng.random() < 0.06:
        text = replaced(text.lower(), HURRIED.items())
    if not plain and len(text) > 10 and rng.random() < 0.12:
        text = typo(text, rng)
    return text


def slightly_vary(text, rng):
    return rng.choice([text, text, text.lower()]) + rng.choice(["", "", "!", ".", "?"])


def dialogues(seed, polish=False, dwelt_on=()):
    """An endless stream: half of it single questions, the rest conversations of up to eight turns."""
    rng, corpus = random.Random(seed), Corpus(polish, dwelt_on)
    while True:
        yield corpus.dialogue(rng, 1 if rng.random() < 0.5 else rng.randint(2, 8))


if __name__ == "__main__":
    import itertools
    for messages in itertools.islice(dialogues(1), 20):
        print("\n".join(f"{role:>9}: {text}" for role, text in messages), end="\n\n")
