"""<<citation>>

DRAFT: the paper's idea in one line. Until it stands here, two layers learn what no line can tell.

    h = max(0, x W1 + b1)                                                        (d00-hidden)
    s = h W2 + b2                                                                (d00-scores)

DRAFT: every symbol with its meaning and shape. B points, D = 2 inputs, H hidden units, K = 2
classes; x (B,D); W1 (D,H), b1 (H,), h (B,H); W2 (H,K), b2 (K,), s (B,K).

Beside this file: d00_headline.py, the experiment; d00_quickstart.py, the command.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from u30 import functional as F
from u30.nn import Module, Parameter, uniform
from u30.optim import Adam
from u30.runtime import FLOAT
from u30.tensor import Tensor, no_grad

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d00_headline import Headline

D, K = 2, 2

# 1. The model. DRAFT: write the paper's idea out, from Tensor primitives


class TwoLayers(Module):
    """Scores of K classes, from D inputs through H hidden units."""

    def __init__(self, rng: np.random.Generator, H: int):
        self.W1, self.b1 = uniform(rng, D**-0.5, D, H), uniform(rng, D**-0.5, H)
        self.W2, self.b2 = uniform(rng, H**-0.5, H, K), Parameter(np.zeros(K))

    def forward(self, x: Tensor) -> Tensor:  # (B,D) -> (B,K)
        h = F.relu(x @ self.W1 + self.b1)  # (B,H), eq. d00-hidden
        return h @ self.W2 + self.b2  # eq. d00-scores


class Line(Module):
    """DRAFT: the trivial opponent. One layer: classes part along a line."""

    def __init__(self, rng: np.random.Generator):
        self.W, self.b = uniform(rng, D**-0.5, D, K), Parameter(np.zeros(K))

    def forward(self, x: Tensor) -> Tensor:  # (B,D) -> (B,K)
        return x @ self.W + self.b


# 2. Data. DRAFT: the smallest task that shows the paper's effect


def quadrants(
    rng: np.random.Generator, N: int
) -> tuple[np.ndarray, np.ndarray]:  # -> points (N,D) in [-1, 1], classes (N,)
    """Points of a square. Opposite quarters share a class."""
    x = rng.uniform(-1, 1, (N, D)).astype(FLOAT)
    return x, (x[:, 0] * x[:, 1] > 0).astype(np.intp)


# 3. Training


@dataclass
class Run:
    """A model, how its training went, and how often it is right on points it has not seen."""

    model: Module
    losses: list[float] = field(default_factory=list)
    accuracy: float = 0.0
    interrupted: bool = False

    @property
    def steps(self) -> int:
        return len(self.losses)


def accuracy(model: Module, x: np.ndarray, k: np.ndarray) -> float:  # (N,D), (N,)
    """The share of points whose class gets the highest score."""
    with no_grad():
        scores = model(Tensor(x)).data  # (N,K)
    return float((scores.argmax(axis=1) == k).mean())


def train(
    model: Module,
    seed: int = 0,
    *,
    steps: int = 200,
    batch: int = 64,
    lr: float = 0.02,
    after_step: Callable[[Run], bool] | None = None,
) -> Run:
    """Train on fresh points at each step, until `after_step` returns True."""
    rng = np.random.default_rng(seed)
    optimizer, run = Adam(model.parameters(), lr), Run(model)
    for _ in range(steps):
        x, k = quadrants(rng, batch)
        loss = F.cross_entropy(model(Tensor(x)), k)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        run.losses.append(loss.item())
        if after_step and after_step(run):
            run.interrupted = True
            break
    unseen = quadrants(np.random.default_rng(10_000 + seed), 1000)
    run.accuracy = accuracy(model, *unseen)
    return run


# 4. What every paper module offers. Imported late: these files import this one.


def main(
    steps: int = 200, hidden: int = 16, batch: int = 64, lr: float = 0.02, seed: int = 0
) -> Run:
    """DRAFT: say what is trained here. Train two layers to tell opposite quarters of a square."""
    options = dict(locals())
    from u30.papers import d00_quickstart

    return d00_quickstart.quickstart(**options)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d00_headline.headline()`."""
    from u30.papers import d00_headline

    return d00_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d00_quickstart

    sys.exit(d00_quickstart.command_line())
