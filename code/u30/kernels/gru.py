"""A gated recurrent unit over a whole sequence. Cho et al., 2014, arXiv:1406.1078.

In the form of PyTorch and cuDNN: the reset gate acts after the matrix product.

    r_t = sigmoid(x_t Wx_r + bx_r + h_{t-1} Wh_r + bh_r)                          (reset)
    z_t = sigmoid(x_t Wx_z + bx_z + h_{t-1} Wh_z + bh_z)                          (update)
    u_t = h_{t-1} Wh_n + bh_n
    n_t = tanh(x_t Wx_n + bx_n + r_t * u_t)                                       (new)
    h_t = (1 - z_t) * n_t + z_t * h_{t-1}                                         (state)

T time, B batch, D input, H hidden. x (T,B,D), h (B,H), Wx (D,3H), Wh (H,3H), bx and bh (3H,), each
with the columns of r, z and n side by side.

Backwards, with dh_t from the loss and from step t+1, and a_r, a_z, a_n what went into the gates:

    da_n = dh (1 - z) (1 - n^2)      da_z = dh (h_{t-1} - n) z (1 - z)      da_r = da_n u r (1 - r)
    dh_{t-1} = dh z + [da_r da_z da_n r] Wh^T

Gates as blocks, sigmoid by tanh, and big products outside the loop: all as in lstm.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from u30.kernels.batched import batched_mm
from u30.kernels.gates import gate_blocks, gate_columns
from u30.runtime import mm


class GRUCache(NamedTuple):
    """What the backward pass needs. `hs[0]` is h0."""

    x: np.ndarray  # (T,B,D)
    hs: np.ndarray  # (T+1,B,H)
    gates: np.ndarray  # (T,3,B,H): r, z, n
    us: np.ndarray  # (T,B,H)
    Wx: np.ndarray
    Wh: np.ndarray


def gru_forward(
    x: np.ndarray,
    h0: np.ndarray,
    Wx: np.ndarray,
    Wh: np.ndarray,
    bx: np.ndarray,
    bh: np.ndarray,
) -> tuple[np.ndarray, GRUCache]:  # (T,B,D), (B,H) -> hs (T,B,H)
    """States after every step."""
    T, B, D = x.shape
    H = h0.shape[1]
    weights = (Wx, Wh, bx[None], bh[None])
    Wx3, Wh3, bx3, bh3 = (gate_blocks(W, 3) for W in weights)
    for blocks in (Wx3, Wh3, bx3, bh3):
        blocks[:2] *= 0.5  # sigmoid(a) = (1 + tanh(a / 2)) / 2, for r and z
    bx3[:2] += bh3[:2]  # for these two the sum is all that counts
    bh_n = bh3[2]
    inputs = batched_mm(x.reshape(T * B, D), Wx3)  # (3,T*B,H)
    inputs += bx3
    inputs = inputs.reshape(3, T, B, H)
    hs = np.empty((T + 1, B, H), dtype=x.dtype)
    gates = np.empty((T, 3, B, H), dtype=x.dtype)
    us = np.empty((T, B, H), dtype=x.dtype)
    hs[0] = h0
    for t in range(T):
        a = gates[t]
        batched_mm(hs[t], Wh3, out=a)
        rz, (r, z, n), u, h = a[:2], a, us[t], hs[t + 1]
        np.add(n, bh_n, out=u)
        rz += inputs[:2, t]
        np.tanh(rz, out=rz)
        rz += 1
        rz *= 0.5
        np.multiply(r, u, out=n)
        n += inputs[2, t]
        np.tanh(n, out=n)
        np.subtract(hs[t], n, out=h)
        h *= z
        h += n  # n + z (h_before - n)
    return hs[1:], GRUCache(x, hs, gates, us, Wx, Wh)


def gru_backward(
    dhs: np.ndarray, cache: GRUCache
) -> tuple[np.ndarray, ...]:  # (T,B,H) -> dx, dh0, dWx, dWh, dbx, dbh
    """Gradients of the input, the first state and the weights."""
    x, hs, gates, us, Wx, Wh = cache
    T, B, D = x.shape
    H = hs.shape[2]
    WhT = gate_blocks(Wh, 3).transpose(0, 2, 1).copy()  # (3,H,H)
    das = np.empty((T, 3, B, H), dtype=x.dtype)  # to the input side
    dus = np.empty((T, B, H), dtype=x.dtype)  # da_n r, to the state side
    to_state, back = np.empty((2, 3, B, H), dtype=x.dtype)
    dh = np.zeros((B, H), dtype=x.dtype)
    for t in reversed(range(T)):
        dh += dhs[t]
        rz, (r, z, n) = gates[t, :2], gates[t]
        da_rz, (da_r, da_z, da_n) = das[t, :2], das[t]
        np.multiply(n, n, out=da_n)
        np.subtract(1, da_n, out=da_n)
        da_n *= dh
        da_n *= 1 - z
        np.subtract(1, rz, out=da_rz)
        da_rz *= rz
        da_r *= da_n
        da_r *= us[t]
        da_z *= dh
        da_z *= hs[t] - n
        np.multiply(da_n, r, out=dus[t])
        to_state[:2], to_state[2] = da_rz, dus[t]
        batched_mm(to_state, WhT, out=back)
        dh *= z
        dh += back.sum(axis=0)
    x_rows, h_rows = x.reshape(T * B, D), hs[:-1].reshape(T * B, H)
    rows = gate_columns(das)  # (T*B,3H)
    dx = mm(rows, Wx.T).reshape(x.shape)
    dWx = mm(x_rows.T, rows)
    ones = np.ones(T * B, dtype=x.dtype)
    dbx = ones @ rows
    rows[:, 2 * H :] = dus.reshape(T * B, H)
    return dx, dh, dWx, mm(h_rows.T, rows), dbx, ones @ rows
