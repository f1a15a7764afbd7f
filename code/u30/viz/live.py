"""Models that run in the reader's browser: their weights travel with the page."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

MIME = "application/vnd.u30.live+json"


class Live:
    """An output that the book turns into a live demo. Elsewhere it shows its description."""

    def __init__(self, kind: str, alt: str, data: dict[str, Any]):
        if not alt.strip():
            raise ValueError("The alternative text is empty: say what the demo does.")
        self.kind, self.alt, self.data = kind, alt, data

    def __repr__(self) -> str:
        return f"[Live demo in the online book: {self.alt}]"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "text/html": f"<p><em>{escape(repr(self))}</em></p>",
            MIME: {"kind": self.kind, "alt": self.alt, "data": self.data},
        }


def live_char_rnn(
    params: Mapping[str, np.ndarray], vocab: Any, alt: str, seed_text: str = "the "
) -> Live:
    """A character RNN that goes on writing what the reader types.

    `vocab` is a Vocabulary or its characters in order. Weights are stored in half precision, little
    endian, row by row: Wxh (V,H), Whh (H,H), bh (H,), Why (H,V), by (V,).
    """
    chars = vocab if isinstance(vocab, str) else vocab.chars
    V, H = params["Wxh"].shape
    if len(chars) != V:
        raise ValueError(f"The vocabulary has {len(chars)} characters, but Wxh has {V} rows.")
    unknown = sorted(set(seed_text) - set(chars))
    if unknown:
        raise ValueError(f"The seed text has {unknown[0]!r}, which is not in the vocabulary.")
    weights = {}
    for name in ("Wxh", "Whh", "bh", "Why", "by"):
        half = np.ascontiguousarray(params[name], dtype="<f2")
        if not np.isfinite(half).all():
            raise ValueError(f"{name} has values that half precision cannot hold.")
        weights[name] = base64.b64encode(half.tobytes()).decode("ascii")
    data = {
        "vocab": chars,
        "hidden": H,
        "weights": weights,
        "dtype": "float16",
        "seed_text": seed_text,
    }
    return Live("char-rnn", alt, data)
