"""Layers over sequences: recurrent networks (time first) and attention (batch first)."""

from __future__ import annotations

import math

import numpy as np

from u30 import functional as F
from u30.nn.module import Module, Parameter, uniform
from u30.tensor import Tensor

State = tuple[Tensor, Tensor]


class Recurrent(Module):
    """What RNN, LSTM and GRU share. Starts uniform within 1/sqrt(H), as in PyTorch."""

    gates = 1

    def __init__(self, rng: np.random.Generator, D: int, H: int):
        self.H, bound = H, 1 / math.sqrt(H)
        self.Wx = uniform(rng, bound, D, self.gates * H)
        self.Wh = uniform(rng, bound, H, self.gates * H)
        self.b = uniform(rng, bound, self.gates * H)

    def start(self, x: Tensor | np.ndarray) -> Tensor:  # (T,B,...) -> (B,H)
        """The state before the first step: zeros."""
        return Tensor(np.zeros((x.shape[1], self.H), self.Wh.dtype))


class RNN(Recurrent):
    """h = tanh(x Wx + h Wh + b) over a sequence."""

    def forward(self, x: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(T,B,D), (B,H) -> states (T,B,H), last state (B,H)."""
        return F.rnn(x, self.start(x) if h is None else h, self.Wx, self.Wh, self.b)


class LSTM(Recurrent):
    """Long short-term memory over a sequence; gates i, f, g, o.

    The forget gate's bias starts at `forget_bias`, so that the cell remembers at first (Gers,
    Schmidhuber and Cummins, 2000). PyTorch starts it like the others.
    """

    gates = 4

    def __init__(self, rng: np.random.Generator, D: int, H: int, forget_bias: float = 1.0):
        super().__init__(rng, D, H)
        self.b.data[H : 2 * H] = forget_bias

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """(T,B,D), two of (B,H) -> states (T,B,H), last state and cell (B,H)."""
        h, c = state or (self.start(x), self.start(x))
        hs, h, c = F.lstm(x, h, c, self.Wx, self.Wh, self.b)
        return hs, (h, c)

    def read(
        self, X: np.ndarray, table: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
        """Symbols X (T,B) by a table (V,D): `forward(table[X])`, faster where V is small.

        `lstm.read(X, embedding.W)` is `lstm(embedding(X))`; see `functional.lstm_symbols`.
        """
        h, c = state or (self.start(X), self.start(X))
        hs, h, c = F.lstm_symbols(X, table, h, c, self.Wx, self.Wh, self.b)
        return hs, (h, c)


class GRU(Recurrent):
    """Gated recurrent unit over a sequence; gates r, z, n, as in PyTorch."""

    gates = 3

    def __init__(self, rng: np.random.Generator, D: int, H: int):
        super().__init__(rng, D, H)
        self.bh = uniform(rng, 1 / math.sqrt(H), 3 * H)

    def forward(self, x: Tensor, h: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """(T,B,D), (B,H) -> states (T,B,H), last state (B,H)."""
        return F.gru(x, self.start(x) if h is None else h, self.Wx, self.Wh, self.b, self.bh)


class MultiHeadAttention(Module):
    """Attention in several subspaces at once (Vaswani et al., 2017, section 3.2.2).

    Wqkv (D,3D) holds the projections of all heads, Wo (D,D) joins them. Both start Glorot-uniform
    (each of the three projections by itself), the biases at 0. `weights` are those of the last
    call, (B,heads,T,S), as an array to look at.
    """

    weights: np.ndarray | None = None

    def __init__(self, rng: np.random.Generator, D: int, heads: int, bias: bool = True):
        if D % heads:
            raise ValueError(f"A width of {D} cannot be divided among {heads} heads.")
        self.heads, bound = heads, math.sqrt(6 / (D + D))
        self.Wqkv, self.Wo = uniform(rng, bound, D, 3 * D), uniform(rng, bound, D, D)
        self.bqkv = Parameter(np.zeros(3 * D)) if bias else None
        self.bo = Parameter(np.zeros(D)) if bias else None

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        mask: np.ndarray | None = None,
        causal: bool = False,
    ) -> Tensor:
        """Queries from x (B,T,D), keys and values from `memory` (B,S,D), or from x -> (B,T,D)."""
        D = x.shape[-1]
        if memory is None:
            q, k, v = self._heads(F.linear(x, self.Wqkv, self.bqkv), 3)
        else:
            b = self.bqkv
            (q,) = self._heads(F.linear(x, self.Wqkv[:, :D], b if b is None else b[:D]), 1)
            k, v = self._heads(F.linear(memory, self.Wqkv[:, D:], b if b is None else b[D:]), 2)
        out, self.weights = F.attention(q, k, v, mask, causal)  # (B,heads,T,D/heads)
        return F.linear(out.swapaxes(1, 2).reshape(*x.shape), self.Wo, self.bo)

    def _heads(self, x: Tensor, n: int) -> Tensor:  # (B,T,nD) -> (n,B,heads,T,D/heads)
        B, T, _ = x.shape
        return x.reshape(B, T, n, self.heads, -1).transpose(2, 0, 3, 1, 4)
