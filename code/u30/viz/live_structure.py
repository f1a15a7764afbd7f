"""The picture of Day 6 that the reader paints: sent along are its size and what it shows first."""

from __future__ import annotations

import numpy as np

from u30.viz.live import Live


def live_structure(alt: str, picture: np.ndarray) -> Live:  # (n,n) of 0 and 1
    """A picture to paint on, with the parts of its shortest two-part code."""
    x = np.asarray(picture)
    n = len(x)
    if x.shape != (n, n) or n < 2 or n & (n - 1):
        raise ValueError(f"The picture must be a square whose side is a power of 2, not {x.shape}.")
    if not np.isin(x, (0, 1)).all():
        raise ValueError("The picture must consist of zeros and ones.")
    return Live("structure", alt, {"n": n, "picture": "".join(str(int(cell)) for cell in x.flat)})
