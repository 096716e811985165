"""Mixes the weights of a run with those of the file that it began with: less is forgotten, and a little less is learned."""

import argparse
import shutil
from pathlib import Path

import numpy as np
import sentencepiece

import tokens
from finished import Finished


def mixed(begun, trained, pieces, kept):
    """The weights, with that share of the file's; a piece that only reads and that the file does not know keeps its vector."""
    known, words = begun.weights(), begun.words()
    found = {name: kept * known[name] + (1 - kept) * array for name, array in trained.items() if name != "embedding"}
    vectors = trained["embedding"].copy()
    for piece, vector in enumerate(vectors):
        old = known["embedding"][piece] if piece < tokens.PIECES else words.get(pieces.id_to_piece(piece), vector)
        vectors[piece] = kept * old + (1 - kept) * vector
    return found | {"embedding": vectors}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--begun", type=Path, required=True, help="the finished GGUF file that the run began with")
    arguments.add_argument("--trained", type=Path, required=True, help="folder that train.py wrote")
    arguments.add_argument("--keep", type=float, required=True, help="the share of the file's weights, from 0 to 1")
    arguments.add_argument("--out", type=Path, required=True, help="folder for tokenizer and weights, as export.py takes it")
    given = arguments.parse_args()

    if not 0 <= given.keep <= 1:
        raise SystemExit(f"--keep {given.keep} (expected: from 0 to 1)")
    given.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(given.trained / "tokenizer.model", given.out / "tokenizer.model")
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(given.out / "tokenizer.model"))
    with np.load(given.trained / "weights.npz") as trained:
        np.savez(given.out / "weights.npz", **mixed(Finished(given.begun), dict(trained), pieces, given.keep))


if __name__ == "__main__":
    main()
