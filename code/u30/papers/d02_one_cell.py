"""Day 2, the smallest LSTM: one cell, twenty numbers, and a job that shows what each gate is for.

A level between -0.8 and 0.8 comes at every step. Some come with the word "store": remember this one
instead of what you had. At the end comes "tell", and only then the cell is to show the level it was
told to store; at all other steps it should show nothing.

    x_t = [level, store, tell]     (T,B,3), the two words as 0 or 1
    h_t                            (T,B,1), should be the stored level at the last step, else 0
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from u30.kernels.lstm import lstm_backward, lstm_forward
from u30.optim import Adam, clip_global_norm

Weights = dict[str, np.ndarray]
INPUTS = ("level", "store", "tell")
LARGEST = 0.8


def job(
    rng: np.random.Generator, B: int, gap: int, p_store: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:  # -> x (T,B,3), the level to tell (B,)
    """B sequences of T = gap + 2 steps: "store" first, then sometimes again, "tell" at the end."""
    T = gap + 2
    store = rng.random((T, B)) < p_store
    store[0], store[-1] = True, False
    x = np.zeros((T, B, 3))
    x[:-1, :, 0] = rng.uniform(-LARGEST, LARGEST, size=(T - 1, B))
    x[:, :, 1] = store
    x[-1, :, 2] = 1
    last = T - 1 - np.argmax(store[::-1], axis=0)  # (B,)
    return x, x[last, np.arange(B), 0]


@dataclass
class OneCell:
    """The twenty numbers, and what they were on the way."""

    weights: Weights  # Wx (3,4), Wh (1,4), b (4,), in the order i, f, g, o
    snapshots: dict[int, Weights] = field(default_factory=dict)  # step -> weights

    def read(self, x: np.ndarray, step: int | None = None) -> dict[str, np.ndarray]:
        """What happens at every step of x (T,B,3): i, f, g, o, c and h, each (T,B)."""
        weights = self.weights if step is None else self.snapshots[step]
        zeros = np.zeros((x.shape[1], 1))
        hs, _, _, cache = lstm_forward(x, zeros, zeros, **weights)
        gates = dict(zip("ifgo", cache.gates[..., 0].transpose(1, 0, 2)))
        return {**gates, "c": cache.cs[1:, :, 0], "h": hs[..., 0]}

    def error(self, x: np.ndarray, level: np.ndarray) -> float:
        """Root mean square of what the last step tells minus what it should tell."""
        return float(np.sqrt(np.mean((self.read(x)["h"][-1] - level) ** 2)))


def train_one_cell(
    steps: int = 800,
    lr: float = 0.1,
    seed: int = 0,
    snapshots: Iterable[int] = (),
) -> OneCell:
    """Train one LSTM cell on gaps of 2 to 15 steps. Half a second of CPU."""
    rng = np.random.default_rng(seed)
    weights = {
        "Wx": 0.3 * rng.standard_normal((3, 4)),
        "Wh": 0.1 * rng.standard_normal((1, 4)),
        "b": np.array([0.0, 3.0, 0.0, 0.0]),  # keep, at first
    }
    cell, wanted = OneCell(weights), set(snapshots)
    optimizer = Adam(weights, lr)
    zeros = np.zeros((32, 1))
    for step in range(steps + 1):
        if step in wanted:
            cell.snapshots[step] = {k: w.copy() for k, w in weights.items()}
        optimizer.lr = lr * (0.501 + 0.5 * math.cos(math.pi * step / steps))
        x, level = job(rng, 32, int(rng.integers(2, 16)))
        hs, *_, cache = lstm_forward(x, zeros, zeros, **weights)
        # the loss: mean of h^2 over all steps but the last; there (h - level)^2
        dhs = 2 * hs / (32 * len(x))
        dhs[-1, :, 0] = 2 * (hs[-1, :, 0] - level) / 32
        *_, dWx, dWh, db = lstm_backward(dhs, None, cache, need_dx=False)
        grads = {"Wx": dWx, "Wh": dWh, "b": db}
        clip_global_norm(grads, 1.0)
        optimizer.step(grads)
    return cell
