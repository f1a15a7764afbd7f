"""Day 7, the command `python -m u30.papers.d07_coffee`: mix cups, print what the measures say.

python -m u30.papers.d07_coffee
python -m u30.papers.d07_coffee --dynamics stirred --size 100 --grain 15
"""

from __future__ import annotations

import sys

import numpy as np

from u30 import command
from u30.papers.d07_coffee import (
    DYNAMICS,
    adjusted_complexity,
    clean_complexity,
    coarse_grain,
    cup,
    cup_of_chance,
    entropy,
    main,
    naive_complexity,
)

OPTIONS: dict[str, tuple[type, str]] = {
    "dynamics": (str, f"{', '.join(DYNAMICS)} or all (default: all)"),
    "size": (int, "side of the cup in cells (default: 64)"),
    "sweeps": (int, "how long to mix (default: 2000)"),
    "grain": (int, "side of the blurring window, odd (default: 9)"),
    "seed": (int, "of the random numbers (default: 0)"),
}
BLOCK = 8
GREYS = " .,-=+*#%@"
PICTURE = 32  # characters across


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d07_coffee`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d07_coffee", argv)


def quickstart(dynamics: str, size: int, sweeps: int, grain: int, seed: int) -> None:
    """What `main` does."""
    _check(dynamics, size, sweeps, grain, seed)
    times = sorted({0, *(round(t) for t in np.geomspace(1, sweeps, 13))})
    print(
        f"A cup of {size} × {size} cells, cream on top. Sizes in bytes. Baseline: chance, the naive"
    )
    print("complexity of a cup with as much cream in each row, strewn at random.")
    for name in DYNAMICS if dynamics == "all" else (dynamics,):
        _mix(name, size, grain, times, seed)


def _mix(dynamics: str, size: int, grain: int, times: list[int], seed: int) -> None:
    """Mix one cup, print a line for each time, then start, peak and end as pictures."""
    print(f"\n{dynamics}\n{'sweeps':>7} entropy   naive (chance) adjusted   clean")
    pictures, naive, chance = [], [], []
    shared, rng = dynamics == "independent", np.random.default_rng((seed, 1))
    for t, s in enumerate(cup(dynamics, size, np.random.default_rng(seed))):
        if t in times:
            naive.append(naive_complexity(s, grain))
            strewn = cup_of_chance(s.mean(axis=1), rng, shared)
            chance.append(naive_complexity(strewn, grain))
            clean = clean_complexity(s, min(BLOCK, size), shared)
            print(
                f"{t:7} {entropy(s):7} {naive[-1]:7} {chance[-1]:8} "
                f"{adjusted_complexity(s, grain):8} {clean:7.0f}",
                flush=True,
            )
            pictures.append((t, _picture(coarse_grain(s, grain))))
        if t == times[-1]:
            break
    shown = [pictures[i] for i in sorted({0, int(np.argmax(naive)), len(times) - 1})]
    print("\n" + "   ".join(f"{f't = {t}':{PICTURE}}" for t, _ in shown).rstrip())
    for lines in zip(*(picture for _, picture in shown)):
        print("   ".join(lines).rstrip())
    print(
        f"Naive complexity: {naive[0]} at the start, {max(naive)} at its peak, {naive[-1]} at the "
        f"end. Chance peaks at {max(chance)}."
    )


def _picture(means: np.ndarray) -> list[str]:  # (n,n) -> lines of characters, light is cream
    """A small picture of the blurred cup: every few cells one character, twice as many across."""
    n = len(means)
    across = np.linspace(0, n - 1, min(PICTURE, n)).round().astype(np.int64)
    down = np.linspace(0, n - 1, max(len(across) // 2, 1)).round().astype(np.int64)
    greys = np.clip((means[np.ix_(down, across)] * len(GREYS)).astype(int), 0, len(GREYS) - 1)
    return ["".join(GREYS[k] for k in row).ljust(PICTURE) for row in greys]


def _check(dynamics: str, size: int, sweeps: int, grain: int, seed: int) -> None:
    if dynamics not in (*DYNAMICS, "all"):
        raise command.UsageError(
            f"--dynamics must be one of {', '.join(DYNAMICS)} or all, but is {dynamics!r}."
        )
    if not 2 <= size <= 1000:
        raise command.UsageError(f"--size must be from 2 to 1000, but is {size}.")
    command.at_least(1, sweeps=sweeps)
    if grain < 1 or grain % 2 == 0:
        raise command.UsageError(f"--grain must be odd and at least 1, but is {grain}.")
    command.at_least(0, seed=seed)


if __name__ == "__main__":
    sys.exit(command_line())
