"""Train and measure the intent model of the classifier (numpy only).

  train_intents.py --data DATA --classes CLASSPATH --java JAVA [--out MODEL]   train, write the weights
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


def dump(texts, args, *more):
    feed = "".join(f"{i}\t{base64.b64encode(t.encode()).decode()}\n" for i, t in enumerate(texts))
    out = subprocess.run([args.java, "-cp", args.classes, "dev.millrace.classifier.intent.GramDump", *more],
                         input=feed, capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in out.splitlines()]


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
    scales = np.maximum(np.abs(weights).max(0) / 127, 1e-9).astype(np.float32)
    small = np.clip(np.rint(weights / scales), -127, 127).astype(np.int8)
    out = io.BytesIO()
    utf = lambda text: struct.pack(">H", len(text.encode())) + text.encode()  # noqa: E731
    out.write(utf(VERSION) + struct.pack(">ii", PLACES, len(ids)))
    for i, name in enumerate(ids):
        out.write(utf(name) + struct.pack(">ff", float(scales[i]), float(bias[i])))
    out.write(small.tobytes())
    return gzip.compress(out.getvalue(), 9, mtime=0)


def evaluate(rows, args):
    guesses = dump([text for text, _ in rows["val"]], args, "intents")
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
    parser.add_argument("--out", type=pathlib.Path, default=RESOURCES / f"{VERSION}.bin.gz")
    parser.add_argument("--evaluate", action="store_true")
    args = parser.parse_args()
    rows = read(args.data)
    if args.evaluate:
        evaluate(rows, args)
        return
    grams = [[int(p) for p in row[1].split(" ")] if row[1] else [] for row in dump([t for t, _ in rows["train"]], args)]
    ids = sorted({label for _, label in rows["train"]})
    labels = np.array([ids.index(label) for _, label in rows["train"]])
    args.out.write_bytes(pack(ids, *train(grams, labels, len(ids))))
    print(f"{args.out}: {args.out.stat().st_size} bytes, {len(ids)} intents")


if __name__ == "__main__":
    main()
