"""Recall across noise: one key, then symbols that mean nothing, then a question.

Four keys (0 to 3), four symbols of noise (4 to 7) and the question mark (8). A sequence is one key,
`gap` symbols of noise and the question mark; the answer is the key. Whoever has not carried the key
across the whole gap can only guess, and is right in a quarter of the cases.

In the second task, more keys come among the noise, and the answer is the latest. Now the old key
has to be forgotten when a new one comes.
"""

from __future__ import annotations

import numpy as np

KEYS = 4
NOISE = 4
SYMBOLS = KEYS + NOISE + 1
QUERY = SYMBOLS - 1
NAMES = "ABCDwxyz?"  # one character for each symbol, to print a sequence


def recall_batch(
    rng: np.random.Generator, batch: int, gap: int
) -> tuple[np.ndarray, np.ndarray]:  # -> X (T,B), key (B,)
    """B sequences of T = gap + 2 symbols side by side, and the key that each of them asks for."""
    if batch < 1 or gap < 0:
        raise ValueError(
            f"There are no {batch} sequences with a gap of {gap}: "
            "batch must be at least 1 and gap at least 0."
        )
    key = rng.integers(KEYS, size=batch)
    X = rng.integers(KEYS, QUERY, size=(gap + 2, batch))
    X[0], X[-1] = key, QUERY
    return X, key


def latest_batch(
    rng: np.random.Generator, batch: int, gap: int, p_key: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:  # -> X (T,B), key (B,)
    """As `recall_batch`, but noise becomes a key with probability `p_key`; the last key counts."""
    X, _ = recall_batch(rng, batch, gap)
    inside = X[1:-1]
    inside[...] = np.where(
        rng.random(inside.shape) < p_key, rng.integers(KEYS, size=inside.shape), inside
    )
    last = gap - np.argmax(X[-2::-1] < KEYS, axis=0)  # (B,), where the last key stands
    return X, X[last, np.arange(batch)]


def spell(sequence: np.ndarray) -> str:  # (T,) -> T characters
    """A sequence as a text, such as "Bxxywz?"."""
    return "".join(NAMES[symbol] for symbol in sequence)
