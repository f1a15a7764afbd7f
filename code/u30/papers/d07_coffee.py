"""Day 7. Quantifying the Rise and Fall of Complexity in Closed Systems: The Coffee Automaton
(Aaronson, Carroll and Ouellette, 2014), https://arxiv.org/abs/1405.6903, with the correction of
3 June 2014, https://scottaaronson.blog/?p=1818.

Apparent complexity: the compressed size of a picture of the cup, taken out of focus.

    s̄_ij = mean of s over the g × g cells around (i, j)                        (window, sec. 5.1)
    E(s)  = |zip(s)|                                                           (entropy, sec. 5.1)
    C(s)  = |zip(bucket_3(s̄))|                                                 (naive, sec. 5.1)
    C'(s) = |zip(row_majority(bucket_7(s̄)))|                                   (adjusted, sec. 6.1)
    ρ_{t+1} = 1/2 (M_e M_o + M_o M_e) ρ_t,  M = (I + S)/2                      (heat)
    z_B   = (k_B - mean of k over the row of B) / sqrt(b² p (1 - p))           (surprise)
    C*(s) = bytes of an entropy code for round(z) where |z| >= 5, else 0       (clean)

n side of the cup; s (n,n) particles of cream per cell; g window, odd; b side of a block B, k_B its
particles, p the mean of s in its row of blocks; ρ (n,) expected cream per cell of each row; S (n,n)
swaps the rows of one matching, M_e and M_o are M for the two matchings. Sizes are in bytes.

heat, surprise and clean are ours: they say what the correction says, that rows explain everything.
Beside this file: d07_headline.py, the experiment; d07_chaos.py and d07_depth.py, order and chaos in
cellular automata and in deep networks.
"""

from __future__ import annotations

import importlib
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from u30.data.mixing import half_full, stir, sweep

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d07_headline import Headline

DYNAMICS = ("interacting", "independent", "stirred")
STIR_EVERY, AMPLITUDE = 8, 0.1  # sweeps between two turns of the spoon; shear, in cup widths
DEAD_BAND = 5  # surprises smaller than this are chance: one in two million under the normal law

# 1. Three cups (section 3)


