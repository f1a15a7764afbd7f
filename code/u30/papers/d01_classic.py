"""Day 1, the classic loop: one stream of text, one step at a time.

The post came with such a script (Karpathy's min-char-rnn). This one is our own, with the same
choices: double precision, one-hot inputs, a single stream (B = 1), T = 25, Adagrad with learning
rate 0.1, each gradient clipped to [-5, 5] number by number, initial weights 0.01 * normal. It is
what the batched version in d01_char_rnn.py is measured against.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from u30.data.text import Vocabulary, chunks
from u30.kernels.rnn import (
    Params,
    one_hot,
    rnn_backward,
    rnn_backward_simple,
    rnn_forward,
    rnn_forward_simple,
)
from u30.kernels.softmax import softmax_cross_entropy
from u30.optim import Adam, clip_global_norm
from u30.papers.d01_char_rnn import init_params
from u30.runtime import FLOAT, cpu_seconds

# 1. The classic loop


class ClassicRNN:
    """A network that is trained on one stream of text. State vectors are (H,), inputs (V,)."""

    def __init__(self, V: int, H: int = 100, lr: float = 0.1, seed: int = 0):
        rng = np.random.default_rng(seed)
        shapes = {"Wxh": (V, H), "Whh": (H, H), "bh": (H,), "Why": (H, V), "by": (V,)}
        self.params = {
            name: 0.01 * rng.standard_normal(shape) if len(shape) == 2 else np.zeros(shape)
            for name, shape in shapes.items()
        }
        self.memory = {name: np.zeros(shape) for name, shape in shapes.items()}  # of Adagrad
        self.lr = lr

    def loss(
        self, inputs: np.ndarray, targets: np.ndarray, h: np.ndarray
    ) -> tuple[float, Params, np.ndarray]:  # (T,), (T,), (H,) -> nats, grads, last h
        """Loss summed over the T characters, its gradients, and the state after the last one."""
        Wxh, Whh, bh, Why, by = self.params.values()
        V = len(by)
        xs = one_hot(inputs, V)  # (T,V)
        hs, ps, loss = [h], [], 0.0
        for x, y in zip(xs, targets):
            hs.append(np.tanh(x @ Wxh + hs[-1] @ Whh + bh))  # eq. rnn-forward
            logits = hs[-1] @ Why + by
            p = np.exp(logits - logits.max())
            p /= p.sum()
            ps.append(p)
            loss -= math.log(p[y])

        grads = {name: np.zeros_like(value) for name, value in self.params.items()}
        dh_next = np.zeros_like(h)
        for t in reversed(range(len(xs))):
            dlogits = ps[t].copy()
            dlogits[targets[t]] -= 1
            grads["Why"] += np.outer(hs[t + 1], dlogits)
            grads["by"] += dlogits
            da = (dlogits @ Why.T + dh_next) * (1 - hs[t + 1] ** 2)  # eq. rnn-backward
            grads["Wxh"] += np.outer(xs[t], da)
            grads["Whh"] += np.outer(hs[t], da)
            grads["bh"] += da
            dh_next = da @ Whh.T
        return loss, grads, hs[-1]

    def step(
        self, inputs: np.ndarray, targets: np.ndarray, h: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """One update: (T,), (T,), (H,) -> loss in nats summed over T, last h."""
        loss, grads, h = self.loss(inputs, targets, h)
        for name, p in self.params.items():
            g = np.clip(grads[name], -5, 5)
            self.memory[name] += g * g
            p -= self.lr * g / np.sqrt(self.memory[name] + 1e-8)
        return loss, h


def train_classic(
    text: str,
    *,
    steps: int = 1000,
    hidden: int = 100,
    seq: int = 25,
    lr: float = 0.1,
    seed: int = 0,
) -> tuple[ClassicRNN, np.ndarray]:
    """Train on one stream; return the network and bits per character of each step (steps,)."""
    vocab = Vocabulary(text)
    net = ClassicRNN(len(vocab), hidden, lr, seed)
    batches = list(chunks(vocab.encode(text), 1, seq))
    bpc = np.empty(steps)
    h = np.zeros(hidden)
    for step in range(steps):
        if step % len(batches) == 0:
            h = np.zeros(hidden)
        X, Y = batches[step % len(batches)]  # (T,1)
        loss, h = net.step(X[:, 0], Y[:, 0], h)
        bpc[step] = loss / (seq * math.log(2))
    return net, bpc


# 2. How many characters a second?


@dataclass(frozen=True)
class Speed:
    """Characters per second of CPU time, and how many times more than the first variant."""

    characters_per_second: dict[str, float]
    speedup: dict[str, float]


def benchmark(
    seconds: float = 4.0,
    *,
    text: str,
    hidden: int = 100,
    seq: int = 25,
    batch: int = 16,
    extra: Mapping[str, tuple[Callable[[], object], int]] | None = None,
) -> Speed:
    """Measure the classic loop against batched versions of the same network, in turns.

    Four variants: the classic loop; the step-by-step kernels on `batch` streams; the fast kernels
    on as many, and on twice as many. `extra` adds others as (training step, its number of
    characters). Each round gives each variant the same time; the result is the median over rounds,
    of the ratios too.
    """
    vocab = Vocabulary(text)
    ids = vocab.encode(text)
    variants = {
        "classic, one stream": _classic_step(ids, len(vocab), hidden, seq),
        f"batch {batch}, step by step": _batched_step(ids, len(vocab), hidden, seq, batch, True),
        f"batch {batch}, fast": _batched_step(ids, len(vocab), hidden, seq, batch, False),
        f"batch {2 * batch}, fast": _batched_step(ids, len(vocab), hidden, seq, 2 * batch, False),
        **(extra or {}),
    }
    rounds = 5
    turn = seconds / (rounds + 1) / len(variants)  # one round more, to warm up
    rates = np.array(
        [[_rate(*variant, turn) for variant in variants.values()] for _ in range(rounds + 1)]
    )[1:]  # (rounds, variants)
    ratios = np.median(rates / rates[:, :1], axis=0)
    return Speed(
        dict(zip(variants, np.median(rates, axis=0).tolist())), dict(zip(variants, ratios.tolist()))
    )


def _rate(step: Callable[[], object], characters: int, seconds: float) -> float:
    started, steps = cpu_seconds(), 0
    while (elapsed := cpu_seconds() - started) < seconds or not steps:
        step()
        steps += 1
    return steps * characters / elapsed


def _classic_step(ids: np.ndarray, V: int, H: int, T: int) -> tuple[Callable[[], object], int]:
    net, h = ClassicRNN(V, H), np.zeros(H)
    X, Y = next(chunks(ids, 1, T))
    return lambda: net.step(X[:, 0], Y[:, 0], h), T


def _batched_step(
    ids: np.ndarray, V: int, H: int, T: int, B: int, simple: bool
) -> tuple[Callable[[], object], int]:
    params = init_params(np.random.default_rng(0), V, H)
    optimizer = Adam(params, 1e-3)
    h = np.zeros((B, H), dtype=FLOAT)
    X, Y = next(chunks(ids, B, T))
    forward = rnn_forward_simple if simple else rnn_forward
    backward = rnn_backward_simple if simple else rnn_backward

    def step() -> None:
        logits, cache = forward(X, h, params)
        _, dlogits = softmax_cross_entropy(logits.reshape(T * B, V), Y.ravel())
        grads, _ = backward(dlogits.reshape(T, B, V), cache)
        clip_global_norm(grads, 1.0)
        optimizer.step(grads)

    return step, T * B
