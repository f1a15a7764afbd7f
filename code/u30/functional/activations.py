"""Activation functions, softmax and its loss: one node each, and what they mean in primitives."""

from __future__ import annotations

import math

import numpy as np

from u30.kernels import softmax as kernels
from u30.kernels.gelu import gelu_backward, gelu_forward
from u30.tensor import Tensor, op


def relu(x: Tensor) -> Tensor:
    return x.relu()


def relu_simple(x: Tensor) -> Tensor:
    return x * (x.data > 0)


def sigmoid(x: Tensor) -> Tensor:
    return x.sigmoid()


def sigmoid_simple(x: Tensor) -> Tensor:
    return 1 / (1 + (-x).exp())


def tanh(x: Tensor) -> Tensor:
    return x.tanh()


def tanh_simple(x: Tensor) -> Tensor:
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def gelu(x: Tensor) -> Tensor:
    """The tanh form of GPT-2."""
    y, cache = gelu_forward(x.data)
    return op(y, (x,), lambda d: (gelu_backward(d, cache),))


def gelu_simple(x: Tensor) -> Tensor:
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))
    return 0.5 * x * (1 + u.tanh())


def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Probabilities that sum to one along an axis."""
    if axis not in (-1, x.ndim - 1):
        return softmax(x.swapaxes(axis, -1)).swapaxes(axis, -1)
    p = kernels.softmax(x.data)
    return op(p, (x,), lambda d: (p * (d - (d * p).sum(axis=-1, keepdims=True)),))


def softmax_simple(x: Tensor, axis: int = -1) -> Tensor:
    e = (x - x.data.max(axis=axis, keepdims=True)).exp()
    return e / e.sum(axis=axis, keepdims=True)


def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Natural logarithm of softmax, without ever computing log(0)."""
    if axis not in (-1, x.ndim - 1):
        return log_softmax(x.swapaxes(axis, -1)).swapaxes(axis, -1)
    y = kernels.log_softmax(x.data)
    return op(y, (x,), lambda d: (d - np.exp(y) * d.sum(axis=-1, keepdims=True),))


def log_softmax_simple(x: Tensor, axis: int = -1) -> Tensor:
    z = x - x.data.max(axis=axis, keepdims=True)
    return z - z.exp().sum(axis=axis, keepdims=True).log()


def cross_entropy(logits: Tensor, targets: np.ndarray) -> Tensor:  # (..., V), (...) -> ()
    """Mean of -log p[target] in nats, over all rows; p is the softmax of the logits.

    `targets` holds class indices. To leave rows out, index both with the mask of those to keep.
    """
    z = logits.data
    targets = np.asarray(targets, dtype=np.intp)
    if z.shape[:-1] != targets.shape:
        raise ValueError(
            f"Logits of shape {z.shape} need targets of shape {z.shape[:-1]}, one index for each "
            f"row, but got {targets.shape}."
        )
    loss, dz = kernels.softmax_cross_entropy(z.reshape(-1, z.shape[-1]), targets.ravel())
    dz = dz.reshape(z.shape)
    return op(np.asarray(loss, z.dtype), (logits,), lambda d: (np.multiply(dz, d, out=dz),))


def cross_entropy_simple(logits: Tensor, targets: np.ndarray) -> Tensor:
    log_p = log_softmax_simple(logits.reshape(-1, logits.shape[-1]))
    return -log_p[np.arange(len(log_p)), np.ravel(targets)].mean()
