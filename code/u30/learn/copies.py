"""Copies of arguments, and whether two values are the same. Arrays, numbers, texts, containers."""

import copy
from typing import Any

import numpy as np


def copy_of(value: Any, generators: bool = False) -> Any:
    """A deep copy that keeps the memory layout of views.

    Random generators are shared unless `generators` is true: a function that draws from a copy
    would draw the same numbers in every call.
    """
    if isinstance(value, np.ndarray):
        return _copy_array(value)
    if isinstance(value, np.random.Generator):
        return copy.deepcopy(value) if generators else value
    if isinstance(value, dict):
        return {key: copy_of(item, generators) for key, item in value.items()}
    if isinstance(value, tuple) and type(value) is tuple:
        return tuple(copy_of(item, generators) for item in value)
    if isinstance(value, list):
        return [copy_of(item, generators) for item in value]
    if isinstance(value, str | bytes | int | float | complex | bool | type(None) | np.generic):
        return value
    if callable(value):
        return value
    try:
        return copy.deepcopy(value)
    except Exception:  # a generator, a coroutine, an open file: shared
        return value


def _copy_array(array: np.ndarray) -> np.ndarray:
    base = array.base
    if array.flags.forc or not isinstance(base, np.ndarray) or not base.flags.forc:
        return array.copy(order="K")
    memory = base.copy(order="K")
    offset = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    flat = memory.reshape(-1, order="A").view(np.uint8)
    return np.ndarray(array.shape, array.dtype, flat, offset, array.strides)


def same(a: Any, b: Any, exact: bool = False) -> bool:
    """Equal in structure, shape and value; numbers up to rounding unless `exact`."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], exact) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y, exact) for x, y in zip(a, b, strict=True))
    if _numeric(a) and _numeric(b):
        x, y = np.asarray(a), np.asarray(b)
        if x.shape != y.shape:
            return False
        if x.dtype == y.dtype and x.tobytes() == y.tobytes():  # most often, and then at once
            return True
        if exact:
            return x.dtype == y.dtype and bool(np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"))
        if x.dtype.kind not in "fc" and y.dtype.kind not in "fc":
            return bool(np.array_equal(x, y))
        coarse = "float32" in (x.dtype.name, y.dtype.name)
        return bool(np.allclose(x, y, 1e-4 if coarse else 1e-6, 1e-10, equal_nan=True))
    if isinstance(a, np.random.Generator) or callable(a):
        return True
    try:
        return bool(a == b)
    except Exception:
        return False


def _numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc"
    return isinstance(value, int | float | complex | np.generic)
