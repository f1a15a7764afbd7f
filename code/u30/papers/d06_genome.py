"""Day 6, a real genome: is it noise, order, or something between?

    bits per base of an adaptive code with contexts of j bases              (u30.baselines.kt)
    I(k) = sum_{a,b} p_k(a,b) log2 [ p_k(a,b) / (p_k(a) p_k(b)) ]           (lag)

p_k(a,b) is the share of places i with base a at i and base b at i+k, and p_k(a), p_k(b) are its
margins. Counting n pairs makes I(k) come out too large, by about (A-1)^2/(2 n ln 2) bits.
"""

from __future__ import annotations

import math

import numpy as np

from u30.baselines.kt import kt_bits


def lag_information(sequence: np.ndarray, k: int, A: int = 4) -> float:  # (n,) -> bits  (lag)
    """Mutual information between a letter and the one k places further on."""
    if not 1 <= k < len(sequence):
        raise ValueError(f"The lag is {k}: it must lie between 1 and {len(sequence) - 1}.")
    pairs = (sequence[:-k] * A + sequence[k:]).astype(np.intp)  # what bincount asks for
    joint = np.bincount(pairs, minlength=A * A).reshape(A, A) / len(pairs)
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    seen = joint > 0
    return float((joint[seen] * np.log2(joint[seen] / apart[seen])).sum())


def chance_information(n: int, A: int = 4) -> float:
    """What `lag_information` shows, on average, for n independent pairs."""
    return (A - 1) ** 2 / (2 * n * math.log(2))


def comb(sequence: np.ndarray, lags: np.ndarray, period: int = 3) -> tuple[float, float]:
    """Mean lag information at multiples of the period, and at the other lags."""
    information = np.array([lag_information(sequence, int(k)) for k in lags])
    on = lags % period == 0
    return float(information[on].mean()), float(information[~on].mean())


def bits_per_base(sequence: np.ndarray, orders: int = 4, A: int = 4) -> np.ndarray:  # -> (orders,)
    """The adaptive code's price for contexts of 0, 1, 2, ... bases."""
    return np.array([kt_bits(sequence, j, A) for j in range(orders)]) / len(sequence)
