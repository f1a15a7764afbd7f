"""The query dial of Day 13: six words in the plane, and one question that the reader turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from u30.viz.live import Live

ALT = (
    "Six words, old dog bites young man hard, as points in a plane, and a query arrow to drag. A "
    "word's weight is the softmax of how well it fits the arrow; the blend of all words follows. "
    "In another order the blend stays put, until positions are added or the future is masked."
)
# Placed by hand: words of a kind lie in one direction. The order is that of the sentence.
WORDS = {
    "old": (-1.4, 0.7),
    "dog": (1.5, 0.3),
    "bites": (0.5, -1.5),
    "young": (-0.9, 1.3),
    "man": (1.1, 1.1),
    "hard": (-0.7, -1.2),
}


def live_query(
    alt: str = ALT,
    words: Mapping[str, Sequence[float]] = WORDS,
    q: Sequence[float] = (2.0, -1.2),
    swap: tuple[str, str] = ("dog", "man"),
) -> Live:
    """Words and their vectors (2,), which are keys and values alike; q (2,) is the first query.

    A button makes the two words in `swap` change places.
    """
    names = list(words)
    for name, vector in [*words.items(), ("the query", q)]:
        if len(vector) != 2 or max(map(abs, vector)) > 2:
            raise ValueError(f"{name} must have two coordinates from -2 to 2, not {vector}.")
    unknown = [name for name in swap if name not in words]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is to be swapped, but is not one of the words.")
    data = {
        "words": names,
        "vectors": [list(vector) for vector in words.values()],
        "q": list(q),
        "swap": [names.index(name) for name in swap],
    }
    return Live("query", alt, data)
