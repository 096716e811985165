"""Train and measure the router head and its neighbours (numpy only).

  train_router.py --data DATA --classes CLASSPATH --java JAVA                train on everything, write both
  train_router.py ... --evaluate --measure routing_eval.py                   leave one set out, print APGR a set
  train_router.py ... --evaluate-parts --measure routing_eval.py             leave quarters and tasks out, print APGR
  train_router.py ... --edits                                                how far small edits move the shipped score

DATA holds routing_<set>.jsonl.gz with id, prompt, weak, strong (llmrouter also scores of more models) and
routing_labels.tsv.gz. Features and vectors come from the Java classes FeatureDump and EmbeddingDump, so that training and
service read a prompt alike; --cache DIR keeps the vectors. Equal inputs give equal bytes on one machine.
"""
import argparse
import base64
import gzip
import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402

HERE = pathlib.Path(__file__).parent
RESOURCES = HERE.parent / "src/main/resources/classifier"
SETS = ("mmlu", "gsm8k", "llmrouter")
QUARTERS = 4
TASK_SET, TASK_GROUPS = "llmrouter", 7
# Many narrow nets: they learn less of what is peculiar to a set than few wide ones.
HIDDEN = 8
# The nets, each with the share of its labels that comes from other models of like strength: they are less noisy.
SOFT_SHARES = (0.0, 0.5, 0.5, 1.0) * 3
WEAK_MODELS = ("mistral-7b-instruct-v0.3", "gemma-2-9b-it", "llama-3.1-8b-instruct", "codegemma-7b", "qwen2.5-7b-instruct")
STRONG_MODELS = ("llama-3.1-nemotron-51b-instruct", "llama-3.3-nemotron-super-49b-v1")
KNOTS = 65
CLIP = 3.0
LENGTH_WEIGHT = 0.06
NAME = "router-head-v3"
NEIGHBOURS = "router-neighbours-v3"
DIMENSIONS = 128
NEAREST = 100
TOPIC_WEIGHT = 1.0
STEPS = 256


