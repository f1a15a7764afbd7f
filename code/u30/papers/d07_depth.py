"""Day 7, the edge of chaos in a deep network: depth is time, a layer is one step.

    h_l = φ(h_{l-1} W_l),   W_l[i,j] ~ N(0, σ_w² / H)                           (layer)
    q_l = mean of (h_{l-1} W_l)²,  E q_{l+1} = χ q_l                            (signal)
    χ = σ_w² E[φ'(z)²],  for φ = ReLU: χ = σ_w² / 2 = 1 at σ_w = √2             (edge)

H width, L depth; h_l (H,), W_l (H,H). χ is what a layer multiplies a squared signal by (ReLU), a
small squared difference, and on the way back a squared gradient. Below 1 all of them vanish with
depth, above 1 they explode. χ for ReLU is He et al. (2015); the phases of tanh networks are Poole
et al. (2016). None of this is in the coffee paper.
"""

from __future__ import annotations

import math

import numpy as np


def weights(rng: np.random.Generator, sigma_w: float, L: int, H: int) -> np.ndarray:  # -> (L,H,H)
    """L layers of a fully connected network as it is before training."""
    return rng.standard_normal((L, H, H)) * (sigma_w / math.sqrt(H))


def relu_signal(W: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(L,H,H), (H,) -> mean squares (L,) before ReLUs, what passes (L,H)."""
    q, passes = [], []
    h = x
    for layer in W:
        z = h @ layer
        q.append((z**2).mean())
        passes.append(z > 0)
        h = np.maximum(z, 0)
    return np.array(q), np.array(passes)


def relu_gradient(W: np.ndarray, passes: np.ndarray, dh: np.ndarray) -> np.ndarray:
    """(L,H,H), (L,H), (H,) -> mean squares (L,) of the gradient that arrives at each layer's z."""
    sizes = []
    for layer, open_ in zip(W[::-1], passes[::-1]):
        dz = dh * open_
        sizes.append((dz**2).mean())
        dh = dz @ layer.T
    return np.array(sizes[::-1])


def tanh_difference(W: np.ndarray, x: np.ndarray, nudge: np.ndarray) -> np.ndarray:  # -> (L,)
    """Mean squared difference, layer by layer, between the network's runs on x and on x + nudge."""
    h = np.stack([x, x + nudge])  # (2,H)
    sizes = []
    for layer in W:
        h = np.tanh(h @ layer)
        sizes.append(((h[0] - h[1]) ** 2).mean())
    return np.array(sizes)


def factor_per_layer(sizes: np.ndarray) -> float:  # (L,) -> χ as measured
    """What a layer multiplies by: the slope of ln(size) against depth, as a factor."""
    return float(np.exp(np.polyfit(np.arange(len(sizes)), np.log(sizes), 1)[0]))


def relu_factors(sigmas: np.ndarray, L: int = 50, H: int = 200, seed: int = 0) -> np.ndarray:
    """-> (len(sigmas), 2): measured factors of the squared signal and of the squared gradient."""
    found = []
    for i, sigma_w in enumerate(sigmas):
        rng = np.random.default_rng((seed, i))
        W, x, dh = weights(rng, sigma_w, L, H), rng.standard_normal(H), rng.standard_normal(H)
        q, passes = relu_signal(W, x)
        gradient = relu_gradient(W, passes, dh)[::-1]  # in the direction in which it travels
        found.append((factor_per_layer(q), factor_per_layer(gradient)))
    return np.array(found)
