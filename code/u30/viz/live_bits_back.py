"""The post office of Day 4: the reader sets two profiles of eight bins and sends letters."""

from __future__ import annotations

from collections.abc import Sequence

from u30.viz.live import Live


def live_bits_back(
    alt: str,
    q: Sequence[int] = (0, 1, 4, 9, 9, 4, 1, 0),
    p: Sequence[int] = (5, 5, 5, 5, 5, 5, 5, 5),
) -> Live:
    """Choose by q, send under p: heights from 0 to 20 of the bars at the start."""
    for name, heights in (("q", q), ("p", p)):
        if len(heights) != 8:
            raise ValueError(f"{name} has {len(heights)} heights, but there are 8 bins.")
        if min(heights) < 0 or max(heights) > 20 or sum(heights) == 0:
            raise ValueError(f"{name} needs heights from 0 to 20, not all of them 0.")
    return Live("bits-back", alt, {"q": list(q), "p": list(p)})
