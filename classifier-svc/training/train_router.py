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
import pathlib

from router.edits import measure_edits
from router.figures import evaluate, evaluate_parts
from router.head import NAME, OPTIONS, head_text, train
from router.neighbours import NEIGHBOURS, learn_neighbours, neighbours_bytes
from router.prompts import RESOURCES, features, read_prompts, signal_names, vectors

import numpy as np  # after router, which says how many threads it has


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
