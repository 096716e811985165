"""The network: a small llama (RMS norm, rotary positions in adjacent pairs, grouped queries, gated SiLU, tied embeddings)."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 2048
    width: int = 192
    layers: int = 4
    heads: int = 3
    kv_heads: int = 1
    hidden: int = 512
    rope_base: float = 10_000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self):
        return self.width // self.heads


def initial(shape, seed):
    """Weights as a dictionary; the weights of all layers are stacked, matrices are (layer, out, in)."""
    rng = np.random.default_rng(seed)
    w, kv = shape.width, shape.kv_heads * shape.head_width

    def matrix(out, into, scale=1.0):
        return jnp.asarray(rng.normal(0, scale * into**-0.5, (shape.layers, out, into)), jnp.float32)

    last = (2 * shape.layers) ** -0.5
    return {
        "embedding": jnp.asarray(rng.normal(0, 0.02, (shape.vocabulary, w)), jnp.float32),
        "output_norm": jnp.ones(w),
        "attention_norm": jnp.ones((shape.layers, w)),
        "ffn_norm": jnp.ones((shape.layers, w)),
        "q": matrix(w, w), "k": matrix(kv, w), "v": matrix(kv, w), "o": matrix(w, w, last),
        "gate": matrix(shape.hidden, w), "up": matrix(shape.hidden, w), "down": matrix(w, shape.hidden, last),
    }


def parameters(weights):
    return sum(int(np.prod(array.shape)) for array in weights.values())


def rms_norm(x, gain, epsilon):
    return x * jax.lax.rsqrt(jnp.mean(x * x, -1, keepdims=True) + epsilon) * gain


def rotation(shape, length):
    """Cosine and sine for each position, twice each: once for either half of an adjacent pair."""
    frequency = shape.rope_base ** (-np.arange(0, shape.head_width, 2) / shape.head_width)
    angle = np.repeat(np.arange(length)[:, None] * frequency, 2, axis=1)
    return jnp.asarray(np.cos(angle), jnp.float32), jnp.asarray(np.sin(angle), jnp.float32)


def quarter_turn(width):
    """The matrix that turns each adjacent pair (a, b) into (-b, a); a product is cheaper here than strided slices."""
    turn = np.zeros((width, width), np.float32)
    for even in range(0, width, 2):
        turn[even + 1, even], turn[even, even + 1] = -1.0, 1.0
    return jnp.asarray(turn)


def rotate(x, cos, sin):
    """Turns each adjacent pair of (batch, head, position, width) by the angle of its position."""
    return x * cos + (x @ quarter_turn(x.shape[-1])) * sin


def product(x, matrix):
    """x times the transposed matrix, of factors rounded to bfloat16 and summed in float32."""
    return jax.lax.dot_general(
        x.astype(jnp.bfloat16), matrix.astype(jnp.bfloat16), (((x.ndim - 1,), (1,)), ((), ())),
        preferred_element_type=jnp.float32)


def products(pattern, a, b):
    return jnp.einsum(pattern, a.astype(jnp.bfloat16), b.astype(jnp.bfloat16), preferred_element_type=jnp.float32)


def logits(weights, tokens, dialogue, shape):
    """Next-token scores; a token sees only earlier tokens of its own dialogue."""
    batch, length = tokens.shape
    group, width = shape.heads // shape.kv_heads, shape.head_width
    cos, sin = rotation(shape, length)
    seen = jnp.tril(jnp.ones((length, length), bool)) & (dialogue[:, :, None] == dialogue[:, None, :])
    mask = jnp.where(seen, 0.0, -1e9)[:, None, None]

    def split(x, heads):
        return x.reshape(batch, length, heads, width).transpose(0, 2, 1, 3)

    def layer(x, w):
        h = rms_norm(x, w["attention_norm"], shape.norm_epsilon)
        q = rotate(split(product(h, w["q"]), shape.heads), cos, sin) * width**-0.5
        k = rotate(split(product(h, w["k"]), shape.kv_heads), cos, sin)
        v = split(product(h, w["v"]), shape.kv_heads)
        q = q.reshape(batch, shape.kv_heads, group * length, width)
        score = products("bhqd,bhkd->bhqk", q, k).reshape(batch, shape.kv_heads, group, length, length) + mask
        share = jax.nn.softmax(score, -1).reshape(batch, shape.kv_heads, group * length, length)
        mixed = products("bhqk,bhkd->bhqd", share, v).reshape(batch, shape.heads, length, width).transpose(0, 2, 1, 3)
        x = x + product(mixed.reshape(batch, length, shape.width), w["o"])
        h = rms_norm(x, w["ffn_norm"], shape.norm_epsilon)
        x = x + product(jax.nn.silu(product(h, w["gate"])) * product(h, w["up"]), w["down"])
        return x

    x = weights["embedding"][tokens]
    for number in range(shape.layers):
        x = layer(x, {name: array[number] for name, array in weights.items() if name not in ("embedding", "output_norm")})
    return product(rms_norm(x, weights["output_norm"], shape.norm_epsilon), weights["embedding"])


def loss(weights, tokens, weight, dialogue, shape):
    """Sum of the cross entropy, each token counted by its weight; all arrays are one longer than the input."""
    scores = logits(weights, tokens[:, :-1], dialogue[:, :-1], shape)
    hit = tokens[:, 1:, None] == jnp.arange(shape.vocabulary)
    miss = jax.nn.logsumexp(scores, -1) - jnp.where(hit, scores, 0.0).sum(-1)
    return (miss * weight[:, 1:]).sum()
