"""Short strings and three jobs to do with them: reverse, sort, copy.

    R d a c  ->  c a d $        S d a c  ->  a c d $        C d a c  ->  d a c $

The first symbol names the job, $ ends an answer, and short strings are filled up with padding. A
batch of B strings of at most n letters: X (B,n+1) is what is read, Y (B,n+1) the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

PAD, START, END = 0, 1, 2
JOBS = "RSC"
NAMES = {"R": "reverse", "S": "sort", "C": "copy"}
LETTERS = "abcdefghij"
SYMBOLS = "·^$" + JOBS + LETTERS  # padding, start and end first
_FIRST = SYMBOLS.index(LETTERS[0])


def solve(job: str, string: str) -> str:
    """The right answer, without the end sign."""
    if job not in NAMES:
        raise ValueError(f"The jobs are {', '.join(NAMES)}, but the job given is {job!r}.")
    return {"R": string[::-1], "S": "".join(sorted(string)), "C": string}[job]


def string_batch(
    rng: np.random.Generator, B: int, jobs: str = JOBS, shortest: int = 3, longest: int = 8
) -> tuple[np.ndarray, np.ndarray]:  # -> X (B,longest+1), Y (B,longest+1)
    """B random strings with random jobs out of `jobs`, and their answers."""
    rows, places = np.arange(B)[:, None], np.arange(longest)
    lengths = rng.integers(shortest, longest + 1, size=(B, 1))
    letters = rng.integers(_FIRST, len(SYMBOLS), size=(B, longest))
    inside = places < lengths
    letters[~inside] = PAD
    job = rng.integers(len(jobs), size=(B, 1))
    kind = np.array([JOBS.index(name) for name in jobs])[job]  # (B,1)
    answers = np.stack(
        [
            letters[rows, np.maximum(lengths - 1 - places, 0)] * inside,
            np.sort(np.where(inside, letters, len(SYMBOLS)), axis=1) * inside,
            letters,
        ]
    )
    X = np.concatenate([kind + SYMBOLS.index(JOBS), letters], axis=1)
    Y = np.concatenate([answers[kind[:, 0], np.arange(B)], np.full((B, 1), PAD)], axis=1)
    Y[np.arange(B), lengths[:, 0]] = END
    return X, Y


def encode(texts: Sequence[str]) -> np.ndarray:  # -> (B,n)
    """Strings such as "Rdac" as rows of indices, filled up with padding."""
    X = np.full((len(texts), max(map(len, texts))), PAD)
    for row, text in zip(X, texts):
        unknown = sorted(set(text) - set(SYMBOLS))
        if unknown:
            raise ValueError(f"The symbols are {SYMBOLS}, but {text!r} has {unknown[0]!r}.")
        row[: len(text)] = [SYMBOLS.index(symbol) for symbol in text]
    return X


def spell(indices: np.ndarray) -> str:  # (n,) -> text
    """Indices as symbols, without the padding behind them."""
    return "".join(SYMBOLS[i] for i in indices).rstrip(SYMBOLS[PAD])
