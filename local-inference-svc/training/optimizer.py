"""The optimizer: Muon for the matrices of the layers, Adam for embedding and norms."""

import jax
import jax.numpy as jnp

MATRICES = ("q", "k", "v", "o", "gate", "up", "down")
# What many pieces share moves more slowly.
SHARE = {"projection": 0.1, "head": 0.25}
MOMENTUM, ADAM_FAST, ADAM_SLOW, ADAM_EPSILON = 0.95, 0.9, 0.98, 1e-8
NEWTON_SCHULZ, ITERATIONS = (3.4445, -4.7750, 2.0315), 5


def initial(weights):
    zeros = {name: jnp.zeros_like(array) for name, array in weights.items()}
    slow = {name: jnp.zeros_like(array) for name, array in weights.items() if name not in MATRICES}
    return {"first": zeros, "second": slow}


def orthogonal(matrix):
    """The nearest matrix whose rows (or columns) are orthonormal, by Newton-Schulz iteration; for a stack of matrices."""
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[-2] > matrix.shape[-1]
    x = matrix.swapaxes(-1, -2) if tall else matrix
    x = (x / (jnp.linalg.norm(x, axis=(-2, -1), keepdims=True) + 1e-7)).astype(jnp.bfloat16)
    for _ in range(ITERATIONS):
        square = x @ x.swapaxes(-1, -2)
        x = a * x + (b * square + c * square @ square) @ x
    x = x.astype(jnp.float32)
    return x.swapaxes(-1, -2) if tall else x


def step(weights, gradients, state, number, muon_rate, adam_rate, decay):
    """One update; number counts from 1. Returns the new weights and the new state."""
    size = jnp.sqrt(sum(jnp.sum(g * g) for g in gradients.values()))
    gradients = jax.tree.map(lambda g: g * jnp.minimum(1.0, 1.0 / (size + 1e-6)), gradients)
    new, first, second = {}, {}, {}
    for name, w in weights.items():
        g, m = gradients[name], state["first"][name]
        if name in MATRICES:
            first[name] = MOMENTUM * m + g
            direction = orthogonal(g + MOMENTUM * first[name]) * max(1.0, w.shape[-2] / w.shape[-1]) ** 0.5
            new[name] = w * (1 - muon_rate * decay) - muon_rate * direction
        else:
            first[name] = ADAM_FAST * m + (1 - ADAM_FAST) * g
            second[name] = ADAM_SLOW * state["second"][name] + (1 - ADAM_SLOW) * g * g
            mean = first[name] / (1 - ADAM_FAST**number)
            spread = jnp.sqrt(second[name] / (1 - ADAM_SLOW**number)) + ADAM_EPSILON
            new[name] = w - adam_rate * SHARE.get(name, 1.0) * mean / spread
    return new, {"first": first, "second": second}
