"""The training data: packs dialogues into rows of equal length, a dialogue never crossing a row."""

import numpy as np

import corpus

OPEN_ROWS = 8


def rows(chat, seed, length, polish, amended=()):
    """An endless stream of (tokens, weights, dialogue numbers), each of length + 1."""
    size = length + 1
    open_rows = []
    for messages in corpus.dialogues(seed, polish, amended):
        tokens, weights = fitting(chat, messages, size)
        if not tokens:
            continue
        roomy = [row for row in open_rows if len(row[0]) + len(tokens) <= size]
        if roomy:
            row = max(roomy, key=lambda candidate: len(candidate[0]))
        else:
            if len(open_rows) == OPEN_ROWS:
                fullest = max(open_rows, key=lambda candidate: len(candidate[0]))
                open_rows.remove(fullest)
                yield padded(fullest, size)
            row = ([], [], [])
            open_rows.append(row)
        number = row[2][-1] + 1 if row[2] else 1
        row[0].extend(tokens)
        row[1].extend(weights)
        row[2].extend([number] * len(tokens))


def fitting(chat, messages, size):
    """The longest beginning of the dialogue that fits and ends with an answer."""
    messages = list(messages)
    while messages and messages[-1][0] == "assistant":
        tokens, weights = chat.encode(messages)
        if len(tokens) <= size:
            return tokens, weights
        messages = messages[:-2]
    return [], []


def padded(row, size):
    missing = size - len(row[0])
    return (np.array(row[0] + [0] * missing, np.int32), np.array(row[1] + [0.0] * missing, np.float32),
            np.array(row[2] + [0] * missing, np.int32))


def batches(chat, seed, length, rows_per_batch, polish, amended=()):
    stream = rows(chat, seed, length, polish, amended)
    while True:
        picked = [next(stream) for _ in range(rows_per_batch)]
        yield tuple(np.stack(column) for column in zip(*picked))
