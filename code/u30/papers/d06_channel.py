"""Day 6, channels: how much can get through a noisy copy, whatever the sender does?

    C = max over p(x) of I(X; Y)                                            (capacity)
    D_x = sum_y P(y|x) log2 [ P(y|x) / q(y) ],   q(y) = sum_x p(x) P(y|x)
    p(x) <- p(x) 2^{D_x} / Z                                                (blahut-arimoto)
    C_sym(A, mu) = log2 A - H2(mu) - mu log2(A - 1)                         (c-sym)

P (K,J) a channel, row x the distribution of the output y for input x; p (K,) inputs. (Blahut,
1972; Arimoto, 1972.) At any p the capacity lies between log2 Z and max_x D_x, which tells when
to stop.
"""

from __future__ import annotations

import numpy as np


def blahut_arimoto(
    P: np.ndarray, tolerance: float = 1e-9, max_steps: int = 100_000
) -> tuple[float, np.ndarray]:  # (K,J) -> capacity in bits, p (K,)
    """Capacity, to within `tolerance` bits, and the best inputs."""
    _check(P)
    p = np.full(len(P), 1 / len(P))
    for _ in range(max_steps):
        D = divergences(P, p @ P)
        weights = p * 2**D
        if D.max() - np.log2(weights.sum()) < tolerance:
            break
        p = weights / weights.sum()
    return float(np.log2(weights.sum())), p


def divergences(P: np.ndarray, q: np.ndarray) -> np.ndarray:  # (K,J), (J,) -> (K,)
    """D_x: how far row x lies from the mean output q, in bits. Terms with P = 0 are zero."""
    ratio = np.divide(P, q, out=np.ones(P.shape), where=P > 0)
    return (P * np.log2(ratio)).sum(axis=1)


def symmetric_channel(A: int, mu: float) -> np.ndarray:  # -> (A,A)
    """A letter is copied wrongly with probability mu, into each other letter equally often."""
    return np.full((A, A), mu / (A - 1)) + np.eye(A) * (1 - mu - mu / (A - 1))


def symmetric_capacity(A: int, mu: float) -> float:  # c-sym
    """Bits per letter that get through `symmetric_channel`, in closed form."""
    row = symmetric_channel(A, mu)[0]
    row = row[row > 0]
    return float(np.log2(A) + (row * np.log2(row)).sum())


def _check(P: np.ndarray) -> None:
    if P.ndim != 2 or (P < 0).any() or not np.allclose(P.sum(axis=1), 1):
        raise ValueError("Every row of a channel is a distribution: not negative, with sum one.")
