"""Day 9. Deep Residual Learning for Image Recognition (He et al., 2015), arXiv:1512.03385.

Let a few layers learn what to change in their input, and add the input to what they say.

    y = ReLU(F(x) + x)                                                     (eq. 1, figure 2)
    y = ReLU(F(x) + W_s x)      where the number of channels changes       (eq. 2)

    basic       F = BN W2 ReLU BN W1,                two 3x3 convolutions  (figure 5, left)
    bottleneck  F = BN W3 ReLU BN W2 ReLU BN W1,     1x1, 3x3, 1x1         (figure 5, right)

    shortcut A  identity; new channels are zeros         0 parameters      (section 3.3)
    shortcut B  identity; W_s where the size changes
    shortcut C  W_s everywhere                                             (section 4.1)

A plain net is the same without "+ x". N images, C channels in, O channels out, H and W height and
width: x (N,C,H,W), y (N,O,H/stride,W/stride). A net of 6n + 2 layers has three stages of n basic
blocks; at the second and the third, stride 2 halves the image and the width doubles (section 4.2).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from u30 import functional as F
from u30.claims import ClaimTable
from u30.nn import BatchNorm, Linear, Module, Parameter
from u30.tensor import Tensor, no_grad

if TYPE_CHECKING:
    from u30.papers.d09_headline import Headline
    from u30.papers.d09_images import Run

OPTIONS = ("A", "B", "C")  # of shortcuts; None makes a plain net

# 1. Convolution, then batch normalisation (section 3.4)


def he(rng: np.random.Generator, fan_in: int, *shape: int) -> Parameter:
    """Normal with variance 2 / fan_in, which ReLU layers keep (He et al., 2015b, eq. 10)."""
    return Parameter(rng.standard_normal(shape) * math.sqrt(2 / fan_in))


class ConvBN(Module):
    """A k x k convolution without a bias, which batch normalisation would take out again."""

    def __init__(self, rng: np.random.Generator, C: int, O: int, k: int = 3, stride: int = 1):
        self.W = he(rng, C * k * k, O, C, k, k)
        self.bn = BatchNorm(O)
        self.stride, self.padding = stride, k // 2

    def forward(self, x: Tensor) -> Tensor:  # -> (N,O,H/stride,W/stride)
        return self.bn(F.conv2d(x, self.W, None, self.stride, self.padding))


# 2. The block


class Shortcut(Module):
    """How x gets past a block: as it is, or made to fit."""

    def __init__(
        self,
        rng: np.random.Generator,
        C: int,
        O: int,
        stride: int,
        option: str,
    ):
        fits = C == O and stride == 1
        project = option == "C" or (option == "B" and not fits)
        self.W_s = ConvBN(rng, C, O, 1, stride) if project else None
        self.stride, self.missing = stride, O - C

    def forward(self, x: Tensor) -> Tensor:  # -> (N,O,H/stride,W/stride)
        if self.W_s is not None:
            return self.W_s(x)  # eq. 2
        if self.stride > 1:
            # every second pixel, not the mean of several
            x = x[:, :, :: self.stride, :: self.stride]
        if self.missing:  # zeros as new channels
            x = F.pad(x, ((0, 0), (0, self.missing), (0, 0), (0, 0)))
        return x


class Block(Module):
    """Some layers F and a shortcut around them; without it, plain layers."""

    def __init__(self, layers: list[ConvBN], shortcut: Shortcut | None):
        self.layers, self.shortcut = layers, shortcut

    def forward(self, x: Tensor) -> Tensor:  # -> (N,O,H/stride,W/stride)
        y = x
        for layer in self.layers[:-1]:
            y = layer(y).relu()
        y = self.layers[-1](y)  # F(x)
        if self.shortcut is not None:
            y = y + self.shortcut(x)  # eq. 1
        return y.relu()  # after the addition (section 3.2)


def basic(rng: np.random.Generator, C: int, O: int, stride: int, option: str | None) -> Block:
    """Two 3x3 layers (figure 5, left)."""
    layers = [ConvBN(rng, C, O, 3, stride), ConvBN(rng, O, O)]
    return Block(layers, Shortcut(rng, C, O, stride, option) if option else None)


def bottleneck(rng: np.random.Generator, C: int, O: int, stride: int, option: str | None) -> Block:
    """1x1 down to a quarter of the channels, 3x3 there, 1x1 up again (figure 5, right)."""
    narrow = O // 4
    layers = [
        ConvBN(rng, C, narrow, 1, stride),
        ConvBN(rng, narrow, narrow),
        ConvBN(rng, narrow, O, 1),
    ]
    return Block(layers, Shortcut(rng, C, O, stride, option) if option else None)


BLOCKS: dict[str, Callable[..., Block]] = {"basic": basic, "bottleneck": bottleneck}

# 3. The net for small images (section 4.2)


class ResNet(Module):
    """Three stages of n blocks: 6n + 2 layers, or 9n + 2 with bottlenecks.

    `option` is the kind of shortcut, or None for a plain net. Plain nets and
    shortcuts A draw the same weights from equal generators.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        n: int,
        width: int = 16,
        option: str | None = "A",
        block: str = "basic",
        channels: int = 3,
        K: int = 10,
    ):
        self.first = ConvBN(rng, channels, width)
        self.blocks: list[Block] = []
        C = width
        for stage in range(3):
            O = width * 2**stage
            for i in range(n):
                stride = 2 if stage > 0 and i == 0 else 1
                made = BLOCKS[block](rng, C, O, stride, option)
                self.blocks.append(made)
                C = O
        self.last = Linear(rng, C, K)

    @property
    def depth(self) -> int:
        """Layers with weights on the way to a class; shortcuts do not count."""
        return 2 + sum(len(block.layers) for block in self.blocks)

    def forward(self, x: Tensor) -> Tensor:  # (N,channels,H,W) -> logits (N,K)
        x = self.first(x).relu()
        for block in self.blocks:
            x = block(x)
        return self.last(x.mean(axis=(2, 3)))  # global average pooling


def in_use(net: Module, x: np.ndarray) -> Tensor:
    """What a net says outside training: with BN's running statistics, and without a graph."""
    net.eval()
    with no_grad():
        y = net(Tensor(x))
    net.train()
    return y


# 4. What every paper module offers. Imported late: these files import this one.


def main(
    kind: str = "all",
    n: int = 3,
    block: str = "basic",
    width: int = 4,
    steps: int = 200,
    batch: int = 32,
    lr: float = 0.05,
    seed: int = 0,
) -> list[Run]:
    """Train plain and residual nets of 6n + 2 layers on small digits, and compare them."""
    options = dict(locals())
    from u30.papers import d09_quickstart

    return d09_quickstart.quickstart(**options)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d09_headline.headline()`."""
    from u30.papers import d09_headline

    return d09_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d09_quickstart

    sys.exit(d09_quickstart.command_line())
