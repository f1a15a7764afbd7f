"""Convolution of images as a matrix product, forward and backward.

    y[n,o,p,q] = b[o] + sum_{c,i,j} w[o,c,i,j] x[n, c, p s + i e - m, q s + j e - m]

s stride, e dilation, m padding (zeros around the image). N batch, C channels in, O channels out.
x (N,C,H,W), w (O,C/groups,kh,kw), b (O,), y (N,O,P,Q). With groups, the first O/groups outputs see
only the first C/groups inputs, and so on.

im2col (Chellapilla, Puri and Simard, 2006) copies, for each of the kh kw places in the window, what
all windows see there. Those copies are the rows of a matrix X, and with the weights as a matrix W:

    Y = W X                     dW = dY X^T                     dX = W^T dY

dx is dX with every copied row added back to where it came from. X is kh kw times as large as the
image. So it never exists as a whole: we make it for a few rows of the output at a time, small
enough to stay in the processor's cache, and make it again in the backward pass.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from u30.kernels.batched import batched_mm
from u30.kernels.layout import from_batch_last, to_batch_last

CHUNK = 1 << 18  # numbers of X at a time, at least one row: 1 MiB in float32


class ConvCache(NamedTuple):
    x: np.ndarray  # (C,H,W,N) with its margin of zeros
    w: np.ndarray  # (O,C/groups,kh,kw)
    stride: int
    padding: int
    dilation: int
    groups: int
    P: int
    Q: int


def add_margin(x: np.ndarray, m: int, value: float = 0.0) -> np.ndarray:
    """(C,H,W,N) -> (C,H+2m,W+2m,N)."""
    if m == 0:
        return x
    C, H, W, N = x.shape
    wide = np.full((C, H + 2 * m, W + 2 * m, N), value, dtype=x.dtype)
    wide[:, m:-m, m:-m] = x
    return wide


def without_margin(x: np.ndarray, m: int) -> np.ndarray:
    """(C,H+2m,W+2m,N) -> (C,H,W,N)."""
    return x[:, m:-m, m:-m] if m else x


def windows_along(size: int, k: int, stride: int, dilation: int = 1) -> int:
    """How many windows of k places fit along an axis (margin included)."""
    reach = dilation * (k - 1) + 1
    if reach > size:
        raise ValueError(
            f"A window that reaches over {reach} pixels does not fit into {size} (with padding)."
        )
    return (size - reach) // stride + 1


def seen_at(
    x: np.ndarray, i: int, j: int, stride: int, rows: range, Q: int
) -> np.ndarray:  # (C,H,W,N) -> view (C,len(rows),Q,N)
    """What the windows in these output rows see at place (i, j) of the window."""
    first, last = rows[0] * stride + i, rows[-1] * stride + i
    return x[:, first : last + 1 : stride, j : j + (Q - 1) * stride + 1 : stride]


def chunks(cache: ConvCache) -> Iterator[tuple[range, slice, np.ndarray]]:
    """For a few output rows at a time: these rows, their columns in Y, and their part of X.

    That part is (groups, C/groups kh kw, columns). All parts use the same memory in turn.
    """
    x, w, stride, _, dilation, groups, P, Q = cache
    C, N = x.shape[0], x.shape[-1]
    kh, kw = w.shape[2:]
    most = min(P, max(1, CHUNK // max(1, C * kh * kw * Q * N)))  # rows at a time
    scratch = np.empty((C * kh * kw * most * Q * N), dtype=x.dtype)
    for start in range(0, P, most):
        rows = range(start, min(start + most, P))
        shape = C, kh, kw, len(rows), Q, N
        X = scratch[: math.prod(shape)].reshape(shape)
        for i in range(kh):
            for j in range(kw):
                X[:, i, j] = seen_at(x, i * dilation, j * dilation, stride, rows, Q)
        columns = len(rows) * Q * N
        yield (
            rows,
            slice(start * Q * N, start * Q * N + columns),
            X.reshape(groups, C // groups * kh * kw, columns),
        )


def conv2d_forward(
    x: np.ndarray,
    w: np.ndarray,
    b: np.ndarray | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> tuple[np.ndarray, ConvCache]:  # (N,C,H,W), (O,C/groups,kh,kw), (O,) -> (N,O,P,Q)
    """Slide every kernel over every image."""
    N, C, H, W = x.shape
    O, C_group, kh, kw = w.shape
    if C_group * groups != C or O % groups:
        raise ValueError(
            f"Images with {C} channels do not fit weights of shape {w.shape} in {groups} group(s)."
        )
    P = windows_along(H + 2 * padding, kh, stride, dilation)
    Q = windows_along(W + 2 * padding, kw, stride, dilation)
    wide = add_margin(to_batch_last(x), padding)
    cache = ConvCache(wide, w, stride, padding, dilation, groups, P, Q)
    W_rows = w.reshape(groups, O // groups, -1)  # W
    y = np.empty((O, P, Q, N), dtype=x.dtype)
    y_rows = y.reshape(groups, O // groups, P * Q * N)
    for _, part, X in chunks(cache):
        batched_mm(W_rows, X, out=y_rows[:, :, part])
    if b is not None:
        y += b[:, None, None, None]
    return from_batch_last(y), cache


def conv2d_backward(
    dout: np.ndarray, cache: ConvCache, need_dx: bool = True
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray]:  # (N,O,P,Q) -> dx, dw, db (O,)
    """Gradients of image, weights and bias. `need_dx=False` saves half where x is the data."""
    x, w, stride, padding, dilation, groups, P, Q = cache
    C, N = x.shape[0], x.shape[-1]
    O, _, kh, kw = w.shape
    dy_rows = to_batch_last(dout).reshape(groups, O // groups, P * Q * N)
    WT = np.ascontiguousarray(w.reshape(groups, O // groups, -1).swapaxes(1, 2))
    dwT = np.zeros_like(WT)  # BLAS is faster at X dY^T than at dY X^T, its transpose
    dx = np.zeros_like(x) if need_dx else None
    for rows, part, X in chunks(cache):
        dy = dy_rows[:, :, part]
        dwT += batched_mm(X, dy.swapaxes(1, 2))
        if dx is None:
            continue
        dX = batched_mm(WT, dy, out=X).reshape(C, kh, kw, len(rows), Q, N)  # X is not needed again
        for i in range(kh):
            for j in range(kw):
                seen = seen_at(dx, i * dilation, j * dilation, stride, rows, Q)
                seen += dX[:, i, j]
    db = (dy_rows @ np.ones(P * Q * N, dtype=dout.dtype)).reshape(O)
    if dx is not None:
        dx = from_batch_last(without_margin(dx, padding))
    return dx, dwT.swapaxes(1, 2).reshape(w.shape), db
