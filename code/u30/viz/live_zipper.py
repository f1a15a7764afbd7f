"""The zipper of Day 5: codes that bet on the reader's next tap."""

from __future__ import annotations

from u30.viz.live import Live


def live_zipper(alt: str, max_order: int = 4) -> Live:
    """Two buttons, and KT codes of order 0 to `max_order` that race to compress the taps."""
    if not 0 <= max_order <= 6:
        raise ValueError(f"The highest order is {max_order}: choose one from 0 to 6.")
    return Live("zipper", alt, {"max_order": max_order})
