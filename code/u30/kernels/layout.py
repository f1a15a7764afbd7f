"""Images in memory: NCHW for the reader, channel-height-width-batch for the machine.

Every function on images takes and returns arrays of shape (N,C,H,W). Inside, they work on
(C,H,W,N), the order of AlexNet's own code (Krizhevsky et al., 2012): the innermost loop then runs
over the whole batch, also where the outer ones skip pixels.

`from_batch_last` only relabels the axes. An array that went through one image function lies in
memory in the order that the next one wants, and so do the results of ReLU and other element-wise
functions, because NumPy keeps the order. The copy in `to_batch_last` happens once, at the entrance.
"""

from __future__ import annotations

import numpy as np


def to_batch_last(x: np.ndarray) -> np.ndarray:  # (N,C,...) -> (C,...,N)
    """Channel first, batch last, contiguous. A copy only if x is not in that order yet."""
    return np.ascontiguousarray(x.transpose(*range(1, x.ndim), 0))


def from_batch_last(x: np.ndarray) -> np.ndarray:  # (C,...,N) -> (N,C,...)
    """The same numbers with the batch axis in front. Never a copy."""
    return x.transpose(-1, *range(x.ndim - 1))
