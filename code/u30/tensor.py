"""Tensor: an array with a gradient, and the calculus of its operations, one line each.

    y = f(a, b)      dL/da = dL/dy dy/da,   dL/db = dL/dy dy/db          (chain rule)

a, b, x are the inputs of an operation, y its output, and d = dL/dy the gradient of the loss L with
respect to the output. `u30.graph` walks back through what is recorded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from u30.graph import Part, clock, detect_nan, mode, no_grad, walk_back
from u30.runtime import FLOAT, mm

__all__ = ["Part", "Tensor", "detect_nan", "no_grad", "op"]

Axis = int | tuple[int, ...] | None


def op(
    data: Any,
    parents: tuple[Tensor, ...],
    vjp: Callable,
    name: str = "",
) -> Tensor:
    """A node of the graph: the result `data` of an operation on `parents`.

    `vjp(d)` gets the gradient of the result and returns one gradient for each
    parent: an array of the parent's shape, a Part, or None. It does not change
    d, and what it returns is d, a view, or a new array that nothing else uses,
    because the walk adds to it in place.
    """
    out = Tensor(data)
    out._name = name or vjp.__qualname__.split(".<locals>.")[-2:][0]
    dtype, learning = out._data.dtype, False
    for parent in parents:
        if parent._data.dtype is not dtype and parent._data.dtype != dtype:
            raise TypeError(_MIXED.format(out.name, parent.dtype, dtype))
        if parent.requires_grad:
            learning = True
    if learning and mode.recording:
        out.requires_grad, out._parents, out._vjp = True, parents, vjp
    if mode.nan_guard and np.isnan(out._data).any():
        problem = f"{out.name} gave NaN in its output of shape {out.shape}."
        raise FloatingPointError(problem)
    return out


_MIXED = (
    "{} got an input of type {} for a result of type {}: give all tensors one float type, with "
    "Tensor(x.astype(np.float32))."
)


def _unary(name: str, f: Callable, vjp: Callable) -> Callable[[Tensor], Tensor]:
    def method(self: Tensor) -> Tensor:
        x = self._data
        y = f(x)
        return op(y, (self,), lambda d: (vjp(d, x, y),), name)

    return method


def _binary(name: str, f: Callable, vjp_a: Callable, vjp_b: Callable) -> Callable:
    def method(self: Tensor, other: Any) -> Tensor:
        other = as_tensor(other, self)
        a, b = self._data, other._data

        def vjp(d: np.ndarray) -> tuple:
            return (
                fit(vjp_a(d, a, b), a.shape) if self.requires_grad else None,
                fit(vjp_b(d, a, b), b.shape) if other.requires_grad else None,
            )

        return op(f(a, b), (self, other), vjp, name)

    return method


def as_tensor(value: Any, like: Tensor) -> Tensor:
    """A number or an array becomes a constant of the dtype of the Tensor that it meets."""
    return value if isinstance(value, Tensor) else Tensor(np.asarray(value, like._data.dtype))


def fit(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Undo broadcasting: sum over the axes along which it was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    repeated = tuple(extra + i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=(*range(extra), *repeated)).reshape(shape)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * np.tanh(0.5 * x) + 0.5  # 1 / (1 + exp(-x)), which would overflow


class Tensor:
    """An array with a gradient. Numbers and lists become float32; float arrays keep their type.

    `grad` is None until `backward()`, and the gradients of several calls add up in it. Assigning to
    `data`, as in `t.data -= step`, is noticed by a graph that used the old values; writing to a
    part of it is not.
    """

    __slots__ = (
        *("_data", "grad", "requires_grad"),
        *("_keep", "_name", "_parents", "_time", "_vjp"),
    )
    __array_ufunc__ = None  # NumPy leaves `array + tensor` to us

    def __init__(self, data: Any, requires_grad: bool = False):
        if type(data) is not np.ndarray or data.dtype.kind != "f":
            data = _as_float(data)
        self._data: np.ndarray = data
        self._time = next(clock)  # when the data came to be
        self._parents: tuple[Tensor, ...] = ()
        self._vjp: Any = None
        self._name = ""
        self._keep = False
        self.grad: Any = None
        self.requires_grad = requires_grad

    @property
    def data(self) -> np.ndarray:
        return self._data

    @data.setter
    def data(self, value: np.ndarray) -> None:
        self._data = value
        self._time = next(clock)

    shape = property(lambda self: self._data.shape)
    ndim = property(lambda self: self._data.ndim)
    size = property(lambda self: self._data.size)
    dtype = property(lambda self: self._data.dtype)
    name = property(lambda self: self._name, doc="The operation that made it.")

    # Elementwise:     name, y, d dy/da (and d dy/db)
    __add__ = _binary("add", np.add, lambda d, a, b: d, lambda d, a, b: d)
    __sub__ = _binary("sub", np.subtract, lambda d, a, b: d, lambda d, a, b: -d)
    __mul__ = _binary("mul", np.multiply, lambda d, a, b: d * b, lambda d, a, b: d * a)
    __truediv__ = _binary("div", np.divide, lambda d, a, b: d / b, lambda d, a, b: -d * a / (b * b))
    __neg__ = _unary("neg", np.negative, lambda d, x, y: -d)
    exp = _unary("exp", np.exp, lambda d, x, y: d * y)
    log = _unary("log", np.log, lambda d, x, y: d / x)
    sqrt = _unary("sqrt", np.sqrt, lambda d, x, y: d / (y + y))
    tanh = _unary("tanh", np.tanh, lambda d, x, y: d * (1 - y * y))
    sigmoid = _unary("sigmoid", _sigmoid, lambda d, x, y: d * (y * (1 - y)))
    relu = _unary("relu", lambda x: np.maximum(x, 0), lambda d, x, y: d * (y > 0))

    def __pow__(self, k: float) -> Tensor:
        """x ** k for a number k. `x * x * x` is many times faster than `x ** 3`."""
        x, k = self._data, float(k)
        return op(x**k, (self,), lambda d: (d * (k * x ** (k - 1)),), "pow")

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> Tensor:
        return as_tensor(other, self) - self

    def __rtruediv__(self, other: Any) -> Tensor:
        return as_tensor(other, self) / self

    def __rmatmul__(self, other: Any) -> Tensor:
        return as_tensor(other, self) @ self

    def __matmul__(self, other: Any) -> Tensor:  # (..., N,D), (..., D,M) -> (..., N,M)
        other = as_tensor(other, self)
        a, b = self._data, other._data
        if a.ndim < 2 or b.ndim < 2:
            raise ValueError(
                f"@ multiplies matrices or stacks of them, but got shapes {a.shape} and {b.shape}: "
                "x[None] makes a row of a vector, x[:, None] a column."
            )
        if b.ndim == 2 < a.ndim:  # one matrix for a whole stack: make it one product
            return (self.reshape(-1, a.shape[-1]) @ other).reshape(*a.shape[:-1], b.shape[-1])
        product = mm if a.ndim == b.ndim == 2 else np.matmul

        def vjp(d: np.ndarray) -> tuple:
            return (
                fit(product(d, b.swapaxes(-1, -2)), a.shape) if self.requires_grad else None,
                fit(product(a.swapaxes(-1, -2), d), b.shape) if other.requires_grad else None,
            )

        return op(product(a, b), (self, other), vjp, "matmul")

    # Reductions over one axis, several, or all
    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        x = self._data
        y = x.sum(axis=axis, keepdims=True)

        def vjp(d: np.ndarray) -> tuple:
            g = np.empty_like(x)
            g[...] = d.reshape(y.shape)  # each summand has the sum's gradient
            return (g,)

        return op(y if keepdims else y.squeeze(axis), (self,), vjp, "sum")

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        total = self.sum(axis, keepdims)
        return total * (total.size / self.size)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """The largest entry. Equal ones share the gradient."""
        x = self._data
        y = x.max(axis=axis, keepdims=True)

        def vjp(d: np.ndarray) -> tuple:
            top = (x == y).astype(x.dtype)
            return (top * (d.reshape(y.shape) / top.sum(axis=axis, keepdims=True)),)

        return op(y if keepdims else y.squeeze(axis), (self,), vjp, "max")

    # Shapes: views, no copies
    def reshape(self, *shape: int) -> Tensor:
        x = self._data
        return op(x.reshape(*shape), (self,), lambda d: (d.reshape(x.shape),), "reshape")

    def swapaxes(self, i: int, j: int) -> Tensor:
        return op(self._data.swapaxes(i, j), (self,), lambda d: (d.swapaxes(i, j),), "swapaxes")

    def transpose(self, *axes: int) -> Tensor:
        """Axes in a new order; without arguments, reversed."""
        order = [i % self.ndim for i in axes] or list(range(self.ndim))[::-1]
        back = [order.index(i) for i in range(self.ndim)]
        y = self._data.transpose(order)
        return op(y, (self,), lambda d: (d.transpose(back),), "transpose")

    T = property(transpose)

    def __getitem__(self, index: Any) -> Tensor:
        """Slices, numbers, None, and arrays of indices or booleans, as in NumPy."""
        return op(self._data[index], (self,), lambda d: (Part(index, d),), "getitem")

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    # Out of the graph, and back through it
    def numpy(self) -> np.ndarray:
        return self._data

    def item(self) -> float:
        return self._data.item()

    def detach(self) -> Tensor:
        """The same array as a constant: no gradient passes here."""
        return Tensor(self._data)

    def retain_grad(self) -> Tensor:
        """Keep the gradient of this intermediate result in `.grad`, to look at it."""
        self._keep = True
        return self

    def backward(self, gradient: Any = None) -> None:
        """Add the gradient of this tensor to `.grad` of all leaves that require one.

        A tensor that is not a single number needs dL/d(this tensor) as `gradient`. The walk frees
        the graph.
        """
        if self._vjp is None:
            raise RuntimeError(
                "This tensor was not computed from anything that requires a gradient: make the "
                "inputs with requires_grad=True, and compute it outside no_grad()."
            )
        if gradient is None and self.size != 1:
            raise ValueError(
                f"backward() starts at a single number, but this tensor has shape {self.shape}: "
                "take its sum() or mean(), or pass its gradient."
            )
        d = np.ones_like(self._data) if gradient is None else np.asarray(gradient, self.dtype)
        if d.shape != self.shape:
            raise ValueError(f"The gradient has shape {d.shape}, but the tensor {self.shape}.")
        walk_back(self, d)

    def __repr__(self) -> str:
        values = np.array2string(self._data, prefix="Tensor(", threshold=100)
        return f"Tensor({values}, {self.dtype}{self.name and ', ' + self.name})"


def _as_float(data: Any) -> np.ndarray:
    if isinstance(data, Tensor):
        raise TypeError("This is a Tensor already: use it as it is, or its detach().")
    floats = isinstance(data, (np.ndarray, np.generic)) and data.dtype.kind == "f"
    return np.asarray(data) if floats else np.asarray(data, FLOAT)
