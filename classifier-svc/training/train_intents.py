"""Train and measure the intent models of the classifier: over grams, and over the meaning beside them (numpy only).

  train_intents.py --data DATA --classes CLASSPATH --java JAVA                 train, write the weights
  train_intents.py --data DATA --classes CLASSPATH --java JAVA --evaluate      measure the shipped weights
  train_intents.py ... --folds intent_banking77.jsonl.gz                       train on four fifths of other intents, measure the fifth
  train_intents.py ... --evaluate --test FILE                                  measure the shipped weights on a file of their intents
  train_intents.py ... --folds intent_banking77.jsonl.gz --test FILE           train on all of other intents, measure on a file of these

DATA holds intent_clinc150.jsonl.gz (training on split train and oos_train, measuring on val and oos_val) and
routing_llmrouter.jsonl.gz, whose prompts of every eighth row teach what is out of scope (every ninth measures it).
A FILE has a JSON object a line with text and intent, gzip or plain. Equal inputs give equal bytes on one machine.
"""
import argparse
import base64
import gzip
import io
import json
import os
import pathlib
import struct
import subprocess
import tempfile

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402

HERE = pathlib.Path(__file__).parent
RESOURCES = HERE.parent / "src/main/resources/classifier"
VERSION = "intent-grams-v1"
MEANING_VERSION = "intent-meaning-v3"
HIDDEN = 512
FOLDS = 5
GRAM_SHARE = 0.6
# A prompt out of scope counts less than one in scope: they are many and of all kinds.
OUT_WEIGHT = 0.3
AS_ASKED = "dev.millrace.classifier.app.IntentDump"
# The cut-offs that the gateway comes with.
CUTOFFS = ("0.35", "0.65", "0.90")
INTENTS = "dev.millrace.classifier.intent.GramDump"
EMBEDDING = "dev.millrace.classifier.embedding.EmbeddingDump"
PLACES = 1 << 14
OUT = "out_of_scope"


def intent_rows(file):
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def labelled(row):
    return row["text"], OUT if row["intent"] == "oos" else row["intent"]


