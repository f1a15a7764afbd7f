"""The memory of Day 2 whose doors the reader operates, against a trained LSTM cell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from u30.viz.live import Live

SHAPES = {"Wx": (3, 4), "Wh": (1, 4), "b": (4,)}


def live_memory(
    weights: Mapping[str, np.ndarray], alt: str, length: int = 14, largest: float = 0.8
) -> Live:
    """One LSTM cell with inputs (level, store, tell), operated by hand or by its own weights.

    `weights` holds Wx (3,4), Wh (1,4) and b (4,), columns i, f, g, o; `length` is the number of
    steps of a round, and levels come from -largest to largest.
    """
    for name, shape in SHAPES.items():
        if np.shape(weights[name]) != shape:
            raise ValueError(f"{name} is {np.shape(weights[name])}, but one cell needs {shape}.")
    if length < 10:
        raise ValueError(f"A round needs at least 10 steps, but has {length}.")
    numbers = {name: np.round(weights[name], 4).tolist() for name in SHAPES}
    return Live("memory", alt, {"weights": numbers, "length": length, "largest": largest})
