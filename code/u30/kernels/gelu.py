"""GELU, the smooth activation of GPT-2, in its tanh form.

Hendrycks and Gimpel, 2016, arXiv:1606.08415.

    y = x s,   s = (1 + tanh u) / 2,   u = c (x + a x^3),   c = sqrt(2 / pi),   a = 0.044715

    dL/dx = dL/dy (s + 2 x s (1 - s) c (1 + 3 a x^2))

s is close to Phi(x), the probability that a standard normal number is below x. All arrays have the
shape of x. The cube is written x * x * x: `x**3` takes thirty times as long, because NumPy calls
the general power function.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

C = math.sqrt(2 / math.pi)
A = 0.044715


class GELUCache(NamedTuple):
    x: np.ndarray
    s: np.ndarray  # the factor of x, between 0 and 1


def gelu_forward(x: np.ndarray) -> tuple[np.ndarray, GELUCache]:  # (...) -> (...)
    """GELU of every element. One scratch array holds x^2, then u, then s."""
    s = np.empty_like(x)
    np.multiply(x, x, out=s)
    s *= C * A
    s += C
    s *= x  # u
    np.tanh(s, out=s)
    s += 1
    s *= 0.5
    return np.multiply(x, s, out=np.empty_like(x)), GELUCache(x, s)


def gelu_backward(dout: np.ndarray, cache: GELUCache) -> np.ndarray:  # (...) -> (...)
    """Gradient with respect to x."""
    x, s = cache
    dx = np.empty_like(x)
    np.multiply(x, x, out=dx)
    dx *= 6 * A * C
    dx += 2 * C
    dx *= x  # 2 x c (1 + 3 a x^2)
    slope = np.subtract(1, s, out=np.empty_like(s))
    dx *= slope
    dx += 1
    dx *= s
    dx *= dout
    return dx
