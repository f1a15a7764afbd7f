"""Day 4, the band: how unsure is a network of noisy weights where it has seen no data?

Targets on two intervals, nothing between them and nothing outside. The output of the noisy network
has the variance Vy (weights) plus sy^2 (targets). As a yardstick, the same network with the same
prior and the same sy, but without the assumption that the weights are noisy *independently of each
other*: its exact posterior, by a Markov chain of the Hamiltonian kind (Neal, 2011, arXiv:1206.1901)

    U(w) = sum_c (d_c - y_c)^2 / (2 sy^2) + sum w^2 / (2 sp^2),     p(w) ~ e^(-U)

C chains side by side: W (C,2,H), w (C,H+1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from u30.papers.d04_mdl_weights import Params, Training, predict, train, with_one
from u30.papers.d04_sampled import draw

GAP = (-0.6, 0.6)


def two_islands(rng: np.random.Generator, N: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Noisy points of a sine: half of them left of the gap, half right of it. (N,1), (N,)"""
    side = np.where(np.arange(N) < N // 2, -1.0, 1.0)
    x = side * rng.uniform(GAP[1], 1.6, N)
    return x[:, None], np.sin(2.2 * x) + 0.1 * rng.standard_normal(N)


@dataclass(frozen=True)
class Band:
    """Means and standard deviations of the output, (M,), at the places x (M,)."""

    x: np.ndarray
    mean: np.ndarray
    sigma: np.ndarray

    def at(self, place: float) -> float:
        """The standard deviation at the point nearest to `place`."""
        return float(self.sigma[np.abs(self.x - place).argmin()])


def noisy_band(params: Params, x: np.ndarray) -> Band:  # (M,)
    """Closed form, eqs 10 and 11: the part that comes from the weights."""
    mean, Vy = predict(params, x[:, None])
    return Band(x, mean, np.sqrt(Vy))


def energy(
    W: np.ndarray, w: np.ndarray, X: np.ndarray, y: np.ndarray, params: Params
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # -> U (C,), dU/dW, dU/dw
    """U and its gradient, for C networks at once. The width of prior and noise are `params`'."""
    precision = math.exp(-2 * params["ln_sy"])
    prior_W, prior_w = math.exp(-2 * params["ln_pW"][0]), math.exp(-2 * params["ln_pw"][0])
    X1 = with_one(X)
    x = X1 @ W  # (C,N,H)
    h = np.maximum(x, 0)
    error = np.einsum("cnh,ch->cn", h, w[:, :-1]) + w[:, -1:] - y
    U = 0.5 * (
        precision * (error**2).sum(axis=1)
        + prior_W * (W**2).sum(axis=(1, 2))
        + prior_w * (w**2).sum(axis=1)
    )
    d_y = precision * error
    d_w = np.concatenate([np.einsum("cn,cnh->ch", d_y, h), d_y.sum(axis=1, keepdims=True)], axis=1)
    d_W = np.einsum("nd,cnh->cdh", X1, d_y[:, :, None] * w[:, None, :-1] * (x > 0))
    return U, d_W + prior_W * W, d_w + prior_w * w


def markov_chain(
    params: Params,
    X: np.ndarray,
    y: np.ndarray,
    rng: np.random.Generator,
    *,
    C: int = 32,
    rounds: int = 240,
    leaps: int = 20,
    step: float = 0.007,
) -> tuple[np.ndarray, np.ndarray, float]:  # -> W (S,2,H), w (S,H+1), share of accepted moves
    """Networks from the exact posterior: C chains, the second half of the rounds, every tenth."""
    W, w, _, _ = draw(params, rng, C)
    here, kept, accepted = energy(W, w, X, y, params), [], 0.0
    for number in range(rounds):
        size = step * rng.uniform(0.5, 1.5, C)
        a, b = size[:, None, None], size[:, None]
        push_W, push_w = rng.standard_normal(W.shape), rng.standard_normal(w.shape)
        before = here[0] + kinetic(push_W, push_w)
        new_W, new_w, there = W, w, here
        with np.errstate(over="ignore", invalid="ignore"):  # who flies off is refused below
            for _ in range(leaps):
                push_W, push_w = push_W - 0.5 * a * there[1], push_w - 0.5 * b * there[2]
                new_W, new_w = new_W + a * push_W, new_w + b * push_w
                there = energy(new_W, new_w, X, y, params)
                push_W, push_w = push_W - 0.5 * a * there[1], push_w - 0.5 * b * there[2]
            change = there[0] + kinetic(push_W, push_w) - before
        go = np.log(rng.uniform(size=C)) < -np.nan_to_num(change, nan=np.inf)
        W, w = np.where(go[:, None, None], new_W, W), np.where(go[:, None], new_w, w)
        here = energy(W, w, X, y, params)
        accepted += float(go.mean()) / rounds
        if number >= rounds // 2 and number % 10 == 0:
            kept.append((W, w))
    return np.concatenate([k[0] for k in kept]), np.concatenate([k[1] for k in kept]), accepted


def kinetic(push_W: np.ndarray, push_w: np.ndarray) -> np.ndarray:  # -> (C,)
    return 0.5 * ((push_W**2).sum(axis=(1, 2)) + (push_w**2).sum(axis=1))


@dataclass(frozen=True)
class Envelope:
    """Both bands over the same data."""

    X: np.ndarray
    y: np.ndarray
    run: Training
    noisy: Band
    exact: Band
    accepted: float

    @property
    def sy(self) -> float:
        return math.exp(self.run.params["ln_sy"])


def envelope(seed: int = 0, H: int = 16, steps: int = 2000, M: int = 121) -> Envelope:
    """Train on the two islands, and measure both bands from -3 to 3. About 2 s of CPU time."""
    rng = np.random.default_rng(seed)
    X, y = two_islands(rng)
    run = train(X, y, H=H, steps=steps, widths=(1.0,), seed=seed)
    x = np.linspace(-3, 3, M)
    W, w, accepted = markov_chain(run.params, X, y, rng)
    h = np.maximum(with_one(x[:, None]) @ W, 0)
    outputs = np.einsum("smh,sh->sm", h, w[:, :-1]) + w[:, -1:]
    exact = Band(x, outputs.mean(axis=0), outputs.std(axis=0))
    return Envelope(X, y, run, noisy_band(run.params, x), exact, accepted)
