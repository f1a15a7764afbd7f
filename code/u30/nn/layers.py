"""Layers that hold parameters. All but convolutions store weights as (in, out): x W + b."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from u30 import functional as F
from u30.nn.module import Module, Parameter, uniform
from u30.runtime import FLOAT
from u30.tensor import Tensor


class Sequential(Module):
    """One after the other. Modules, or functions without parameters such as `F.relu`."""

    def __init__(self, *layers: Callable[[Tensor], Tensor]):
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


class Linear(Module):
    """x W + b. W and b start uniform within 1/sqrt(D), as in PyTorch (LeCun et al., 1998)."""

    def __init__(self, rng: np.random.Generator, D: int, H: int, bias: bool = True):
        self.W = uniform(rng, 1 / math.sqrt(D), D, H)
        self.b = uniform(rng, 1 / math.sqrt(D), H) if bias else None

    def forward(self, x: Tensor) -> Tensor:  # (..., D) -> (..., H)
        return F.linear(x, self.W, self.b)


class Embedding(Module):
    """A vector of length D for each of V symbols. Starts standard normal."""

    def __init__(self, rng: np.random.Generator, V: int, D: int):
        self.W = Parameter(rng.standard_normal((V, D)))

    def forward(self, index: np.ndarray) -> Tensor:  # (...) -> (..., D)
        return F.embedding(self.W, index)


class Conv2d(Module):
    """Convolution with O kernels of size k x k. Starts uniform within 1/sqrt(C/groups k k)."""

    def __init__(
        self,
        rng: np.random.Generator,
        C: int,
        O: int,
        k: int,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
    ):
        bound = 1 / math.sqrt(C // groups * k * k)
        self.W = uniform(rng, bound, O, C // groups, k, k)
        self.b = uniform(rng, bound, O) if bias else None
        self.options = stride, padding, dilation, groups

    def forward(self, x: Tensor) -> Tensor:  # (N,C,H,W) -> (N,O,H',W')
        return F.conv2d(x, self.W, self.b, *self.options)


class LayerNorm(Module):
    """Normalise the last axis. Scale gamma starts at 1, shift beta at 0."""

    def __init__(self, D: int, eps: float = 1e-5):
        self.gamma, self.beta = Parameter(np.ones(D)), Parameter(np.zeros(D))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:  # (..., D) -> (..., D)
        return F.layer_norm(x, self.gamma, self.beta, self.eps)


class BatchNorm(Module):
    """Normalise each of C channels over the batch. gamma starts at 1, beta at 0."""

    buffers = ("running_mean", "running_var")

    def __init__(self, C: int, momentum: float = 0.1, eps: float = 1e-5):
        self.gamma, self.beta = Parameter(np.ones(C)), Parameter(np.zeros(C))
        self.running_mean, self.running_var = np.zeros(C, FLOAT), np.ones(C, FLOAT)
        self.momentum, self.eps = momentum, eps

    def forward(self, x: Tensor) -> Tensor:  # (N,C) or (N,C,H,W)
        running = self.running_mean, self.running_var
        return F.batch_norm(
            x, self.gamma, self.beta, *running, self.training, self.momentum, self.eps
        )


class Dropout(Module):
    """While training, set entries to zero with probability p."""

    def __init__(self, rng: np.random.Generator, p: float):
        self.rng, self.p = rng, p

    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.p, self.rng, self.training)