def read_prompts(data):
    rows = []
    for name in SETS:
        with gzip.open(data / f"routing_{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                weak, strong = float(row["weak"]), float(row["strong"])
                rows.append((row["id"], name, row["prompt"], weak, strong, like(row, WEAK_MODELS, weak),
                             like(row, STRONG_MODELS, strong), row["domain"]))
    with open(HERE / "open_chat.tsv", encoding="utf-8") as lines:
        next(lines)
        for number, line in enumerate(lines):
            weak, strong, text = line.rstrip("\n").split("\t")
            rows.append((f"open-{number}", "open", text, *(2 * (float(weak), float(strong))), "open"))
    return rows


def like(row, models, otherwise):
    """The mean score of models of one strength, where a set tells it."""
    scores = row.get("scores", {})
    return sum(scores[m] for m in models) / len(models) if scores else otherwise


def features(rows, java, classes):
    lines = dump(rows, java, classes).splitlines()
    assert [line.split("\t", 1)[0] for line in lines] == [r[0] for r in rows]
    return np.array([[float(v) for v in line.split("\t")[1:]] for line in lines])


def set_weights(names, share):
    weights = np.zeros(len(names))
    for name in set(names):
        mask = names == name
        weights[mask] = share[name] / mask.sum()
    return weights / weights.mean()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Net:
    """inputs - HIDDEN (tanh) - 2 (logistic), trained by Adam on weighted cross entropy with weight decay."""

    def __init__(self, inputs, seed):
        self.random = np.random.default_rng(seed)
        self.parts = [self.random.normal(0, 1 / np.sqrt(inputs), (inputs, HIDDEN)), np.zeros(HIDDEN),
                      self.random.normal(0, 1 / np.sqrt(HIDDEN), (HIDDEN, 2)), np.zeros(2)]

    def fit(self, x, y, weights, epochs, rate, decay, batch=128):
        first = [np.zeros_like(p) for p in self.parts]
        second = [np.zeros_like(p) for p in self.parts]
        step = 0
        total = epochs * ((len(x) + batch - 1) // batch)
        for _ in range(epochs):
            order = self.random.permutation(len(x))
            for start in range(0, len(x), batch):
                pick = order[start:start + batch]
                step += 1
                slope = rate * 0.5 * (1 + np.cos(np.pi * step / total))
                for k, gradient in enumerate(self.gradients(x[pick], y[pick], weights[pick])):
                    if k % 2 == 0:
                        gradient = gradient + decay * self.parts[k]
                    first[k] = 0.9 * first[k] + 0.1 * gradient
                    second[k] = 0.999 * second[k] + 0.001 * gradient ** 2
                    move = (first[k] / (1 - 0.9 ** step)) / (np.sqrt(second[k] / (1 - 0.999 ** step)) + 1e-8)
                    self.parts[k] = self.parts[k] - slope * move
        return self

    def gradients(self, x, y, weights):
        hidden = np.tanh(x @ self.parts[0] + self.parts[1])
        error = (sigmoid(hidden @ self.parts[2] + self.parts[3]) - y) * weights[:, None] / len(x)
        back = (error @ self.parts[2].T) * (1 - hidden ** 2)
        return [x.T @ back, back.sum(0), hidden.T @ error, error.sum(0)]

    def outputs(self, x):
        return sigmoid(np.tanh(x @ self.parts[0] + self.parts[1]) @ self.parts[2] + self.parts[3])


def vectors(rows, args):
    """The embeddings of the prompts, of length one."""
    kept = args.cache / "routing-vectors.npy" if args.cache else None
    if kept and kept.exists():
        return np.load(kept)
    lines = dump(rows, args.java, args.classes, program=EMBEDDING).splitlines()
    out = np.array([np.frombuffer(base64.b64decode(line.split("\t")[1]), dtype=">f4") for line in lines], dtype=np.float64)
    if kept:
        np.save(kept, out)
    return out


def exams(x):
    """Which prompts have the form of an examination: as ExamForm tells it."""
    at = {name: i for i, name in enumerate(signal_names().split(","))}
    two = np.float32(np.log1p(1.5))
    sums = (x[:, at["numbers"]] >= two) & (x[:, at["quantity_words"]] > 0)
    return (x[:, at["option_lines"]] >= two) | sums | (x[:, at["math_words"]] >= two)


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


def raw(model, x):
    scaled = np.clip((x - model["mean"]) / model["spread"], -CLIP, CLIP)
    out = np.mean([net.outputs(scaled) for net in model["nets"]], axis=0)
    return 0.75 * out[:, 1] - out[:, 0]


OPTIONS = {"epochs": 60, "rate": 3e-3, "decay": 1e-3, "open": 1.0, "cap": 20.0, "share": {}}


def floats(values):
    return " ".join(repr(float(v)) for v in np.asarray(values, dtype=np.float32).ravel().astype(np.float64).round(9))


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


FEATURES = "dev.millrace.classifier.score.FeatureDump"
EMBEDDING = "dev.millrace.classifier.embedding.EmbeddingDump"


def dump(rows, java, classes, *arguments, program=FEATURES, meanings=None):
    more = [""] * len(rows) if meanings is None else ["\t" + m.split("\t")[1] for m in meanings.splitlines()]
    feed = "".join(f"{r[0]}\t{base64.b64encode(r[2].encode()).decode()}{m}\n" for r, m in zip(rows, more))
    return subprocess.run([java, "--enable-native-access=ALL-UNNAMED", "-cp", classes, program, *arguments],
                          input=feed, stdout=subprocess.PIPE, text=True, check=True).stdout


def signal_names():
    source = (HERE.parent / "src/main/java/dev/millrace/classifier/score/Feature.java").read_text(encoding="utf-8")
    body = source[source.index("enum Feature {"):source.index(";", source.index("enum Feature {"))]
    return ",".join(n.lower() for n in re.findall(r"^    ([A-Z_]+)\(", body, re.MULTILINE))


def measure(scores, data, tool, sets):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", delete=False) as file:
        file.write(scores)
    try:
        return subprocess.run([sys.executable, tool, "--labels", str(data / "routing_labels.tsv.gz"), "--sets", sets,
                               file.name], capture_output=True, text=True, check=True).stdout.splitlines()
    finally:
        os.unlink(file.name)


def perturbed(rows, edit):
    return [(r[0], r[1], edit(r[2]), *r[3:]) for r in rows]


EDITS = {
    "as it is": lambda text: text,
    "greeting": lambda text: "Hello! " + text,
    "lower case": lambda text: text.lower(),
    "double spaces": lambda text: text.replace(" ", "  "),
}


GREETINGS = ("Hello! ", "hi, ", "Good morning. ", "Good evening, ", "Hey there, ", "Greetings! ", "Hello,\n\n", "Hi Anna, ",
             "Dear assistant, ", "Please ", "Could you please ", "Hello, can you help me? ")
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


def evaluate(rows, x, y, names, places, args):
    """Leave one set out: the head is trained on the others and read by the service's own scorer."""
    print("word count")
    words = "".join(f"{r[0]}\t{len(r[2].split())}\n" for r in rows)
    lines = measure(words, args.data, args.measure, ",".join(SETS))
    print("\n".join(lines))
    files = {held: trained_on(names != held, x, y, names, places) for held in SETS}
    for label, edit in EDITS.items():
        for meaning in ("with the embedding", "without"):
            print(f"leave one set out, {meaning}, prompts: {label}")
            print(lines[0])
            apgr = []
            for held in SETS:
                mine = perturbed([r for r in rows if r[1] == held], edit)
                known = None if meaning == "without" else meanings(mine, names == held, places, label, args)
                scores = dump(mine, args.java, args.classes, *files[held], meanings=known)
                apgr.append(measure(scores, args.data, args.measure, held)[1])
                print(apgr[-1], flush=True)
            print(f"mean APGR {mean_apgr(apgr):.4f}", flush=True)


def meanings(mine, mask, places, label, args):
    """What EmbeddingDump prints; the prompts as they are were embedded for the training already."""
    if label != "as it is":
        return dump(mine, args.java, args.classes, program=EMBEDDING)
    return known_meanings(places[mask])


def evaluate_parts(rows, x, y, names, places, args):
    """Leave out a quarter of each set, then a group of llmrouter's tasks: the other questions are of a kind that it knows, or not."""
    first = {name: list(names).index(name) for name in SETS}
    quarters = np.array([(i - first[r[1]]) % QUARTERS if r[1] in first else -1 for i, r in enumerate(rows)])
    tasks = sorted({r[7] for r in rows if r[1] == TASK_SET})
    groups = np.array([tasks.index(r[7]) % TASK_GROUPS if r[1] == TASK_SET else -1 for r in rows])
    for label, parts, sets in (("a quarter of each set", quarters, SETS), ("a group of tasks", groups, (TASK_SET,))):
        scores = {"with the embedding": "", "without": ""}
        for part in range(parts.max() + 1):
            held = parts == part
            mine = [r for r, left_out in zip(rows, held) if left_out]
            files = trained_on(~held, x, y, names, places)
            scores["with the embedding"] += dump(mine, args.java, args.classes, *files, meanings=known_meanings(places[held]))
            scores["without"] += dump(mine, args.java, args.classes, *files)
        for meaning, lines in scores.items():
            print(f"leave {label} out, {meaning}")
            apgr = [measure(lines, args.data, args.measure, held)[1] for held in sets]
            print("\n".join(apgr))
            print(f"mean APGR {mean_apgr(apgr):.4f}", flush=True)


def mean_apgr(lines):
    return np.mean([float(line.split("\t")[4]) for line in lines])


def known_meanings(places):
    return "".join(f"-\t{base64.b64encode(v.astype('>f4').tobytes()).decode()}\n" for v in places)


def trained_on(kept, x, y, names, places):
    """Trains on some of the rows; returns the paths of both files."""
    topics = learn_neighbours(x[kept], y[kept], places[kept])
    head = head_text(train(x[kept], y[kept], names[kept], OPTIONS), x[kept], topics["own"], signal_names())
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "head.txt").write_text(head, encoding="utf-8")
    (folder / "neighbours.bin.gz").write_bytes(neighbours_bytes(topics))
    return str(folder / "head.txt"), str(folder / "neighbours.bin.gz")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--classes", required=True, help="class path of the compiled service and its libraries")
    parser.add_argument("--java", default="java")
    parser.add_argument("--out", type=pathlib.Path, default=RESOURCES, help="folder of the products")
    parser.add_argument("--cache", type=pathlib.Path, help="folder that keeps the prompts' vectors")
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--evaluate-parts", action="store_true")
    parser.add_argument("--edits", action="store_true", help="measure small edits on the shipped score")
    parser.add_argument("--measure", help="path of routing_eval.py, with --evaluate and --evaluate-parts")
    args = parser.parse_args()
    rows = read_prompts(args.data)
    if args.edits:
        measure_edits(rows, args)
        return
    x = features(rows, args.java, args.classes)
    y = np.array([r[3:7] for r in rows])
    names = np.array([r[1] for r in rows])
    places = vectors(rows, args)
    if args.evaluate:
        evaluate(rows, x, y, names, places, args)
    if args.evaluate_parts:
        evaluate_parts(rows, x, y, names, places, args)
    if args.evaluate or args.evaluate_parts:
        return
    topics = learn_neighbours(x, y, places)
    head = args.out / f"{NAME}.txt"
    head.write_text(head_text(train(x, y, names, OPTIONS), x, topics["own"], signal_names()), encoding="utf-8")
    near = args.out / f"{NEIGHBOURS}.bin.gz"
    near.write_bytes(neighbours_bytes(topics))
    print(f"{head}: {head.stat().st_size} bytes; {near}: {near.stat().st_size} bytes")


if __name__ == "__main__":
    main()
