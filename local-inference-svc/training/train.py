"""Trains the starter model, scheduled by steps, and writes its weights.

The first three quarters of the steps see rows of 256 tokens, the last quarter rows of 512: as many tokens
a step either way, and the attention costs less while the model learns to speak. A polish continues from
trained weights at a low rate, on rows of 512; it adds the short wordings that were held back before, and
repeats what people type first.
"""

import argparse
import json
import os
import shutil
import time
from pathlib import Path

# One core is enough, and leaves the others alone.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np

import dataset
import model
import optimizer
import tokens

TOKENS_PER_STEP = 2048
TOKENS_PER_SLICE = 512  # a step is added up from slices whose activations stay in the cache of one core
LENGTHS = ((0.75, 256), (1.0, 512))
MUON_RATE, ADAM_RATE, DECAY = 0.02, 0.004, 0.01
WARM_UP_STEPS, COOL_DOWN = 50, 0.6
POLISH_SHARE = 0.3


def pace(step, steps):
    """The share of the full rate: up within a few steps, level, then down to nothing."""
    up = min(1.0, (step + 1) / WARM_UP_STEPS)
    down = min(1.0, (steps - step) / max(1.0, COOL_DOWN * steps))
    return min(up, down)


def gradient(weights, batch, shape):
    """Mean loss of a batch and its gradient."""
    length = batch[0].shape[1] - 1
    rows = TOKENS_PER_SLICE // length
    slices = jax.tree.map(lambda column: column.reshape(-1, rows, length + 1), batch)

    def add(total, piece):
        return jax.tree.map(jnp.add, total, jax.value_and_grad(model.loss)(weights, *piece, shape)), None

    nothing = (jnp.float32(0.0), jax.tree.map(jnp.zeros_like, weights))
    total, _ = jax.lax.scan(add, nothing, slices)
    counted = jnp.maximum(batch[1][:, 1:].sum(), 1.0)
    return jax.tree.map(lambda value: value / counted, total)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--steps", type=int, default=2400)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--polish", type=Path, help="continue from the weights in this folder")
    arguments.add_argument("--out", type=Path, required=True, help="folder for tokenizer, weights and record")
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)

    tokenizer_path = given.out / "tokenizer.model"
    if given.polish:
        shutil.copy(given.polish / "tokenizer.model", tokenizer_path)
    else:
        tokens.train(tokenizer_path, given.seed)
    chat = tokens.Chat(tokenizer_path)
    shape = model.Shape(vocabulary=chat.pieces.get_piece_size())
    weights = model.initial(shape, given.seed)
    if given.polish:
        trained = np.load(given.polish / "weights.npz")
        weights = {name: jnp.asarray(trained[name]) for name in weights}
    state = optimizer.initial(weights)
    print(f"{model.parameters(weights):,} parameters, {given.steps} steps of {TOKENS_PER_STEP} tokens", flush=True)

    @jax.jit
    def update(weights, state, batch, number, share):
        value, gradients = gradient(weights, batch, shape)
        weights, state = optimizer.step(
            weights, gradients, state, number, MUON_RATE * share, ADAM_RATE * share, DECAY)
        return weights, state, value

    began, cpu_began, seen, losses = time.time(), time.process_time(), 0, []
    lengths = ((1.0, LENGTHS[-1][1]),) if given.polish else LENGTHS
    full = POLISH_SHARE if given.polish else 1.0
    first_dialogue = given.seed * 1000 + (500_000 if given.polish else 0)
    streams = {length: dataset.batches(chat, first_dialogue + length, length, TOKENS_PER_STEP // length, bool(given.polish))
               for _, length in lengths}
    for step in range(given.steps):
        length = next(length for until, length in lengths if step < until * given.steps)
        batch = next(streams[length])
        weights, state, value = update(weights, state, batch, step + 1.0, full * pace(step, given.steps))
        seen += int((batch[2] > 0).sum())
        losses.append(float(value))
        if (step + 1) % 50 == 0 or step + 1 == given.steps:
            print(f"step {step + 1:5d}  loss {np.mean(losses[-50:]):.4f}  {seen / (time.time() - began):,.0f} tokens/s",
                  flush=True)
        if (step + 1) % 200 == 0 or step + 1 == given.steps:
            np.savez(given.out / "weights.npz", **{name: np.asarray(array) for name, array in weights.items()})
    record = {
        "steps": given.steps, "seed": given.seed, "parameters": model.parameters(weights), "tokens": seen,
        "cpuSeconds": round(time.process_time() - cpu_began), "seconds": round(time.time() - began),
        "loss": round(float(np.mean(losses[-50:])), 4)}
    (given.out / "training.json").write_text(json.dumps(record, indent=2) + "\n")
    print(json.dumps(record))


if __name__ == "__main__":
    main()
