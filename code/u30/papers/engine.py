"""Build the engine: a network whose backward pass nobody derived.

The chain rule is local. A program that knows the derivative of every operation it performs can
write the backward pass of anything made of them (Linnainmaa, 1976; Rumelhart, Hinton and Williams,
1986; the survey of Baydin et al., 2018, arXiv:1502.05767).

    y = f(x),   d = dL/dy:     dL/dx = d dy/dx                                              (vjp)

The engine itself is u30/graph.py and u30/tensor.py. Here it trains a network to tell two spirals
apart, a task that Lang and Witbrock made known in 1988. No straight line comes near it:

    point = r (cos(2 pi turns r + pi k), sin(2 pi turns r + pi k)) + noise,   k = 0 or 1

N points, B batch, H hidden units. Beside this file: engine_checks.py, are its gradients
right; engine_headline.py, what the page claims of it; engine_speed.py, what makes it fast.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from u30 import command
from u30 import functional as F
from u30.nn import Linear, Module, Sequential
from u30.optim import Adam
from u30.tensor import Tensor, no_grad
from u30.train import minibatches, stop_on_interrupt

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.engine_headline import Headline

TURNS, NOISE = 3.0, 0.01

# 1. Data


def spirals(
    rng: np.random.Generator, N: int, turns: float = TURNS, noise: float = NOISE
) -> tuple[np.ndarray, np.ndarray]:  # -> points (N,2) within about [-1, 1], classes (N,)
    """Two spirals, one of each class, spread evenly over the disc."""
    k = rng.integers(0, 2, N).astype(np.intp)
    r = np.sqrt(rng.uniform(0.01, 1, N))
    angle = 2 * np.pi * turns * r + np.pi * k
    points = np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1)
    points += noise * rng.standard_normal((N, 2))
    return points.astype(np.float32), k


# 2. Models


def mlp(rng: np.random.Generator, *sizes: int) -> Sequential:
    """Linear layers of these sizes, with a ReLU between them. Two sizes make a linear model."""
    layers: list = []
    for D, H in itertools.pairwise(sizes):
        layers += [F.relu, Linear(rng, D, H)]
    return Sequential(*layers[1:])


def logits(model: Module, x: np.ndarray) -> Tensor:  # (N,2) -> (N,2)
    """The scores of both classes. Points are scaled so that the first layer sees large numbers."""
    return model(Tensor(4 * x))


def predict(model: Module, x: np.ndarray) -> np.ndarray:  # (N,2) -> classes (N,)
    """The class of each point."""
    with no_grad():
        return logits(model, x).data.argmax(axis=1)


def accuracy(model: Module, x: np.ndarray, k: np.ndarray) -> float:
    """Share of points whose class is right."""
    return float(np.mean(predict(model, x) == k))


# 3. Training


def train_step(
    model: Module,
    optimizer: Adam,
    x: np.ndarray,
    k: np.ndarray,
) -> float:
    """One update on a batch of points; returns its loss before the update."""
    loss = F.cross_entropy(logits(model, x), k)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@dataclass
class Training:
    """A trained model and its way there: (step, loss on the batch, accuracy on new points)."""

    model: Module
    history: list[tuple[int, float, float]] = field(default_factory=list)
    snapshots: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def accuracy(self) -> float:
        """On points that it was not trained on, at the end."""
        return self.history[-1][2]


def train(
    hidden: int = 64,
    layers: int = 2,
    steps: int = 1000,
    lr: float = 0.01,
    batch: int = 128,
    *,
    turns: float = TURNS,
    points: int = 1000,
    seed: int = 0,
    every: int = 100,
    snapshots: tuple[int, ...] = (),
    verbose: bool = False,
) -> Training:
    """Train an MLP on the spirals; `layers=0` makes it linear. 1000 steps take half a second."""
    rng = np.random.default_rng(seed)
    x, k = spirals(rng, points, turns)
    new_x, new_k = spirals(rng, points, turns)
    model = mlp(rng, 2, *[hidden] * layers, 2)
    optimizer = Adam(model, lr)
    run = Training(model)

    def record(step: int, loss: float) -> None:
        if step in snapshots:
            run.snapshots[step] = model.state_dict()
        if step % every == 0 or step == steps:
            run.history.append((step, loss, accuracy(model, new_x, new_k)))
            if verbose:
                print(f"step {step:5}   loss {loss:.3f}   right {run.accuracy:.1%}")

    record(0, F.cross_entropy(logits(model, x), k).item())
    with stop_on_interrupt() as stop:
        for step, rows in zip(range(1, steps + 1), minibatches(rng, points, batch)):
            optimizer.lr = lr * min(1.0, 2 * (1 - step / (steps + 1)))  # half way, then down
            loss = train_step(model, optimizer, x[rows], k[rows])
            if stop:
                run.interrupted, steps = True, step
            record(step, loss)
            if stop:
                break
    return run


def picture(model: Module, width: int = 60, height: int = 26) -> str:
    """The plane as text: "#" where the model says class 1, "." where it says class 0."""
    across, down = np.meshgrid(np.linspace(-1.1, 1.1, width), np.linspace(1.1, -1.1, height))
    plane = np.stack([across.ravel(), down.ravel()], axis=1).astype(np.float32)
    marks = np.array([".", "#"])[predict(model, plane)].reshape(height, width)
    return "\n".join("".join(row) for row in marks)


# 4. Quick start

OPTIONS: dict[str, tuple[type, str]] = {
    "steps": (int, "updates of the parameters (default: 1000)"),
    "hidden": (int, "units in each hidden layer (default: 64)"),
    "layers": (int, "hidden layers; 0 makes a linear model (default: 2)"),
    "lr": (float, "learning rate of Adam (default: 0.01)"),
    "batch": (int, "points in a step (default: 128)"),
    "turns": (float, "how often each spiral goes round (default: 3)"),
    "seed": (int, "of the random numbers (default: 0)"),
}


def main(
    steps: int = 1000,
    hidden: int = 64,
    layers: int = 2,
    lr: float = 0.01,
    batch: int = 128,
    turns: float = TURNS,
    seed: int = 0,
) -> Training:
    """Train a network on two spirals with the engine, and draw what it has learned.

    ValueError says in one sentence what cannot be done.
    """
    command.at_least(1, steps=steps, hidden=hidden, batch=batch)
    command.at_least(0, layers=layers, seed=seed)
    command.above_zero(lr=lr, turns=turns)
    run = train(hidden, layers, steps, lr, batch, turns=turns, seed=seed, every=200, verbose=True)
    print(picture(run.model))
    if run.interrupted:
        print("Stopped early.")
    return run


def claims(result: Headline) -> ClaimTable:
    """What the page claims of the engine, from the result of `engine_headline.headline()`."""
    from u30.papers import engine_headline

    return engine_headline.claims(result)


if __name__ == "__main__":
    sys.exit(command.run(main, OPTIONS, "u30.papers.engine"))
