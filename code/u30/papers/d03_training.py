"""Day 3: one training pipeline with every regulariser as an option.

The task is the next symbol of a source that we know completely: a Markov chain of order 1, in which
each of V symbols is followed by one of S others. Its entropy rate is the floor for every model. The
training text is far too short for the network, as the Penn Treebank was for the paper's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from u30.optim import AdamW, clip_global_norm
from u30.papers.d03_rnn_regularization import (
    Array,
    Params,
    draw_masks,
    forward,
    init_params,
    loss_and_grads,
    zero_state,
)


@dataclass(frozen=True)
class Source:
    """A Markov chain: P[a, b] is the probability that b follows a."""

    P: Array  # (V,V)

    @property
    def stationary(self) -> Array:  # (V,)
        """How often each symbol occurs in the long run."""
        V = len(self.P)
        equations = np.vstack([self.P.T - np.eye(V), np.ones(V)])
        return np.linalg.lstsq(equations, np.r_[np.zeros(V), 1.0], rcond=None)[0]

    @property
    def entropy(self) -> float:
        """Entropy rate in nats a symbol: no model can do better on average."""
        logs = np.log(self.P, out=np.zeros_like(self.P), where=self.P > 0)
        return float(-(self.stationary[:, None] * self.P * logs).sum())

    def cost(self, text: Array) -> float:  # (n,)
        """Nats a symbol that this text costs somebody who knows P."""
        return float(-np.log(self.P[text[:-1], text[1:]]).mean())

    def sample(self, rng: np.random.Generator, n: int) -> Array:  # -> (n,)
        """n symbols, from a random start."""
        cumulative = self.P.cumsum(axis=1)
        text = np.empty(n, dtype=np.int64)
        text[0] = rng.integers(len(self.P))
        for t, u in enumerate(rng.random(n - 1), start=1):
            row = cumulative[text[t - 1]]
            text[t] = min(np.searchsorted(row, u * row[-1], side="right"), len(row) - 1)
        return text


def markov_source(rng: np.random.Generator, V: int = 24, successors: int = 5) -> Source:
    """A random chain in which every symbol has `successors` possible followers."""
    P = np.zeros((V, V))
    for row in P:
        row[rng.choice(V, successors, replace=False)] = rng.dirichlet([1.5] * successors)
    return Source(P)


def texts(
    source: Source, seed: int, symbols: int = 1600, valid_symbols: int = 4000
) -> tuple[Array, Array]:
    """The text to train on, and new text of the same source."""
    rng = np.random.default_rng((seed, 3))
    return source.sample(rng, symbols), source.sample(rng, valid_symbols)


def streams(text: Array, B: int) -> Array:  # (n,) -> (n // B, B)
    """The text cut into B pieces of equal length that are read side by side."""
    T = len(text) // B
    return text[: T * B].reshape(B, T).T


def evaluate(params: Params, text: Array, B: int = 40) -> float:
    """Nats a symbol without dropout, each stream read from a zero state."""
    X = streams(text, B)
    logits = forward(params, X[:-1]).logits.astype(np.float64)
    logits -= logits.max(axis=-1, keepdims=True)
    right = np.take_along_axis(logits, X[1:, :, None], axis=-1)[..., 0]
    return float((np.log(np.exp(logits).sum(axis=-1)) - right).mean())


@dataclass(frozen=True)
class Recipe:
    """What is switched on. Everything else is the same in every run."""

    place: str = "none"  # where dropout stands: one of PLACES
    p: float = 0.5
    decay: float = 0.0  # decoupled weight decay
    norm: bool = False  # layer normalisation between layers


@dataclass
class Curve:
    """A run: losses without dropout, on the training text and on new text, in nats a symbol."""

    recipe: Recipe
    params: Params
    steps: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    valid: list[float] = field(default_factory=list)
    interrupted: bool = False

    @property
    def best(self) -> float:
        """What early stopping with endless patience would have kept."""
        return min(self.valid)

    @property
    def final(self) -> float:
        return self.valid[-1]


def train(
    source: Source,
    recipe: Recipe,
    *,
    seed: int = 0,
    steps: int = 240,
    every: int = 20,
    symbols: int = 1600,
    H: int = 64,
    E: int = 32,
    B: int = 8,
    T: int = 20,
    lr: float = 0.01,
    clip: float = 1.0,
    after_step: Callable[[int, float], bool] | None = None,
    valid_symbols: int = 4000,
) -> Curve:
    """Train a stack of two layers on `symbols` symbols, and look at new text now and then.

    The state is carried from one piece of T steps to the next, as in the paper, and is zero where
    the text begins again. `after_step(step, loss)` may return True to stop.
    """
    text, new = texts(source, seed, symbols, valid_symbols)
    rng = np.random.default_rng((seed, 4))
    params = init_params(rng, len(source.P), E, H, norm=recipe.norm)
    curve = Curve(recipe, params)
    optimizer = AdamW(params, lr, weight_decay=recipe.decay)
    X = streams(text, B)
    state, at = zero_state(params, B), 0
    for step in range(1, steps + 1):
        if at + T + 1 > len(X):
            state, at = zero_state(params, B), 0
        masks, top_mask = draw_masks(rng, params, T, B, recipe.p, recipe.place)
        loss, grads, state = loss_and_grads(
            params, X[at : at + T], X[at + 1 : at + T + 1], state, masks, top_mask
        )
        at += T
        clip_global_norm(grads, clip)
        optimizer.step(grads)
        if step % every == 0 or step == steps:
            curve.steps.append(step)
            curve.train.append(evaluate(params, text))
            curve.valid.append(evaluate(params, new))
        if after_step and after_step(step, loss):
            curve.interrupted = True
            break
    return curve


def early_stop(
    valid: list[float],
    patience: int,
    min_delta: float = 0.0,
) -> tuple[int, int]:
    """(best, stop): the evaluation to keep, and the one that ends the training.

    Training stops when `patience` evaluations in a row were not better than the
    best so far by more than `min_delta`; the weights of the best are kept.
    """
    best, lowest = 0, math.inf
    for n, loss in enumerate(valid):
        if loss < lowest - min_delta:
            best, lowest = n, loss
        elif n - best >= patience:
            return best, n
    return best, len(valid) - 1
