"""Day 5, the command: `python -m u30.papers.d05_mdl_tutorial` asks which order a string has.

python -m u30.papers.d05_mdl_tutorial --n 4000
python -m u30.papers.d05_mdl_tutorial --text 0101101011010110101101011010110101
"""

from __future__ import annotations

import numpy as np

from u30 import command
from u30.papers.d05_markov import CRITERIA, RULE, Bill, bill, generate
from u30.papers.d05_mdl_tutorial import main

OPTIONS: dict[str, tuple[type, str]] = {
    "text": (str, "a string of zeros and ones (default: drawn from a rule of order 2)"),
    "n": (int, "length of the string that is drawn (default: 400)"),
    "max_order": (int, "highest order to try, at most 10 (default: 5)"),
    "seed": (int, "of the random numbers (default: 0)"),
}
LONGEST = 100_000
ADVICE = {
    "ML": "data bits alone: fits best, is no code",
    "AIC": "made for predicting well",
    "BIC": "a rough MDL, k/2 log2 n",
    "two-part": "coins with d bits each, then the data",
    "KT": "predict, then pay",
    "fNML": "the exact price of each coin",
}


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d05_mdl_tutorial`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d05_mdl_tutorial", argv)


def quickstart(text: str | None, n: int, max_order: int, seed: int) -> list[Bill]:
    """What `main` does; returns the bill of every order."""
    if not 0 <= max_order <= 10:
        raise command.UsageError(f"--max-order must be from 0 to 10, but is {max_order}.")
    x = _drawn(n, seed) if text is None else _typed(text)
    N = x.shape[1]
    if not max_order < N <= LONGEST:
        raise command.UsageError(
            f"The string has {N:,} symbols: it needs more than --max-order ({max_order}) and at "
            f"most {LONGEST:,}."
        )
    print("".join(map(str, x[0, :72])) + ("..." if N > 72 else ""))
    print(f"\n{N:,} symbols. Each order codes the last {N - max_order:,} of them. Bits in all:\n")
    bills = [bill(x, k, start=max_order) for k in range(max_order + 1)]
    totals = {name: np.array([b.total(name)[0] for b in bills]) for name in CRITERIA}
    print("order" + "".join(f"{name:>10}" for name in CRITERIA))
    for k in range(max_order + 1):
        cells = (f"{row[k]:9.1f}{'*' if k == row.argmin() else ' '}" for row in totals.values())
        print(f"{k:5}" + "".join(cells))
    print("\n* the smallest bill of its column, which is the choice:\n")
    for name, row in totals.items():
        print(f"{name:>10}: order {row.argmin()}   ({ADVICE[name]})")
    saved = N - max_order - totals["KT"].min()
    print(f"\nA list of the symbols: {N - max_order:,} bits. The best KT code saves {saved:.1f}.")
    return bills


def _drawn(n: int, seed: int) -> np.ndarray:  # -> (1,n)
    if not 1 <= n <= LONGEST:
        raise command.UsageError(f"--n must be from 1 to {LONGEST:,}, but is {n}.")
    command.at_least(0, seed=seed)
    return generate(np.random.default_rng(seed), RULE, n, 1)


def _typed(text: str) -> np.ndarray:  # -> (1,n)
    symbols = "".join(text.split())
    strange = sorted(set(symbols) - set("01"))
    if strange:
        raise command.UsageError(f"--text must be zeros and ones, but has {strange[0]!r}.")
    return np.array([[int(symbol) for symbol in symbols]], dtype=np.int8)
