"""Day 7, order and chaos: how far does a small disturbance spread?

    x_{t+1}[i] = bit 4 l + 2 c + r of the rule, for left, own and right cell l, c, r     (eca)
    D_t = number of cells in which two runs differ that began one cell apart             (damage)
    λ = lim 1/T Σ ln |f'(x_t)|,  for f(x) = r x (1 - x)                                (lyapunov)

The 256 elementary rules are Wolfram's (1984), and so are the four classes: everything dies (I),
simple patterns stay (II), noise (III), structures that move and meet (IV). None of this is in the
coffee paper. A positive λ, or damage that keeps growing, is what is meant by chaos.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u30.papers.d07_coffee import compressed

RULES = (0, 32, 4, 108, 184, 54, 110, 90, 30, 45)
CLASSES = dict(zip(RULES, ("I", "I", "II", "II", "II", "IV", "IV", "III", "III", "III")))

# 1. Elementary cellular automata


def eca_step(rule: int, x: np.ndarray) -> np.ndarray:  # (...,W) bits -> (...,W) bits
    """One step of an elementary cellular automaton on a ring (eca)."""
    left, right = np.roll(x, 1, axis=-1), np.roll(x, -1, axis=-1)
    return rule >> (4 * left + 2 * x + right) & 1


def eca_history(rule: int, x: np.ndarray, T: int) -> np.ndarray:  # (...,W) -> (T+1,...,W)
    """The first state and the T that follow."""
    history = [x]
    for _ in range(T):
        history.append(eca_step(rule, history[-1]))
    return np.array(history)


def spread(rule: int, x: np.ndarray, T: int) -> np.ndarray:  # (...,W) -> (T+1,...,W) bits
    """Where a run from `x` and a run from `x` with its middle cell flipped differ."""
    flipped = x.copy()
    flipped[..., x.shape[-1] // 2] ^= 1
    return eca_history(rule, x, T) ^ eca_history(rule, flipped, T)


@dataclass(frozen=True)
class RuleReport:
    """One rule under both instruments."""

    rule: int
    damage: np.ndarray  # (T+1,), mean over runs
    bits_per_cell: float  # compressed size of one history

    @property
    def lasting(self) -> float:
        """Damage averaged over the last fifth: rule 90's would depend on the very step."""
        return float(self.damage[-len(self.damage) // 5 :].mean())


def rule_report(rule: int, W: int = 256, T: int = 100, runs: int = 20, seed: int = 0) -> RuleReport:
    """Damage and compressibility of a rule from random starts."""
    x = np.random.default_rng(seed).integers(0, 2, size=(runs, W))
    history = eca_history(rule, x[0], T)[1:]  # (T,W)
    damage = spread(rule, x, T).sum(axis=-1).mean(axis=-1)  # (T+1,)
    return RuleReport(rule, damage, 8 * compressed(np.packbits(history)) / history.size)


# 2. The logistic map


def lyapunov_logistic(r: np.ndarray, x0: float = 0.3, n: int = 1000, burn: int = 200) -> np.ndarray:
    """λ of x -> r x (1 - x), for each r: the mean of ln |r (1 - 2x)| along the orbit (lyapunov).

    The first `burn` steps are not counted. A slope of 0 would give -inf: it counts as 1e-300.
    """
    r = np.asarray(r, dtype=np.float64)
    x, total = np.full_like(r, x0), np.zeros_like(r)
    for t in range(burn + n):
        if t >= burn:
            total += np.log(np.maximum(np.abs(r * (1 - 2 * x)), 1e-300))
        x = r * x * (1 - x)
    return total / n
