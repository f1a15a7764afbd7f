"""Day 0, the headline experiment: DRAFT: the question that the experiment answers.

Until it is written: what do two layers learn that one cannot?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u30.claims import Claim, ClaimTable, percents
from u30.papers.d00_template import Line, Run, TwoLayers, train

SEEDS = 3  # DRAFT: at least three; a claim holds for every one of them, with a margin
HIDDEN = 16


@dataclass(frozen=True)
class Headline:
    """What the experiment measured: for each model, a run with each seed."""

    runs: dict[str, list[Run]]

    def accuracy(self, name: str) -> np.ndarray:  # -> (seeds,)
        return np.array([run.accuracy for run in self.runs[name]])


def headline(seeds: int = SEEDS, steps: int = 200) -> Headline:
    """Train both models with the same settings. DRAFT: how long it takes; this one under 1 s."""
    runs: dict[str, list[Run]] = {"one layer": [], "two layers": []}
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        runs["one layer"].append(train(Line(rng), seed, steps=steps))
        runs["two layers"].append(train(TwoLayers(rng, HIDDEN), seed, steps=steps))
    return Headline(runs)


def claims(result: Headline) -> ClaimTable:
    """The paper's claim in numbers, beside a trivial opponent."""
    one, two = result.accuracy("one layer"), result.accuracy("two layers")
    return ClaimTable(
        0,
        [
            Claim(
                "DRAFT: what the paper reports, with its section, table or figure",
                "DRAFT: an inequality. Two layers are right in at least 85 % of new points with "
                "every seed, one layer in at most 75 %",
                f"two layers {percents(two)}; one layer {percents(one)}; guessing 50 %",
                two.min() >= 0.85 and one.max() <= 0.75,
            ),
        ],
    )
