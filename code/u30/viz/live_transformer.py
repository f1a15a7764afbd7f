"""The trained Transformer of Day 13, to look into: its weights travel with the page in 8 bits."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from u30.data.strings import END, START
from u30.viz.live import Live

TURNS = ("reverse", "sort", "copy")  # jobs whose right answers the page can work out


def live_transformer(
    model: Any,
    symbols: str,
    jobs: Mapping[str, str],
    alt: str,
    shortest: int = 3,
    longest: int = 10,
    string: str = "bighead",
) -> Live:
    """A `u30.papers.d13_attention.Transformer` that runs in the page, with its attention weights.

    `jobs` says what each first symbol asks for, {"R": "reverse"}; the letters are the symbols that
    come after the jobs. `shortest` and `longest` are the lengths it was trained on, and `string` is
    what it reads first. Matrices are rounded to 8 bits with a scale for each column.
    """
    unknown = sorted(set(jobs.values()) - set(TURNS))
    if unknown:
        raise ValueError(f"The page can judge {', '.join(TURNS)}, but not {unknown[0]!r}.")
    letters = symbols[max(symbols.index(job) for job in jobs) + 1 :]
    strange = sorted(set(string) - set(letters))
    if strange:
        raise ValueError(f"{string!r} has {strange[0]!r}, which is not one of {letters!r}.")
    if not model.causal:
        raise ValueError("The page writes from left to right, but this model sees the future.")
    first = model.encoder[0]
    data = {
        "symbols": symbols,
        "letters": letters,
        "jobs": dict(jobs),
        "shortest": shortest,
        "longest": longest,
        "string": string,
        "D": model.D,
        "N": len(model.encoder),
        "h": first.self_attention.h,
        "positions": model.positions,
        "norm_first": first.add_norm[0].norm_first,
        "start": START,
        "end": END,
        "weights": {name: pack(array) for name, array in model.state_dict().items()},
    }
    return Live("transformer", alt, data)


def pack(array: np.ndarray) -> dict[str, Any]:  # (H,) or (D,H)
    """A vector as float16; a matrix as int8 with a float16 scale for each of its columns."""
    if array.ndim == 1:
        return {"shape": list(array.shape), "values": encode(array.astype("<f2"))}
    largest = np.maximum(np.abs(array).max(axis=0), 1e-3)  # a scale that float16 can hold
    scale = (largest / 127).astype("<f2")
    rounded = np.clip(np.round(array / scale), -127, 127).astype(np.int8)
    return {"shape": list(array.shape), "values": encode(rounded), "scale": encode(scale)}


def encode(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
