"""Day 13, strings to reverse, sort or copy, and how a Transformer is trained on them.

The decoder reads the right answer, moved one place to the right, and predicts at all places at
once what follows (section 3.1). The learning rate is the paper's (section 5.3, eq. 3), with a
shorter warm-up. differs from the paper: from half of the steps on it falls to zero in a straight
line, where the paper averages its last checkpoints; no dropout, no label smoothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from u30 import functional as F
from u30.data.strings import JOBS, PAD, START, SYMBOLS, string_batch
from u30.nn import Module
from u30.optim import Adam
from u30.papers.d13_attention import Transformer, greedy_decode
from u30.schedules import noam
from u30.tensor import Tensor, no_grad

V = len(SYMBOLS)


@dataclass
class Run:
    """A model, what it was trained to do and how it went."""

    model: Any
    jobs: str
    shortest: int
    longest: int
    losses: list[float] = field(default_factory=list)  # nats for each symbol, one a step
    exact: dict[str, float] = field(default_factory=dict)  # job -> share of right answers
    interrupted: bool = False

    @property
    def steps(self) -> int:
        return len(self.losses)


def train(
    jobs: str = "RS",
    *,
    steps: int = 500,
    batch: int = 32,
    shortest: int = 3,
    longest: int = 8,
    seed: int = 0,
    make: Callable[..., Any] = Transformer,
    after_step: Callable[[Run], bool] | None = None,
    **options: Any,
) -> Run:
    """Train make(rng, V, **options) on random strings, then test it on 200 new ones for each job.

    `after_step(run)` may return True to stop.
    """
    rng = np.random.default_rng(seed)
    run = Run(make(rng, V, **options), jobs, shortest, longest)
    optimizer = Adam(run.model, 1.0, betas=(0.9, 0.98), eps=1e-9)  # section 5.3
    for step in range(1, steps + 1):
        loss = batch_loss(run.model, *string_batch(rng, batch, jobs, shortest, longest))
        optimizer.zero_grad()
        loss.backward()
        optimizer.lr = rate(step, steps, run.model.D)
        optimizer.step()
        run.losses.append(loss.item())
        if after_step and after_step(run):
            run.interrupted = True
            break
    new = np.random.default_rng((seed, 1))
    for job in jobs:
        run.exact[job] = exact(run.model, *string_batch(new, 200, job, shortest, longest))
    return run


def rate(step: int, steps: int, D: int) -> float:
    """Eq. 3 with a short warm-up, and down to zero over the second half."""
    left = (steps - step + 1) / steps
    return noam(step, D, warmup=max(steps // 4, 1)) * min(1.0, 2 * left)


def batch_loss(model: Module, X: np.ndarray, Y: np.ndarray) -> Tensor:
    """(B,n), (B,m) -> nats for each symbol of the answers, padding left out."""
    asked = Y != PAD
    return F.cross_entropy(model(X, shifted(Y))[asked], Y[asked])


def shifted(Y: np.ndarray) -> np.ndarray:  # (B,m) -> (B,m)
    """What the decoder reads while it learns to write Y: a start sign, then all but the last."""
    return np.concatenate([np.full((len(Y), 1), START), Y[:, :-1]], axis=1)


def exact(model: Any, X: np.ndarray, Y: np.ndarray) -> float:  # (B,n), (B,m)
    """Share of answers that are right from the first symbol to the end sign."""
    written = greedy_decode(model, X, Y.shape[1])
    answers = np.full_like(Y, PAD)
    answers[:, : written.shape[1]] = written
    return float((answers == Y).all(axis=1).mean())


def explorer(steps: int = 700, seed: int = 0) -> Run:
    """Two narrow layers that do all three jobs, told by the first symbol. About 4 s of CPU time."""
    return train(JOBS, steps=steps, seed=seed, N=2, D=24, d_ff=48)


def mean_looks(
    model: Transformer, job: str, n: int = 7, by_rank: bool = False, B: int = 200, seed: int = 3
) -> np.ndarray:  # -> (n,n): letter written, letter read
    """Mean weights of the last layer's cross-attention, over its heads and B strings of n letters.

    `by_rank` puts the letters that are read in the order of the alphabet.
    """
    X, Y = string_batch(np.random.default_rng(seed), B, job, n, n)
    with no_grad():
        model(X, shifted(Y)[:, :n])
    weights = model.decoder[-1].cross_attention.weights.mean(axis=1)[:, :, 1:]  # (B,n,n)
    if by_rank:
        rank = np.argsort(X[:, 1:], axis=1, kind="stable").astype(np.intp)
        weights = np.take_along_axis(weights, rank[:, None, :], axis=2)
    return weights.mean(axis=0)
