"""Pooling: each k x k window of an image becomes one number, its largest or its mean.

    max   y = max of the window           dL/dx goes to the place that held the maximum
    mean  y = sum of the window / k^2     dL/dx = dL/dy / k^2 for each place of the window

Windows start every `stride` pixels. x (N,C,H,W), y (N,C,P,Q). A margin of `padding` pixels never
wins a maximum; in a mean it counts as zeros. Of equal maxima the first one, row by row, gets the
whole gradient; behind a ReLU many windows hold nothing but equal zeros.

Both loop over the k^2 places of the window, not over the windows: one array operation handles one
place in all windows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from u30.kernels.conv import add_margin, seen_at, windows_along, without_margin
from u30.kernels.layout import from_batch_last, to_batch_last


class PoolCache(NamedTuple):
    x: np.ndarray  # (C,H,W,N) with its margin
    y: np.ndarray  # (C,P,Q,N)
    kernel: int
    stride: int
    padding: int


def places(x: np.ndarray, k: int, stride: int, P: int, Q: int) -> Iterator[np.ndarray]:
    """For each place of the window, row by row: a view of what all windows see there (C,P,Q,N)."""
    for i in range(k):
        for j in range(k):
            yield seen_at(x, i, j, stride, range(P), Q)


def windows(
    x: np.ndarray, kernel: int, stride: int, padding: int, margin: float
) -> tuple[np.ndarray, int, int]:  # (N,C,H,W) -> (C,H,W,N) with its margin, P, Q
    """The image in the machine's order, and how many windows fit into it."""
    if 2 * padding > kernel:
        raise ValueError(f"A padding of {padding} is more than half of the window's {kernel}.")
    wide = add_margin(to_batch_last(x), padding, margin)
    _, H, W, _ = wide.shape
    return wide, windows_along(H, kernel, stride), windows_along(W, kernel, stride)


def max_pool2d_forward(
    x: np.ndarray, kernel: int, stride: int, padding: int = 0
) -> tuple[np.ndarray, PoolCache]:  # (N,C,H,W) -> (N,C,P,Q)
    """The largest number of each window."""
    wide, P, Q = windows(x, kernel, stride, padding, -np.inf)
    first, *others = places(wide, kernel, stride, P, Q)
    y = first.copy()
    for seen in others:
        np.maximum(y, seen, out=y)
    return from_batch_last(y), PoolCache(wide, y, kernel, stride, padding)


def max_pool2d_backward(dout: np.ndarray, cache: PoolCache) -> np.ndarray:  # (N,C,P,Q) -> (N,C,H,W)
    """Hand each gradient to the place of its window that held the maximum."""
    x, y, kernel, stride, padding = cache
    _, P, Q, _ = y.shape
    dy = to_batch_last(dout)
    dx = np.zeros_like(x)
    waiting = np.ones(y.shape, dtype=bool)  # windows whose maximum has not been met yet
    here = np.empty_like(waiting)
    for seen, dseen in zip(places(x, kernel, stride, P, Q), places(dx, kernel, stride, P, Q)):
        np.equal(seen, y, out=here)
        here &= waiting
        waiting ^= here
        dseen += dy * here
    return from_batch_last(without_margin(dx, padding))


def avg_pool2d_forward(
    x: np.ndarray, kernel: int, stride: int, padding: int = 0
) -> tuple[np.ndarray, PoolCache]:  # (N,C,H,W) -> (N,C,P,Q)
    """The mean of each window."""
    wide, P, Q = windows(x, kernel, stride, padding, 0.0)
    first, *others = places(wide, kernel, stride, P, Q)
    y = first.copy()
    for seen in others:
        y += seen
    y *= 1 / kernel**2
    return from_batch_last(y), PoolCache(wide, y, kernel, stride, padding)


def avg_pool2d_backward(dout: np.ndarray, cache: PoolCache) -> np.ndarray:  # (N,C,P,Q) -> (N,C,H,W)
    """Every place of a window gets the same share."""
    x, y, kernel, stride, padding = cache
    _, P, Q, _ = y.shape
    dy = to_batch_last(dout) * kernel**-2
    dx = np.zeros_like(x)
    for dseen in places(dx, kernel, stride, P, Q):
        dseen += dy
    return from_batch_last(without_margin(dx, padding))
