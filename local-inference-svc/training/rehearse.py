"""A whole run in small, for the test of this program: sentences, tokenizer, words, three steps, file. Its answers are babble.

Less of everything, and the same code as `train.sh` runs: about 15 seconds of one core, most of them for the compiler of the steps.
"""

import argparse
import functools
import sys
from pathlib import Path

import jax

import export
import tokens
import train
import vocabulary

STEPS, LENGTH, TOKENS_PER_STEP, CHECKPOINT_EVERY = 3, 128, 512, 2
ADDED_WORDS, DIALOGUES = 64, 1_500


def interrupt():
    """Trains until the first checkpoint is written."""
    whole = train.save

    def last(*arguments):
        whole(*arguments)
        raise KeyboardInterrupt

    train.save = last
    try:
        train.main()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    train.save = whole


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--teacher", type=Path, required=True, help="folder of model.onnx and tokenizer.json")
    arguments.add_argument("--out", type=Path, required=True, help="folder for all that a run writes")
    arguments.add_argument("--interrupted", action="store_true", help="ends after its first checkpoint, and goes on from that")
    given = arguments.parse_args()

    tokens.train = functools.partial(tokens.train, dialogues=DIALOGUES)
    vocabulary.ADDED, vocabulary.ANSWERING_DIALOGUES, vocabulary.WORDINGS_PER_TEMPLATE = ADDED_WORDS, DIALOGUES, 1
    train.LENGTHS, train.TOKENS_PER_STEP, train.CHECKPOINT_EVERY = ((1.0, LENGTH),), TOKENS_PER_STEP, CHECKPOINT_EVERY
    # A run that goes on need not compile the steps anew.
    jax.config.update("jax_compilation_cache_dir", str(given.out / "compiled"))
    sys.argv = ["train.py", "--steps", str(STEPS), "--teacher", str(given.teacher), "--out", str(given.out)]
    if given.interrupted:
        interrupt()
        sys.argv.append("--resume")
    train.main()
    sys.argv = ["export.py", "--trained", str(given.out), "--out", str(given.out / "millrace-starter.gguf")]
    export.main()


if __name__ == "__main__":
    main()
