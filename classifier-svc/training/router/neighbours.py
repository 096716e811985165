"""What the prompts nearest in meaning needed, beyond what their text says."""
import gzip
import struct

import numpy as np

from router.head import NAME
from router.prompts import signal_names

NEIGHBOURS = "router-neighbours-v4"
DIMENSIONS = 128
NEAREST = 100
TOPIC_WEIGHT = 1.0
STEPS = 256


def learn_neighbours(x, y, vectors_):
    """What each prompt needed beyond the examinations' mean, and its place in fewer dimensions, in whole steps."""
    exam = exams(x)
    need = 0.75 * y[:, 1] - y[:, 0]
    beyond = np.where(exam, 0.0, need - need[exam].mean())
    projection = np.linalg.svd(vectors_, full_matrices=False)[2][:DIMENSIONS].T.astype(np.float32)
    places = steps(vectors_, projection)
    model = {"projection": projection, "places": places, "beyond": beyond.astype(np.float32), "usual": 0.0}
    own = topic_parts(model, x, vectors_, without_self=True)
    model["usual"] = float(own[~exam].mean())
    model["own"] = own
    return model


def exams(x):
    """Which prompts have the form of an examination: as ExamForm tells it."""
    at = {name: i for i, name in enumerate(signal_names().split(","))}
    two = np.float32(np.log1p(1.5))
    sums = (x[:, at["numbers"]] >= two) & (x[:, at["quantity_words"]] > 0)
    return (x[:, at["option_lines"]] >= two) | sums | (x[:, at["math_words"]] >= two)


def steps(vectors_, projection):
    return np.clip(np.floor(vectors_ @ projection.astype(np.float64) * STEPS + 0.5), -127, 127).astype(np.int64)


def topic_parts(model, x, vectors_, without_self=False):
    products = steps(vectors_, model["projection"]) @ model["places"].T
    if without_self:
        np.fill_diagonal(products, -1 << 30)
    nearest = np.argsort(-products, axis=1, kind="stable")[:, :NEAREST]
    return np.where(exams(x), 0.0, TOPIC_WEIGHT * model["beyond"][nearest].mean(1))


def neighbours_bytes(model):
    out = struct.pack(">H", len(NAME)) + NAME.encode()
    out += struct.pack(">iiii", model["projection"].shape[0], DIMENSIONS, len(model["beyond"]), NEAREST)
    out += struct.pack(">ff", TOPIC_WEIGHT, model["usual"] / TOPIC_WEIGHT)
    out += model["projection"].astype(">f4").tobytes() + model["places"].astype(np.int8).tobytes()
    return gzip.compress(out + model["beyond"].astype(">f4").tobytes(), 9, mtime=0)
