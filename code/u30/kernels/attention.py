"""Scaled dot-product attention, all heads at once. Vaswani et al., 2017, arXiv:1706.03762, eq. 1.

    S = Q K^T / sqrt(d)       P = softmax(S)       O = P V

    dV = P^T dO,   dP = dO V^T,   dS = P * (dP - r),   r_t = sum_s dP_ts P_ts = sum_v dO_tv O_tv
    dQ = dS K / sqrt(d),   dK = dS^T Q / sqrt(d)

B batch, h heads, T queries, S keys (and values), d size of a key, dv size of a value.
Q (B,h,T,d), K (B,h,S,d), V (B,h,S,dv), O (B,h,T,dv); S, P (B,h,T,S). A mask is True where a query
may attend; P is 0 elsewhere, and a query that may attend to nothing gets zeros.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from u30.kernels.batched import batched_mm

SAFE = 60.0  # exp() of scores up to here can be summed over any number of keys in float32


class AttentionCache(NamedTuple):
    q: np.ndarray  # (B,h,T,d), already divided by sqrt(d)
    k: np.ndarray  # (B,h,S,d)
    v: np.ndarray  # (B,h,S,dv)
    weights: np.ndarray  # (B,h,T,S)
    out: np.ndarray  # (B,h,T,dv)


def causal_mask(T: int, S: int) -> np.ndarray:  # -> (T,S)
    """True where a query may look: at its own key and before. The last query owns the last key."""
    return np.tri(T, S, S - T, dtype=bool)


def attention_forward(
    q: np.ndarray,
    k: np.ndarray,
    v: np.ndarray,
    mask: np.ndarray | None = None,
    causal: bool = False,
) -> tuple[np.ndarray, np.ndarray, AttentionCache]:
    """(B,h,T,d), (B,h,S,d), (B,h,S,dv), mask -> out (B,h,T,dv), weights (B,h,T,S).

    `mask` is boolean and broadcasts to (B,h,T,S). With `causal` no query sees a later key.
    """
    T, S, d = q.shape[-2], k.shape[-2], q.shape[-1]
    if causal:
        past = causal_mask(T, S)
        mask = past if mask is None else mask & past
    q = q * d**-0.5  # cheaper here than on the scores
    # A contiguous K^T: at these sizes BLAS multiplies it twice as fast as a transposed view.
    weights = batched_mm(q, np.ascontiguousarray(k.swapaxes(-1, -2)))
    masked_softmax_in_place(weights, mask)
    out = batched_mm(weights, v)
    return out, weights, AttentionCache(q, k, v, weights, out)


def masked_softmax_in_place(scores: np.ndarray, mask: np.ndarray | None) -> None:  # (...,T,S)
    """Turn scores into probabilities over the last axis, 0 where the mask is False.

    Softmax subtracts the largest score of each row so that exp() cannot overflow. Finding it is as
    slow as exp() itself, and it is not needed while all scores are moderate, as they nearly always
    are. Two quick passes over the whole array tell.
    """
    if scores.min() >= -SAFE and scores.max() <= SAFE:
        np.exp(scores, out=scores)
        if mask is not None:
            scores *= mask.astype(scores.dtype)
    else:
        if mask is not None:
            scores[...] = np.where(mask, scores, -np.inf)
        largest = scores.max(axis=-1, keepdims=True)
        scores -= np.maximum(largest, np.finfo(scores.dtype).min)  # no inf - inf in an empty row
        np.exp(scores, out=scores)
    total = scores @ np.ones(scores.shape[-1], dtype=scores.dtype)  # (...,T), faster than sum()
    total[total == 0] = 1  # nothing to attend to: 0 / 1
    scores *= (1 / total)[..., None]


def attention_backward(
    dout: np.ndarray, cache: AttentionCache
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # (B,h,T,dv) -> dq, dk, dv
    """Gradients of queries, keys and values. Where the weight is 0, so is the gradient."""
    q, k, v, weights, out = cache
    dv = batched_mm(weights.swapaxes(-1, -2), dout)
    dscores = batched_mm(dout, np.ascontiguousarray(v.swapaxes(-1, -2)))  # dP
    # r over the few columns of O, not over the many of P
    dscores -= np.einsum("...tv,...tv->...t", dout, out)[..., None]
    dscores *= weights
    dq = batched_mm(dscores, k)
    dq *= q.shape[-1] ** -0.5
    dk = batched_mm(dscores.swapaxes(-1, -2), q)
    return dq, dk, dv
