"""The live cup of Day 7: nothing is sent along but its sizes and the scales of its dials."""

from __future__ import annotations

from u30.viz.live import Live

SCALES = {"entropy": 1200, "naive": 650, "adjusted": 650, "clean": 50}  # bytes, ends of the dials


def live_coffee(alt: str, n: int = 96, g: int = 13, b: int = 8) -> Live:
    """A cup of n × n cells that the reader stirs, with dials for entropy and complexity.

    g is the blurring window, odd; b the side of the blocks of the clean measure, in cells.
    """
    if g < 1 or g % 2 == 0:
        raise ValueError(f"g must be odd and positive, but g is {g}.")
    if not 1 <= b <= n // 2:
        raise ValueError(f"Blocks of {b} cells do not fit twice into a cup of {n}.")
    return Live("coffee", alt, {"n": n, "g": g, "b": b, "scales": dict(SCALES)})
