"""Day 5, numbers instead of symbols: a Gaussian mean, where COMP is infinite, and a way round it.

n values y_i, each N(mu, 1). Their mean m is the maximum likelihood estimate of mu, and

    integral of P(y | mu^(y)) dy = integral of sqrt(n / 2 pi) dm = infinity  (d05-diverges)
    |mu| <= R:  COMP = log2(1 + 2 R sqrt(n / 2 pi)),  exact                  (d05-bounded)
    mu ~ N(0, tau^2):  regret = 1/2 log2(1 + n tau^2) + m^2 / (2 ln 2 (tau^2 + 1/n))  (d05-lucky)

The last code does not need a bound. It predicts and pays, for a line or a polynomial just as well:

    y_t | past ~ N(phi_t . m_t, s^2 + phi_t . S_t phi_t)                     (d05-predict)

Phi (N,p) has a row phi_t for each number; m_t (p,) and S_t (p,p) are mean and covariance of the
weights after t - 1 numbers, beginning with 0 and tau^2 I; s^2 is the variance of the noise.
"""

from __future__ import annotations

import math

import numpy as np

LN2 = math.log(2)

# 1. The mean of a Gaussian


def bounded_comp(n: int, R: float) -> float:
    """COMP of all means from -R to R, in bits: one more when R doubles."""
    return math.log2(1 + 2 * R * math.sqrt(n / (2 * math.pi)))


def shtarkov_sum(R: float, reach: float, step: float = 0.05) -> float:
    """The integral of P(y | mu^(y)) over two numbers, each within +-reach, for |mu| <= R."""
    y = np.arange(-reach + step / 2, reach, step)
    first, second = np.meshgrid(y, y)
    mu = np.clip((first + second) / 2, -R, R)
    density = np.exp(-((first - mu) ** 2 + (second - mu) ** 2) / 2) / (2 * np.pi)
    return float(density.sum() * step * step)


def bounded_regret(m: np.ndarray, n: int, R: float) -> np.ndarray:  # (...) -> (...)
    """Bits above the best of all means: flat up to the bound, then it explodes."""
    beyond = np.maximum(np.abs(m) - R, 0)
    return bounded_comp(n, R) + n * beyond**2 / (2 * LN2)


def lucky_regret(m: np.ndarray, n: int, tau2: float) -> np.ndarray:  # (...) -> (...)
    """The same for the code that expects means near 0: short if it is lucky (d05-lucky)."""
    return 0.5 * np.log2(1 + n * tau2) + np.asarray(m) ** 2 / (2 * LN2 * (tau2 + 1 / n))


# 2. Predict, then pay, for any linear model


def prequential_bits(
    Phi: np.ndarray, y: np.ndarray, tau2: float, s2: float
) -> np.ndarray:  # (N,p), (N,) -> (N,)
    """Bits for each number, given all before it (of densities: may be < 0)."""
    p = Phi.shape[1]
    m, S = np.zeros(p), tau2 * np.eye(p)
    bits = np.empty(len(y))
    for t, phi in enumerate(Phi):
        gain = S @ phi
        variance = s2 + phi @ gain  # of the noise, and of what is not known yet
        error = y[t] - phi @ m
        nats = (np.log(2 * np.pi * variance) + error**2 / variance) / 2
        bits[t] = nats / LN2
        m = m + gain * error / variance
        S = S - np.outer(gain, gain) / variance
    return bits


def marginal_bits(Phi: np.ndarray, y: np.ndarray, tau2: float, s2: float) -> float:
    """All numbers at once: -log2 N(y; 0, s^2 I + tau^2 Phi Phi^T). The sum of the above."""
    C = s2 * np.eye(len(y)) + tau2 * Phi @ Phi.T
    _, log_det = np.linalg.slogdet(2 * np.pi * C)
    return float((log_det + y @ np.linalg.solve(C, y)) / (2 * LN2))


def plug_in_bits(Phi: np.ndarray, y: np.ndarray, s2: float) -> np.ndarray:  # (N,p), (N,) -> (N-p,)
    """The naive way, from number p + 1 on: predict with least squares, as if it were the truth."""
    N, p = Phi.shape
    bits = []
    for t in range(p, N):
        w, *_ = np.linalg.lstsq(Phi[:t], y[:t], rcond=None)
        bits.append((np.log(2 * np.pi * s2) + (y[t] - Phi[t] @ w) ** 2 / s2) / (2 * LN2))
    return np.array(bits)


def polynomials(x: np.ndarray, degree: int) -> np.ndarray:  # (N,) -> (N,degree+1)
    """Legendre polynomials up to a degree: columns of about the same size on [-1, 1]."""
    return np.polynomial.legendre.legvander(x, degree)