def read(data):
    rows = {"train": [], "val": []}
    for row in intent_rows(data / "intent_clinc150.jsonl.gz"):
        rows["train" if row["split"] in ("train", "oos_train") else "val"].append(labelled(row))
    rows["own"] = sum(label == OUT for _, label in rows["val"])
    with gzip.open(data / "routing_llmrouter.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 8 == 0:
                rows["train"].append((json.loads(line)["prompt"], OUT))
            elif number % 9 == 0:
                rows["val"].append((json.loads(line)["prompt"], OUT))
    return rows


def dump(texts, args, *more, program=INTENTS, meanings=None):
    meanings = [""] * len(texts) if meanings is None else ["\t" + row[1] for row in meanings]
    feed = "".join(f"{i}\t{base64.b64encode(t.encode()).decode()}{m}\n" for i, (t, m) in enumerate(zip(texts, meanings)))
    out = subprocess.run([args.java, "--enable-native-access=ALL-UNNAMED", "-cp", args.classes, program, *more],
                         input=feed, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def places(texts, args):
    return [[int(p) for p in row[1].split(" ")] if row[1] else [] for row in dump(texts, args)]


def vectors(rows):
    return np.array([np.frombuffer(base64.b64decode(row[1]), dtype=">f4") for row in rows], dtype=np.float32)


def train_meaning(x, labels, counts, classes, epochs=20, rate=2e-3, decay=0.2, batch=64):
    """inputs - HIDDEN (rectified) - classes: Adam, softened labels, half of the hidden units left out, noise on the inputs."""
    silent, smooth, noise, scale = np.float32(0.5), np.float32(0.05), np.float32(0.2), np.float32(8)
    random = np.random.default_rng(3)
    inputs = x.shape[1]
    parts = [(random.normal(size=(inputs, HIDDEN)) * np.sqrt(2 / inputs)).astype(np.float32), np.zeros(HIDDEN, np.float32),
             (random.normal(size=(HIDDEN, classes)) * np.sqrt(1 / HIDDEN)).astype(np.float32), np.zeros(classes, np.float32)]
    first, second = [np.zeros_like(p) for p in parts], [np.zeros_like(p) for p in parts]
    step, total = 0, epochs * ((len(x) + batch - 1) // batch)
    for _ in range(epochs):
        order = random.permutation(len(x))
        for start in range(0, len(x), batch):
            pick = order[start:start + batch]
            step += 1
            slope = np.float32(rate * 0.5 * (1 + np.cos(np.pi * step / total)))
            seen = x[pick] * scale + noise * random.standard_normal((len(pick), inputs), dtype=np.float32)
            hidden = np.maximum(seen @ parts[0] + parts[1], 0)
            loud = (random.random(hidden.shape, dtype=np.float32) > silent) / (1 - silent)
            error = softmax((hidden * loud) @ parts[2] + parts[3]) - smooth / classes
            error[np.arange(len(pick)), labels[pick]] -= 1 - smooth
            error *= counts[pick][:, None] / len(pick)
            back = (error @ parts[2].T) * loud * (hidden > 0)
            for k, gradient in enumerate((seen.T @ back, back.sum(0), (hidden * loud).T @ error, error.sum(0))):
                first[k] += np.float32(0.1) * (gradient - first[k])
                second[k] += np.float32(0.01) * (gradient * gradient - second[k])
                move = (first[k] / np.float32(1 - 0.9 ** step)) / (np.sqrt(second[k] / np.float32(1 - 0.99 ** step)) + np.float32(1e-8))
                parts[k] -= slope * (move + np.float32(decay if k % 2 == 0 else 0) * parts[k])
    return [(parts[0] * scale, parts[1]), (parts[2], parts[3])]


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def pack_meaning(ids, layers):
    out = io.BytesIO()
    out.write(utf(MEANING_VERSION) + struct.pack(">fiii", GRAM_SHARE, layers[0][0].shape[0], HIDDEN, len(ids)))
    for name in ids:
        out.write(utf(name))
    for weights, bias in layers:
        scales, small = quantised(weights)
        out.write(np.stack([scales, bias], axis=1).astype(">f4").tobytes() + small.tobytes())
    return gzip.compress(out.getvalue(), 9, mtime=0)


def quantised(weights):
    scales = np.maximum(np.abs(weights).max(0) / 127, 1e-9).astype(np.float32)
    return scales, np.clip(np.rint(weights / scales), -127, 127).astype(np.int8)


def utf(text):
    return struct.pack(">H", len(text.encode())) + text.encode()


def dense(rows):
    matrix = np.zeros((len(rows), PLACES), dtype=np.float32)
    for i, places in enumerate(rows):
        matrix[i, places] = 1 / np.sqrt(max(1, len(places)))
    return matrix


def train(grams, labels, classes, epochs=14, rate=0.02, decay=1e-6, batch=128):
    random = np.random.default_rng(11)
    weights = np.zeros((PLACES, classes), dtype=np.float32)
    bias = np.zeros(classes, dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    step, total = 0, epochs * ((len(grams) + batch - 1) // batch)
    for _ in range(epochs):
        order = random.permutation(len(grams))
        for start in range(0, len(grams), batch):
            pick = order[start:start + batch]
            step += 1
            slope = rate * (1 - step / (total + 1))
            x = dense([grams[i] for i in pick])
            logits = x @ weights + bias
            logits -= logits.max(1, keepdims=True)
            error = np.exp(logits)
            error /= error.sum(1, keepdims=True)
            error[np.arange(len(pick)), labels[pick]] -= 1
            error /= len(pick)
            gradient = x.T @ error + decay * weights
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient * gradient - second)
            correct1, correct2 = 1 - 0.9 ** step, 1 - 0.99 ** step
            weights -= slope * (first / correct1) / (np.sqrt(second / correct2) + 1e-6)
            bias -= 0.1 * error.sum(0)
    return weights, bias


def pack(ids, weights, bias):
    scales, small = quantised(weights)
    out = io.BytesIO()
    out.write(utf(VERSION) + struct.pack(">ii", PLACES, len(ids)))
    for i, name in enumerate(ids):
        out.write(utf(name) + struct.pack(">ff", float(scales[i]), float(bias[i])))
    out.write(small.tobytes())
    return gzip.compress(out.getvalue(), 9, mtime=0)


def evaluate(rows, args):
    texts = [text for text, _ in rows["val"]]
    print("without the embedding")
    report(rows, dump(texts, args, "intents"))
    print("with the embedding")
    report(rows, dump(texts, args, "intents", meanings=dump(texts, args, program=EMBEDDING)))
    asked = dump(texts, args, *CUTOFFS, program=AS_ASKED)
    print(f"as the gateway asks: {sum('minilm' in row[2] for row in asked)} of {len(asked)} with the embedding")
    report(rows, asked)


def dealt(labels):
    """Deals the rows of each intent into parts."""
    order = np.random.default_rng(77).permutation(len(labels))
    part = np.empty(len(labels), dtype=int)
    for label in range(labels.max() + 1):
        mine = order[labels[order] == label]
        part[mine] = np.arange(len(mine)) % FOLDS
    return part


def evaluate_folds(rows, tested, args):
    """Each part of the rows, or the tested rows where there are some, is judged by the service's code with weights of the others."""
    ids = sorted({row["intent"] for row in rows})
    texts = [row["text"] for row in rows + tested]
    labels = np.array([ids.index(row["intent"]) for row in rows + tested])
    part = np.repeat([0, 1], [len(rows), len(tested)]) if tested else dealt(labels)
    folds = [1] if tested else range(FOLDS)
    embedded = dump(texts, args, program=EMBEDDING)
    known, grams = vectors(embedded), places(texts, args)
    right = {"without the embedding": 0, "with the embedding": 0}
    with tempfile.TemporaryDirectory() as folder:
        files = [str(pathlib.Path(folder) / name) for name in ("grams", "meaning")]
        for fold in folds:
            rest, mine = np.flatnonzero(part != fold), np.flatnonzero(part == fold)
            gram_weights = train([grams[i] for i in rest], labels[rest], len(ids))
            layers = train_meaning(known[rest], labels[rest], np.ones(len(rest), np.float32), len(ids))
            pathlib.Path(files[0]).write_bytes(pack(ids, *gram_weights))
            pathlib.Path(files[1]).write_bytes(pack_meaning(ids, layers))
            for name, meanings in zip(right, (None, [embedded[i] for i in mine])):
                guesses = dump([texts[i] for i in mine], args, "intents", *files, meanings=meanings)
                hits = sum(got[4] == ids[labels[i]] for i, got in zip(mine, guesses))
                right[name] += hits
                print(f"part {fold + 1}, {name}: {hits / len(mine):.4f}", flush=True)
    for name, hits in right.items():
        judged = len(tested or rows)
        print(f"{judged} rows, {len(ids)} intents, {name}: accuracy {hits / judged:.4f}")


def report(rows, guesses):
    pairs = [(want, got[1]) for (_, want), got in zip(rows["val"], guesses)]
    inside = [(w, g) for w, g in pairs if w != OUT]
    outside = [(w, g) for w, g in pairs if w == OUT]
    print(f"in scope      {len(inside)} rows, accuracy {sum(w == g for w, g in inside) / max(1, len(inside)):.4f}")
    print(f"out of scope  {len(outside)} rows, recall   {sum(g == OUT for _, g in outside) / max(1, len(outside)):.4f}")
    own = outside[:rows["own"]]
    print(f"  the data set's own: {sum(g == OUT for _, g in own)} of {len(own)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--classes", required=True, help="class path of the compiled service")
    parser.add_argument("--java", default="java")
    parser.add_argument("--out", type=pathlib.Path, default=RESOURCES, help="folder of the products")
    parser.add_argument("--only-meaning", action="store_true", help="leave the grams' weights, which take the time")
    parser.add_argument("--evaluate", action="store_true")
    parser.add_argument("--folds", type=pathlib.Path, metavar="FILE", help="measure on a file of DATA with other intents")
    parser.add_argument("--test", type=pathlib.Path, metavar="FILE", help="with --evaluate or --folds: what is measured on")
    args = parser.parse_args()
    if args.test and not (args.evaluate or args.folds):
        parser.error("--test: measures and trains nothing (expected: --evaluate or --folds beside it)")
    tested = intent_rows(args.test) if args.test else []
    if args.folds:
        evaluate_folds(intent_rows(args.data / args.folds), tested, args)
        return
    rows = read(args.data)
    if tested:
        rows["val"] = [labelled(row) for row in tested]
        rows["own"] = sum(label == OUT for _, label in rows["val"])
    if args.evaluate:
        evaluate(rows, args)
        return
    texts = [text for text, _ in rows["train"]]
    ids = sorted({label for _, label in rows["train"]})
    labels = np.array([ids.index(label) for _, label in rows["train"]])
    meaning = args.out / f"{MEANING_VERSION}.bin.gz"
    counts = np.where(labels == ids.index(OUT), OUT_WEIGHT, 1).astype(np.float32)
    known = vectors(dump(texts, args, program=EMBEDDING))
    meaning.write_bytes(pack_meaning(ids, train_meaning(known, labels, counts, len(ids))))
    print(f"{meaning}: {meaning.stat().st_size} bytes")
    if args.only_meaning:
        return
    grams = places(texts, args)
    out = args.out / f"{VERSION}.bin.gz"
    out.write_bytes(pack(ids, *train(grams, labels, len(ids))))
    print(f"{out}: {out.stat().st_size} bytes, {len(ids)} intents")


if __name__ == "__main__":
    main()
