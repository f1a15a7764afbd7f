"""Day 9, the experiment's nets: fully connected, on points of three spirals, many side by side.

    h_0 = ReLU(W_in x)
    h_l = ReLU(BN W2 ReLU BN W1 h_{l-1} + s_l h_{l-1})     l = 1..d/2      (eq. 1)
    logits = W_out h + b

s_l is 1 in a residual net and 0 in a plain one: that number is all in which they differ. Nets of
the same depth are trained side by side. The weights of S nets lie in one array, and one operation
serves all of them; they do not see each other.

S nets, d hidden layers, H units, B points, which are columns as in the paper's W x. Weights
(S,H,H), states h (S,H,B), shortcuts s (d/2,S).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from u30 import functional as F
from u30.nn import BatchNorm, Module, Parameter
from u30.optim import SGD
from u30.papers.d09_resnet import he, in_use
from u30.schedules import step_decay
from u30.tensor import Tensor
from u30.train import minibatches

POINTS, ARMS, TURNS = 1500, 3, 2.5
Rngs = list[np.random.Generator]

# 1. Data


def spirals(
    rng: np.random.Generator, N: int = POINTS
) -> tuple[np.ndarray, np.ndarray]:  # -> x (3,N), classes (N,)
    """Points on three noisy spirals, each with a third number that is always 1."""
    k = np.arange(N, dtype=np.intp) % ARMS
    t = np.sqrt(rng.random(N))
    angle = 2 * np.pi * (TURNS * t + k / ARMS)
    x = 2 * t * np.stack([np.cos(angle), np.sin(angle)])
    x += 0.04 * rng.standard_normal((2, N))
    return np.concatenate([x, np.ones((1, N))]).astype(np.float32), k


# 2. Nets side by side


def weights(rngs: Rngs, H: int, D: int) -> Parameter:  # -> (S,H,D)
    """He's weights, each net's from its own generator."""
    return Parameter(np.stack([he(rng, D, H, D).data for rng in rngs]))


class Layer(Module):
    """W x, then batch normalisation, for which S nets of H units are S H channels."""

    def __init__(self, rngs: Rngs, H: int, norm: bool = True):
        self.W = weights(rngs, H, H)
        self.bn = BatchNorm(len(rngs) * H)
        self.norm = norm  # False only to see what BN does

    def forward(self, x: Tensor) -> Tensor:  # (S,H,B) -> (S,H,B)
        a = self.W @ x
        if not self.norm:
            return a
        S, H, B = a.shape
        return self.bn(a.reshape(S * H, B).T).T.reshape(S, H, B)


class Nets(Module):
    """S nets with d hidden layers in d/2 blocks, and what happened in them at the last call."""

    def __init__(self, rngs: Rngs, shortcuts: np.ndarray, H: int = 16, norm: bool = True):
        self.shortcuts = np.asarray(shortcuts, np.float32)  # (d/2,S)
        blocks, S = self.shortcuts.shape
        if len(rngs) != S:
            raise ValueError(f"Shortcuts of {S} nets need {S} generators, but got {len(rngs)}.")
        self.W_in = weights(rngs, H, 3)
        self.pairs = [
            layer for _ in range(blocks) for layer in (Layer(rngs, H, norm), Layer(rngs, H, norm))
        ]
        self.W_out = weights(rngs, ARMS, H)
        self.b = Parameter(np.zeros((S, ARMS, 1)))
        self.states: list[Tensor] = []  # h_0, h_1, ...
        self.responses: list[Tensor] = []  # of each hidden layer, after BN, before ReLU

    def forward(self, x: Tensor) -> Tensor:  # (S,3,B) -> logits (S,B,3)
        h = (self.W_in @ x).relu()
        self.states, self.responses = [h], []
        pairs = zip(self.pairs[::2], self.pairs[1::2])
        for s, (first, second) in zip(self.shortcuts, pairs):
            inner = first(h)
            F_h = second(inner.relu())
            h = (F_h + h * s[:, None, None]).relu()  # eq. 1
            self.states.append(h)
            self.responses += [inner, F_h]
        return (self.W_out @ h + self.b).swapaxes(1, 2)


def losses(logits: Tensor, k: np.ndarray) -> Tensor:  # (S,B,3), (S,B) -> (S,)
    """Cross-entropy of each net, in nats."""
    target = np.eye(ARMS, dtype=logits.dtype)[k]
    return (F.log_softmax(logits) * target).sum(axis=(1, 2)) / -k.shape[1]


# 3. Training: every combination of arm and seed is a net


@dataclass(frozen=True)
class Spiral:
    """What training `arms` (name -> shortcuts) with several seeds gave. A arms, R seeds."""

    depth: int
    names: tuple[str, ...]
    nets: Nets  # arm by arm, and in each seed by seed
    x: np.ndarray  # (A R,3,N), the points that each net was trained on
    k: np.ndarray  # (A R,N)
    curve: np.ndarray  # (steps,A,R), loss of each step's batch
    loss: dict[str, np.ndarray] = field(default_factory=dict)  # arm -> (R,), all points, at the end
    error: dict[str, np.ndarray] = field(default_factory=dict)  # share of points, the same

    def of(self, name: str, values: np.ndarray) -> np.ndarray:  # (..., A R) -> (..., R)
        """The entries that belong to one arm."""
        parts = values.reshape(*values.shape[:-1], len(self.names), -1)
        return parts[..., self.names.index(name), :]


def arm(depth: int, shortcut: float | Iterable[float]) -> np.ndarray:  # -> (d/2,)
    """One number for each block: 1 is a shortcut, 0 none."""
    if depth < 2 or depth % 2:
        raise ValueError(f"The depth must be an even number from 2 on, but is {depth}.")
    return np.broadcast_to(np.asarray(shortcut, np.float32), (depth // 2,))


def start(
    depth: int,
    arms: Mapping[str, float | Iterable[float]],
    seeds: Iterable[int],
    H: int = 16,
    norm: bool = True,
) -> tuple[Nets, np.ndarray, np.ndarray]:  # -> nets, x (A R,3,N), k (A R,N)
    """Untrained nets and their data. Arms with the same seed have the same weights and points."""
    seeds = list(seeds)
    shortcuts = np.stack([arm(depth, s) for s in arms.values() for _ in seeds], axis=1)
    rngs = [np.random.default_rng((seed, 1)) for _ in arms for seed in seeds]
    data = [spirals(np.random.default_rng((seed, 0))) for seed in seeds] * len(arms)
    x, k = (np.stack(part) for part in zip(*data))
    return Nets(rngs, shortcuts, H, norm), x, k


def train(
    depth: int,
    arms: Mapping[str, float | Iterable[float]],
    seeds: Iterable[int] = range(5),
    steps: int = 400,
    lr: float = 0.05,
    batch: int = 128,
    after_step: Callable[[int], bool] = lambda step: False,
) -> Spiral:
    """SGD as in section 3.4: momentum 0.9, weight decay 1e-4, the rate divided by 10 twice."""
    seeds = list(seeds)
    nets, x, k = start(depth, arms, seeds)
    optimizer = SGD(nets, lr, momentum=0.9, weight_decay=1e-4)
    batches = [minibatches(np.random.default_rng((seed, 2)), x.shape[2], batch) for seed in seeds]
    curve = []
    for step in range(1, steps + 1):
        optimizer.lr = lr * step_decay(step, (steps // 2, 4 * steps // 5))
        rows = np.stack([next(indices) for indices in batches] * len(arms))  # (A R,B)
        loss = losses(
            nets(Tensor(np.take_along_axis(x, rows[:, None], axis=2))),
            np.take_along_axis(k, rows, axis=1),
        )
        nets.zero_grad()
        loss.sum().backward()
        optimizer.step()
        curve.append(loss.data.reshape(len(arms), -1))
        if after_step(step):
            break
    run = Spiral(depth, tuple(arms), nets, x, k, np.array(curve))
    for values, of in zip(evaluate(nets, x, k), (run.loss, run.error)):
        of.update((name, run.of(name, values)) for name in arms)
    return run


def evaluate(
    nets: Nets, x: np.ndarray, k: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:  # (S,3,N), (S,N) -> loss (S,), error (S,)
    """Loss in nats and share of errors on all points, with BN's running statistics."""
    logits = in_use(nets, x)
    return losses(logits, k).data, np.mean(logits.data.argmax(axis=2) != k, axis=1)
