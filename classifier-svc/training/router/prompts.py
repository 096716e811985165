"""The prompts of the data with their labels, and what the service reads in them."""
import base64
import gzip
import json
import pathlib
import re
import subprocess

import numpy as np

HERE = pathlib.Path(__file__).parent.parent
RESOURCES = HERE.parent / "src/main/resources/classifier"
SETS = ("mmlu", "gsm8k", "llmrouter")
WEAK_MODELS = ("mistral-7b-instruct-v0.3", "gemma-2-9b-it", "llama-3.1-8b-instruct", "codegemma-7b", "qwen2.5-7b-instruct")
STRONG_MODELS = ("llama-3.1-nemotron-51b-instruct", "llama-3.3-nemotron-super-49b-v1")
FEATURES = "dev.millrace.classifier.score.FeatureDump"
EMBEDDING = "dev.millrace.classifier.embedding.EmbeddingDump"


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


def known_meanings(places):
    return "".join(f"-\t{base64.b64encode(v.astype('>f4').tobytes()).decode()}\n" for v in places)


def dump(rows, java, classes, *arguments, program=FEATURES, meanings=None):
    more = [""] * len(rows) if meanings is None else ["\t" + m.split("\t")[1] for m in meanings.splitlines()]
    feed = "".join(f"{r[0]}\t{base64.b64encode(r[2].encode()).decode()}{m}\n" for r, m in zip(rows, more))
    return subprocess.run([java, "--enable-native-access=ALL-UNNAMED", "-cp", classes, program, *arguments],
                          input=feed, stdout=subprocess.PIPE, text=True, check=True).stdout


def signal_names():
    source = (HERE.parent / "src/main/java/dev/millrace/classifier/score/Feature.java").read_text(encoding="utf-8")
    body = source[source.index("enum Feature {"):source.index(";", source.index("enum Feature {"))]
    return ",".join(n.lower() for n in re.findall(r"^    ([A-Z_]+)\(", body, re.MULTILINE))
