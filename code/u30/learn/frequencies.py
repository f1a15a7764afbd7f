"""`frequencies(draws, p)`: did these draws come from that distribution?

The bound is Bernstein's: for a count with mean np and variance v = np(1-p),

    P(|count - np| > t) <= 2 exp(-t^2 / (2v + 2t/3))

holds for every n and p, so the chance of a false alarm is known rather than hoped for.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from u30.learn.compare import Mismatch

FALSE_ALARM = 1e-9  # per class; about six sigma


def allowed(n: int, p: np.ndarray) -> np.ndarray:
    """How far a count of n draws may be from n p."""
    strictness = np.log(2 / FALSE_ALARM)
    variance = n * p * (1 - p)
    return strictness / 3 + np.sqrt(strictness**2 / 9 + 2 * strictness * variance)


def frequencies(draws: Sequence[Any], p: np.ndarray, name: str = "the draws") -> None:
    """Raise `Mismatch` unless the draws, whole numbers below len(p), can come from p."""
    if any(draw is None for draw in draws):
        raise Mismatch("A draw was None. Is a `return` missing?", name, got="None")
    values = np.asarray(draws)
    n, classes = len(values), len(p)
    if values.dtype.kind not in "iu" or values.ndim != 1:
        odd = next((d for d in draws if not isinstance(d, int | np.integer)), draws[0])
        message = f"Each draw should be one whole number from 0 to {classes - 1}."
        raise Mismatch(message, name, got=repr(odd), want=f"0 to {classes - 1}")
    if values.min() < 0 or values.max() >= classes:
        odd = int(values.min() if values.min() < 0 else values.max())
        message = f"A draw was {odd}; draws go from 0 to {classes - 1}."
        raise Mismatch(message, name, got=str(odd), want=f"0 to {classes - 1}")
    counts = np.bincount(values.astype(np.intp), minlength=classes)
    too_far = np.abs(counts - n * p) / allowed(n, p)
    worst = int(too_far.argmax())
    if too_far[worst] > 1:
        got, want = (f"{100 * share:.3g} %" for share in (counts[worst] / n, p[worst]))
        more = "often" if counts[worst] > n * p[worst] else "rarely"
        raise Mismatch(
            f"{name[:1].upper() + name[1:]} show character {worst} too {more}: in {got} of {n} "
            f"draws instead of about {want}. That is not chance.",
            name,
            got=got,
            want=want,
        )


def same_source(a: Any, b: Any) -> bool:
    """Whether two lists of draws can come from one distribution (four sigma per class)."""
    x, y = np.asarray(a), np.asarray(b)
    if x.dtype.kind not in "iu" or y.dtype.kind not in "iu" or x.ndim != 1 or x.shape != y.shape:
        return False
    if min(x.min(), y.min()) < 0:
        return False
    classes = int(max(x.max(), y.max())) + 1
    m, n = (np.bincount(draws.astype(np.intp), minlength=classes) for draws in (x, y))
    return bool((np.abs(m - n) <= 4 * np.sqrt(m + n) + 1).all())
