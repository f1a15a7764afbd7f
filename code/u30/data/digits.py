"""Handwritten digits: 1,797 small images, the data on which this course's small vision nets train.

Source and terms stand at the top of digits.txt.
"""

from __future__ import annotations

from importlib import resources

import numpy as np

SHADES = 17  # A to Q, from paper to ink


def digits() -> tuple[np.ndarray, np.ndarray]:  # -> (1797,8,8) float32, (1797,) int64
    """Images with values from 0 (paper) to 1 (ink), and which digit each shows.

    Neighbours in this order come from the same hand, so the last few hundred images make a test
    set by other writers than the first ones.
    """
    lines = resources.files("u30.data").joinpath("digits.txt").read_text("ascii").splitlines()
    images = [line for line in lines if not line.startswith("#")]
    letters = np.frombuffer("".join(line[2:] for line in images).encode("ascii"), np.uint8)
    shades = (letters - ord("A")).reshape(-1, 8, 8)
    labels = np.array([int(line[0]) for line in images], np.int64)
    return (shades / np.float32(SHADES - 1)).astype(np.float32), labels
