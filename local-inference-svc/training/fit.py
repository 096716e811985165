"""Whether what a run goes on from fits the program of today: a finished file, or the checkpoint of an interrupted run.

Where it does not, the run ends before it has begun, with what was found, what was expected and what to do next. Nothing is
overwritten by then.
"""

import hashlib
import zipfile

import numpy as np

from tokens import PIECES

ANY = None  # a dimension that only the teacher knows

ANEW = "Begin anew without --resume, or name another folder with --out"


def refuse(path, why, next_step):
    raise SystemExit(f"cannot go on from {path}: {why}. {next_step}")


def by(dimensions):
    return " x ".join("any" if size is ANY else f"{size:,}" for size in dimensions) or "one number"


def file(path):
    """A finished file begins with four letters."""
    wanted = "a finished GGUF file, as train.sh writes it"
    if path.is_dir():
        inside = sorted(path.glob("*.gguf"))
        refuse(path, f"it is a folder (expected: {wanted})",
               f"Name the file: {inside[0]}" if inside else "Make one of that folder: export.py --trained FOLDER --out FILE")
    if not path.is_file():
        refuse(path, f"there is no such file (expected: {wanted})", "Name one that is there")
    with path.open("rb") as begin:
        if begin.read(4) != b"GGUF":
            refuse(path, f"it is no GGUF file (expected: {wanted})", "Name another, or fetch it again")


def finished(path, found, shape, amended):
    """Tokenizer and shape of a file, which may be that of an earlier version."""
    other = "It is of another version of the training: use the program of that version, or begin anew without --begin and --amend"
    architecture = found.fields["general.architecture"].contents()
    if architecture != "llama":
        refuse(path, f"its architecture is {architecture} (expected: llama)", other)
    for name, expected in {"block_count": shape.layers, "embedding_length": shape.width, "feed_forward_length": shape.hidden,
                           "attention.head_count": shape.heads, "attention.head_count_kv": shape.kv_heads}.items():
        field = found.fields.get(f"llama.{name}")
        if field is None or field.contents() != expected:
            refuse(path, f"its {name} is {field and field.contents()} (expected: {expected})", other)
    pieces = len(found.fields["tokenizer.ggml.tokens"].contents())
    rows = len(found.tensors["token_embd.weight"])
    if rows != pieces:
        refuse(path, f"it has {rows:,} vectors for {pieces:,} pieces of its tokenizer", "It is damaged: name another, or fetch it again")
    if pieces < PIECES:
        refuse(path, f"its tokenizer has {pieces:,} pieces (expected: {PIECES:,} or more)", other)
    if amended and pieces == PIECES:
        refuse(path, f"its tokenizer has {PIECES:,} pieces and no words that only read (expected: more)",
               "It was made before the vocabulary was widened, which an amendment does not do: go on from it with --begin in place of --amend")


def digest(tokenizer):
    return hashlib.sha256(tokenizer.read_bytes()).hexdigest()


def tokenizer(checkpoint, path):
    if not path.is_file():
        refuse(checkpoint, f"{path.name}, which it was made with, is not beside it", f"Put it back. {ANEW}")


def checkpoint(path, tokenizer_path, expected):
    """That a checkpoint has the arrays of these names, sizes and tokenizer."""
    other = f"It was made with another tokenizer, or by another version of this program. {ANEW}"
    try:
        with np.load(path) as kept:
            for name, dimensions in expected.items():
                if name not in kept:
                    refuse(path, f"it has no {name}", other)
                found = kept[name].shape
                if len(found) != len(dimensions) or any(want not in (ANY, have) for want, have in zip(dimensions, found)):
                    refuse(path, f"its {name} is {by(found)} (expected: {by(dimensions)})", other)
            if "tokenizer" in kept and str(kept["tokenizer"]) != digest(tokenizer_path):
                refuse(path, f"it was made with another tokenizer than {tokenizer_path.name} beside it", f"Put that back. {ANEW}")
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as fault:
        refuse(path, f"it is damaged ({fault})", ANEW)
