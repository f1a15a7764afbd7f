"""Near misses: what was done to the right answer to get this one."""

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from u30.learn.compare import tolerances
from u30.learn.words import axis_names, number


def near_miss(got: Any, want: Any, sizes: dict[str, int], inputs: dict[str, Any]) -> str:
    """One sentence on how `got` relates to `want`, or "" when nothing is recognised.

    `inputs` are the arguments of the call by name, `sizes` the letters of the axes.
    """
    g, w = np.asarray(got), np.asarray(want)
    if g.dtype.kind not in "biufc" or w.dtype.kind not in "biufc" or not w.size or not g.size:
        return ""
    with np.errstate(all="ignore"):
        for sentence in _sentences(g, w, sizes, inputs):
            return sentence
    return ""


def _sentences(g, w, sizes, inputs) -> Iterator[str]:
    if g.ndim:
        for name, value in _arrays(inputs):
            if g.shape == value.shape and g.size > 1 and _equal(g, value):
                yield f"These are exactly the numbers of the input `{name}`."
    if g.shape != w.shape:
        yield from _shapes(g, w, sizes)
        return
    if _equal(g, w):  # only the dtype differs
        return
    finite = np.isfinite(g)
    if not finite.all() and np.isfinite(w).all():
        yield from _not_finite(g, w, finite)
        return
    if not np.any(g) and np.any(w):
        yield "Every number is zero." if g.ndim else ""
    yield from _scaled(g, w, sizes)
    if g.size > 1:
        yield from _offset(g, w)
        yield from _moved(g, w, sizes)


def _shapes(g, w, sizes) -> Iterator[str]:
    for order in itertools.permutations(range(g.ndim)):
        if order != tuple(range(g.ndim)) and _equal(g.transpose(order), w):
            if g.ndim == 2:
                yield "The numbers are right, but transposed."
            else:
                yield f"The numbers are right with the axes in another order: .transpose({order})."
    if g.size == w.size and _equal(g.reshape(w.shape), w):
        yield "The numbers are right; only the shape is not."
    if g.shape and w.shape and g.ndim == w.ndim:
        off = [i for i, (a, b) in enumerate(zip(g.shape, w.shape, strict=True)) if a != b]
        axis = off[0]
        letter = axis_names(w.shape, sizes)[axis] or f"axis {axis}"
        step = g.shape[axis] - w.shape[axis]
        if len(off) == 1 and abs(step) == 1:
            yield f"There is one {'too many' if step > 0 else 'too few'} along {letter}."
    if g.ndim == w.ndim + 1:
        for axis in range(g.ndim):
            if g.shape[:axis] + g.shape[axis + 1 :] == w.shape:
                letter = axis_names(g.shape, sizes)[axis]
                named = f" ({letter})" if letter else ""
                yield f"Axis {axis}{named} is still there: is a sum, a mean or an index missing?"
    if w.ndim == g.ndim + 1:
        for axis in range(w.ndim):
            if w.shape[:axis] + w.shape[axis + 1 :] == g.shape:
                letter = axis_names(w.shape, sizes)[axis]
                named = f" ({letter})" if letter else ""
                yield f"Axis {axis}{named} has been summed or indexed away."


def _not_finite(g, w, finite) -> Iterator[str]:
    if np.isnan(g).any():
        yield (
            "NaN is what inf/inf, inf-inf, 0/0 and 0*inf give. "
            "Look for an `exp` that overflows or a sum that underflows to 0."
        )
    else:
        yield "inf comes from an `exp` that overflows, a `log` of 0 or a division by 0."


def _scaled(g, w, sizes) -> Iterator[str]:
    used = np.abs(w) > 1e-9 * np.abs(w).max()
    if not used.any() or not np.any(g):
        return
    ratio = float(np.real(np.sum(g * w) / np.sum(w * w)))
    if not _equal(g, ratio * w):
        return
    it = "Every number" if g.size > 1 else "It"
    if abs(ratio + 1) < 1e-6:
        yield f"{it} has the wrong sign."
        return
    if used.sum() == 1 and g.size > 1 and not _equal(g, ratio * w):
        return
    sign = " and has the wrong sign" if ratio < 0 else ""
    for factor, name in _factors(sizes):
        if math.isclose(abs(ratio), factor, rel_tol=1e-5):
            yield f"{it} is {number(factor)} times too large{sign}, and {name}."
        elif math.isclose(abs(ratio), 1 / factor, rel_tol=1e-5):
            yield f"{it} is {number(factor)} times too small{sign}, and {name}."
    if g.size > 1 and used.sum() > 1:
        size, way = (ratio, "large") if abs(ratio) > 1 else (1 / ratio, "small")
        yield f"{it} is {number(abs(size))} times too {way}{sign}."


def _factors(sizes) -> Iterator[tuple[float, str]]:
    for name, size in sizes.items():
        if size > 1:
            yield size, f"{size} is {name}"
    for (a, m), (b, n) in itertools.combinations(sizes.items(), 2):
        if m > 1 and n > 1:
            yield m * n, f"{m * n} is {a} times {b}"
    yield math.log(2), "0.693 is ln 2: nats and bits are mixed up"


def _offset(g, w) -> Iterator[str]:
    gap = float(np.real(np.mean(g - w)))
    if _equal(g - gap, w):
        yield f"Every number is off by the same amount, {number(gap)}."


def _moved(g, w, sizes) -> Iterator[str]:
    letters = [name or f"axis {i}" for i, name in enumerate(axis_names(w.shape, sizes))]
    if g.ndim == 2 and g.shape[0] == g.shape[1] and _equal(g.T, w):
        yield "The numbers are right, but transposed."
    for axis, letter in enumerate(letters):
        length = w.shape[axis]
        if length > 1 and _equal(np.flip(g, axis), w):
            yield f"The numbers are right, but in reverse order along {letter}."
        if length > 2:
            head, tail = np.arange(length)[:-1], np.arange(length)[1:]
            if _equal(g.take(tail, axis), w.take(head, axis)):
                yield f"The numbers are right, but one step too late along {letter}."
            if _equal(g.take(head, axis), w.take(tail, axis)):
                yield f"The numbers are right, but one step too early along {letter}."
    if _equal(np.sort(g, None), np.sort(w, None)):
        yield "The numbers are right, but in another order."


def _equal(a: np.ndarray, b: np.ndarray) -> bool:
    if a.shape != b.shape:
        return False
    rtol, atol = tolerances(a, b)
    return bool(np.allclose(a, b, rtol, atol, equal_nan=True))


def _arrays(value: Any, name: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Every array inside nested dicts and tuples, with how a learner would write it."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _arrays(item, f'{name}["{key}"]' if name else str(key))
    elif isinstance(value, tuple | list):
        for i, item in enumerate(value):
            yield from _arrays(item, f"{name}[{i}]")
