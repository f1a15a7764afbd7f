"""Day 9, the headline experiment: does depth hurt a plain net, and does a shortcut cure it?

Both in training loss: what a net cannot learn, not what it fails to carry over to new data. Fully
connected nets on three spirals (d09_spiral.py), convolutional ones on digits (d09_images.py), and a
look inside both kinds (d09_inside.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from u30.claims import Claim, ClaimTable, listed
from u30.papers import d09_images, d09_spiral
from u30.papers.d09_inside import ARMS, gradient_norms, responses
from u30.papers.d09_resnet import OPTIONS
from u30.papers.d09_spiral import Spiral

DEPTHS = (2, 4, 8, 16, 32)  # hidden layers on the spirals
HALF_DEPTH = 16
HALF = {  # which four of its eight blocks have a shortcut
    "first four": (1, 1, 1, 1, 0, 0, 0, 0),
    "every other": (1, 0, 1, 0, 1, 0, 1, 0),
    "last four": (0, 0, 0, 0, 1, 1, 1, 1),
}
SHALLOW, DEEP = 1, 3  # n of 6n + 2 layers on the digits
_losses = partial(listed, form=".2f")


@dataclass(frozen=True)
class Headline:
    """What the experiment measured."""

    spirals: dict[int, Spiral]  # by depth; arms "plain" and "residual"
    some: Spiral  # HALF_DEPTH layers, of which only half have shortcuts; arms HALF
    digits: dict[tuple[int, str | None], list[d09_images.Run]]  # n, option -> one for each seed
    gradients: dict[str, np.ndarray]  # arm -> (blocks + 1, R), the deepest nets before training
    responses: dict[int, dict[str, np.ndarray]]  # depth -> arm -> (d,R), after training

    def loss(self, depth: int, arm: str) -> np.ndarray:  # -> (R,)
        """Training loss on the spirals, for each seed."""
        return self.spirals[depth].loss[arm]

    def digit_loss(self, n: int, option: str | None) -> np.ndarray:  # -> (R,)
        """Training loss on the digits, for each seed."""
        return np.array([run.train_loss for run in self.digits[n, option]])


def headline(seeds: int = 5, few: int = 3) -> Headline:
    """Run everything; what is slower, with `few` seeds. About 16 s of CPU time."""
    spirals = {depth: d09_spiral.train(depth, ARMS, range(seeds)) for depth in DEPTHS}
    digits = {
        (n, option): [d09_images.train(n, option, seed=seed) for seed in range(few)]
        for n, options in ((SHALLOW, (None, "A")), (DEEP, (None, *OPTIONS)))
        for option in options
    }
    return Headline(
        spirals,
        d09_spiral.train(HALF_DEPTH, HALF, range(few)),
        digits,
        gradient_norms(DEPTHS[-1], range(seeds)),
        {depth: responses(run) for depth, run in spirals.items()},
    )


def claims(result: Headline) -> ClaimTable:
    """The paper's claims, on points and digits instead of photographs."""
    plain = {depth: result.loss(depth, "plain") for depth in DEPTHS}
    residual = {depth: result.loss(depth, "residual") for depth in DEPTHS}
    digits = {key: result.digit_loss(*key) for key in result.digits}
    plain_reach, residual_reach = (result.gradients[name][0] for name in ARMS)
    std = {
        (depth, name): values.mean(axis=0)
        for depth, arms in result.responses.items()
        for name, values in arms.items()
    }
    half = result.some.loss
    few = len(half["first four"])
    none, all_eight = plain[HALF_DEPTH][:few], residual[HALF_DEPTH][:few]
    worst_option = max(digits[DEEP, option].mean() for option in OPTIONS)
    return ClaimTable(
        9,
        [
            Claim(
                "Deeper plain nets have a higher training error (figures 1, 4 and 6, left); on "
                "ImageNet's validation images plain-18 27.94 %, plain-34 28.54 % (table 2)",
                "Spirals, for each seed: the training loss of a plain net of 16 layers is more "
                "than twice that of 8, and that of 32 more than 3 times",
                f"8 layers {_losses(plain[8])}; 16 layers {_losses(plain[16])}; 32 layers "
                f"{_losses(plain[32])}; guessing {math.log(d09_spiral.ARMS):.2f}",
                all(plain[16] > 2 * plain[8]) and all(plain[32] > 3 * plain[8]),
            ),
            Claim(
                "With shortcuts the degradation is gone (figure 4, right; ResNet-34 25.03 % "
                "against plain-34 28.54 %, table 2)",
                "Spirals, 16 layers: for each seed less than half of the plain net's loss; "
                "32 layers: less than a third in the median",
                f"residual, 16 layers {_losses(residual[16])}; 32 layers {_losses(residual[32])}",
                all(residual[16] < plain[16] / 2)
                and np.median(residual[32]) < np.median(plain[32]) / 3,
            ),
            Claim(
                "Residual nets gain from depth (ResNet-18 27.88 %, ResNet-34 25.03 %, table 2)",
                "Spirals, mean over the seeds: the residual net of 16 layers has a lower training "
                "loss than that of 4",
                f"4 layers {residual[4].mean():.3f}, 16 layers {residual[16].mean():.3f}",
                residual[16].mean() < residual[4].mean(),
            ),
            Claim(
                "The same with convolutions on small images (CIFAR-10, figure 6)",
                "Digits, for each seed: from 8 to 20 layers the training loss of the plain net "
                "rises and that of the residual net falls",
                f"plain {_losses(digits[SHALLOW, None])}, then {_losses(digits[DEEP, None])}; "
                f"residual {_losses(digits[SHALLOW, 'A'])}, then {_losses(digits[DEEP, 'A'])}; "
                f"guessing {math.log(10):.2f}",
                all(digits[DEEP, None] > digits[SHALLOW, None])
                and all(digits[DEEP, "A"] < digits[SHALLOW, "A"]),
            ),
            Claim(
                "Shortcuts A, B and C are all considerably better than plain (25.03, 24.52, "
                "24.19 % against 28.54 %, table 3)",
                "Digits, 20 layers, mean over the seeds: the training loss of the worst of the "
                "three is below 0.8 of the plain net's",
                "; ".join(f"{option} {_losses(digits[DEEP, option])}" for option in OPTIONS)
                + f"; plain {_losses(digits[DEEP, None])}",
                worst_option < 0.8 * digits[DEEP, None].mean(),
            ),
            Claim(
                "Vanishing gradients are unlikely to be the cause: with BN their norms are healthy "
                "(section 4.1)",
                "Before training, 32 layers, for each seed: the gradient at the first state is "
                "larger than at the last, and in the plain net more than 3 times as much so",
                f"plain {listed(plain_reach)} times; residual {listed(residual_reach)}",
                all(residual_reach > 1) and all(plain_reach > 3 * residual_reach),
            ),
            Claim(
                "Residual nets have smaller responses than plain ones, and deeper residual nets "
                "smaller ones than shallower (figure 7)",
                "Mean standard deviation of the responses, for each seed: residual below plain "
                "with 16 and with 32 layers, and residual-32 below residual-4",
                f"16 layers: plain {std[16, 'plain'].mean():.3f}, residual "
                f"{std[16, 'residual'].mean():.3f}; 32: {std[32, 'plain'].mean():.3f}, "
                f"{std[32, 'residual'].mean():.3f}; residual-4 {std[4, 'residual'].mean():.3f}",
                all(all(std[depth, "residual"] < std[depth, "plain"]) for depth in (16, 32))
                and all(std[32, "residual"] < std[4, "residual"]),
            ),
            Claim(
                "Not in the paper: are four shortcuts half of eight?",
                "Spirals, 16 layers: the first four blocks with shortcuts lie between none and all "
                "eight in the mean, and beat the last four for each seed",
                f"none {_losses(none)}; last four {_losses(half['last four'])}; first "
                f"four {_losses(half['first four'])}; all {_losses(all_eight)}",
                all(half["first four"] < half["last four"])
                and all_eight.mean() < half["first four"].mean() < none.mean(),
            ),
        ],
    )
