"""Character n-grams with interpolated Witten-Bell smoothing: a strong opponent that has no memory.

    p_j(c | context of j characters) = (count(context, c) + u p_{j-1}(c)) / (n + u)

n is how often the context was seen in training, u how many different characters followed it, and
p_{-1} = 1/V. A context that was never seen has n = u = 0 and passes p_{j-1} on. (Witten and Bell,
1991.)
"""

from __future__ import annotations

import numpy as np


def witten_bell(
    train: np.ndarray,
    test: np.ndarray,
    V: int,
    max_order: int = 6,
    candidates: np.ndarray | None = None,
) -> np.ndarray:  # (N,), (M,) -> (max_order+1, M) or, with candidates (M,K), (max_order+1, M, K)
    """Probabilities at every position of `test` under n-grams of order 0..max_order.

    All counts come from `train`. Without `candidates` the probabilities are those of the character
    that stands there, else of the given ones. The first characters of `test` have a short context
    and use the highest order that it allows.
    """
    wanted = test[:, None] if candidates is None else candidates  # (M,K)
    p = np.full(wanted.shape, 1 / V)
    result = np.empty((max_order + 1, *wanted.shape))
    n_contexts = 1
    context = np.zeros(len(train) + len(test), dtype=np.int64)  # context id before each position
    for order in range(max_order + 1):
        if order:
            context, n_contexts = _lengthen(context, train, test, V, order)
        p = _interpolate(p, context, n_contexts, train, wanted, V, order)
        result[order] = p
    return result[..., 0] if candidates is None else result


def _lengthen(
    context: np.ndarray, train: np.ndarray, test: np.ndarray, V: int, order: int
) -> tuple[np.ndarray, int]:
    """Add the character `order` places back to each context, and number the contexts afresh."""
    back = np.concatenate([_shift(train, order), _shift(test, order)])
    codes = context * (V + 1) + back  # a number for each pair, below (N+M)(V+1)
    distinct, context = np.unique(codes, return_inverse=True)
    return context, len(distinct)


def _shift(ids: np.ndarray, places: int) -> np.ndarray:  # (N,) -> (N,), -1 -> 0 where there is none
    shifted = np.zeros(len(ids), dtype=np.int64)
    shifted[places:] = ids[: max(len(ids) - places, 0)] + 1
    return shifted


def _interpolate(
    p: np.ndarray,
    context: np.ndarray,
    n_contexts: int,
    train: np.ndarray,
    wanted: np.ndarray,
    V: int,
    order: int,
) -> np.ndarray:  # p_{j-1} (M,K) -> p_j (M,K)
    seen, asked = context[order : len(train)], context[len(train) :]  # (N-order,), (M,)
    if not len(seen):  # the training text is shorter than the context
        return p
    pairs, counts = np.unique(seen * V + train[order:], return_counts=True)
    # WebAssembly's indices have 32 bits, and bincount takes nothing wider.
    before, ids = seen.astype(np.intp), (pairs // V).astype(np.intp)
    n = np.bincount(before, minlength=n_contexts)[asked][:, None]  # (M,1)
    u = np.bincount(ids, minlength=n_contexts)[asked][:, None]
    codes = asked[:, None] * V + wanted
    place = np.minimum(np.searchsorted(pairs, codes), len(pairs) - 1)
    count = np.where(pairs[place] == codes, counts[place], 0)
    known = (n > 0) & (np.arange(len(wanted)) >= order)[:, None]
    return np.where(known, (count + u * p) / np.maximum(n + u, 1), p)


def bits_per_character(
    train: np.ndarray, test: np.ndarray, V: int, max_order: int = 6
) -> np.ndarray:  # (N,), (M,) -> (max_order+1,)
    """Mean of -log2 p over `test` for each order, after counting in `train` only."""
    return -np.log2(witten_bell(train, test, V, max_order)).mean(axis=1)
