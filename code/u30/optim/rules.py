"""The rules: how a step follows from a gradient.

    SGD with momentum (Polyak, 1964; weight decay as in Krizhevsky et al., 2012)
        u = mu u + (g + wd p),   p -= lr u
        Nesterov (Sutskever et al., 2013):  p -= lr (g + wd p + mu u), with the new u
    Adagrad (Duchi, Hazan and Singer, 2011)
        s += g^2,   p -= lr g / (sqrt(s) + eps)
    RMSprop (Tieleman and Hinton, 2012, lecture 6.5)
        s = a s + (1 - a) g^2,   p -= lr g / (sqrt(s) + eps)
    Adam (Kingma and Ba, 2015, arXiv:1412.6980, algorithm 1)
        m = b1 m + (1 - b1) g,   v = b2 v + (1 - b2) g^2
        p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
    AdamW (Loshchilov and Hutter, 2019, arXiv:1711.05101, algorithm 2)
        p -= lr wd p, and then Adam's step

p parameter, g its gradient, t the number of the step (from 1). u, s, m and v start at 0.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from u30.optim.optimizer import Optimizer


class SGD(Optimizer):
    """Gradient descent on mini-batches, plain or with (Nesterov's) momentum and weight decay."""

    u: np.ndarray

    def __init__(
        self,
        params: Any,
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ):
        if nesterov and not momentum:
            raise ValueError("Nesterov's method needs a momentum above 0.")
        self.moments = ("u",) if momentum else ()
        super().__init__(params, lr)
        self.momentum, self.nesterov, self.weight_decay = momentum, nesterov, weight_decay

    def _change(self, g: np.ndarray) -> np.ndarray:
        scratch = self._scratch
        if self.weight_decay:
            for p, piece in zip(self._arrays, self._pieces(scratch)):
                np.multiply(p, self.weight_decay, out=piece)
            scratch += g
            g = scratch
        if self.momentum:
            self.u *= self.momentum
            self.u += g
            g = g + self.momentum * self.u if self.nesterov else self.u
        return np.multiply(g, self.lr, out=scratch)


class Adagrad(Optimizer):
    """Adagrad: a step shrinks with the sum of all squared gradients so far."""

    moments = ("s",)
    s: np.ndarray

    def __init__(self, params: Any, lr: float, eps: float = 1e-8):
        super().__init__(params, lr)
        self.eps = eps

    def _change(self, g: np.ndarray) -> np.ndarray:
        s, scratch = self.s, self._scratch
        s += np.multiply(g, g, out=scratch)
        np.sqrt(s, out=scratch)
        scratch += self.eps
        return np.divide(g * self.lr, scratch, out=scratch)


class RMSprop(Optimizer):
    """RMSprop: Adagrad with a running mean of the squared gradients instead of their sum."""

    moments = ("s",)
    s: np.ndarray

    def __init__(self, params: Any, lr: float, decay: float = 0.99, eps: float = 1e-8):
        super().__init__(params, lr)
        self.decay, self.eps = decay, eps

    def _change(self, g: np.ndarray) -> np.ndarray:
        s, scratch = self.s, self._scratch
        s *= self.decay
        np.multiply(g, g, out=scratch)
        scratch *= 1 - self.decay
        s += scratch
        np.sqrt(s, out=scratch)
        scratch += self.eps
        return np.divide(g * self.lr, scratch, out=scratch)


class Adam(Optimizer):
    """Adam with bias correction. Defaults are the paper's, except that lr must be given."""

    moments = ("m", "v")
    m: np.ndarray
    v: np.ndarray

    def __init__(
        self,
        params: Any,
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ):
        super().__init__(params, lr)
        self.betas, self.eps = betas, eps

    def _change(self, g: np.ndarray) -> np.ndarray:
        b1, b2 = self.betas
        m, v, scratch = self.m, self.v, self._scratch
        m *= b1
        m += np.multiply(g, 1 - b1, out=scratch)
        v *= b2
        np.multiply(g, g, out=scratch)
        scratch *= 1 - b2
        v += scratch
        np.sqrt(v, out=scratch)
        scratch /= math.sqrt(1 - b2**self.t)
        scratch += self.eps
        np.divide(m, scratch, out=scratch)
        scratch *= self.lr / (1 - b1**self.t)
        return scratch


class AdamW(Adam):
    """Adam whose weight decay does not pass through the running means.

    It shrinks every parameter. To spare some, such as biases, give them an Adam of their own.
    """

    def __init__(
        self,
        params: Any,
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ):
        super().__init__(params, lr, betas, eps)
        self.weight_decay = weight_decay

    def _change(self, g: np.ndarray) -> np.ndarray:
        for p in self._arrays:
            p *= 1 - self.lr * self.weight_decay
        return super()._change(g)
