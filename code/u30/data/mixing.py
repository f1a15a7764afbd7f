"""Two fluids in a closed box: a grid of cells that only ever swap places.

`sweep` diffuses: neighbours change places at random (symmetric exclusion). `stir` shears rows and
columns, as a spoon does. Both permute the cells, so nothing is created and nothing is lost.
"""

from __future__ import annotations

import numpy as np


def half_full(n: int) -> np.ndarray:  # -> (n,n) int8
    """The start: the upper half of an n × n box holds ones, the lower half zeros."""
    grid = np.zeros((n, n), dtype=np.int8)
    grid[: n // 2] = 1
    return grid


def sweep(grid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(H,W) -> (H,W): swap each pair of neighbours with probability 1/2.

    Neighbours form four matchings: pairs along rows or columns that begin at
    an even or an odd place. No cell is in two pairs of one matching, so a
    matching is swapped at once; the four come in random order. Walls hold.
    """
    mixed = grid.copy()
    for matching in rng.permutation(4):
        axis, start = divmod(int(matching), 2)
        lines = np.moveaxis(mixed, axis, 0)  # a view to swap along
        first, second = lines[start:-1:2], lines[start + 1 :: 2]
        swapped = rng.integers(0, 2, size=first.shape, dtype=bool)
        kept = first.copy()
        np.copyto(first, second, where=swapped)
        np.copyto(second, kept, where=swapped)
    return mixed


def stir(
    grid: np.ndarray, rng: np.random.Generator, amplitude: float = 0.12
) -> np.ndarray:  # (H,W) -> (H,W)
    """Roll row y by round(amplitude W sin(2πy/H + φ)), then the columns likewise, φ at random.

    Rolling wraps round, so this is a shear of a torus, and every cell finds its way back if the
    rolls are undone in the opposite order.
    """
    return _shear(_shear(grid, rng, amplitude).T, rng, amplitude).T


def _shear(
    grid: np.ndarray, rng: np.random.Generator, amplitude: float
) -> np.ndarray:  # (H,W) -> (H,W)
    H, W = grid.shape
    phase = rng.uniform(0, 2 * np.pi)
    y = np.arange(H)[:, None]  # (H,1)
    shift = np.rint(amplitude * W * np.sin(2 * np.pi * y / H + phase)).astype(np.int64)
    return grid[y, (np.arange(W) - shift) % W]
