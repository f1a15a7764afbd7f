"""Putting tensors together and taking them apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from u30.tensor import Tensor, as_tensor, fit, op


def concatenate(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Join tensors along an axis that they have."""
    ends = itertools.accumulate(t.shape[axis] for t in tensors)
    cuts = list(ends)[:-1]
    y = np.concatenate([t.data for t in tensors], axis=axis)
    return op(y, tuple(tensors), lambda d: np.split(d, cuts, axis=axis), "concatenate")


def stack(tensors: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Join tensors of one shape along a new axis."""
    y = np.stack([t.data for t in tensors], axis=axis)
    return op(y, tuple(tensors), lambda d: tuple(np.moveaxis(d, axis, 0)), "stack")


def split(x: Tensor, parts: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Cut x along an axis, into a number of equal parts or into parts of the given sizes."""
    n = x.shape[axis]
    if isinstance(parts, int):
        parts = [n // parts] * parts
    if sum(parts) != n:
        raise ValueError(f"An axis of length {n} cannot be split into parts of {list(parts)}.")
    before = (slice(None),) * (axis % x.ndim)
    ends = list(itertools.accumulate(parts))
    return [x[(*before, slice(end - size, end))] for size, end in zip(parts, ends)]


def where(mask: np.ndarray, a: Any, b: Any) -> Tensor:
    """a where the mask is True, else b. Numbers, arrays and Tensors, of which one is a Tensor."""
    a = as_tensor(a, like=b) if isinstance(b, Tensor) else a
    b = as_tensor(b, like=a)
    y = np.where(mask, a.data, b.data)

    def vjp(d: np.ndarray) -> tuple:
        da = fit(d * mask, a.shape) if a.requires_grad else None
        db = fit(d * np.logical_not(mask), b.shape) if b.requires_grad else None
        return da, db

    return op(y, (a, b), vjp)


def pad(x: Tensor, widths: Sequence[tuple[int, int]], value: float = 0.0) -> Tensor:
    """Put a margin of `value` around x: (before, after) for each axis."""
    y = np.pad(x.data, widths, constant_values=value)
    inside = tuple(slice(before, before + n) for (before, _), n in zip(widths, x.shape))
    return op(y, (x,), lambda d: (d[inside],))
