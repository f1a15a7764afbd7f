"""Layers without a notion of space or time: one node each, and what they mean in primitives."""

from __future__ import annotations

import numpy as np

from u30.functional.activations import softmax_simple
from u30.functional.joining import where
from u30.kernels.attention import attention_backward, attention_forward, causal_mask
from u30.kernels.dropout import dropout_backward, dropout_forward
from u30.kernels.embedding import embedding_backward, embedding_forward
from u30.kernels.norm import (
    batch_norm_backward,
    batch_norm_forward,
    layer_norm_backward,
    layer_norm_forward,
)
from u30.runtime import mm
from u30.tensor import Tensor, op


def linear(x: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:  # (..., D), (D,H), (H,)
    """x W + b."""
    if x.shape[-1] != len(W):
        raise ValueError(f"A weight matrix of shape {W.shape} cannot multiply rows of {x.shape}.")
    rows = x.data.reshape(-1, len(W))  # (N,D)
    y = mm(rows, W.data)  # (N,H)
    if b is not None:
        y += b.data
    weights = W.data

    def vjp(d: np.ndarray) -> tuple:
        d = d.reshape(len(rows), -1)  # (N,H)
        dx = mm(d, weights.T).reshape(x.shape) if x.requires_grad else None
        dW = mm(rows.T, d) if W.requires_grad else None
        return (dx, dW) if b is None else (dx, dW, d.sum(axis=0))

    return op(y.reshape(*x.shape[:-1], -1), (x, W) if b is None else (x, W, b), vjp)


def linear_simple(x: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    return x @ W if b is None else x @ W + b


def embedding(W: Tensor, index: np.ndarray) -> Tensor:  # (V,D), (...) -> (..., D)
    """Row `index` of a table."""
    y, cache = embedding_forward(W.data, index)
    return op(y, (W,), lambda d: (embedding_backward(d, cache),))


def embedding_simple(W: Tensor, index: np.ndarray) -> Tensor:
    return W[np.asarray(index, dtype=np.intp)]


def dropout(x: Tensor, p: float, rng: np.random.Generator, training: bool = True) -> Tensor:
    """Set each entry to zero with probability p, and scale the others so that the mean is kept."""
    if not training or p == 0:
        return x
    y, mask = dropout_forward(x.data, p, rng)
    return op(y, (x,), lambda d: (dropout_backward(d, mask),))


def dropout_simple(x: Tensor, p: float, rng: np.random.Generator, training: bool = True) -> Tensor:
    return x * (rng.random(x.shape, dtype=np.float32) >= p) / (1 - p) if training else x


def layer_norm(
    x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5
) -> Tensor:  # (..., D), (D,), (D,) -> (..., D)
    """Mean 0 and variance 1 along the last axis, then times gamma plus beta."""
    y, cache = layer_norm_forward(x.data, gamma.data, beta.data, eps)
    return op(y, (x, gamma, beta), lambda d: layer_norm_backward(d, cache))


def layer_norm_simple(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    z = x - x.mean(axis=-1, keepdims=True)
    var = (z * z).mean(axis=-1, keepdims=True)
    return z / (var + eps).sqrt() * gamma + beta


def batch_norm(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:  # (N,C) or (N,C,H,W), four of (C,)
    """Mean 0 and variance 1 of each channel over the batch, then times gamma plus beta.

    Training moves the running statistics in place towards the batch's; otherwise they are used.
    """
    running = running_mean, running_var
    y, cache = batch_norm_forward(x.data, gamma.data, beta.data, *running, training, momentum, eps)
    return op(y, (x, gamma, beta), lambda d: batch_norm_backward(d, cache))


def batch_norm_simple(
    x: Tensor,
    gamma: Tensor,
    beta: Tensor,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    shape = (1, -1, *(1 for _ in x.shape[2:]))  # a channel's number, beside x
    if training:
        axes = (0, *range(2, x.ndim))
        mean = x.mean(axis=axes, keepdims=True)
        var = ((x - mean) * (x - mean)).mean(axis=axes, keepdims=True)
        M = x.size // x.shape[1]
        running_mean += momentum * (mean.data.ravel() - running_mean)
        unbiased = var.data.ravel() * (M / max(M - 1, 1))
        running_var += momentum * (unbiased - running_var)
        z = (x - mean) / (var + eps).sqrt()
    else:
        centre = running_mean.reshape(shape)
        z = (x - centre) / np.sqrt(running_var.reshape(shape) + eps)
    return z * gamma.reshape(*shape) + beta.reshape(*shape)


def attention(
    q: Tensor, k: Tensor, v: Tensor, mask: np.ndarray | None = None, causal: bool = False
) -> tuple[Tensor, np.ndarray]:  # (..., T,d), (..., S,d), (..., S,dv) -> (..., T,dv), (..., T,S)
    """softmax(q k^T / sqrt(d)) v, and the softmax's weights as an array to look at.

    `mask` is True where a query may attend. A query that may attend to nothing gets zeros.
    """
    y, weights, cache = attention_forward(q.data, k.data, v.data, mask, causal)
    return op(y, (q, k, v), lambda d: attention_backward(d, cache)), weights


def attention_simple(
    q: Tensor, k: Tensor, v: Tensor, mask: np.ndarray | None = None, causal: bool = False
) -> tuple[Tensor, np.ndarray]:
    scores = q @ k.swapaxes(-1, -2) / q.shape[-1] ** 0.5  # (..., T,S)
    allowed = np.ones(scores.shape[-2:], bool) if mask is None else mask
    if causal:
        allowed = allowed & causal_mask(*scores.shape[-2:])
    weights = softmax_simple(where(allowed, scores, -1e30)) * allowed
    return weights @ v, weights.data
