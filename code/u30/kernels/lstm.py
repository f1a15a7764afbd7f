"""A long short-term memory over a whole sequence, forward and backward, without autograd.

Hochreiter and Schmidhuber, 1997, with the forget gate of Gers, Schmidhuber and Cummins, 2000.

    [i f g o] = x_t Wx + h_{t-1} Wh + b       sigmoid for i, f and o, tanh for g             (gates)
    c_t = f * c_{t-1} + i * g                                                                (cell)
    h_t = o * tanh(c_t)                                                                      (state)

T time, B batch, D input, H hidden. x (T,B,D), h and c (B,H), Wx (D,4H), Wh (H,4H), b (4H,), each
with the columns of i, f, g and o side by side.

Backpropagation through time goes from the last step to the first and carries two arrays, dh and dc.
dhs_t is what the loss sends to h_t directly; a_t is what went into the gates:

    dh_t = dhs_t + da_{t+1} Wh^T                                                    (state-gradient)
    dc_t = f_{t+1} * dc_{t+1} + dh_t * (o - h_t * tanh(c_t))                         (cell-gradient)
    da_t = [dc * i * g * (1 - i)          dc * f * c_{t-1} * (1 - f)
            dc * i * (1 + g) * (1 - g)    dh * h_t * (1 - o)]                        (gate-gradient)
    dx_t = da_t Wx^T,  dWx = sum_t x_t^T da_t,  dWh = sum_t h_{t-1}^T da_t,  db = sum_t da_t

These are the slopes of sigmoid, s (1 - s), and of tanh, 1 - g^2; o (1 - tanh(c)^2) is written with
h = o tanh(c), which we have. The gradient reaches c_{t-1} through one multiplication by f_t,
whatever the weights are. That is why this cell remembers for longer than h_t = tanh(...) does.

What makes it fast: [x_t h_{t-1} 1] side by side in one array turn three terms into one matrix
product, and all weight gradients into another; what does not wait for another step leaves the loop;
each gate is a block of its own (gates.py); and because sigmoid(a) = 1/2 + 1/2 tanh(a / 2), one tanh
serves all four gates.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from u30.kernels.batched import batched_mm
from u30.kernels.gates import gate_blocks
from u30.runtime import mm

# gate = SHIFT + SCALE tanh(SCALE a), for i, f, g, o
SCALE, SHIFT = np.array([[0.5, 0.5, 1, 0.5], [0.5, 0.5, 0, 0.5]], np.float32).reshape(2, 4, 1, 1)


class LSTMCache(NamedTuple):
    """What the backward pass needs. `cs[0]` is c0."""

    inputs: np.ndarray  # (T+1,B,D+H+1), [x_t h_{t-1} 1]
    cs: np.ndarray  # (T+1,B,H)
    tanh_cs: np.ndarray  # (T,B,H)
    gates: np.ndarray  # (T,4,B,H)
    Wx: np.ndarray
    Wh: np.ndarray


def lstm_forward(
    x: np.ndarray,
    h0: np.ndarray,
    c0: np.ndarray,
    Wx: np.ndarray,
    Wh: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, LSTMCache]:
    """(T,B,D), (B,H), (B,H), weights -> hs (T,B,H), last h, c, cache."""
    T, B, D = x.shape
    H = h0.shape[1]
    weights = np.concatenate([Wx, Wh, b[None]])  # (D+H+1,4H)
    W4 = gate_blocks(weights, 4) * SCALE  # (4,D+H+1,H)
    inputs = np.ones((T + 1, B, D + H + 1), dtype=x.dtype)
    inputs[:-1, :, :D] = x
    hs = inputs[:, :, D:-1]  # (T+1,B,H), a view: a state is an input, too
    gates = np.empty((T, 4, B, H), dtype=x.dtype)
    cs = np.empty((T + 1, B, H), dtype=x.dtype)
    tanh_cs = np.empty((T, B, H), dtype=x.dtype)
    hs[0], cs[0] = h0, c0
    ones = np.ones_like(gates[0])
    scale, shift = ones * SCALE, ones * SHIFT  # (4,B,H)
    for t in range(T):
        gate = gates[t]  # (4,B,H)
        batched_mm(inputs[t], W4, out=gate)  # eq. gates
        np.tanh(gate, out=gate)
        gate *= scale
        gate += shift
        i, f, g, o = gate
        c, tanh_c = cs[t + 1], tanh_cs[t]
        np.multiply(f, cs[t], out=c)  # eq. cell
        c += np.multiply(i, g, out=tanh_c)  # tanh_c is still free: scratch
        np.tanh(c, out=tanh_c)
        np.multiply(o, tanh_c, out=hs[t + 1])  # eq. state
    return hs[1:], hs[T], cs[T], LSTMCache(inputs, cs, tanh_cs, gates, Wx, Wh)


def lstm_backward(
    dhs: np.ndarray,
    dcT: np.ndarray | None,
    cache: LSTMCache,
    need_dx: bool = True,
) -> tuple[Any, ...]:  # (T,B,H), (B,H) -> dx, dh0, dc0, dWx, dWh, db
    """Gradients of the input, the first states and the weights.

    `dcT` is the gradient of the last cell, None if the loss does not need it.
    That of the last state belongs into dhs[-1]. dx is None if nobody needs it.
    """
    inputs, cs, tanh_cs, gates, Wx, Wh = cache
    T, _, B, H = gates.shape
    D = len(Wx)
    hs = inputs[:, :, D:-1]  # (T+1,B,H)
    WhT = gate_blocks(Wh, 4).transpose(0, 2, 1).copy()  # (4,H,H)
    das = np.empty((T, B, 4, H), dtype=gates.dtype)  # side by side, as in Wx
    da, slope, dh_parts = np.empty((3, 4, B, H), dtype=gates.dtype)
    da_i, da_f, da_g, da_o = da
    dh, scratch = np.zeros((2, B, H), dtype=gates.dtype)
    dc = np.zeros_like(dh) if dcT is None else dcT.copy()
    for t in reversed(range(T)):
        gate, h = gates[t], hs[t + 1]
        i, f, g, o = gate
        dh += dhs[t]  # eq. state-gradient
        np.multiply(h, tanh_cs[t], out=scratch)
        np.subtract(o, scratch, out=scratch)
        scratch *= dh
        dc += scratch  # eq. cell-gradient
        np.multiply(dc, i, out=da_g)  # eq. gate-gradient
        np.multiply(da_g, g, out=da_i)
        da_g *= np.add(1, g, out=scratch)
        dc *= f
        np.multiply(dc, cs[t], out=da_f)
        np.multiply(dh, h, out=da_o)
        da *= np.subtract(1, gate, out=slope)
        das[t] = da.swapaxes(0, 1)
        batched_mm(da, WhT, out=dh_parts)
        np.add.reduce(dh_parts, axis=0, out=dh)
    rows = das.reshape(T * B, 4 * H)
    dx = mm(rows, Wx.T).reshape(T, B, D) if need_dx else None
    dW = mm(inputs[:-1].reshape(T * B, -1).T, rows)  # (D+H+1,4H)
    return dx, dh, dc, dW[:D], dW[D:-1], dW[-1]
