"""Day 3: what dropout does to memory.

The task is Day 2's: one key, a gap full of noise, a question. The stack of this day has to carry
the key across the gap while masks fall in one place or another.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from u30.data.recall import KEYS, SYMBOLS, recall_batch
from u30.kernels.softmax import softmax_cross_entropy
from u30.optim import Adam, clip_global_norm
from u30.papers.d03_rnn_regularization import (
    Array,
    Params,
    backward,
    draw_masks,
    forward,
    init_params,
)


@dataclass
class Recall:
    """A training run on recall."""

    place: str
    p: float
    losses: list[float] = field(default_factory=list)  # nats, with dropout, one a step
    accuracy: float = 0.0  # on new sequences, without dropout


def train_recall(
    place: str,
    *,
    p: float = 0.5,
    gap: int = 28,
    seed: int = 0,
    steps: int = 120,
    enough: float = 0.02,
    E: int = 16,
    H: int = 32,
    L: int = 1,
    B: int = 32,
    lr: float = 0.01,
    clip: float = 1.0,
) -> Recall:
    """Train until ten steps in a row cost less than `enough` nats, or for `steps` steps.

    The forget gates start open, with a bias of 5, as Day 2 found necessary.
    """
    rng = np.random.default_rng((seed, 33))
    params = init_params(rng, SYMBOLS, E, H, L, forget_bias=5.0, K=KEYS)
    optimizer = Adam(params, lr)
    run = Recall(place, p)
    while len(run.losses) < steps and max(run.losses[-10:], default=9) > enough:
        X, key = recall_batch(rng, B, gap)
        masks, top_mask = draw_masks(rng, params, len(X), B, p, place)
        done = forward(params, X, masks=masks, top_mask=top_mask)
        loss, dlast = softmax_cross_entropy(done.logits[-1], key)
        dlogits = np.zeros_like(done.logits)  # nobody asks before the end
        dlogits[-1] = dlast
        grads = backward(params, dlogits, done)
        clip_global_norm(grads, clip)
        optimizer.step(grads)
        run.losses.append(loss)
    run.accuracy = recall_accuracy(params, *recall_batch(rng, 400, gap))
    return run


def recall_accuracy(params: Params, X: Array, key: Array) -> float:  # (T,B), (B,)
    """Share of right answers, without dropout."""
    return float((forward(params, X).logits[-1].argmax(axis=1) == key).mean())