def cup(
    dynamics: str, n: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:  # yields (n,n) for t = 0, 1, 2, ...
    """The state of a cup with cream on top, before the first and after every further sweep.

    interacting: one particle per cell, neighbours swap (sec. 3.1). Differs from the paper: every
    pair may swap in a sweep, where the paper swaps one pair of differing neighbours per step.
    independent: every particle walks on its own, any number per cell (sec. 3.2).
    stirred: interacting, and every few sweeps the spoon shears the cup. Not in the paper.
    """
    if dynamics not in DYNAMICS:
        raise ValueError(f"There is no cup {dynamics!r}; there are: {', '.join(DYNAMICS)}.")
    if dynamics == "independent":
        yield from _walkers(n, rng)
        return
    s, t = half_full(n), 0
    while True:
        yield s
        if dynamics == "stirred" and t % STIR_EVERY == 0:
            s = stir(s, rng, AMPLITUDE)
        s = sweep(s, rng)
        t += 1


def _walkers(n: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Each particle steps up, down, left or right; a step into the wall is not taken."""
    moves = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    place = np.argwhere(half_full(n))  # (particles,2)
    while True:
        cell = (place[:, 0] * n + place[:, 1]).astype(np.intp)
        yield np.bincount(cell, minlength=n * n).reshape(n, n)
        place = np.clip(place + moves[rng.integers(4, size=len(place))], 0, n - 1)


# 2. The paper's measure (sections 5 and 6)


def coarse_grain(s: np.ndarray, g: int) -> np.ndarray:  # (H,W) -> (H,W) means
    """Mean over the g × g window around each cell, cut off at walls (fig. 1).

    The sum over a rectangle is four corners of the sum that runs both ways.
    """
    if g < 1 or g % 2 == 0:
        raise ValueError(f"g must be odd and positive, but g is {g}.")
    H, W = s.shape
    running = np.zeros((H + 1, W + 1))
    running[1:, 1:] = s.cumsum(0).cumsum(1)
    top, bottom = _window(H, g)
    left, right = _window(W, g)
    strips = running[bottom] - running[top]  # (H,W+1)
    sums = strips[:, right] - strips[:, left]  # (H,W)
    return sums / np.outer(bottom - top, right - left)


def _window(size: int, g: int) -> tuple[np.ndarray, np.ndarray]:
    """First and one-past-last index of each cell's window."""
    centre = np.arange(size)
    return np.maximum(centre - g // 2, 0), np.minimum(centre + g // 2 + 1, size)


def bucket(means: np.ndarray, buckets: int) -> np.ndarray:  # (H,W) -> (H,W) 0..buckets-1
    """Round to one of `buckets` equally wide greys. More than one particle per cell is white."""
    return np.clip((means * buckets).astype(np.intp), 0, buckets - 1)


def row_majority(q: np.ndarray) -> np.ndarray:  # (H,W) -> (H,W)
    """Cells within a bucket of a row's commonest value take it (sec. 6.1)."""
    snapped = q.copy()
    for row in snapped:  # (W,), np.intp from `bucket`
        majority = np.bincount(row).argmax()  # of several, the smallest
        row[np.abs(row - majority) <= 1] = majority
    return snapped


def _compressors() -> dict[str, Callable[[bytes], bytes]]:
    """zlib, and bz2 and lzma where this Python has them: the one in a browser lacks lzma."""
    found: dict[str, Callable[[bytes], bytes]] = {"zlib": lambda data: zlib.compress(data, 9)}
    for name in ("bz2", "lzma"):
        try:
            found[name] = importlib.import_module(name).compress
        except ImportError:
            continue
    return found


COMPRESSORS = _compressors()


def compressed(a: np.ndarray, compressor: str = "zlib") -> int:  # integers -> bytes
    """Size of the array as a file of one byte per entry, after compression."""
    return len(COMPRESSORS[compressor](np.clip(a, 0, 255).astype(np.uint8).tobytes()))


def entropy(s: np.ndarray) -> int:  # (H,W) counts -> bytes
    """E(s): the compressed size of the cup itself, eight cells to a byte, a layer for each digit.

    A cup with one particle per cell has one layer. Packed, only patterns are left to save on.
    """
    digits = max(1, int(s.max()).bit_length())
    layers = s[None] >> np.arange(digits)[:, None, None] & 1  # (digits,H,W)
    return compressed(np.packbits(layers))


def naive_complexity(
    s: np.ndarray,
    g: int,
    buckets: int = 3,
    compressor: str = "zlib",
) -> int:
    """C(s): blur, round to a few greys, compress (sec. 5.1)."""
    return compressed(bucket(coarse_grain(s, g), buckets), compressor)


def adjusted_complexity(s: np.ndarray, g: int, buckets: int = 7) -> int:
    """C'(s): the same with more greys and with border rows flattened (sec. 6.1)."""
    return compressed(row_majority(bucket(coarse_grain(s, g), buckets)))


# 3. What rows and chance explain


def row_densities(n: int, sweeps: int) -> np.ndarray:  # -> (sweeps+1, n)
    """Expected cream per cell in each row of an interacting cup (heat).

    A swap with probability 1/2 leaves both rows of a pair with their mean.
    """
    rho = half_full(n).mean(axis=1)
    history = [rho]
    for _ in range(sweeps):
        even_first = _share(_share(rho, 0), 1)
        odd_first = _share(_share(rho, 1), 0)
        rho = (even_first + odd_first) / 2  # a coin decides which comes first
        history.append(rho)
    return np.array(history)


def _share(rho: np.ndarray, start: int) -> np.ndarray:  # (n,) -> (n,)
    """M ρ: the pairs of rows that begin at `start` share their cream."""
    shared = rho.copy()
    mean = (rho[start:-1:2] + rho[start + 1 :: 2]) / 2
    shared[start:-1:2] = mean
    shared[start + 1 :: 2] = mean
    return shared


def cup_of_chance(
    rho: np.ndarray, rng: np.random.Generator, shared: bool = False
) -> np.ndarray:  # (n,) -> (n,n)
    """A cup without any dynamics: each cell of row i holds cream with probability ρ_i.

    `shared`: it may hold several particles, ρ_i on average.
    """
    n = len(rho)
    if shared:
        return rng.poisson(rho[:, None], size=(n, n))
    return (rng.random((n, n)) < rho[:, None]).astype(np.int8)


def surprise(
    s: np.ndarray, b: int = 8, shared: bool = False
) -> np.ndarray:  # (n,n) -> (n/b, n/b) standard deviations
    """How far the cream of a b × b block is from the mean of its row of blocks.

    The yardstick is the spread of b² independent cells, which exclusion can
    only make smaller (negative dependence), but at least one particle: a lone
    wanderer in an empty row is no structure. `shared`: cells hold several
    particles, so counts spread like Poisson's.
    """
    m = len(s) // b
    k = s[: m * b, : m * b].reshape(m, b, m, b).sum(axis=(1, 3))
    mean = k.mean(axis=1, keepdims=True)  # (m,1)
    spread = mean if shared else mean * (1 - mean / b**2)
    return (k - mean) / np.sqrt(np.maximum(spread, 1))


def clean_complexity(s: np.ndarray, b: int = 8, shared: bool = False) -> float:  # -> bytes
    """C*(s): bytes for what neither the row nor chance explains. Not charged: the means of rows."""
    z = surprise(s, b, shared)
    code = np.where(np.abs(z) < DEAD_BAND, 0, np.rint(z))
    counts = np.unique(code, return_counts=True)[1]
    bits = counts @ np.log2(code.size / counts)  # the empirical entropy of the whole array
    return float(bits / 8)


# 4. What every paper module offers. Imported late: this file knows nothing of the experiment.


def main(
    dynamics: str = "all", size: int = 64, sweeps: int = 2000, grain: int = 9, seed: int = 0
) -> None:
    """Mix a cup of coffee and print how entropy and three complexities change.

    ValueError says in one sentence what cannot be done.
    """
    from u30.papers import d07_quickstart

    d07_quickstart.quickstart(dynamics, size, sweeps, grain, seed)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d07_headline.headline()`."""
    from u30.papers import d07_headline

    return d07_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d07_quickstart

    sys.exit(d07_quickstart.command_line())
