"""Day 4, the coder: a stack of bits that is one large whole number.

A symbol that owns f of 2^R places costs R - log2(f) bits. To push it, trade: the number leaves its
remainder by f among the f places of the symbol, and what is left of it moves up by R bits. To pop,
look which symbol owns the last R bits, and trade back. Nothing is lost, so whatever was pushed
comes off again, last in, first out. And popping with *any* probabilities works at any time: then
random bits turn into symbols, which is how bits back chooses its weights.

The coder is Duda's (2009, arXiv:0902.0271). Practical ones put finished bits away, so that the
number stays small; Python's whole numbers have any size, and ours may grow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

R = 32


class Stack:
    """Bits as one whole number. What was pushed last comes off first.

    Below 2^R a number has too few bits to trade with, and a symbol costs more.
    """

    def __init__(self, number: int = 1 << R):
        self.number = number

    @property
    def bits(self) -> float:
        """Its length. Whole numbers below n need log2(n) bits."""
        return math.log2(self.number) if self.number else 0.0

    def push(self, start: int, freq: int) -> None:
        """Add a symbol that owns `freq` of 2^R places, from `start` on."""
        group, place = divmod(self.number, freq)
        self.number = (group << R) + start + place

    def pop(self, symbol_at: Callable[[int], tuple[int, int, int]]) -> int:
        """Take a symbol off: the owner of the place that R bits name."""
        group, place = divmod(self.number, 1 << R)
        symbol, start, freq = symbol_at(place)
        self.number = group * freq + place - start
        return symbol


@dataclass(frozen=True)
class Code:
    """Which places of 2^R belong to symbol k of n: below it lies the share `below(k)`."""

    n: int
    below: Callable[[int], float]  # rises from 0 at k = 0 to 1 at k = n

    def start(self, k: int) -> int:
        """Every symbol owns at least one place, so that nothing is impossible to send."""
        return k + int(self.below(k) * ((1 << R) - self.n)) if k < self.n else 1 << R

    def push(self, stack: Stack, k: int) -> None:
        start = self.start(k)
        stack.push(start, self.start(k + 1) - start)

    def pop(self, stack: Stack) -> int:
        return stack.pop(self._symbol_at)

    def _symbol_at(self, place: int) -> tuple[int, int, int]:
        low, high = 0, self.n  # start(low) <= place < start(high)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.start(middle) <= place else (low, middle)
        start = self.start(low)
        return low, start, self.start(low + 1) - start


@dataclass(frozen=True)
class Grid:
    """The numbers (k - n/2) t for k = 0 ... n-1."""

    t: float
    n: int

    def places(self, x: np.ndarray) -> np.ndarray:  # -> whole numbers, the same shape
        return np.clip(np.rint(x / self.t) + self.n // 2, 0, self.n - 1).astype(np.int64)

    def value(self, k: np.ndarray | int) -> np.ndarray | float:
        return (k - self.n // 2) * self.t

    def gaussian(self, mean: float, sigma: float) -> Code:
        """A normal distribution, as it falls on the grid."""

        def below(k: int) -> float:
            edge = (k - 0.5 - self.n // 2) * self.t
            return 0.5 * math.erfc((mean - edge) / (sigma * math.sqrt(2))) if k > 0 else 0.0

        return Code(self.n, below)


def choice(p: np.ndarray) -> Code:  # (K,)
    """Symbols 0 ... K-1 with these probabilities."""
    sums = np.concatenate([[0.0], np.cumsum(p)])
    return Code(len(p), lambda k: min(float(sums[k]), 1.0))
