"""The genome of a virus: phiX174, the first DNA genome that was ever read from end to end.

Source and terms stand at the top of phix174.txt.
"""

from __future__ import annotations

from importlib import resources

import numpy as np

BASES = "ACGT"


def phix174() -> np.ndarray:  # -> (5386,) int64
    """The bases in order, as numbers: A, C, G, T are 0, 1, 2, 3."""
    lines = resources.files("u30.data").joinpath("phix174.txt").read_text("ascii").splitlines()
    letters = "".join(line for line in lines if not line.startswith("#"))
    return np.array([BASES.index(letter) for letter in letters], dtype=np.int64)
