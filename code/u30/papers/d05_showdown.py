"""Day 5, a showdown of criteria on a fair footing.

Strings come from a fair coin (order 0) or from a rule of order 2. Every criterion looks at the same
strings, codes the same symbols under orders 0 to 5, and is in bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u30.papers.d05_markov import CRITERIA, FAIR, Bill, bill, choose, excess_bits, generate

LENGTHS = (25, 50, 100, 200, 500, 1000, 4000)
MAX_ORDER = 5


@dataclass(frozen=True)
class Showdown:
    """What each criterion chose: one entry for each length of strings."""

    order: int  # the true one
    right: dict[str, np.ndarray]  # criterion -> (L,) share of strings
    over: dict[str, np.ndarray]  # criterion -> (L,) share with too high an order
    excess: dict[str, np.ndarray]  # criterion -> (L,R) bits per future symbol above the entropy

    def error(self, criterion: str) -> np.ndarray:  # -> (L,)
        """Standard error of the shares."""
        p = self.right[criterion]
        return np.sqrt(p * (1 - p) / self.excess[criterion].shape[1])


def showdown(theta: np.ndarray, repeats: int, seed: int) -> Showdown:
    """Draw strings of every length, let every criterion choose an order."""
    order = int(np.log2(len(theta)))
    chosen, cost = [], []
    for i, N in enumerate(LENGTHS):
        x = generate(np.random.default_rng((seed, order, i)), theta, N, repeats)
        excess = excess_bits(x, theta, MAX_ORDER)  # (R,6)
        chosen.append(choose(x, MAX_ORDER))
        cost.append({name: excess[np.arange(repeats), k] for name, k in chosen[-1].items()})
    return Showdown(
        order,
        {name: np.array([np.mean(c[name] == order) for c in chosen]) for name in CRITERIA},
        {name: np.array([np.mean(c[name] > order) for c in chosen]) for name in CRITERIA},
        {name: np.array([c[name] for c in cost]) for name in CRITERIA},
    )


def unfair(repeats: int, seed: int, N: int = 50) -> tuple[dict[str, float], dict[str, float]]:
    """How often a fair coin is given a memory: the same symbols coded, and N - k for order k."""
    x = generate(np.random.default_rng((seed, N)), FAIR, N, repeats)
    fair, crooked = (
        [bill(x, k, start=start) for k, start in enumerate(starts)]
        for starts in ([MAX_ORDER] * (MAX_ORDER + 1), range(MAX_ORDER + 1))
    )

    def memory(bills: list[Bill]) -> dict[str, float]:
        chosen = {c: np.argmin([b.total(c) for b in bills], axis=0) for c in CRITERIA}
        return {c: float(np.mean(k > 0)) for c, k in chosen.items()}

    return memory(fair), memory(crooked)


def sent_order(
    theta: np.ndarray, N: int, repeats: int, seed: int
) -> tuple[dict[str, float], dict[str, float]]:
    """The same strings as in the showdown, the order on the bill: shares right and too high."""
    order = int(np.log2(len(theta)))
    rng = np.random.default_rng((seed, order, LENGTHS.index(N)))
    chosen = choose(generate(rng, theta, N, repeats), MAX_ORDER, send_order=True)
    right = {name: float(np.mean(k == order)) for name, k in chosen.items()}
    over = {name: float(np.mean(k > order)) for name, k in chosen.items()}
    return right, over
