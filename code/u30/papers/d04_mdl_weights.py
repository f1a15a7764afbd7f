"""Day 4. Keeping Neural Networks Simple by Minimizing the Description Length of the Weights
(G. E. Hinton and D. van Camp, COLT 1993), https://www.cs.toronto.edu/~hinton/absps/colt93.html

A network generalises if its weights carry few bits. So make every weight noisy, and let it pay for
what it says beyond its prior.

    G = ln(sp/sq) + (sq^2 - sp^2 + (mp - mq)^2) / (2 sp^2)       price of a weight, nats  (eq. 9)
    mean and variance of x_h = sum_d X_d W_dh, then of y = sum_h relu(x_h) w_h      (eqs 10, 11)
    <(d - y)^2> = (d - my)^2 + Vy                                expected squared error (eq. 12)
    G^ = -ln sum_i pi_i e^(-G_i),   r_i ~ pi_i e^(-G_i)          several priors   (eqs 17 and 18)
    cost = N ln(sy sqrt(2 pi)) + sum_c <(d_c - y_c)^2> / (2 sy^2) + beta sum_w G_w

N cases, D inputs, H hidden units, K Gaussians in the prior. X (N,D), targets d (N,), called `y` in
the code. Weights W (D+1,H) and w (H+1,), the last row for the bias, each with a mean and the log of
a standard deviation: W, ln_sW, w, ln_sw. Priors with mean 0: ln_pW (K,) and ln_pw (1,) widths, a_W
(K,) logits of pi. ln_sy () is the log of the noise of the targets.

Differs from the paper: ReLU, whose moments have a closed form, for its sigmoid units and their
table; Adam for conjugate gradients; the prior's Gaussians share the mean 0 and differ in width.

Beside this file: d04_sampled.py, the same by throwing dice; d04_coder.py and d04_message.py, bits
back really sent; d04_task.py, data and baselines; d04_envelope.py, the band where there are no
data; d04_headline.py, the claims; d04_quickstart.py, the command.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from u30.optim import Adam

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d04_headline import Headline

Params = dict[str, np.ndarray]
Numbers = np.ndarray | float  # of shapes that broadcast
NAT = 1 / math.log(2)  # bits in a nat
_erfc = np.frompyfunc(math.erfc, 1, 1)  # NumPy itself has no error function

# 1. What a noisy weight costs


def gauss_kl(mq: Numbers, sq: Numbers, mp: Numbers, sp: Numbers) -> np.ndarray:
    """Nats for weights N(mq, sq) if the receiver expects N(mp, sp): eq. 9."""
    return np.log(sp / sq) + (sq**2 - sp**2 + (mp - mq) ** 2) / (2 * sp**2)


def mixture_code(
    G: np.ndarray, ln_pi: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:  # (...,K), (K,) -> (...), (...,K)
    """Price under the best coin for choosing a prior, and the coin."""
    score = ln_pi - G
    top = score.max(axis=-1, keepdims=True)
    total = top + np.log(np.exp(score - top).sum(axis=-1, keepdims=True))
    return -total[..., 0], np.exp(score - total)


def weight_cost(params: Params) -> tuple[float, Params]:
    """Nats for all weights under their adaptive prior, and the gradient."""
    cost, grads = 0.0, {}
    for layer in ("W", "w"):
        mean, ln_sigma = params[layer][..., None], params[f"ln_s{layer}"][..., None]
        ln_p, a = params[f"ln_p{layer}"], params.get(f"a_{layer}", np.zeros(1))
        var, prior = np.exp(2 * ln_sigma), np.exp(2 * ln_p)  # (...,1), (K,)
        ln_pi = a - np.log(np.exp(a).sum())
        G, r = mixture_code(gauss_kl(mean, np.exp(ln_sigma), 0.0, np.exp(ln_p)), ln_pi)
        cost += float(G.sum())
        grads[layer] = (r * mean / prior).sum(axis=-1)
        grads[f"ln_s{layer}"] = (r * (var / prior - 1)).sum(axis=-1)
        cases = tuple(range(G.ndim))
        grads[f"ln_p{layer}"] = (r * (1 - (var + mean**2) / prior)).sum(axis=cases)
        grads[f"a_{layer}"] = np.exp(ln_pi) * G.size - r.sum(axis=cases)
    return cost, {name: grads[name] for name in params if name in grads}


# 2. What the network predicts, on average over the noise


def gaussian_cdf(a: np.ndarray) -> np.ndarray:  # any shape
    """Probability that a standard normal number is below `a`."""
    return 0.5 * np.asarray(_erfc(-a / math.sqrt(2)), dtype=np.float64)


@dataclass(frozen=True)
class Moments:
    """Mean and second moment of relu(x) for x ~ N(mu, v), and what their gradient needs."""

    mean: np.ndarray
    square: np.ndarray
    cdf: np.ndarray  # d mean / d mu = d square / d v
    slope: np.ndarray  # d mean / d v;  d square / d mu is 2 mean

    @property
    def variance(self) -> np.ndarray:
        return np.maximum(self.square - self.mean**2, 0)


def relu_moments(mu: np.ndarray, v: np.ndarray) -> Moments:  # both (N,H), v > 0
    """Moments of a rectified Gaussian. Differs from the paper: it tabulates those of a sigmoid."""
    s = np.sqrt(v)
    a = mu / s
    cdf, density = gaussian_cdf(a), np.exp(-0.5 * a * a) / math.sqrt(2 * math.pi)
    return Moments(
        mean=mu * cdf + s * density,
        square=(mu * mu + v) * cdf + mu * s * density,
        cdf=cdf,
        slope=density / (2 * s),
    )


def with_one(X: np.ndarray) -> np.ndarray:  # (N,D) -> (N,D+1)
    """Add an input that is always 1, for the bias."""
    return np.concatenate([X, np.ones((len(X), 1))], axis=1)


def predict(params: Params, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance (N,) of the output over the noise: eqs 10 and 11."""
    X1, var_W = with_one(X), np.exp(2 * params["ln_sW"])
    h = relu_moments(X1 @ params["W"], X1**2 @ var_W)  # (N,H)
    w, var_w = params["w"], np.exp(2 * params["ln_sw"])
    m, V = h.mean, h.variance
    Vy = V @ w[:-1] ** 2 + m**2 @ var_w[:-1] + V @ var_w[:-1] + var_w[-1]
    return m @ w[:-1] + w[-1], Vy


