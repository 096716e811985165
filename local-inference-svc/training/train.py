"""Trains the starter model, scheduled by steps, and writes its weights.

The rate is level until the cool-down, the last two fifths of the steps, and so are the rows of 128 tokens: attention costs less
while the model learns to speak. In the cool-down rows of 256 and then of 512 follow, as many tokens a step as before; its
dialogues are polished: they have the short wordings that were held back before, and repeat what people type first.
A run that was interrupted goes on from its last checkpoint, also with another number of steps as long as the cool-down
has not begun: the result is that of a run in one piece.

A run may begin with a finished file in place of random weights, so that what it knows need not be learned again. An amendment
goes on from one for a few steps at a low rate, when the answers of some topics have changed.
"""

import argparse
import json
import os
import time
from pathlib import Path

# One core is enough, and leaves the others alone.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

import dataset
import fit
import model
import optimizer
import tokens
import vocabulary
from finished import Finished
from teacher import Teacher

TOKENS_PER_STEP = 2048
TOKENS_PER_SLICE = 512  # a step is added up from slices whose activations stay in the cache of one core; a GPU takes it whole
LEVEL = 0.6  # the share of the steps before the cool-down
LENGTHS = ((LEVEL, 128), (0.9, 256), (1.0, 512))  # until which share of the steps, tokens of a row
MUON_RATE, ADAM_RATE, DECAY = 0.02, 0.004, 0.01
WARM_UP_STEPS = 50
CHECKPOINT_EVERY = 100
UNSAID = 256  # added words of a step that the model learns not to say
AMENDMENT_RATE, AMENDMENT_LENGTH = 0.03, 256


def pace(step, steps):
    """The share of the full rate: up within a few steps, level, then down to nothing."""
    up = min(1.0, (step + 1) / WARM_UP_STEPS)
    down = min(1.0, (steps - step) / max(1.0, (1 - LEVEL) * steps))
    return min(up, down)


def gradient(weights, batch, lesson, shape):
    """Mean loss of a batch, for each text what it lacks of the teacher's meaning, and the gradient."""
    length = batch[0].shape[1] - 1
    rows = (TOKENS_PER_SLICE if jax.default_backend() == "cpu" else TOKENS_PER_STEP) // length
    slices = jax.tree.map(lambda column: column.reshape(-1, rows, length + 1), batch)

    def add(total, piece):
        (_, sums), slope = jax.value_and_grad(model.loss, has_aux=True)(weights, *piece, lesson, shape)
        return jax.tree.map(jnp.add, total, (sums, slope)), None

    nothing = (jnp.zeros(2), jax.tree.map(jnp.zeros_like, weights))
    (sums, slope), _ = jax.lax.scan(add, nothing, slices)
    counted, texts = jnp.maximum(batch[1][:, 1:].sum(), 1.0), jnp.maximum((batch[3] > 0).sum(), 1)
    return sums / jnp.stack([counted, texts]), jax.tree.map(lambda value: value / counted, slope)


def save(folder, step, seen, weights, state, meanings, tokenizer):
    """Writes the weights, and beside them what a run that is interrupted needs to go on, with the digest of its tokenizer."""
    numpy = {name: np.asarray(array) for name, array in weights.items()}
    np.savez(folder / "weights.npz", **model.finished(numpy, meanings))
    moments = {f"{kind}.{name}": np.asarray(array) for kind, arrays in state.items() for name, array in arrays.items()}
    np.savez(folder / "checkpoint.part.npz", step=step, seen=seen, tokenizer=tokenizer, **moments, **numpy)
    (folder / "checkpoint.part.npz").replace(folder / "checkpoint.npz")


def kept(shape, width_of_teacher=fit.ANY):
    """The sizes of what a checkpoint keeps, by name."""
    arrays = {name: array.shape for name, array in model.initial(shape, 0).items()}
    arrays |= {"embedding": (shape.base, shape.width), "offset": (shape.width,), "residual": (shape.vocabulary - shape.base, shape.width),
               "projection": (width_of_teacher, shape.width), "head": (width_of_teacher, shape.width)}
    moments = {f"first.{name}": size for name, size in arrays.items()}
    moments |= {f"second.{name}": size for name, size in arrays.items() if name not in optimizer.MATRICES}
    return {"step": (), "seen": ()} | moments | arrays


