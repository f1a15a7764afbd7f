"""Day 4, the task, and the usual ways to solve it that do not count bits.

Like the paper's task it has 105 training and 420 test cases and more weights than cases can pin
down; its own data (how well peptides work) are not public. Here five of the D inputs matter:

    f = relu(X u1) - relu(X u2),   d = f / sd(f) + 0.3 noise,   standardised on the training set

Weight decay adds decay/2 sum w^2 to half the squared error of a network without noise (eq. 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u30.optim import Adam
from u30.papers.d04_mdl_weights import Params, with_one

TRAIN, TEST, NOISE = 105, 420, 0.3
U1 = {0: 1.5, 1: -1.2, 2: 1.0}
U2 = {2: 1.0, 3: 1.3, 4: -1.2}
RELEVANT = sorted(set(U1) | set(U2))


@dataclass(frozen=True)
class Task:
    """Standardised cases: X (105,D), y (105,) to learn from, X_test (420,D), y_test (420,)."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray

    @property
    def D(self) -> int:
        return self.X.shape[1]

    def relative_error(self, prediction: np.ndarray) -> float:  # (420,)
        """Test error over that of guessing the test set's mean."""
        return float(np.mean((prediction - self.y_test) ** 2) / np.var(self.y_test))


def make_task(seed: int, D: int = 24) -> Task:
    """New cases of the same function: five inputs matter, D - 5 do not."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((TRAIN + TEST, D))
    teacher = teacher_weights(D)
    f = np.maximum(X @ teacher, 0) @ np.array([1.0, -1.0])
    y = f / f.std() + NOISE * rng.standard_normal(len(X))
    y = (y - y[:TRAIN].mean()) / y[:TRAIN].std()
    return Task(X[:TRAIN], y[:TRAIN], X[TRAIN:], y[TRAIN:])


def teacher_weights(D: int) -> np.ndarray:  # -> (D,2)
    """The weights of the two units that made the data."""
    weights = np.zeros((D, 2))
    for unit, values in enumerate((U1, U2)):
        weights[list(values), unit] = list(values.values())
    return weights


# Networks without noise


def plain_output(params: Params, X: np.ndarray) -> np.ndarray:  # (N,D) -> (N,)
    """The output of a network whose weights are exactly their means."""
    return np.maximum(with_one(X) @ params["W"], 0) @ params["w"][:-1] + params["w"][-1]


def plain_gradient(params: Params, X: np.ndarray, y: np.ndarray, decay: float) -> Params:
    """Gradient of half the squared error plus decay/2 times the sum of all squared weights."""
    X1 = with_one(X)
    x = X1 @ params["W"]
    h = with_one(np.maximum(x, 0))  # (N,H+1)
    d_y = h @ params["w"] - y
    d_x = np.outer(d_y, params["w"][:-1]) * (x > 0)
    return {
        "W": X1.T @ d_x + decay * params["W"],
        "w": h.T @ d_y + decay * params["w"],
    }


def train_plain(
    task: Task, decay: float = 0.0, H: int = 4, steps: int = 800, lr: float = 0.02, seed: int = 0
) -> Params:
    """The same network, start and optimiser as in `train`, with exact weights."""
    rng = np.random.default_rng(seed)
    params = {
        "W": 0.15 * rng.standard_normal((task.D + 1, H)),
        "w": 0.15 * rng.standard_normal(H + 1),
    }
    optimizer = Adam(params, lr)
    for _ in range(steps):
        optimizer.step(plain_gradient(params, task.X, task.y, decay))
    return params


def linear_fit(task: Task) -> np.ndarray:  # -> predictions (420,)
    """Least squares on the inputs as they are."""
    weights, *_ = np.linalg.lstsq(with_one(task.X), task.y, rcond=None)
    return with_one(task.X_test) @ weights
