"""Day 13. Attention Is All You Need (Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser,
Polosukhin, 2017), arXiv:1706.03762.

Every position asks all positions at once. Nothing is passed on from step to step.

    Attention(Q, K, V) = softmax(Q K^T / sqrt(d_k)) V                                    (eq. 1)
    MultiHead(Q, K, V) = [head_1 ... head_h] WO,  head_i = Attention(Q WQ_i, K WK_i, V WV_i)
    FFN(x) = max(0, x W1 + b1) W2 + b2                                                   (eq. 2)
    PE(pos, 2i) = sin(pos / 10000^(2i/D)),   PE(pos, 2i+1) = cos(the same)
    every sub-layer:  LayerNorm(x + Sublayer(x))                                  (section 3.1)

B batch, n symbols read, m symbols written, D width (d_model in the paper), h heads of d_k = D / h
numbers each, d_ff width inside the FFN, N layers, V vocabulary. X (B,n) and Y (B,m) hold indices;
Q (B,h,m,d_k), K and V (B,h,n,d_k). A mask is True where a query may attend.

Beside it: d13_tasks.py, strings to turn round and its training; d13_scale.py, why sqrt(d_k);
d13_cost.py, table 1 counted and timed; d13_headline.py, the experiment.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from u30 import functional as F
from u30.data.strings import END, PAD, START
from u30.nn import LayerNorm, Module, Parameter, uniform
from u30.runtime import FLOAT
from u30.tensor import Tensor, no_grad

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d13_headline import Headline

Mask = np.ndarray | None
Mixed = tuple[Tensor, np.ndarray]  # means of values, and their weights
Attention = Callable[..., Mixed]
Sublayer = Callable[[Tensor], Tensor]


# 1. Attention (section 3.2)


def scaled_dot_product_attention(
    Q: Tensor, K: Tensor, V: Tensor, mask: Mask = None
) -> Mixed:  # (..., m,d_k), (..., n,d_k), (..., n,d_v)
    """Means of the values, weighted by how well keys answer queries (eq. 1).

    Returns them, (..., m,d_v), and the weights, (..., m,n), as an array.
    """
    scores = Q @ K.swapaxes(-1, -2) / math.sqrt(K.shape[-1])
    if mask is not None:
        scores = F.where(mask, scores, -1e9)  # before the softmax
    e = (scores - scores.data.max(axis=-1, keepdims=True)).exp()
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ V, weights.data


class MultiHead(Module):
    """h attentions side by side, each on its own projection (section 3.2.2).

    The columns of WQ, WK and WV are those of all heads, one after the other.
    `weights` are those of the last call, (B,h,m,n), to look at.
    """

    weights: np.ndarray

    def __init__(
        self,
        rng: np.random.Generator,
        D: int,
        h: int,
        attention: Attention = F.attention,
    ):
        if D % h:
            raise ValueError(f"A width of {D} does not divide among {h} heads.")
        self.h, self.attention = h, attention
        self.WQ, self.WK = glorot(rng, D, D), glorot(rng, D, D)
        self.WV, self.WO = glorot(rng, D, D), glorot(rng, D, D)

    def forward(
        self, Q: Tensor, K: Tensor, V: Tensor, mask: Mask = None
    ) -> Tensor:  # (B,m,D), (B,n,D), (B,n,D) -> (B,m,D)
        q = self.split(F.linear(Q, self.WQ))  # (B,h,m,d_k)
        k = self.split(F.linear(K, self.WK))  # (B,h,n,d_k)
        v = self.split(F.linear(V, self.WV))
        heads, self.weights = self.attention(q, k, v, mask)
        joined = heads.swapaxes(1, 2).reshape(*Q.shape)  # (B,m,D)
        return F.linear(joined, self.WO)

    def split(self, x: Tensor) -> Tensor:  # (B,n,D) -> (B,h,n,D/h)
        """Give each head its columns."""
        B, n, D = x.shape
        return x.reshape(B, n, self.h, D // self.h).swapaxes(1, 2)


def glorot(rng: np.random.Generator, D: int, H: int) -> Parameter:  # -> (D,H)
    """Uniform weights that keep the size of signals and gradients (Glorot and Bengio, 2010)."""
    return uniform(rng, math.sqrt(6 / (D + H)), D, H)


def causal_mask(m: int) -> np.ndarray:  # -> (m,m)
    """Position i may look at 0..i, not at what is still to be written (section 3.2.3)."""
    return np.tri(m, dtype=bool)


def padding_mask(X: np.ndarray) -> np.ndarray:  # (B,n) -> (B,1,1,n), for all heads and queries
    """Nobody looks at the filling behind a short string."""
    return (X != PAD)[:, None, None, :]


# 2. What else a layer needs (sections 3.3 to 3.5)


class FeedForward(Module):
    """Two matrices with a ReLU between them, the same at each position (eq. 2)."""

    def __init__(self, rng: np.random.Generator, D: int, d_ff: int):
        self.W1, self.b1 = glorot(rng, D, d_ff), Parameter(np.zeros(d_ff))
        self.W2, self.b2 = glorot(rng, d_ff, D), Parameter(np.zeros(D))

    def forward(self, x: Tensor) -> Tensor:  # (B,n,D) -> (B,n,D)
        return F.linear(F.linear(x, self.W1, self.b1).relu(), self.W2, self.b2)


def positional_encoding(n: int, D: int) -> np.ndarray:  # -> (n,D)
    """Sines in the even columns, cosines in the odd ones, ever slower."""
    wavelengths = 10000 ** (np.arange(0, D, 2) / D)  # (D/2,), over 2 pi
    angles = np.arange(n)[:, None] / wavelengths  # (n,D/2)
    PE = np.empty((n, D))
    PE[:, 0::2], PE[:, 1::2] = np.sin(angles), np.cos(angles[:, : D // 2])
    return PE.astype(FLOAT)


class AddNorm(Module):
    """LayerNorm(x + Sublayer(x)), as in the paper.

    With `norm_first` it is x + Sublayer(LayerNorm(x)).
    """

    def __init__(self, D: int, norm_first: bool):
        self.norm, self.norm_first = LayerNorm(D), norm_first

    def forward(self, x: Tensor, sublayer: Sublayer) -> Tensor:
        if self.norm_first:
            return x + sublayer(self.norm(x))
        return self.norm(x + sublayer(x))


# 3. The two stacks (section 3.1, figure 1)


class EncoderLayer(Module):
    """Look around, then think it over."""

    def __init__(
        self,
        rng: np.random.Generator,
        D: int,
        h: int,
        d_ff: int,
        norm_first: bool = False,
        attention: Attention = F.attention,
    ):
        self.self_attention = MultiHead(rng, D, h, attention)
        self.feed_forward = FeedForward(rng, D, d_ff)
        self.add_norm = [AddNorm(D, norm_first) for _ in range(2)]

    def forward(self, x: Tensor, mask: Mask = None) -> Tensor:  # (B,n,D) -> (B,n,D)
        x = self.add_norm[0](x, lambda x: self.self_attention(x, x, x, mask))
        return self.add_norm[1](x, self.feed_forward)


class DecoderLayer(Module):
    """Look at what is written so far, then at what was read; then think."""

    def __init__(
        self,
        rng: np.random.Generator,
        D: int,
        h: int,
        d_ff: int,
        norm_first: bool = False,
        attention: Attention = F.attention,
    ):
        self.self_attention = MultiHead(rng, D, h, attention)
        self.cross_attention = MultiHead(rng, D, h, attention)
        self.feed_forward = FeedForward(rng, D, d_ff)
        self.add_norm = [AddNorm(D, norm_first) for _ in range(3)]

    def forward(
        self,
        y: Tensor,
        memory: Tensor,
        mask: Mask = None,
        memory_mask: Mask = None,
    ) -> Tensor:  # (B,m,D), (B,n,D) -> (B,m,D)
        def look_around(y: Tensor) -> Tensor:
            return self.self_attention(y, y, y, mask)

        def look_back(y: Tensor) -> Tensor:
            return self.cross_attention(y, memory, memory, memory_mask)

        y = self.add_norm[0](y, look_around)
        y = self.add_norm[1](y, look_back)
        return self.add_norm[2](y, self.feed_forward)


class Transformer(Module):
    """Encoder and decoder, with one table E at all ends (section 3.4).

    differs from the paper: no dropout, since our strings never come twice.
    Switch `positions` or `causal` off to see what they are there for.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        V: int,
        D: int = 32,
        h: int = 4,
        d_ff: int = 64,
        N: int = 2,
        positions: bool = True,
        causal: bool = True,
        norm_first: bool = False,
        attention: Attention = F.attention,
    ):
        self.D, self.positions, self.causal = D, positions, causal
        self.E = Parameter(rng.normal(0, D**-0.5, (V, D)))
        options = (D, h, d_ff, norm_first, attention)
        self.encoder = [EncoderLayer(rng, *options) for _ in range(N)]
        self.decoder = [DecoderLayer(rng, *options) for _ in range(N)]
        self.last_norm = [LayerNorm(D), LayerNorm(D)] if norm_first else []

    def embed(self, X: np.ndarray) -> Tensor:  # (B,n) -> (B,n,D)
        """Vectors of symbols, times sqrt(D), plus codes of their positions."""
        x = F.embedding(self.E, X) * math.sqrt(self.D)
        if self.positions:
            x = x + positional_encoding(X.shape[1], self.D)
        return x

    def encode(self, X: np.ndarray) -> Tensor:  # (B,n) -> memory (B,n,D)
        x, mask = self.embed(X), padding_mask(X)
        for layer in self.encoder:
            x = layer(x, mask)
        return self.last_norm[0](x) if self.last_norm else x

    def decode(
        self, Y: np.ndarray, memory: Tensor, memory_mask: Mask = None
    ) -> Tensor:  # (B,m), (B,n,D) -> logits (B,m,V)
        """At each position, scores of the symbol that follows."""
        y = self.embed(Y)
        mask = causal_mask(Y.shape[1]) if self.causal else None
        for layer in self.decoder:
            y = layer(y, memory, mask, memory_mask)
        y = self.last_norm[1](y) if self.last_norm else y
        return F.linear(y, self.E.T)

    def forward(self, X: np.ndarray, Y: np.ndarray) -> Tensor:  # (B,n), (B,m) -> logits (B,m,V)
        return self.decode(Y, self.encode(X), padding_mask(X))