def restored(path, weights, state):
    """Step, tokens seen, weights and state of a checkpoint."""
    with np.load(path) as kept:
        return (int(kept["step"]), int(kept["seen"]), {name: jnp.asarray(kept[name]) for name in weights},
                {kind: {name: jnp.asarray(kept[f"{kind}.{name}"]) for name in arrays} for kind, arrays in state.items()})


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--steps", type=int, default=3600)
    arguments.add_argument("--seed", type=int, default=7)
    start = arguments.add_mutually_exclusive_group()
    start.add_argument("--begin", type=Path, help="a finished GGUF file, whose tokenizer and weights are gone on with at full rate")
    start.add_argument("--amend", type=Path, help="the same at a low rate, for a few steps")
    arguments.add_argument("--topics", nargs="+", default=[], help="topics to dwell on, part/topic: new ones, or those whose answers have changed")
    arguments.add_argument("--rate", type=float, default=1.0, help="with --begin: the share of the full rate; a smaller one keeps more of what is known")
    arguments.add_argument("--resume", action="store_true", help="go on from the checkpoint of an interrupted run in --out")
    arguments.add_argument("--teacher", type=Path, required=True, help="folder of model.onnx and tokenizer.json")
    arguments.add_argument("--out", type=Path, required=True, help="folder for tokenizer, weights and record")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)

    tokenizer_path = given.out / "tokenizer.model"
    checkpoint = given.out / "checkpoint.npz"
    resume = given.resume and checkpoint.exists()
    begun = given.begin or given.amend
    finished = Finished(begun) if begun else None
    if finished:
        fit.finished(begun, finished, model.Shape(), bool(given.amend))
    if resume:
        fit.tokenizer(checkpoint, tokenizer_path)
        pieces = tokens.Chat(tokenizer_path).pieces.get_piece_size()
        fit.checkpoint(checkpoint, tokenizer_path, kept(model.Shape(base=tokens.PIECES, vocabulary=pieces)))
    teacher = Teacher(given.teacher)
    if finished and not resume:
        tokenizer_path.write_bytes(finished.tokenizer())
    elif not resume:
        tokens.train(tokenizer_path, given.seed)
    if not given.amend and not resume:
        tokenizer_path.write_bytes(vocabulary.widened(tokenizer_path.read_bytes(), teacher, given.seed))
    chat = tokens.Chat(tokenizer_path)
    shape = model.Shape(base=tokens.PIECES, vocabulary=chat.pieces.get_piece_size())
    known = jax.tree.map(np.asarray, finished.weights() if finished else model.initial(shape, given.seed))
    meanings = vocabulary.meanings(chat.pieces, teacher)
    projection = vocabulary.projection(chat.pieces, known["embedding"], teacher)
    residual = np.zeros((len(meanings), shape.width), np.float32)
    learned = finished.words() if finished else {}
    for word in range(len(meanings)):
        text = chat.pieces.id_to_piece(tokens.PIECES + word)
        if text in learned:
            residual[word] = learned[text] - meanings[word] @ projection
    weights = model.with_words(
        jax.tree.map(jnp.asarray, known | {"embedding": known["embedding"][:tokens.PIECES]}), projection, residual, given.seed)
    state = optimizer.initial(weights)
    first, seen = 0, 0
    if resume:
        first, seen, weights, state = restored(checkpoint, weights, state)
        if first > LEVEL * given.steps:
            print(f"from step {first}, which is in the cool-down: keep the number of steps that the run began with", flush=True)
    parameters = model.parameters(model.finished(weights, meanings))
    print(f"{parameters:,} parameters, steps {first} to {given.steps} of {TOKENS_PER_STEP} tokens", flush=True)

    @jax.jit
    def update(weights, state, batch, lesson, number, share):
        value, gradients = gradient(weights, batch, lesson, shape)
        weights, state = optimizer.step(
            weights, gradients, state, number, MUON_RATE * share, ADAM_RATE * share, DECAY)
        return weights, state, value

    lengths, full = (((1.0, AMENDMENT_LENGTH),), AMENDMENT_RATE) if given.amend else (LENGTHS, given.rate)
    streams = {
        length: dataset.batches(
            chat, teacher, given.seed * 1000 + length + (500_000 if finished else 0), length, TOKENS_PER_STEP // length,
            until > LEVEL, given.topics)
        for until, length in lengths}
    rng, stored = np.random.default_rng(given.seed), jnp.asarray(meanings)
    began, cpu_began, seen_before, losses = time.time(), time.process_time(), seen, []
    for step in range(given.steps):
        length = next(length for until, length in lengths if step < until * given.steps)
        batch, texts = next(streams[length])
        unsaid = rng.choice(len(meanings), UNSAID)
        if step < first:
            continue
        lesson = model.Lesson(stored, unsaid, texts)
        weights, state, value = update(weights, state, batch, lesson, step + 1.0, full * pace(step, given.steps))
        seen += int((batch[2] > 0).sum())
        losses.append(value)  # waited for when it is told: the next batch is made while a step is computed
        if (step + 1) % 50 == 0 or step + 1 == given.steps:
            speed = (seen - seen_before) / (time.process_time() - cpu_began)
            loss, apart = np.mean(jax.device_get(losses[-50:]), axis=0)
            print(f"step {step + 1:5d}  loss {loss:.4f}  from the teacher {apart:.4f}  {speed:,.0f} tokens a CPU second", flush=True)
        if (step + 1) % CHECKPOINT_EVERY == 0 or step + 1 == given.steps:
            save(given.out, step + 1, seen, weights, state, meanings, fit.digest(tokenizer_path))
    record = {
        "steps": given.steps, "seed": given.seed, "parameters": parameters, "tokens": seen, "resumedAt": first,
        "cpuSeconds": round(time.process_time() - cpu_began), "seconds": round(time.time() - began),
        "loss": round(float(np.mean(jax.device_get(losses[-50:]), axis=0)[0]), 4)}
    (given.out / "training.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()
