"""`close(got, want)`: is this the answer, and if not, what is the first thing to say about it.

The order is the order in which a learner can use it: nothing returned, wrong type, wrong shape,
wrong kind of number, NaN or inf, wrong values.
"""

from typing import Any

import numpy as np

from u30.learn.words import axis_names, describe, named, number, plural

TOLERANCE = {"float16": 2e-2, "float32": 1e-3}  # relative; everything finer: 1e-6


class Mismatch(AssertionError):
    """A check that did not hold, in parts that a report can show."""

    def __init__(
        self,
        message: str,
        where: str = "",
        index: tuple[int, ...] | None = None,
        got: str = "",
        want: str = "",
        values: tuple[Any, Any] | None = None,
        sizes: dict[str, int] | None = None,
    ):
        super().__init__(message)
        self.message, self.where, self.index = message, where, index
        self.got, self.want = got, want
        self.values, self.sizes = values, sizes or {}


def close(
    got: Any,
    want: Any,
    name: str | tuple[str, ...] = "the result",
    exact_dtype=False,
    absolute=0.0,
    **sizes: int,
) -> None:
    """Raise `Mismatch` unless `got` is `want` up to rounding.

    name        what this is called in the prompt; a tuple of names where a tuple is wanted
    exact_dtype also ask for the very dtype (else only for the same kind of number)
    absolute    an error that is rounding, however small the number: for differences that may be 0
    sizes       N=4, V=7: used to name axes ("4 is N")
    """
    names = name if isinstance(name, tuple) else (name,)
    if got is None and want is not None:
        raise Mismatch(
            f"{_title(names)} is None. Is a `return` missing?", names[0], got="None", sizes=sizes
        )
    if isinstance(want, tuple):
        _close_tuple(got, want, names, (exact_dtype, absolute), sizes)
    elif isinstance(want, dict):
        _close_dict(got, want, names[0], (exact_dtype, absolute), sizes)
    elif isinstance(want, str | bool | np.bool_):
        kind = str if isinstance(want, str) else bool | np.bool_
        if not isinstance(got, kind) or got != want:
            message = f"{_title(names)} is not right."
            raise Mismatch(message, names[0], None, repr(got), repr(want), sizes=sizes)
    else:
        _close_array(got, want, names[0], exact_dtype, absolute, sizes)


def holds(condition: Any, message: str, got: Any = "", want: Any = "") -> None:
    """A property that must be true; `message` says what it means that it is not."""
    if not condition:
        raise Mismatch(message, got=_text(got), want=_text(want))


def tolerances(got: np.ndarray, want: np.ndarray) -> tuple[float, float]:
    """(relative, absolute) error that counts as rounding, from the coarser of both dtypes."""
    rtol = max(TOLERANCE.get(got.dtype.name, 1e-6), TOLERANCE.get(want.dtype.name, 1e-6))
    finite = np.abs(want[np.isfinite(want)])
    scale = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    return rtol, rtol * 1e-2 * scale


def _close_tuple(got, want, names, how, sizes) -> None:
    names = names if len(names) == len(want) else tuple(f"result {i}" for i in range(len(want)))
    list_of_names = ", ".join(names)
    if not isinstance(got, tuple | list) or len(got) != len(want):
        many = plural(len(want), "value")
        what = f"{len(got)} values" if isinstance(got, tuple | list) else describe(got)
        raise Mismatch(
            f"It should return {many} ({list_of_names}), but it returned {what}.",
            got=what,
            want=many,
            sizes=sizes,
        )
    for g, w, name in zip(got, want, names, strict=True):
        if g is None and w is not None:
            raise Mismatch(f"{named(name)} is None.", name, got="None", sizes=sizes)
        close(g, w, name, *how, **sizes)