def greedy_decode(
    model: Transformer, X: np.ndarray, longest: int
) -> np.ndarray:  # (B,n) -> (B, at most `longest`)
    """Write the most likely symbol, again and again, until all have ended."""
    Y = np.full((len(X), 1), START)
    ended = np.zeros(len(X), bool)
    with no_grad():
        memory, memory_mask = model.encode(X), padding_mask(X)
        while Y.shape[1] <= longest and not ended.all():
            logits = model.decode(Y, memory, memory_mask).data  # (B,m,V)
            best = logits[:, -1].argmax(axis=-1)
            best[ended] = PAD
            ended |= best == END
            Y = np.concatenate([Y, best[:, None]], axis=1)
    return Y[:, 1:]


# 4. What every paper module offers. Imported late: these files import this one.


def main(
    jobs: str = "RSC",
    steps: int = 700,
    layers: int = 2,
    heads: int = 4,
    width: int = 24,
    longest: int = 8,
    batch: int = 32,
    seed: int = 0,
) -> Any:
    """Train a Transformer to reverse, sort and copy strings, and look at what it writes."""
    options = dict(locals())
    from u30.papers import d13_quickstart

    return d13_quickstart.quickstart(**options)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d13_headline.headline()`."""
    from u30.papers import d13_headline

    return d13_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d13_quickstart

    sys.exit(d13_quickstart.command_line())