def data_cost(
    params: Params, X: np.ndarray, y: np.ndarray
) -> tuple[float, Params]:  # (N,D), (N,) -> nats, gradient
    """Expected nats for the targets (eqs 3, 12), and the gradient."""
    X1, N, w = with_one(X), len(y), params["w"]
    var_W, var_w = np.exp(2 * params["ln_sW"]), np.exp(2 * params["ln_sw"])
    h = relu_moments(X1 @ params["W"], X1**2 @ var_W)
    m = with_one(h.mean)  # (N,H+1)
    V = np.concatenate([h.variance, np.zeros((N, 1))], axis=1)  # of 1: none
    error = m @ w - y
    Vy = V @ w**2 + m**2 @ var_w + V @ var_w
    ln_sy = float(params["ln_sy"])
    sse, precision = float(error @ error + Vy.sum()), math.exp(-2 * ln_sy)
    cost = N * (ln_sy + 0.5 * math.log(2 * math.pi)) + 0.5 * precision * sse

    d_my, d_Vy = precision * error, np.full(N, 0.5 * precision)  # (N,)
    d_m = np.outer(d_my, w) + 2 * m * np.outer(d_Vy, var_w)
    d_V = np.outer(d_Vy, w**2 + var_w)
    d_square = d_V[:, :-1]  # V = square - m^2
    d_mean = d_m[:, :-1] - 2 * h.mean * d_square
    d_mu = d_mean * h.cdf + d_square * 2 * h.mean
    d_v = d_mean * h.slope + d_square * h.cdf
    return cost, {
        "W": X1.T @ d_mu,
        "ln_sW": (X1**2).T @ d_v * 2 * var_W,
        "w": m.T @ d_my + 2 * w * (V.T @ d_Vy),
        "ln_sw": (m**2 + V).T @ d_Vy * 2 * var_w,
        "ln_sy": np.asarray(N - precision * sse),
    }


