"""Day 5. A Tutorial Introduction to the Minimum Description Length Principle (P. Grünwald, 2004),
https://arxiv.org/abs/math/0406077

The best explanation of data is the one that describes them in the fewest bits, its own bits
included. Here is the tutorial's dictionary for the smallest class of models there is, all coins:

    L(x | theta) = -n1 log2 theta - n0 log2(1 - theta)                      (d05-data)
    L_2p(x) = min over theta on a grid of 2^d of [ d + L(x | theta) ]       (d05-two-part)
    COMP(n) = log2 sum_y P(y | theta^(y)),   y over all 2^n strings         (d05-comp)
    L_nml(x) = L(x | theta^(x)) + COMP(n)                                   (d05-nml)
    P(1 | n0, n1) = (n1 + 1/2) / (n0 + n1 + 1)                              (d05-kt)
    2^-L_kt(x) = Gamma(n0 + 1/2) Gamma(n1 + 1/2) / (pi Gamma(n + 1))        (d05-gamma)

x (n,) a string of zeros and ones, n0 and n1 how many of each; theta the chance of a one, theta^ =
n1 / n its maximum likelihood estimate; d bits of precision. All lengths are in bits, not rounded.

Beside this file: d05_markov.py, which order does a string have; d05_gaussian.py, where COMP is
infinite; d05_geometry.py, COMP counts distributions; d05_headline.py, the experiment.
"""

from __future__ import annotations

import math
import sys
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d05_headline import Headline

# 1. Data under one coin


def data_bits(n0: np.ndarray, n1: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """-log2 P(x | theta), elementwise. A count of zero costs nothing."""
    return -(_times_log2(n1, theta) + _times_log2(n0, 1 - np.asarray(theta)))


def ml_bits(n0: np.ndarray, n1: np.ndarray) -> np.ndarray:  # (...) -> (...)
    """The same at theta^ = n1 / n. No code reaches this: the receiver does not know theta^."""
    n0, n1 = np.asarray(n0), np.asarray(n1)
    return data_bits(n0, n1, n1 / np.maximum(n0 + n1, 1))


def _times_log2(count: np.ndarray, p: np.ndarray) -> np.ndarray:
    count = np.asarray(count, dtype=np.float64)
    return count * np.log2(np.where(count > 0, p, 1.0))


# 2. Two parts: first theta, then the data


def two_part_bits(n0: np.ndarray, n1: np.ndarray, d: int) -> np.ndarray:
    """d bits for theta = (j + 1/2) / 2^d, then the data under the best."""
    n0, n1 = np.asarray(n0), np.asarray(n1)
    cells = 2**d
    inside = np.floor(cells * n1 / np.maximum(n0 + n1, 1))  # the cell of theta^
    best = np.full(inside.shape, np.inf)
    for step in (-1, 0, 1):  # the best midpoint may be the next cell's
        j = np.clip(inside + step, 0, cells - 1)
        best = np.minimum(best, data_bits(n0, n1, (j + 0.5) / cells))
    return d + best


# 3. Normalised maximum likelihood: the same regret for every string


@cache
def comp(n: int) -> float:
    """COMP(n) of all coins, in bits, exact: strings with k ones share one P."""
    k = np.arange(n + 1)
    return float(np.log2(np.exp2(log2_choose(n) - ml_bits(n - k, k)).sum()))


def comp_asymptotic(n: int) -> float:
    """1/2 log2(n / 2 pi) + log2 of the integral of the root of the Fisher information, pi."""
    return 0.5 * math.log2(n * math.pi / 2)


def nml_bits(n0: int, n1: int) -> float:
    """The stochastic complexity: the code whose regret is COMP, whatever the string."""
    return float(ml_bits(np.array(n0), np.array(n1))) + comp(n0 + n1)


# 4. Predict, then pay


def kt_bits(x: np.ndarray) -> float:  # (n,) -> bits
    """Bet on each symbol with what was counted so far; pay -log2 of the bet."""
    bits, n1 = 0.0, 0
    for t, symbol in enumerate(x):
        p = (n1 + 0.5) / (t + 1)  # of a one
        bits -= math.log2(p if symbol else 1 - p)
        n1 += int(symbol)
    return bits


def kt_closed(n0: np.ndarray, n1: np.ndarray) -> np.ndarray:  # (...) -> (...)
    """The same from the counts alone: the order of the symbols makes no difference."""
    n0, n1 = np.asarray(n0, dtype=np.int64), np.asarray(n1, dtype=np.int64)
    half, whole = log2_gammas(1 << int((n0 + n1).max(initial=1)).bit_length())
    return whole[n0 + n1] - half[n0] - half[n1]


# 5. Tables of logarithms


def log2_choose(n: int) -> np.ndarray:  # -> (n+1,)
    """log2 of n over k, for k = 0..n."""
    _, factorial = log2_gammas(1 << max(n, 1).bit_length())
    k = np.arange(n + 1)
    return factorial[n] - factorial[k] - factorial[n - k]


@cache
def log2_gammas(size: int) -> tuple[np.ndarray, np.ndarray]:
    """log2 of Gamma(m + 1/2) / sqrt(pi) and of Gamma(m + 1), for m = 0..size."""
    m = np.arange(size)
    half = np.concatenate([[0.0], np.cumsum(np.log2(m + 0.5))])
    return half, np.concatenate([[0.0], np.cumsum(np.log2(m + 1))])


# 6. From the terminal


def main(text: str | None = None, n: int = 400, max_order: int = 5, seed: int = 0) -> object:
    """Ask five criteria which order a string of zeros and ones has, and print their bills.

    Without `text`, a string of `n` symbols is drawn from a rule of order 2. ValueError says in one
    sentence what cannot be done.
    """
    from u30.papers import d05_quickstart

    return d05_quickstart.quickstart(text, n, max_order, seed)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d05_headline.headline()`."""
    from u30.papers import d05_headline

    return d05_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d05_quickstart

    sys.exit(d05_quickstart.command_line())
