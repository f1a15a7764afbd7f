"""Softmax and cross-entropy over the last axis, safe for logits of any size.

    p_k  = exp(z_k) / sum_j exp(z_j)
    loss = -1/N sum_n log p_n[y_n]          d loss / d z_n = (p_n - onehot(y_n)) / N

z logits, p probabilities, y targets; N rows, V classes. Subtracting the largest logit of each row
leaves p unchanged and keeps exp() from overflowing.
"""

from __future__ import annotations

import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:  # (..., V) -> (..., V)
    """Probabilities that sum to one along the last axis."""
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def log_softmax(logits: np.ndarray) -> np.ndarray:  # (..., V) -> (..., V)
    """Natural logarithm of softmax, without ever computing log(0)."""
    z = logits - logits.max(axis=-1, keepdims=True)
    z -= np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return z


def softmax_cross_entropy(
    logits: np.ndarray, targets: np.ndarray
) -> tuple[float, np.ndarray]:  # (N,V), (N,) -> loss, dlogits (N,V)
    """Mean cross-entropy in nats and its gradient with respect to the logits.

    `targets` holds class indices. The gradient has the dtype of the logits.
    """
    N = len(targets)
    rows = np.arange(N)
    z = logits - logits.max(axis=-1, keepdims=True)
    picked = z[rows, targets]  # (N,)
    p = np.exp(z, out=z)
    total = p.sum(axis=-1)
    loss = float(np.mean(np.log(total) - picked))
    p /= (total * N)[:, None]  # already divided by N
    p[rows, targets] -= np.asarray(1 / N, dtype=p.dtype)
    return loss, p
