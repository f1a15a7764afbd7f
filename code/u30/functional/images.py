"""Convolution and pooling of images: one node each, and what they mean in primitives.

N batch, C and O channels in and out, H and W height and width, k size of the kernel.
x (N,C,H,W), w (O,C/groups,k,k), b (O,). Sizes are the same for height and width.
"""

from __future__ import annotations

from u30.functional.joining import concatenate, pad, split, stack
from u30.kernels.conv import conv2d_backward, conv2d_forward
from u30.kernels.pool import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)
from u30.tensor import Tensor, op


def conv2d(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    """Each output is the weighted sum of the k x k window below it, plus b."""
    bias = None if b is None else b.data
    y, cache = conv2d_forward(x.data, w.data, bias, stride, padding, dilation, groups)
    inputs = (x, w) if b is None else (x, w, b)
    need_dx = x.requires_grad  # not for the data
    return op(y, inputs, lambda d: conv2d_backward(d, cache, need_dx)[: len(inputs)])


def conv2d_simple(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Tensor:
    if groups > 1:
        pieces = zip(split(x, groups, axis=1), split(w, groups, axis=0))
        y = concatenate(
            [conv2d_simple(x, w, None, stride, padding, dilation) for x, w in pieces], axis=1
        )
    else:
        k = w.shape[-1]
        shifted = iter(_windows(x, k, stride, padding, dilation))
        y = sum(  # over the places in the window: (N,H,W,C) times (C,O)
            next(shifted).transpose(0, 2, 3, 1) @ w[:, :, i, j].T
            for i in range(k)
            for j in range(k)
        ).transpose(0, 3, 1, 2)
    return y if b is None else y + b.reshape(1, -1, 1, 1)


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0) -> Tensor:
    """The largest entry of each window. The stride is the kernel's size unless given."""
    y, cache = max_pool2d_forward(x.data, kernel, stride or kernel, padding)
    return op(y, (x,), lambda d: (max_pool2d_backward(d, cache),))


def max_pool2d_simple(
    x: Tensor, kernel: int, stride: int | None = None, padding: int = 0
) -> Tensor:
    windows = _windows(x, kernel, stride or kernel, padding, value=-float("inf"))
    return stack(windows).max(axis=0)


def avg_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0) -> Tensor:
    """The mean of each window; the margin counts as zeros."""
    y, cache = avg_pool2d_forward(x.data, kernel, stride or kernel, padding)
    return op(y, (x,), lambda d: (avg_pool2d_backward(d, cache),))


def avg_pool2d_simple(
    x: Tensor, kernel: int, stride: int | None = None, padding: int = 0
) -> Tensor:
    return stack(_windows(x, kernel, stride or kernel, padding)).mean(axis=0)


def _windows(
    x: Tensor, k: int, stride: int, padding: int, dilation: int = 1, value: float = 0.0
) -> list[Tensor]:
    """For each place in a k x k window, row by row: what all windows see there."""
    margin = (padding, padding)
    x = pad(x, ((0, 0), (0, 0), margin, margin), value)
    H, W = (n - dilation * (k - 1) for n in x.shape[2:])  # room for a window's first corner
    starts = range(0, dilation * k, dilation)
    return [x[:, :, i : i + H : stride, j : j + W : stride] for i in starts for j in starts]
