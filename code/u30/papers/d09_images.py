"""Day 9, residual nets on images: plain and residual nets of several depths on 8 x 8 digits.

The recipe of section 4.2, smaller: SGD with momentum 0.9 and weight decay 1e-4, the learning rate
divided by 10 twice, the mean image subtracted. Differs from the paper: widths from 4 on instead of
16, no shifted or mirrored copies of the images, and a few hundred steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from u30 import functional as F
from u30.data.digits import digits
from u30.optim import SGD
from u30.papers.d09_resnet import ResNet, in_use
from u30.schedules import step_decay
from u30.tensor import Tensor
from u30.train import minibatches

TRAINING = 1500  # images; the others come from other writers
Images = tuple[np.ndarray, np.ndarray]  # x (N,1,8,8), classes (N,)


def images() -> tuple[Images, Images]:
    """Images to train on and to test on, without the mean of the former."""
    x, k = digits()
    x = (x - x[:TRAINING].mean(axis=0))[:, None]
    return (x[:TRAINING], k[:TRAINING]), (x[TRAINING:], k[TRAINING:])


@dataclass
class Run:
    """A net, what its training printed, and how good it is."""

    net: ResNet
    losses: list[float] = field(default_factory=list)  # nats, of each step's batch
    train_loss: float = float("nan")  # nats, of all training images at the end
    train_error: float = float("nan")
    test_error: float = float("nan")
    interrupted: bool = False

    @property
    def steps(self) -> int:
        return len(self.losses)


def train(
    n: int,
    option: str | None = "A",
    block: str = "basic",
    *,
    width: int = 4,
    steps: int = 100,
    batch: int = 32,
    lr: float = 0.05,
    seed: int = 0,
    after_step: Callable[[Run], bool] = lambda run: False,
) -> Run:
    """Train a net of 6n + 2 layers; `option` is its kind of shortcut, None makes it plain.

    `after_step(run)` may return True to stop.
    """
    (x, k), test = images()
    net = ResNet(np.random.default_rng((seed, 1)), n, width, option, block, channels=1)
    optimizer = SGD(net, lr, momentum=0.9, weight_decay=1e-4)
    run = Run(net)
    batches = minibatches(np.random.default_rng((seed, 2)), len(x), batch)
    for step, rows in zip(range(1, steps + 1), batches):
        optimizer.lr = lr * step_decay(step, (steps // 2, 4 * steps // 5))
        loss = F.cross_entropy(net(Tensor(x[rows])), k[rows])
        net.zero_grad()
        loss.backward()
        optimizer.step()
        run.losses.append(loss.item())
        if after_step(run):
            run.interrupted = True
            break
    run.train_loss, run.train_error = evaluate(net, (x, k))
    run.test_error = evaluate(net, test)[1]
    return run


def evaluate(net: ResNet, data: Images) -> tuple[float, float]:
    """Loss in nats and share of errors, with BN's running statistics."""
    x, k = data
    logits = in_use(net, x)
    return F.cross_entropy(logits, k).item(), float(np.mean(logits.data.argmax(axis=1) != k))
