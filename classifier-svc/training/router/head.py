"""The head: nets over the features of a prompt, and the file that the service reads them from."""
import hashlib

import numpy as np

from router.net import Net
from router.prompts import RESOURCES

NAME = "router-head-v4"
# The nets, each with the share of its labels that comes from other models of like strength: they are less noisy.
SOFT_SHARES = (0.0, 0.5, 0.5, 1.0) * 3
KNOTS = 65
CLIP = 3.0
LENGTH_WEIGHT = 0.06
OPTIONS = {"epochs": 60, "rate": 3e-3, "decay": 1e-3, "open": 1.0, "cap": 20.0, "share": {}}


def train(x, y, names, options):
    share = {name: options["open"] if name == "open" else options["share"].get(name, 1.0) for name in set(names)}
    weights = set_weights(names, share)
    weights = np.minimum(weights, options["cap"])
    mean = np.average(x, axis=0, weights=weights)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights))
    spread[spread < 1e-3] = 1.0
    scaled = np.clip((x - mean) / spread, -CLIP, CLIP)
    nets = [Net(x.shape[1], 100 + seed).fit(scaled, (1 - share) * y[:, :2] + share * y[:, 2:], weights,
                                            options["epochs"], options["rate"], options["decay"])
            for seed, share in enumerate(SOFT_SHARES)]
    return {"mean": mean, "spread": spread, "nets": nets, "weights": weights}


def set_weights(names, share):
    weights = np.zeros(len(names))
    for name in set(names):
        mask = names == name
        weights[mask] = share[name] / mask.sum()
    return weights / weights.mean()


def raw(model, x):
    scaled = np.clip((x - model["mean"]) / model["spread"], -CLIP, CLIP)
    out = np.mean([net.outputs(scaled) for net in model["nets"]], axis=0)
    return 0.75 * out[:, 1] - out[:, 0]


def head_text(model, x, topics, signals):
    lexicon = hashlib.sha256((RESOURCES / "router-lexicon-v1.txt").read_bytes()).hexdigest()
    raws, scores = knots(model, x, topics)
    lines = [f"name {NAME}", f"lexicon {lexicon}", f"features {signals}", f"length-weight {LENGTH_WEIGHT}",
             f"mean {floats(model['mean'])}", f"spread {floats(model['spread'])}", f"members {len(SOFT_SHARES)}"]
    for i, net in enumerate(model["nets"]):
        for key, part in zip(("hidden-weights", "hidden-bias", "output-weights", "output-bias"), net.parts):
            lines.append(f"member-{i}-{key} {floats(part)}")
    lines.append("knot-raws " + " ".join(f"{v:.6f}" for v in raws))
    lines.append("knot-scores " + " ".join(f"{v:.6f}" for v in scores))
    text = "\n".join(lines) + "\n"
    return text + "sha256 " + hashlib.sha256(text.encode()).hexdigest() + "\n"


def knots(model, x, topics):
    """Raw values at even places of the weighted training mixture, with room beyond both ends."""
    length = x[:, 0]
    values = raw(model, x) + LENGTH_WEIGHT * length + topics
    order = np.argsort(values, kind="stable")
    place = np.cumsum(model["weights"][order]) / model["weights"].sum()
    shares = np.linspace(0.02, 0.98, KNOTS)
    raws = np.round(np.interp(shares, place, values[order]), 6)
    keep = np.concatenate([[True], np.diff(raws) > 0])
    raws = np.concatenate([[raws[0] - 0.6], raws[keep], [raws[-1] + 0.9]])
    return raws, np.concatenate([[0.0], shares[keep], [1.0]])


def floats(values):
    return " ".join(repr(float(v)) for v in np.asarray(values, dtype=np.float32).ravel().astype(np.float64).round(9))
