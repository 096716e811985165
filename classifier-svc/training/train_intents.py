"""Train and measure the intent models of the classifier: over grams, and over the meaning beside them (numpy only).

  train_intents.py --data DATA --classes CLASSPATH --java JAVA                 train, write the weights
  train_intents.py --data DATA --classes CLASSPATH --java JAVA --evaluate      measure the shipped weights

DATA holds intent_clinc150.jsonl.gz (training on split train and oos_train, measuring on val and oos_val) and
routing_llmrouter.jsonl.gz, whose prompts of every eighth row teach what is out of scope (every ninth measures it).
Equal inputs give equal bytes on one machine.
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

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np  # noqa: E402

HERE = pathlib.Path(__file__).parent
RESOURCES = HERE.parent / "src/main/resources/classifier"
VERSION = "intent-grams-v1"
MEANING_VERSION = "intent-meaning-v1"
GRAM_SHARE = 0.6
# A prompt out of scope counts less than one in scope: they are many and of all kinds.
OUT_WEIGHT = 0.3
INTENTS = "dev.millrace.classifier.intent.GramDump"
EMBEDDING = "dev.millrace.classifier.embedding.EmbeddingDump"
PLACES = 1 << 14
OUT = "out_of_scope"


def read(data):
    rows = {"train": [], "val": []}
    with gzip.open(data / "intent_clinc150.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            part = "train" if row["split"] in ("train", "oos_train") else "val"
            rows[part].append((row["text"], OUT if row["intent"] == "oos" else row["intent"]))
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
                         input=feed, capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in out.splitlines()]


def vectors(rows):
    return np.array([np.frombuffer(base64.b64decode(row[1]), dtype=">f4") for row in rows], dtype=np.float32)


def train_meaning(x, labels, weights_, classes, epochs=15, rate=0.05, decay=1e-6, batch=128):
    random = np.random.default_rng(3)
    weights = np.zeros((x.shape[1], classes), dtype=np.float32)
    bias = np.zeros(classes, dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    step, total = 0, epochs * ((len(x) + batch - 1) // batch)
    for _ in range(epochs):
        order = random.permutation(len(x))
        for start in range(0, len(x), batch):
            pick = order[start:start + batch]
            step += 1
            slope = 1 - step / (total + 1)
            error = softmax(x[pick] @ weights + bias)
            error[np.arange(len(pick)), labels[pick]] -= 1
            error *= weights_[pick][:, None] / len(pick)
            gradient = x[pick].T @ error + decay * weights
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient * gradient - second)
            weights -= rate * slope * (first / (1 - 0.9 ** step)) / (np.sqrt(second / (1 - 0.99 ** step)) + 1e-6)
            bias -= 0.1 * slope * error.sum(0)
    return weights, bias


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def pack_meaning(ids, weights, bias):
    scales, small = quantised(weights)
    out = io.BytesIO()
    out.write(utf(MEANING_VERSION) + struct.pack(">iif", weights.shape[0], len(ids), GRAM_SHARE))
    for i, name in enumerate(ids):
        out.write(utf(name) + struct.pack(">ff", float(scales[i]), float(bias[i])))
    out.write(small.tobytes())
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


def report(rows, guesses):
    pairs = [(want, got[1]) for (_, want), got in zip(rows["val"], guesses)]
    inside = [(w, g) for w, g in pairs if w != OUT]
    outside = [(w, g) for w, g in pairs if w == OUT]
    print(f"in scope      {len(inside)} rows, accuracy {sum(w == g for w, g in inside) / len(inside):.4f}")
    print(f"out of scope  {len(outside)} rows, recall   {sum(g == OUT for _, g in outside) / len(outside):.4f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--classes", required=True, help="class path of the compiled service")
    parser.add_argument("--java", default="java")
    parser.add_argument("--out", type=pathlib.Path, default=RESOURCES, help="folder of the products")
    parser.add_argument("--only-meaning", action="store_true", help="leave the grams' weights, which take the time")
    parser.add_argument("--evaluate", action="store_true")
    args = parser.parse_args()
    rows = read(args.data)
    if args.evaluate:
        evaluate(rows, args)
        return
    texts = [text for text, _ in rows["train"]]
    ids = sorted({label for _, label in rows["train"]})
    labels = np.array([ids.index(label) for _, label in rows["train"]])
    meaning = args.out / f"{MEANING_VERSION}.bin.gz"
    counts = np.where(labels == ids.index(OUT), OUT_WEIGHT, 1).astype(np.float32)
    known = vectors(dump(texts, args, program=EMBEDDING))
    meaning.write_bytes(pack_meaning(ids, *train_meaning(known, labels, counts, len(ids))))
    print(f"{meaning}: {meaning.stat().st_size} bytes")
    if args.only_meaning:
        return
    grams = [[int(p) for p in row[1].split(" ")] if row[1] else [] for row in dump(texts, args)]
    out = args.out / f"{VERSION}.bin.gz"
    out.write_bytes(pack(ids, *train(grams, labels, len(ids))))
    print(f"{out}: {out.stat().st_size} bytes, {len(ids)} intents")


if __name__ == "__main__":
    main()
