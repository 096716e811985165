"""How well prompts are told apart that the training left out: APGR by the service's own scorer."""
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from router.edits import EDITS, perturbed
from router.head import OPTIONS, head_text, train
from router.neighbours import learn_neighbours, neighbours_bytes
from router.prompts import EMBEDDING, SETS, dump, known_meanings, signal_names

QUARTERS = 4
TASK_SET, TASK_GROUPS = "llmrouter", 7


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


def trained_on(kept, x, y, names, places):
    """Trains on some of the rows; returns the paths of both files."""
    topics = learn_neighbours(x[kept], y[kept], places[kept])
    head = head_text(train(x[kept], y[kept], names[kept], OPTIONS), x[kept], topics["own"], signal_names())
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "head.txt").write_text(head, encoding="utf-8")
    (folder / "neighbours.bin.gz").write_bytes(neighbours_bytes(topics))
    return str(folder / "head.txt"), str(folder / "neighbours.bin.gz")


def measure(scores, data, tool, sets):
    with tempfile.NamedTemporaryFile("w", suffix=".tsv", delete=False) as file:
        file.write(scores)
    try:
        return subprocess.run([sys.executable, tool, "--labels", str(data / "routing_labels.tsv.gz"), "--sets", sets,
                               file.name], capture_output=True, text=True, check=True).stdout.splitlines()
    finally:
        os.unlink(file.name)


def mean_apgr(lines):
    return np.mean([float(line.split("\t")[4]) for line in lines])