# 3. Training


def init_params(
    rng: np.random.Generator, D: int, H: int, widths: tuple[float, ...] = (0.15,)
) -> Params:
    """Small random means, small noise, and a prior made of Gaussians of these widths."""
    params = {
        "W": 0.15 * rng.standard_normal((D + 1, H)),
        "ln_sW": np.full((D + 1, H), math.log(0.1)),
        "w": 0.15 * rng.standard_normal(H + 1),
        "ln_sw": np.full(H + 1, math.log(0.1)),
        "ln_pW": np.log(np.array(widths)),
        "ln_pw": np.array([math.log(0.3)]),
        "ln_sy": np.zeros(()),
    }
    if len(widths) > 1:
        params["a_W"] = np.zeros(len(widths))
    return params


def loss_and_gradient(
    params: Params, X: np.ndarray, y: np.ndarray, beta: float
) -> tuple[float, float, Params]:
    """Nats for the data, nats for the weights, gradient of data + beta weights."""
    data, grads = data_cost(params, X, y)
    weights, grads_weights = weight_cost(params)
    for name, g in grads_weights.items():
        grads[name] = grads.get(name, 0.0) + beta * g
    return data, weights, grads


@dataclass
class Training:
    """A trained network, what it costs in bits, and how it got there."""

    params: Params
    data_bits: float = math.nan
    weight_bits: float = math.nan
    history: list[tuple[int, float, float]] = field(default_factory=list)  # step, data, weights
    interrupted: bool = False

    @property
    def total_bits(self) -> float:
        return self.data_bits + self.weight_bits

    def relative_error(self, X: np.ndarray, y: np.ndarray) -> float:
        """Squared error over that of guessing the mean (as eq. 27); 1 is knowing nothing."""
        mean, _ = predict(self.params, X)
        return float(np.mean((mean - y) ** 2) / np.var(y))


def train(
    X: np.ndarray,
    y: np.ndarray,
    *,
    beta: float = 1.0,
    H: int = 4,
    steps: int = 800,
    lr: float = 0.02,
    widths: tuple[float, ...] = (0.15,),
    seed: int = 0,
    start: Params | None = None,
    every: int = 100,
    after_step: Callable[[int, float, float], object] | None = None,
) -> Training:
    """Minimise data + beta * weights, with beta raised slowly, or the weights collapse at once.

    `start` gives parameters to begin with, then at full beta. `after_step(step, data bits, weight
    bits)` may return True to stop.
    """
    params = start or init_params(np.random.default_rng(seed), X.shape[1], H, widths)
    optimizer, run = Adam(params, lr), Training(params)
    for step in range(steps + 1):
        share = 1.0 if start else min(1.0, 0.05 + step / (0.6 * steps))
        data, weights, grads = loss_and_gradient(params, X, y, share * beta)
        run.data_bits, run.weight_bits = data * NAT, weights * NAT
        if step % every == 0:
            run.history.append((step, run.data_bits, run.weight_bits))
        if step == steps:
            break
        if after_step and after_step(step, run.data_bits, run.weight_bits):
            run.interrupted = True
            break
        optimizer.step(grads)
    return run


# 4. What every paper module offers. Imported late: these files import this one.


def main(
    beta: float = 1.0,
    inputs: int = 24,
    hidden: int = 4,
    steps: int = 800,
    priors: int = 1,
    lr: float = 0.02,
    seed: int = 0,
) -> Training:
    """Train noisy weights, show what they cost and where the bits went, and send the result.

    `priors` is 1 or 2 Gaussians for the first layer. ValueError says in one sentence what cannot be
    done.
    """
    from u30.papers import d04_quickstart

    return d04_quickstart.quickstart(beta, inputs, hidden, steps, priors, lr, seed)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d04_headline.headline()`."""
    from u30.papers import d04_headline

    return d04_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d04_quickstart

    sys.exit(d04_quickstart.command_line())
