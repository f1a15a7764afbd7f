"""Inverted dropout. Srivastava et al., 2014, "Dropout", Journal of Machine Learning Research 15.

    m_i = 1 / (1 - p) with probability 1 - p, otherwise 0
    y = x m,   dL/dx = dL/dy m

p is the probability of dropping an element. Dividing by 1 - p while training keeps the mean of y
equal to x, so that nothing has to be rescaled afterwards: without training, y is x.
"""

from __future__ import annotations

import numpy as np


def dropout_forward(
    x: np.ndarray, p: float, rng: np.random.Generator, training: bool = True
) -> tuple[np.ndarray, np.ndarray | None]:  # (...) -> (...), mask (...) or None
    """Drop each element with probability p. The mask is the cache, None if nothing was dropped."""
    if not 0 <= p < 1:
        raise ValueError(f"The dropout probability must be at least 0 and below 1, but is {p}.")
    if not training or p == 0:
        return x.copy(), None
    mask = (rng.random(x.shape, dtype=np.float32) >= p).astype(x.dtype)
    mask *= 1 / (1 - p)
    return x * mask, mask


def dropout_backward(dout: np.ndarray, mask: np.ndarray | None) -> np.ndarray:  # (...) -> (...)
    """What was dropped gets no gradient, the rest is scaled like the forward pass."""
    return dout.copy() if mask is None else dout * mask
