"""Is a gradient right? Compare it with central differences, in float64.

    df/dx_i  ~  (f(x + eps e_i) - f(x - eps e_i)) / (2 eps)

The difference of two nearly equal numbers loses digits: float32 would leave two or three, float64
leaves about eight. The error that counts is relative,

    |analytic - numeric| / max(|analytic|, |numeric|, 0.001),

and the answer names the entry where it is largest. An array with many entries is tested along a few
random directions u instead of along each axis: df/du = <gradient, u>.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from u30.tensor import Tensor

SMALL = 1e-3  # gradients below this are compared absolutely
MANY = 1000  # entries above which an input is tested along directions


class GradientCheck(NamedTuple):
    """True if the gradients agree. `str()` says in a sentence how well, and where worst."""

    ok: bool
    error: float  # the largest relative error
    input: int  # which argument of f, from 0
    place: Any  # an index, or "along direction 3"
    analytic: float
    numeric: float

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        where = f"at {self.place}" if isinstance(self.place, tuple) else self.place
        return (
            f"{'Right' if self.ok else 'Wrong'}: the largest relative error is {self.error:.1e}, "
            f"in input {self.input} {where}, where the gradient is {self.analytic:.6g} and central "
            f"differences give {self.numeric:.6g}."
        )


def numeric_gradient(f: Callable, x: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Gradient of a function from an array to a number, by central differences. Same shape as x."""
    x = np.array(x, dtype=np.float64)
    g = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = eps
        g[index] = (f(x + step) - f(x - step)) / (2 * eps)
    return g


def check_gradients(
    f: Callable[..., Tensor],
    *inputs: Any,
    eps: float = 1e-5,
    tolerance: float = 1e-6,
    directions: int = 5,
    seed: int = 0,
) -> GradientCheck:
    """Check the gradient of f(*Tensors) -> Tensor at `inputs` (arrays, which become float64).

    If f's result is not a number, it is turned into one with fixed random weights, so that no error
    cancels. f must be smooth at the inputs and give the same result each time.
    """
    rng = np.random.default_rng(seed)
    arrays = [np.array(x, dtype=np.float64) for x in inputs]
    tensors = [Tensor(x.copy(), requires_grad=True) for x in arrays]
    y = f(*tensors)
    weights = rng.standard_normal(y.shape)
    y.backward(weights)

    def value(number: int, x: np.ndarray) -> np.ndarray:
        return f(*(Tensor(x if i == number else a) for i, a in enumerate(arrays))).data

    worst = GradientCheck(True, -1.0, 0, (), 0.0, 0.0)
    for number, (x, tensor) in enumerate(zip(arrays, tensors)):
        gradient = np.zeros_like(x) if tensor.grad is None else tensor.grad
        for place, u in _steps(x, directions, rng):
            change = value(number, x + eps * u) - value(number, x - eps * u)
            numeric = float((change * weights).sum()) / (2 * eps)
            analytic = float((gradient * u).sum())
            error = abs(analytic - numeric) / max(abs(analytic), abs(numeric), SMALL)
            if not error <= worst.error:  # NaN is worse than anything
                worst = GradientCheck(error <= tolerance, error, number, place, analytic, numeric)
            if error != error:
                return worst
    return worst


def _steps(x: np.ndarray, directions: int, rng: np.random.Generator) -> Any:
    """Pairs of a place and the direction to step in: one for each entry, or a few random ones."""
    if x.size > MANY:
        for number in range(directions):
            u = rng.standard_normal(x.shape)
            yield f"along direction {number}", u / np.linalg.norm(u)
    else:
        for index in np.ndindex(x.shape):
            u = np.zeros_like(x)
            u[index] = 1
            yield index, u


def assert_gradients(f: Callable[..., Tensor], *inputs: Any, **options: Any) -> None:
    """Fail with `check_gradients`' sentence where the gradient is wrong."""
    result = check_gradients(f, *inputs, **options)
    assert result, str(result)
