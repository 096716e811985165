"""The training data: packs dialogues into rows of equal length, a dialogue never crossing a row."""

import random
import re
from typing import NamedTuple

import numpy as np

import corpus

OPEN_ROWS = 8
TEXTS_MAX = 128  # of a batch, whose meaning the teacher is asked for
MIXED_SHARE = 0.12  # how many texts there are beside the dialogues whose meaning alone is learned
MIXED_WORDS_MAX = 3


class Row(NamedTuple):
    tokens: list
    weights: list
    dialogues: list
    asked: list  # (position, text)

    def room(self, size):
        return size - len(self.tokens)

    def add(self, tokens, weights, asked):
        number = self.dialogues[-1] + 1 if self.dialogues else 1
        self.asked.extend((len(self.tokens) + position, text) for position, text in asked)
        self.tokens.extend(tokens)
        self.weights.extend(weights)
        self.dialogues.extend([number] * len(tokens))


def rows(chat, seed, length, polish, dwelt_on=()):
    """An endless stream of rows of length + 1."""
    size, rng = length + 1, random.Random(seed + 1)
    open_rows = []
    for messages in lessons(chat, corpus.dialogues(seed, polish, dwelt_on), rng):
        tokens, weights, asked = fitting(chat, messages, size)
        if not tokens:
            continue
        roomy = [row for row in open_rows if len(tokens) <= row.room(size)]
        if roomy:
            row = min(roomy, key=lambda candidate: candidate.room(size))
        else:
            if len(open_rows) == OPEN_ROWS:
                fullest = min(open_rows, key=lambda candidate: candidate.room(size))
                open_rows.remove(fullest)
                yield fullest
            row = Row([], [], [], [])
            open_rows.append(row)
        row.add(tokens, weights, asked)


def lessons(chat, dialogues, rng):
    """The dialogues, and between them texts of users with other words in them, which have no answer."""
    for messages in dialogues:
        yield messages
        if rng.random() < MIXED_SHARE:
            yield [("user", mixed(rng.choice([text for role, text in messages if role == "user"]), chat.words, rng))]


def mixed(text, words, rng):
    """The text with some of its words replaced by any others."""
    found = list(re.finditer(r"[A-Za-z]{3,}", text))
    for match in sorted(rng.sample(found, min(len(found), rng.randint(1, MIXED_WORDS_MAX))), key=lambda match: -match.start()):
        text = text[:match.start()] + rng.choice(words) + text[match.end():]
    return text


def fitting(chat, messages, size):
    """The longest beginning of the dialogue that fits and ends with an answer, or the one text of the user that has none."""
    messages = list(messages)
    answered = len(messages) > 1
    while len(messages) > answered:
        tokens, weights, asked = chat.encode(messages)
        if len(tokens) <= size:
            return tokens, weights if answered else [0.0] * len(tokens), asked
        messages = messages[:-2]
    return [], [], []


def batches(chat, teacher, seed, length, rows_per_batch, polish, dwelt_on=()):
    """Endless (tokens, weights, dialogue numbers, numbers of the texts that end there), and what those texts mean."""
    stream = rows(chat, seed, length, polish, dwelt_on)
    while True:
        picked = [next(stream) for _ in range(rows_per_batch)]
        tokens, dialogues, ends = (np.zeros((rows_per_batch, length + 1), np.int32) for _ in range(3))
        weights = np.zeros((rows_per_batch, length + 1), np.float32)
        texts, count = np.zeros((TEXTS_MAX, teacher.width), np.float32), 0
        for at, row in enumerate(picked):
            tokens[at, :len(row.tokens)], weights[at, :len(row.tokens)] = row.tokens, row.weights
            dialogues[at, :len(row.tokens)] = row.dialogues
            for position, text in row.asked:
                if count < TEXTS_MAX - 1:
                    count += 1
                    texts[count], ends[at, position] = teacher.meaning(text), count
        yield (tokens, weights, dialogues, ends), texts
