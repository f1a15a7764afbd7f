"""A vanilla recurrent layer for real-valued input, forward and backward.

    h_t = tanh(x_t Wx + h_{t-1} Wh + b)

    dh_t = dhs_t + da_{t+1} Wh^T,   da_t = dh_t * (1 - h_t^2)
    dx_t = da_t Wx^T,   dWx = sum_t x_t^T da_t,   dWh = sum_t h_{t-1}^T da_t,   db = sum_t da_t

T time, B batch, D input, H hidden. x (T,B,D), h (B,H), Wx (D,H), Wh (H,H), b (H,). The network of
rnn.py reads symbols and has an output layer; this is the part in between, for any input. Only the
recurrence stays in the loop, everything else is one matrix product over all steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from u30.runtime import mm


class RNNLayerCache(NamedTuple):
    """What the backward pass needs. `hs[0]` is h0."""

    x: np.ndarray  # (T,B,D)
    hs: np.ndarray  # (T+1,B,H)
    Wx: np.ndarray
    Wh: np.ndarray


def rnn_layer_forward(
    x: np.ndarray, h0: np.ndarray, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, RNNLayerCache]:  # (T,B,D), (B,H) -> hs (T,B,H)
    """States after every step."""
    T, B, D = x.shape
    hs = np.empty((T + 1, *h0.shape), dtype=x.dtype)
    hs[0] = h0
    hs[1:] = mm(x.reshape(T * B, D), Wx).reshape(T, B, -1)
    hs[1:] += b
    for t in range(T):
        h = hs[t + 1]
        h += mm(hs[t], Wh)
        np.tanh(h, out=h)
    return hs[1:], RNNLayerCache(x, hs, Wx, Wh)


def rnn_layer_backward(
    dhs: np.ndarray, cache: RNNLayerCache
) -> tuple[np.ndarray, ...]:  # (T,B,H) -> dx (T,B,D), dh0 (B,H), dWx, dWh, db
    """Gradients of the input, the first state and the weights."""
    x, hs, Wx, Wh = cache
    T, B, D = x.shape
    H = hs.shape[2]
    das = 1 - hs[1:] * hs[1:]  # (T,B,H), the slope of tanh
    WhT = Wh.T.copy()
    dh = np.zeros_like(hs[0])
    for t in reversed(range(T)):
        da = das[t]
        dh += dhs[t]
        da *= dh
        dh = mm(da, WhT)
    rows = das.reshape(T * B, H)
    dx = mm(rows, Wx.T).reshape(x.shape)
    dWx = mm(x.reshape(T * B, D).T, rows)
    dWh = mm(hs[:-1].reshape(T * B, H).T, rows)
    return dx, dh, dWx, dWh, np.ones(T * B, dtype=rows.dtype) @ rows
