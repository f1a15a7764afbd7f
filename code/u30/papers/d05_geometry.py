"""Day 5, what COMP counts: distributions that n data can tell apart.

Three one-parameter families of dice with three faces. Each is a curve p(t) in the triangle of all
such dice. The number of parameters is the same; the length of the curve is not:

    length = integral of sqrt(I(t)) dt = 2 * arc length of sqrt(p(t)) on the unit sphere
    COMP = 1/2 log2(n / 2 pi) + log2 length + o(1)                          (d05-length)

So 2^COMP is about the number of marks on the curve, one every sqrt(2 pi / n).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from u30.papers.d05_mdl_tutorial import comp, log2_gammas

GRID = 1500  # points at which a curve is looked at

Family = Callable[[np.ndarray], np.ndarray]  # t (G,) in [0,1] -> p (G,3)

# 1. Three families


def segment(t: np.ndarray) -> np.ndarray:  # (G,) -> (G,3)
    """A straight piece in the middle of the triangle."""
    return np.stack([0.25 + 0.2 * t, 0.45 - 0.2 * t, np.full_like(t, 0.3)], axis=-1)


def inheritance(t: np.ndarray) -> np.ndarray:  # (G,) -> (G,3)
    """Two copies of a gene, each of the variant A with chance t: AA, Aa, aa."""
    return np.stack([t**2, 2 * t * (1 - t), (1 - t) ** 2], axis=-1)


def snake(t: np.ndarray) -> np.ndarray:  # (G,) -> (G,3)
    """The same curve, with wiggles: one parameter reaches nearly every die."""
    p = inheritance(0.04 + 0.92 * t) * np.exp(2.2 * np.sin(14 * np.pi * t)[:, None] * [-1, 1, -1])
    return p / p.sum(axis=1, keepdims=True)


FAMILIES: dict[str, Family] = {"segment": segment, "inheritance": inheritance, "snake": snake}

# 2. Length and COMP


def arc(family: Family) -> np.ndarray:  # -> (GRID,)
    """Length of the curve up to each point of the grid, in units that data can tell apart."""
    root = np.sqrt(family(np.linspace(0, 1, GRID)))
    steps = 2 * np.sqrt((np.diff(root, axis=0) ** 2).sum(axis=1))
    return np.concatenate([[0.0], np.cumsum(steps)])


def marks(family: Family, n: int) -> np.ndarray:  # -> (M,3)
    """Dice along the curve that n throws can just tell apart."""
    length = arc(family)
    spacing = np.sqrt(2 * np.pi / n)
    where = np.arange(spacing / 2, length[-1], spacing)
    return family(np.interp(where, length, np.linspace(0, 1, GRID)))


def family_comp(family: Family, n: int) -> float:
    """COMP in bits: a sum over all counts (n_1, n_2, n_3), the best t of a grid for each."""
    p = family(np.linspace(0, 1, GRID))
    log_p = np.log2(np.maximum(p, 1e-300))  # (GRID,3)
    k, ways = _outcomes(n)
    parts = np.array_split(k, len(k) // 400 + 1)
    best = np.concatenate([(part @ log_p.T).max(axis=1) for part in parts])
    return float(np.log2(np.exp2(ways + best).sum()))


def all_dice_comp(n: int) -> float:
    """COMP of all dice with three faces, two parameters: C_3(n) = C_2(n) + n before the log."""
    return float(np.log2(2 ** comp(n) + n))


@cache
def _outcomes(n: int) -> tuple[np.ndarray, np.ndarray]:  # -> (M,3), (M,)
    """All counts of three faces in n throws, and log2 of how many sequences have them."""
    a, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    keep = a + b <= n
    k = np.stack([a[keep], b[keep], n - a[keep] - b[keep]], axis=1)
    _, factorial = log2_gammas(1 << max(n, 1).bit_length())
    return k.astype(np.float64), factorial[n] - factorial[k].sum(axis=1)
