"""The Krichevsky-Trofimov estimator as a code: what a sequence costs when it is counted on the fly.

    p(next symbol is c | context) = (count(context, c) + 1/2) / (n(context) + A/2)

Coder and decoder keep the same counts, so no table has to be sent: the price of learning the
frequencies is in the code length. (Krichevsky and Trofimov, 1981.)
"""

from __future__ import annotations

import math

import numpy as np


def kt_bits(sequence: np.ndarray, order: int, alphabet: int) -> float:  # (N,) -> bits in all
    """Length of the adaptive code whose contexts are the last `order` symbols.

    `sequence` holds integers from 0 to `alphabet` - 1. The first `order` symbols have no context
    yet and cost log2(alphabet) bits each.
    """
    symbols = np.asarray(sequence, dtype=np.int64)
    if order < 0:
        raise ValueError(f"The order is {order}: it must be at least 0.")
    if symbols.ndim != 1:
        raise ValueError(f"A sequence has one axis; this array has the shape {symbols.shape}.")
    if len(symbols) and not 0 <= symbols.min() <= symbols.max() < alphabet:
        raise ValueError(f"Symbols must lie between 0 and {alphabet - 1}.")
    start = min(order, len(symbols))
    counts = _counts(symbols, start, alphabet)  # (contexts, alphabet)
    # All symbols of one context together: the product of the formula above telescopes, and only
    # the counts matter, not the order in which the symbols came.
    nats = counts.shape[0] * (alphabet * math.lgamma(0.5) - math.lgamma(alphabet / 2))
    nats += sum(math.lgamma(n + alphabet / 2) for n in counts.sum(axis=1))
    values, times = np.unique(counts, return_counts=True)
    nats -= sum(t * math.lgamma(v + 0.5) for v, t in zip(values, times))
    return float(start * math.log2(alphabet) + nats / math.log(2))


def _counts(symbols: np.ndarray, order: int, alphabet: int) -> np.ndarray:  # (N,) -> (contexts,A)
    """How often each symbol followed each context that occurred."""
    N = len(symbols)
    context = np.zeros(N - order, dtype=np.int64)
    for back in range(1, order + 1):  # numbered afresh each time, so that numbers stay small
        codes = context * alphabet + symbols[order - back : N - back]
        _, context = np.unique(codes, return_inverse=True)
    rows = int(context.max()) + 1 if len(context) else 0
    pairs = (context * alphabet + symbols[order:]).astype(np.intp)  # what bincount asks for
    return np.bincount(pairs, minlength=rows * alphabet).reshape(rows, alphabet)
