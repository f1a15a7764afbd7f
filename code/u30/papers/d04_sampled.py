"""Day 4, noise that is drawn: what the paper's formulas compute, by throwing dice.

Write a noisy weight as its mean plus scaled dice. Then the dice do not depend on the parameters,
and the chain rule passes through them:

    w = mu + sigma e,   e ~ N(0, 1)                                                  (d04-reparam)
    dL/dmu = <dL/dw>,   dL/d ln sigma = <dL/dw sigma e>

The paper computes these means exactly instead. The rule became usual twenty years later, for
networks with no closed form (Kingma and Welling, 2014, arXiv:1312.6114; Blundell et al., 2015,
arXiv:1505.05424).

S draws: W (S,D+1,H), w (S,H+1). Other symbols as in d04_mdl_weights.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u30.papers.d04_mdl_weights import Params, Training, data_cost, predict, with_one
from u30.papers.d04_task import Task, plain_output


def draw(
    params: Params, rng: np.random.Generator, S: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # -> W, w, and the dice of each
    """Draw S networks."""
    e_W = rng.standard_normal((S, *params["W"].shape))
    e_w = rng.standard_normal((S, *params["w"].shape))
    W = params["W"] + np.exp(params["ln_sW"]) * e_W
    w = params["w"] + np.exp(params["ln_sw"]) * e_w
    return W, w, e_W, e_w


def sampled_outputs(
    params: Params, X: np.ndarray, rng: np.random.Generator, S: int
) -> np.ndarray:  # (N,D) -> (S,N)
    """What S drawn networks predict."""
    W, w, _, _ = draw(params, rng, S)
    h = np.maximum(with_one(X) @ W, 0)  # (S,N,H)
    return np.einsum("snh,sh->sn", h, w[:, :-1]) + w[:, -1:]


def sampled_gradients(
    params: Params,
    X: np.ndarray,
    y: np.ndarray,
    rng: np.random.Generator,
    S: int,
) -> Params:  # (N,D), (N,) -> gradients (S,...)
    """Gradient of the data cost, by hand, for each of S draws."""
    X1, precision = with_one(X), np.exp(-2 * params["ln_sy"])
    W, w, e_W, e_w = draw(params, rng, S)
    x = X1 @ W  # (S,N,H)
    h = np.maximum(x, 0)
    error = np.einsum("snh,sh->sn", h, w[:, :-1]) + w[:, -1:] - y  # (S,N)
    d_y = precision * error
    d_bias = d_y.sum(axis=1, keepdims=True)
    d_w = np.concatenate([np.einsum("sn,snh->sh", d_y, h), d_bias], axis=1)
    d_x = d_y[:, :, None] * w[:, None, :-1] * (x > 0)
    d_W = np.einsum("nd,snh->sdh", X1, d_x)
    return {
        "W": d_W,
        "ln_sW": d_W * np.exp(params["ln_sW"]) * e_W,
        "w": d_w,
        "ln_sw": d_w * np.exp(params["ln_sw"]) * e_w,
        "ln_sy": len(y) - precision * (error**2).sum(axis=1),
    }


# The experiment


@dataclass(frozen=True)
class Dice:
    """The sampled gradient and the sampled prediction against the closed forms."""

    draws: np.ndarray  # (k,)
    gradient_error: np.ndarray  # (k,) relative, of the mean gradient over so many draws
    worst_z: float  # largest distance of an entry of the mean, in its own standard errors
    entries: int
    test_error: np.ndarray  # (k,) of the mean of so many networks
    predicted: np.ndarray  # (k,) closed form: error of the mean network + Vy / draws
    closed: float  # test error of the exact mean
    mean_weights: float  # test error of the network whose weights are the means


def dice(task: Task, run: Training, seed: int = 0, S: int = 4096) -> Dice:
    """Draw S networks; look at the mean over the first 1, 4, 16, ... of them."""
    rng = np.random.default_rng(seed)
    params = run.params
    _, exact = data_cost(params, task.X, task.y)
    flat = np.concatenate([g.ravel() for g in exact.values()])
    pieces = [sampled_gradients(params, task.X, task.y, rng, 256) for _ in range(S // 256)]
    drawn = np.concatenate(
        [
            np.concatenate([piece[name].reshape(256, -1) for name in exact], axis=1)
            for piece in pieces
        ]
    )  # (S,entries)
    outputs = sampled_outputs(params, task.X_test, rng, S)
    mean, Vy = predict(params, task.X_test)
    draws = 4 ** np.arange(7)
    error, spread = drawn.mean(axis=0) - flat, drawn.std(axis=0) / np.sqrt(S)

    def over_groups(values: np.ndarray, n: int) -> np.ndarray:  # (S,...) -> (groups,...)
        groups = min(S // n, 64)
        return values[: groups * n].reshape(groups, n, -1).mean(axis=1)

    def off(n: int) -> float:
        distance = np.linalg.norm(over_groups(drawn, n) - flat, axis=1).mean()
        return float(distance / np.linalg.norm(flat))

    def tested(n: int) -> float:
        return float(np.mean([task.relative_error(row) for row in over_groups(outputs, n)]))

    closed = task.relative_error(mean)
    return Dice(
        draws,
        gradient_error=np.array([off(n) for n in draws.tolist()]),
        worst_z=float(np.abs(error / spread).max()),
        entries=len(flat),
        test_error=np.array([tested(n) for n in draws.tolist()]),
        predicted=closed + Vy.mean() / np.var(task.y_test) / draws,
        closed=closed,
        mean_weights=task.relative_error(plain_output(params, task.X_test)),
    )
