"""Optimisers that change a dict of arrays in place, and gradient clipping.

    Adam (Kingma and Ba, 2015, arXiv:1412.6980, algorithm 1)
        m = b1 m + (1 - b1) g,   v = b2 v + (1 - b2) g^2
        p -= lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
    Adagrad (Duchi, Hazan and Singer, 2011)
        s += g^2,   p -= lr g / (sqrt(s) + eps)

p parameter, g its gradient, t the number of the step (from 1). The state of all parameters lies in
one flat array, so that a step is a few operations on one long array instead of a few on each small
one.
"""

from __future__ import annotations

import math

import numpy as np

Arrays = dict[str, np.ndarray]


class Optimizer:
    """Holds the parameters and one flat gradient. Subclasses turn a gradient into a step."""

    def __init__(self, params: Arrays, lr: float):
        if not lr > 0:
            raise ValueError(f"The learning rate must be above 0, but is {lr}.")
        self.params, self.lr, self.t = params, lr, 0
        self.size = sum(p.size for p in params.values())
        self.dtype = np.result_type(*params.values())
        self._g = self._zeros()

    def _zeros(self) -> np.ndarray:
        return np.zeros(self.size, dtype=self.dtype)

    def step(self, grads: Arrays) -> None:
        """Change every parameter in place, given gradients under the same names."""
        np.concatenate([grads[name].ravel() for name in self.params], out=self._g)
        self.t += 1
        change = self._change(self._g)
        start = 0
        for p in self.params.values():
            p -= change[start : start + p.size].reshape(p.shape)
            start += p.size

    def _change(self, g: np.ndarray) -> np.ndarray:  # (size,) -> (size,)
        """What to subtract from the parameters. May use `g` as scratch space."""
        raise NotImplementedError

    def state(self) -> Arrays:
        """The arrays to save in order to continue exactly where this optimiser is."""
        raise NotImplementedError

    def load_state(self, state: Arrays) -> None:
        """Continue from the arrays that `state()` returned."""
        self.t = int(state["t"])
        for name, value in self.state().items():
            if name != "t":
                value[...] = state[name]


class Adam(Optimizer):
    """Adam with bias correction. Defaults are the paper's, except that lr must be given."""

    def __init__(
        self,
        params: Arrays,
        lr: float,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ):
        super().__init__(params, lr)
        self.betas, self.eps = betas, eps
        self.m, self.v, self._scratch = self._zeros(), self._zeros(), self._zeros()

    def _change(self, g: np.ndarray) -> np.ndarray:
        b1, b2 = self.betas
        m, v, scratch = self.m, self.v, self._scratch
        m *= b1
        m += np.multiply(g, 1 - b1, out=scratch)
        v *= b2
        g *= g
        g *= 1 - b2
        v += g
        np.sqrt(v, out=scratch)
        scratch /= math.sqrt(1 - b2**self.t)
        scratch += self.eps
        np.divide(m, scratch, out=g)
        g *= self.lr / (1 - b1**self.t)
        return g

    def state(self) -> Arrays:
        return {"m": self.m, "v": self.v, "t": np.array(self.t)}


class Adagrad(Optimizer):
    """Adagrad: a step shrinks with the sum of all squared gradients so far."""

    def __init__(self, params: Arrays, lr: float, eps: float = 1e-8):
        super().__init__(params, lr)
        self.eps, self.s = eps, self._zeros()

    def _change(self, g: np.ndarray) -> np.ndarray:
        self.s += g * g
        g *= self.lr
        g /= np.sqrt(self.s) + self.eps
        return g

    def state(self) -> Arrays:
        return {"s": self.s, "t": np.array(self.t)}


def clip_global_norm(grads: Arrays, max_norm: float) -> float:
    """Scale all gradients in place so that their joint norm is at most `max_norm`; return the norm.

    The direction of the whole gradient is kept, unlike with element-wise clipping.
    """
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads.values()))
    if norm > max_norm:
        for g in grads.values():
            g *= max_norm / norm
    return norm
