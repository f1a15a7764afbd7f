"""Learning rates over time: plain functions from the number of a step (from 1) to a factor.

    for step in range(1, steps + 1):
        optimizer.lr = 1e-3 * cosine(step, steps, warmup=100)

    noam (Vaswani et al., 2017, eq. 3)       D^-0.5 min(step^-0.5, step warmup^-1.5)
    cosine (Loshchilov and Hutter, 2017, arXiv:1608.03983, eq. 5, without restarts)
        floor + (1 - floor) (1 + cos(pi done)) / 2

done is the share of the way, from 0 at the end of the warm-up to 1 at the last step; D is the width
of the model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable


def linear_warmup(step: int, warmup: int) -> float:
    """Rise from 1/warmup to 1 in `warmup` steps, and stay there."""
    _check(step)
    return min(1.0, step / warmup) if warmup else 1.0


def cosine(step: int, steps: int, warmup: int = 0, floor: float = 0.0) -> float:
    """Rise in `warmup` steps, then fall along half a cosine to `floor` at the last of `steps`."""
    if not 0 <= warmup < steps:
        raise ValueError(f"A warm-up of {warmup} steps does not fit into {steps} steps.")
    if step <= warmup:
        return linear_warmup(step, warmup)
    _check(step)
    done = min(1.0, (step - warmup) / (steps - warmup))
    return floor + (1 - floor) * (1 + math.cos(math.pi * done)) / 2


def step_decay(step: int, after: Iterable[int], factor: float = 0.1) -> float:
    """Start with 1 and multiply by `factor` once each of the steps in `after` is over."""
    _check(step)
    return factor ** sum(step > boundary for boundary in after)


def noam(step: int, D: int, warmup: int = 4000) -> float:
    """Rise in `warmup` steps, then fall with 1/sqrt(step). This one is the learning rate itself."""
    _check(step)
    return D**-0.5 * min(step**-0.5, step * warmup**-1.5)


def _check(step: int) -> None:
    if step < 1:
        raise ValueError(f"Steps are counted from 1, but the step given is {step}.")