def _close_dict(got, want, name, how, sizes) -> None:
    if not isinstance(got, dict):
        message = f"{_title((name,))} should be a dict, but it is {describe(got)}."
        raise Mismatch(message, name, got=describe(got), want="dict", sizes=sizes)
    missing = [str(key) for key in want if key not in got]
    if missing:
        message = f"{_title((name,))} lacks {', '.join(f'`{key}`' for key in missing)}."
        raise Mismatch(message, name, got=str(list(got)), want=str(list(want)), sizes=sizes)
    for key in want:
        close(got[key], want[key], f'{name}["{key}"]', *how, **sizes)


def _close_array(got, want, name, exact_dtype, absolute, sizes) -> None:
    w = np.asarray(want)
    title = _title((name,))
    listed = isinstance(got, list | tuple)
    if listed or not isinstance(got, np.ndarray | np.generic | int | float | complex):
        expected = "a NumPy array" if w.ndim else "a number"
        message = f"{title} should be {expected}, but it is {describe(got)}."
        if listed and w.ndim:
            message += " `np.array(...)` or `np.stack(...)` makes an array of a list."
        raise Mismatch(message, name, got=describe(got), want=expected, sizes=sizes)
    g = np.asarray(got)
    both = {"values": (g, w), "sizes": sizes}
    if g.dtype.kind not in "biufc":
        message = f"{title} holds {g.dtype} values instead of numbers."
        raise Mismatch(message, name, got=str(g.dtype), want=str(w.dtype), sizes=sizes)
    if g.shape != w.shape:
        is_, should = (_shape(s, sizes) for s in (g.shape, w.shape))
        message = f"{title} {is_[1]}; it should {should[2]}."
        raise Mismatch(message, name, None, is_[0], should[0], **both)
    if _kind(g) != _kind(w) or (exact_dtype and g.dtype != w.dtype):
        message = f"{title} is made of {g.dtype}; it should be {w.dtype}."
        raise Mismatch(message, name, None, str(g.dtype), str(w.dtype), **both)
    bad = ~np.isfinite(g) & np.isfinite(w)
    if bad.any():
        first = tuple(int(i) for i in np.argwhere(bad)[0])
        kind = "NaN" if np.isnan(g[first]) else "inf"
        many = f"{int(bad.sum())} of {plural(g.size, 'number')}" if g.ndim else "the number"
        message = f"{title} is not finite: {many} {'are' if bad.sum() > 1 else 'is'} NaN or inf."
        raise Mismatch(message, name, first, kind, number(w[first]), **both)
    _close_values(g, w, title, name, absolute, both)


def _close_values(g, w, title, name, absolute, both) -> None:
    if np.array_equal(g, w):
        return
    if g.dtype.kind in "biu" and w.dtype.kind in "biu":
        wrong = g != w
    else:
        rtol, atol = tolerances(g, w)
        wrong = ~np.isclose(g, w, rtol, max(atol, absolute), equal_nan=True)
    if not wrong.any():
        return
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    got, want = number(g[first]), number(w[first])
    if got == want:
        got, want = repr(g[first].item()), repr(w[first].item())
    message = f"{title} is not right."
    if g.size > 1:
        error = number(np.nanmax(np.abs(g[wrong].astype(complex) - w[wrong])))
        count = f"{int(wrong.sum())} of {g.size} numbers differ"
        message = f"{title}: {count}; the largest error is {error}."
    raise Mismatch(message, name, first if g.ndim else None, got, want, **both)


def _kind(a: np.ndarray) -> str:
    return {"b": "whole", "i": "whole", "u": "whole"}.get(a.dtype.kind, a.dtype.kind)


def _shape(shape: tuple[int, ...], sizes: dict[str, int]) -> tuple[str, str, str]:
    """The shape as text, as "has shape ..." and as "have shape ..."."""
    if shape == ():
        return "one number", "is one number", "be one number"
    letters = axis_names(shape, sizes)
    text = str(shape)
    if all(letters):
        text = f"({', '.join(letters)}{',' * (len(shape) == 1)}) = {shape}"
    return text, f"has shape {text}", f"have shape {text}"


def _title(names: tuple[str, ...]) -> str:
    return named(names[0]) if len(names) == 1 else "The result"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else number(value)
