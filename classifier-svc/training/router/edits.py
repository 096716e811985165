"""Small edits of a prompt, and how far they move the shipped score."""
import gzip
import json

import numpy as np

from router.prompts import dump

EDITS = {
    "as it is": lambda text: text,
    "greeting": lambda text: "Hello! " + text,
    "lower case": lambda text: text.lower(),
    "double spaces": lambda text: text.replace(" ", "  "),
}
GREETINGS = ("Hello! ", "hi, ", "Good morning. ", "Good evening, ", "Hey there, ", "Greetings! ", "Hello,\n\n", "Hi Anna, ",
             "Dear assistant, ", "Please ", "Could you please ", "Hello, can you help me? ", "Hiya! ", "Howdy, ", "yo ", "Heyyy! ",
             "Hi :) ", "Hello \U0001f44b ", "Hello Dr. Smith,\n\n", "Hi, I hope you are well. ", "hope this finds you well ",
             "Hello everyone! I hope you're all doing well today :) ", "Pls ")
MORE_EDITS = {
    "upper case": str.upper,
    "blanks around": lambda text: "  " + text + " \n",
    "tabs": lambda text: text.replace(" ", "\t"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "thanks": lambda text: text + " Thanks!",
    "all at once": lambda text: "hi! " + text.lower().replace(" ", "  "),
    **{greeting.strip(): lambda text, greeting=greeting: greeting + text for greeting in GREETINGS},
}
MOVE_MAX = 0.01


def perturbed(rows, edit):
    return [(r[0], r[1], edit(r[2]), *r[3:]) for r in rows]


def measure_edits(rows, args):
    """How far small edits move the shipped score by the text alone, over all prompts of the data."""
    texts = [row[2] for row in rows]
    for file in ("intent_clinc150.jsonl.gz", "intent_banking77.jsonl.gz"):
        with gzip.open(args.data / file, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]

    def scores(edit):
        out = dump([(str(i), "", edit(text)) for i, text in enumerate(texts)], args.java, args.classes, "shipped")
        return np.array([float(line.split("\t")[1]) for line in out.splitlines()])

    as_it_is = scores(EDITS["as it is"])
    for label, edit in {**EDITS, **MORE_EDITS}.items():
        moved = np.abs(scores(edit) - as_it_is)
        print(f"{label:24} {len(texts)} prompts, moved by {moved.max():.4f} at most, {(moved > MOVE_MAX).sum()} by more than {MOVE_MAX}",
              flush=True)
