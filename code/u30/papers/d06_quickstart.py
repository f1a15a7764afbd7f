"""Day 6, the command: `python -m u30.papers.d06_complexodynamics` mixes a box and codes snapshots.

python -m u30.papers.d06_complexodynamics --stir-every 0 --size 128
"""

from __future__ import annotations

import numpy as np

from u30 import command
from u30.papers.d06_complexodynamics import TIMES, Code, Mixing, main, mix
from u30.papers.d06_headline import raw_zlib

OPTIONS: dict[str, tuple[type, str]] = {
    "steps": (int, "sweeps of diffusion in all (default: 800)"),
    "size": (int, "cells along a side, a power of 2 (default: 64)"),
    "stir_every": (int, "sweeps between two rounds of stirring, 0 for never (default: 4)"),
    "seed": (int, "of the random numbers (default: 0)"),
}
LARGEST = 512  # cells along a side
WIDTH = 24  # characters of a bar
SHADES = " .:+#"  # how full a block of the printed picture is


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d06_complexodynamics`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d06_complexodynamics", argv)


def quickstart(steps: int, size: int, stir_every: int, seed: int) -> Mixing:
    """What `main` does."""
    _check(steps, size, stir_every, seed)
    times = tuple(sorted({t for t in TIMES if t <= steps} | {steps}))
    how = f"stirred every {stir_every} sweeps" if stir_every else "left to diffuse"
    print(f"A box of {size} x {size} cells, {how}. Bits of the shortest two-part code:\n")
    run = mix(np.random.default_rng(seed), times, n=size, stir_every=stir_every)
    print("sweeps  total  noise   zlib  structure")
    most = float(run.model.max())
    for t, x, code in zip(run.times, run.pictures, run.codes):
        print(_row(t, code, raw_zlib(x), most))
    peak = int(run.model.argmax())
    print(f"\nThe box after {run.times[peak]} sweeps, where structure peaks:\n")
    print(_picture(run.pictures[peak]))
    print(
        f"\nStructure: {run.model[0]:.0f} bits at the start, {most:.0f} at its peak, "
        f"{run.model[-1]:.0f} at the end. A list of all cells would take {size * size:,} bits."
    )
    return run


def _row(t: int, code: Code, zlib_bits: int, most: float) -> str:
    bar = "#" * round(WIDTH * code.model / most)
    return f"{t:6}{code.total:7.0f}{code.data:7.0f}{zlib_bits:7}{code.model:11.0f}  {bar}"


def _picture(x: np.ndarray) -> str:  # (n,n) -> at most 32 lines
    n = len(x)
    step = max(n // 32, 1)
    full = x.reshape(n // step, step, n // step, step).mean(axis=(1, 3))
    shade = np.minimum((full * len(SHADES)).astype(np.int64), len(SHADES) - 1)
    return "\n".join("".join(SHADES[i] * 2 for i in row) for row in shade)


def _check(steps: int, size: int, stir_every: int, seed: int) -> None:
    if not 2 <= size <= LARGEST or size & (size - 1):
        raise command.UsageError(
            f"--size must be a power of 2 from 2 to {LARGEST}, but is {size}: try 64 or 128."
        )
    command.at_least(0, steps=steps, stir_every=stir_every, seed=seed)
