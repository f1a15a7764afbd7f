"""Day 13, why the scores are divided by sqrt(d_k) (section 3.2.1 and its footnote 4).

    q . k = sum of d_k products        components with mean 0, variance 1  ->  variance d_k

The larger the scores, the more the softmax p puts on one key, and the smaller its slopes are:
dp_i / ds_j = p_i (1[i = j] - p_j) is 0 where p is all on one key.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from u30 import functional as F
from u30.kernels.softmax import softmax
from u30.tensor import Tensor


@dataclass(frozen=True)
class Scores:
    """What random queries make of random keys, on average."""

    d_k: int
    scaled: bool
    scores: np.ndarray  # (queries, keys)
    weights: np.ndarray  # (queries, keys), their softmax

    @property
    def variance(self) -> float:
        return float(self.scores.var())

    @property
    def largest(self) -> float:
        """Mean weight of the key with the largest score."""
        return float(self.weights.max(axis=1).mean())

    @property
    def entropy(self) -> float:
        """Mean entropy of the weights, in bits."""
        p = np.maximum(self.weights.astype(np.float64), 1e-300)
        return float(-(p * np.log2(p)).sum(axis=1).mean())

    @property
    def slope(self) -> float:
        """Mean norm of the matrix dp/ds: how much of a gradient gets through the softmax."""
        p = self.weights
        jacobian = p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :])  # (queries, keys, keys)
        return float(np.sqrt((jacobian * jacobian).sum(axis=(1, 2))).mean())


def random_scores(
    d_k: int, keys: int = 16, queries: int = 1000, seed: int = 0
) -> tuple[Scores, Scores]:
    """Queries and keys of d_k independent standard normal components: q . k, then divided."""
    rng = np.random.default_rng((seed, d_k))
    q = rng.standard_normal((queries, d_k), np.float32)
    k = rng.standard_normal((queries, keys, d_k), np.float32)  # new keys for each query
    s = np.einsum("qd,qkd->qk", q, k)
    divided = s / math.sqrt(d_k)
    return Scores(d_k, False, s, softmax(s)), Scores(d_k, True, divided, softmax(divided))


def sweep(
    sizes: Iterable[int] = (1, 4, 16, 64, 256, 1024),
) -> dict[bool, list[Scores]]:
    """The same queries and keys, without (False) and with (True) the division."""
    raw, divided = zip(*(random_scores(d_k) for d_k in sizes))
    return {False: list(raw), True: list(divided)}


def unscaled_attention(
    Q: Tensor, K: Tensor, V: Tensor, mask: np.ndarray | None = None
) -> tuple[Tensor, np.ndarray]:  # as scaled_dot_product_attention
    """softmax(Q K^T) V: the division is undone beforehand."""
    return F.attention(Q * math.sqrt(K.shape[-1]), K, V, mask)
