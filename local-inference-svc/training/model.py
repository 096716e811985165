"""The network: a small llama (RMS norm, rotary positions in adjacent pairs, grouped queries, gated SiLU, tied embeddings).

The vectors of the first `base` pieces are learned freely. That of an added word is made of what the teacher says about the
word, by a projection that all of them share, of an offset, and of a rest of its own. What a text of the user means is learned
from the teacher, too: before the last layer, the vector at its end is turned towards the teacher's.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np


TEACHER_WEIGHT = 3.0
LAYER = ("attention_norm", "ffn_norm", "q", "k", "v", "o", "gate", "up", "down")


class Lesson(NamedTuple):
    """What a step needs beside its rows.

    meanings: (added words, teacher's width), what the teacher says of each; unsaid: numbers of some of them; texts: (texts,
    teacher's width), what the teacher says of the users' texts, of which the first stands for none.
    """

    meanings: jnp.ndarray
    unsaid: jnp.ndarray
    texts: jnp.ndarray


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 2048
    base: int = 2048
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


def with_words(weights, projection, residual, seed):
    """Weights that read added words as well, and learn from the teacher."""
    rng = np.random.default_rng(seed)
    width = projection.shape[1]
    head = jnp.asarray(rng.normal(0, width**-0.5, (projection.shape[0], width)), jnp.float32)
    return weights | {"projection": jnp.asarray(projection), "offset": jnp.zeros(width), "residual": jnp.asarray(residual), "head": head}


def finished(weights, meanings):
    """The weights of a file: one vector for each piece, and nothing that only the training needs."""
    words = meanings @ weights["projection"] + weights["offset"] + weights["residual"]
    kept = {name: array for name, array in weights.items() if name not in ("projection", "offset", "residual", "head")}
    return kept | {"embedding": np.concatenate([weights["embedding"], words])}


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


def word_vectors(weights, meanings, words):
    """Vectors of added words, by their number among them."""
    return product(meanings[words], weights["projection"].T) + weights["offset"] + weights["residual"][words]


def vectors(weights, meanings, tokens, shape):
    own = weights["embedding"][jnp.minimum(tokens, shape.base - 1)]
    words = word_vectors(weights, meanings, jnp.maximum(tokens - shape.base, 0))
    return jnp.where((tokens < shape.base)[..., None], own, words)


def hidden(weights, meanings, tokens, dialogue, shape):
    """The vectors after the last layer, and those before it; a token sees only earlier tokens of its own dialogue."""
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

    x = before = vectors(weights, meanings, tokens, shape)
    for number in range(shape.layers):
        before = x
        x = layer(x, {name: weights[name][number] for name in LAYER})
    return rms_norm(x, weights["output_norm"], shape.norm_epsilon), before


def loss(weights, tokens, weight, dialogue, asked, lesson, shape):
    """Sums of the cross entropy, each token counted by its weight, and of what the teacher finds fault with.

    All arrays but the lesson's are one longer than the input. No added word is ever the next one; a sample of them stands for
    all that the model must learn not to say.
    """
    h, before = hidden(weights, lesson.meanings, tokens[:, :-1], dialogue[:, :-1], shape)
    target = tokens[:, 1:]
    scores = product(h, weights["embedding"])
    fixed = jax.lax.stop_gradient({"projection": weights["projection"], "residual": weights["residual"]})
    never = product(h, word_vectors(fixed | {"offset": weights["offset"]}, lesson.meanings, lesson.unsaid))
    never += np.log(max(1, lesson.meanings.shape[0] / lesson.unsaid.shape[0]))
    hit = target[..., None] == jnp.arange(shape.base)
    miss = jax.nn.logsumexp(jnp.concatenate([scores, never], -1), -1) - jnp.where(hit, scores, 0.0).sum(-1)
    said = (miss * jnp.where(target < shape.base, weight[:, 1:], 0.0)).sum()

    meant = product(rms_norm(before, 1.0, shape.norm_epsilon), weights["head"])
    close = (meant * lesson.texts[asked[:, :-1]]).sum(-1) * jax.lax.rsqrt((meant * meant).sum(-1) + 1e-6)
    fault = jnp.where(asked[:, :-1] > 0, 1.0 - close, 0.0).sum()
    return said + TEACHER_WEIGHT * fault, jnp.stack([said, fault])
