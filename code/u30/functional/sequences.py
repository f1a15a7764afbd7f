"""Recurrent layers over a whole sequence: one node each, and what they mean step by step.

T time, B batch, D input, H hidden. x (T,B,D), states (B,H); all return hs (T,B,H), the state after
every step, and what a next piece of the sequence starts from.
"""

from __future__ import annotations

import numpy as np

from u30.functional.joining import split, stack
from u30.functional.layers import embedding, embedding_simple
from u30.kernels.embedding import embedding_forward
from u30.kernels.gru import gru_backward, gru_forward
from u30.kernels.lstm import lstm_backward, lstm_forward
from u30.kernels.rnn_layer import rnn_layer_backward, rnn_layer_forward
from u30.tensor import Tensor, op


def rnn(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """h = tanh(x Wx + h Wh + b), with Wx (D,H), Wh (H,H), b (H,). Returns hs and the last h."""
    inputs = x, h0, Wx, Wh, b
    hs, cache = rnn_layer_forward(*(t.data for t in inputs))
    out = op(hs, inputs, lambda d: rnn_layer_backward(d, cache))
    return out, out[-1]


def rnn_simple(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, hs = h0, []
    for t in range(len(x)):
        h = (x[t] @ Wx + h @ Wh + b).tanh()
        hs.append(h)
    return stack(hs), h


def lstm(
    x: Tensor, h0: Tensor, c0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Gates i, f, g, o; Wx (D,4H), Wh (H,4H), b (4H,) -> hs, last h, last c."""
    inputs = x, h0, c0, Wx, Wh, b
    hs, _, cT, cache = lstm_forward(*(t.data for t in inputs))
    dcT: list[np.ndarray] = []  # of the last cell, if the loss depends on it

    def vjp(d: np.ndarray) -> tuple:
        last = dcT[0] if dcT else None
        return lstm_backward(d, last, cache, need_dx=x.requires_grad)

    out = op(hs, inputs, vjp)

    def cell_vjp(d: np.ndarray) -> tuple:
        dcT.append(d)  # younger than `out`, so it is here in time
        return (np.zeros_like(hs),)

    return out, out[-1], op(cT, (out,), cell_vjp, "lstm cell")


def lstm_simple(
    x: Tensor, h0: Tensor, c0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    h, c, hs = h0, c0, []
    for t in range(len(x)):
        i, f, g, o = split(x[t] @ Wx + h @ Wh + b, 4, axis=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hs.append(h)
    return stack(hs), h, c


def lstm_symbols(
    X: np.ndarray, table: Tensor, h0: Tensor, c0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """`lstm` that reads table[X], the vectors (V,D) of symbols X (T,B). Equal up to rounding.

    table[X] Wx is one-hot(X) (table Wx). So the table times Wx, (V,4H), serves as the input weights
    of one-hot rows, like Wxh of the char-RNN on Day 1, and no vector read needs a gradient. That is
    less work where V is little more than D; elsewhere the vectors are looked up.
    """
    N, (V, D) = np.size(X), table.shape
    if 2 * N * V + 3 * V * D > 3 * N * D:  # multiplications, forward and backward, over 4H
        return lstm(embedding(table, X), h0, c0, Wx, Wh, b)
    one_hot, _ = embedding_forward(np.eye(V, dtype=table.dtype), X)  # (T,B,V)
    return lstm(Tensor(one_hot), h0, c0, table @ Wx, Wh, b)


def lstm_symbols_simple(
    X: np.ndarray, table: Tensor, h0: Tensor, c0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    return lstm_simple(embedding_simple(table, X), h0, c0, Wx, Wh, b)


def gru(
    x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, bx: Tensor, bh: Tensor
) -> tuple[Tensor, Tensor]:
    """Gates r, z, n, with Wx (D,3H), Wh (H,3H), bx and bh (3H,). Returns hs and the last h."""
    inputs = x, h0, Wx, Wh, bx, bh
    hs, cache = gru_forward(*(t.data for t in inputs))
    out = op(hs, inputs, lambda d: gru_backward(d, cache))
    return out, out[-1]


def gru_simple(
    x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, bx: Tensor, bh: Tensor
) -> tuple[Tensor, Tensor]:
    h, hs = h0, []
    for t in range(len(x)):
        xr, xz, xn = split(x[t] @ Wx + bx, 3, axis=-1)
        hr, hz, hn = split(h @ Wh + bh, 3, axis=-1)
        r, z = (xr + hr).sigmoid(), (xz + hz).sigmoid()
        n = (xn + r * hn).tanh()
        h = (1 - z) * n + z * h
        hs.append(h)
    return stack(hs), h
