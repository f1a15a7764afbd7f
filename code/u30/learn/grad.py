"""`grad(f, x, analytic)`: is this the slope of that function? Central differences, every entry."""

from collections.abc import Callable
from typing import Any

import numpy as np

from u30.learn.compare import Mismatch, close
from u30.learn.words import named, number

STEP = 1e-5
ALLOWED = 1e-6  # relative to the largest slope


def numerical_gradient(f: Callable[[np.ndarray], Any], x: np.ndarray) -> np.ndarray:
    """df/dx for a function of one array that returns a number, in float64."""
    x = np.array(x, dtype=np.float64)
    slopes = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + STEP
        above = float(f(x))
        x[index] = here - STEP
        below = float(f(x))
        x[index] = here
        slopes[index] = (above - below) / (2 * STEP)
    return slopes


def grad(
    f: Callable[[np.ndarray], Any], x: np.ndarray, analytic: Any, name: str, **sizes: int
) -> None:
    """Raise `Mismatch` unless `analytic` is the gradient of `f` at `x` (both float64)."""
    slopes = numerical_gradient(f, x)
    if not isinstance(analytic, np.ndarray) or analytic.shape != slopes.shape:
        close(analytic, slopes, name, **sizes)
    if not np.isfinite(analytic).all():
        close(analytic, slopes, name, **sizes)
    error = np.abs(analytic - slopes)
    scale = max(float(np.abs(slopes).max()), 1e-3) if slopes.size else 1.0
    if not error.size or error.max() <= ALLOWED * scale:
        return
    index = tuple(int(i) for i in np.unravel_index(int(error.argmax()), error.shape))
    count = int((error > ALLOWED * scale).sum())
    raise Mismatch(
        f"{named(name)} is not the slope of the loss: {count} of {error.size} entries disagree "
        f"with nudging the entry by {STEP:g} and looking at the loss. The worst is shown.",
        name,
        index,
        number(analytic[index]),
        number(slopes[index]),
        (analytic, slopes),
        sizes,
    )
