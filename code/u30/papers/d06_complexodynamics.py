"""Day 6. The First Law of Complexodynamics (S. Aaronson, 23 September 2011),
https://scottaaronson.blog/?p=762

In a closed system entropy only rises; "complextropy", sophistication within bounded resources, is
conjectured to rise and then fall. It cannot be computed, so here a two-part code stands for it:

    total(x) = min over partitions T of [ L(T) + L(x | T) ]                 (two-part)
    L(T)     = tree flags + sum over leaves of log2(N + 1)                  (model bits)
    L(x | T) = sum over leaves of log2 C(N, k)                              (data bits)

x (H,W) picture of zeros and ones; T a partition of it into leaves; a leaf has N cells, k of them
ones. The partition is a quadtree, or a stack of row strips, whichever gives the shorter total.

Beside this file: d06_headline.py, the experiment and the claims; d06_evolution.py, information in
a population; d06_channel.py, channel capacity; d06_genome.py, the genome of a virus.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from u30.data.mixing import half_full, stir, sweep

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d06_headline import Headline

# 1. The price of one leaf


def log2_binomial(N: int, k: np.ndarray) -> np.ndarray:  # (...) -> (...)
    """log2 of the number of ways to choose k of N cells: *which* are ones."""
    table = _log2_factorials(N)
    return table[N] - table[k] - table[N - k]


@cache
def _log2_factorials(N: int) -> np.ndarray:  # -> (N+1,)
    return np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, N + 1)))])


# 2. The best partition

Size = tuple[int, int]  # rows and columns


@dataclass(frozen=True)
class Code:
    """A two-part code of a picture: bits for the model, bits for the rest, and the leaves."""

    kind: str  # "quadtree" or "strips"
    model: float
    data: float
    leaves: tuple[tuple[int, int, int, int], ...]  # (top, left, height, width)

    @property
    def total(self) -> float:
        return self.model + self.data


def two_part(x: np.ndarray) -> Code:  # (n,n) of 0 and 1 -> the shortest code
    """The shorter of the two codes; one more bit says which it is (two-part)."""
    best = min(quadtree(x), strips(x), key=lambda code: code.total)
    return Code(best.kind, best.model + 1, best.data, best.leaves)


def quadtree(x: np.ndarray) -> Code:  # (n,n), n a power of 2
    """The best partition into squares, each kept whole or cut into its four quarters."""
    _check(x)
    return best_tree("quadtree", x, base=(1, 1), cut=(2, 2))


def strips(x: np.ndarray) -> Code:  # (n,n), n a power of 2
    """The best partition into stacks of rows, each kept whole or cut into upper and lower half."""
    _check(x)
    return best_tree("strips", x, base=(1, x.shape[1]), cut=(2, 1))


def best_tree(kind: str, x: np.ndarray, base: Size, cut: Size) -> Code:
    """From the smallest blocks up: what is the best code of each block?

    Cutting a block is judged by the *best* codes of its parts, so a cut
    that pays off only two levels further down is found as well.
    """
    height, width = base
    N, k = height * width, _sums(x.astype(np.int64), base)  # k ones
    model = np.full(k.shape, np.log2(N + 1))  # they need no flag
    data = log2_binomial(N, k)
    levels = [(height, width, np.zeros(k.shape, dtype=bool))]
    while height < x.shape[0]:
        height, width = height * cut[0], width * cut[1]
        N, k = height * width, _sums(k, cut)
        model, data = 1 + _sums(model, cut), _sums(data, cut)  # flag "cut"
        whole, which = 1 + np.log2(N + 1), log2_binomial(N, k)  # flag "whole"
        is_cut = model + data < whole + which
        model = np.where(is_cut, model, whole)
        data = np.where(is_cut, data, which)
        levels.append((height, width, is_cut))
    leaves = tuple(_leaves(levels, cut))
    return Code(kind, float(model[0, 0]), float(data[0, 0]), leaves)


def _sums(a: np.ndarray, block: Size) -> np.ndarray:  # (H,W) -> one number per block
    (H, W), (height, width) = a.shape, block
    return a.reshape(H // height, height, W // width, width).sum(axis=(1, 3))


def _leaves(
    levels: list[tuple[int, int, np.ndarray]], cut: Size
) -> list[tuple[int, int, int, int]]:
    """Walk down from the whole picture along the cuts."""
    leaves, blocks = [], [(0, 0)]
    for height, width, is_cut in reversed(levels):
        parts = []
        for row, column in blocks:
            if is_cut[row, column]:
                corner = row * cut[0], column * cut[1]
                parts += [(corner[0] + i, corner[1] + j) for i, j in np.ndindex(cut)]
            else:
                leaves.append((row * height, column * width, height, width))
        blocks = parts
    return leaves


def _check(x: np.ndarray) -> None:
    n = len(x)
    if x.shape != (n, n) or n & (n - 1) or not n:
        raise ValueError(f"The picture must be a square whose side is a power of 2, not {x.shape}.")
    if not np.isin(x, (0, 1)).all():
        raise ValueError("The picture must consist of zeros and ones.")


# 3. A box that is shaken

TIMES = (0, 1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 100, 200, 400, 800, 1600, 3200)  # in sweeps


@dataclass(frozen=True)
class Mixing:
    """One run: pictures of the box at some times, each with its shortest code."""

    times: tuple[int, ...]
    pictures: tuple[np.ndarray, ...]  # each (n,n) int8
    codes: tuple[Code, ...]

    @property
    def model(self) -> np.ndarray:  # (S,)
        return np.array([code.model for code in self.codes])

    @property
    def total(self) -> np.ndarray:  # (S,)
        return np.array([code.total for code in self.codes])


def mix(
    rng: np.random.Generator,
    times: tuple[int, ...] = TIMES,
    n: int = 64,
    stir_every: int = 4,
    amplitude: float = 0.12,
) -> Mixing:
    """Diffuse, and stir after every `stir_every`-th sweep (never if it is 0)."""
    x, pictures = half_full(n), []
    for t in range(max(times) + 1):
        if t:
            x = sweep(x, rng)
            if stir_every and t % stir_every == 0:
                x = stir(x, rng, amplitude)
        if t in times:
            pictures.append(x)
    return Mixing(tuple(sorted(times)), tuple(pictures), tuple(map(two_part, pictures)))


# 4. The same picture for somebody who knows how it was made


def stirred(x: np.ndarray, rounds: int, seed: int) -> np.ndarray:  # (H,W) -> (H,W)
    """Stir without diffusion. The seed fixes all phases: nothing here is left to chance."""
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        x = stir(x, rng)
    return x


def unstirred(x: np.ndarray, rounds: int, seed: int) -> np.ndarray:  # (H,W) -> (H,W)
    """Undo `stirred`: find out where every cell went, and put it back."""
    went = stirred(np.arange(x.size).reshape(x.shape), rounds, seed)
    back = np.empty_like(x)
    back.flat[went.ravel()] = x.ravel()
    return back


# 5. From the terminal


def main(steps: int = 800, size: int = 64, stir_every: int = 4, seed: int = 0) -> Mixing:
    """Mix a box of two fluids and print what each snapshot costs: structure, noise, zlib.

    `size` is a power of 2. ValueError says in one sentence what cannot be done.
    """
    from u30.papers import d06_quickstart

    return d06_quickstart.quickstart(steps, size, stir_every, seed)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d06_headline.headline()`."""
    from u30.papers import d06_headline

    return d06_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d06_quickstart

    sys.exit(d06_quickstart.command_line())
