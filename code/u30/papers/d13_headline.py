"""Day 13, the headline experiment: what does each part of a Transformer do?

A small table 3. Every model is trained alike to reverse and to sort strings of 3 to 8 letters, and
told by the first symbol which. Reversing needs to know where a letter stands, sorting does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from u30.claims import Claim, ClaimTable, percents
from u30.papers import d13_cost, d13_scale
from u30.papers.d13_recurrent import GRUPair
from u30.papers.d13_tasks import Run, explorer, train

MODELS: dict[str, dict[str, Any]] = {  # name -> what is different
    "full": {},
    "no positions": {"positions": False},
    "no √d": {"attention": d13_scale.unscaled_attention},
    "no causal mask": {"causal": False},
    "one head": {"h": 1},
    "norm first": {"norm_first": True},
    "two GRUs": {"make": GRUPair},
}
SEEDS = {"full": 3, "no positions": 2, "two GRUs": 2}  # the others: 1


@dataclass(frozen=True)
class Headline:
    """What the experiment measured."""

    runs: dict[str, list[Run]]  # name -> one run for each seed
    explorer: Run  # two layers, three jobs
    scores: dict[bool, list[d13_scale.Scores]]  # scaled or not -> one for each d_k
    reach: dict[str, list[float]]  # layer -> gradient at the first input, for each length
    lengths: tuple[int, ...] = (8, 32, 128)

    def exact(self, name: str, job: str) -> np.ndarray:  # -> (seeds,)
        """Share of right answers to new strings, for each seed."""
        return np.array([run.exact[job] for run in self.runs[name]])

    def loss(self, name: str) -> np.ndarray:  # -> (seeds,)
        """Training loss at the end, in nats for each symbol."""
        return np.array([np.mean(run.losses[-20:]) for run in self.runs[name]])


def train_model(name: str, seed: int = 0, steps: int = 500) -> Run:
    """One of MODELS; the Transformers among them have one layer on each side."""
    change = MODELS[name]
    settings = change if "make" in change else {"N": 1, **change}
    return train("RS", steps=steps, seed=seed, **settings)


def headline() -> Headline:
    """Run everything. About 18 s of CPU time."""
    runs = {name: [train_model(name, s) for s in range(SEEDS.get(name, 1))] for name in MODELS}
    return Headline(runs, explorer(), d13_scale.sweep(), d13_cost.reach(Headline.lengths))


def claims(result: Headline) -> ClaimTable:
    """The paper's claims at a size that trains in seconds."""
    full, blind, pair, raw = (
        {job: result.exact(name, job) for job in "RS"}
        for name in ("full", "no positions", "two GRUs", "no √d")
    )
    best = result.explorer.exact
    cheat_loss = result.loss("no causal mask").max()
    cheat = max(result.exact("no causal mask", job).max() for job in "RS")
    unscaled, scaled = result.scores[False], result.scores[True]
    ratios = np.array([s.variance / s.d_k for s in unscaled])
    big = [s.d_k for s in unscaled].index(256)
    n, d = 48, 64
    counted = {kind: d13_cost.work(kind, n, d) for kind in d13_cost.layers(n, d)}
    formulas = {
        "self-attention": 2 * n * n * d,
        "recurrent": 2 * n * d * d,
        "convolution": 3 * (n - 2) * d * d,
        "restricted": 2 * 16 * (n - 15) * d,
    }
    waits = [counted[kind].sequential for kind in ("self-attention", "recurrent", "convolution")]
    far = {name: values[-1] for name, values in result.reach.items()}
    return ClaimTable(
        13,
        [
            Claim(
                "Attention without recurrence translates better than all before: 28.4 BLEU "
                "English to German, 41.8 to French (big model, table 2)",
                "Two layers learn to reverse, sort and copy new strings, each at least 95 % "
                "exactly right; guessing each letter is right in fewer than 1 of 1000",
                "reverse, sort, copy: " + percents(best.values()),
                min(best.values()) >= 0.95,
            ),
            Claim(
                "Without recurrence, order has to be injected by positional encodings (3.5)",
                "Without them, every seed sorts at least 90 % and reverses at most 20 %; with "
                "them, at least 85 % of both",
                f"sort {percents(blind['S'])}, reverse {percents(blind['R'])}; with: sort "
                f"{percents(full['S'])}, reverse {percents(full['R'])}",
                blind["S"].min() >= 0.9
                and blind["R"].max() <= 0.2
                and min(full["S"].min(), full["R"].min()) >= 0.85,
            ),
            Claim(
                "Every position reaches every other in one step (section 4); recurrent pairs must "
                "pass all through one state",
                "Two GRUs without attention, trained as long and with more weights: every seed "
                "sorts at least 90 %, and reverses at least 10 points less than every full model",
                f"sort {percents(pair['S'])}, reverse {percents(pair['R'])}",
                pair["S"].min() >= 0.9 and pair["R"].max() <= full["R"].min() - 0.1,
            ),
            Claim(
                "Scores of unit-variance queries and keys have variance d_k, which may push the "
                "softmax to where its gradient is tiny (3.2.1, footnote 4: suspected)",
                "Variance within 15 % of d_k; at d_k = 256 the largest of 16 weights is above 0.8 "
                "without and below 0.35 with the division; training without it reverses at most "
                "70 %",
                f"variance / d_k {ratios.min():.2f} to {ratios.max():.2f}; "
                f"{unscaled[big].largest:.2f} and {scaled[big].largest:.2f}; "
                f"reverse {percents(raw['R'])}",
                np.abs(ratios - 1).max() <= 0.15
                and unscaled[big].largest > 0.8
                and scaled[big].largest < 0.35
                and raw["R"].max() <= 0.7,
            ),
            Claim(
                "A mask keeps the decoder from seeing what it has to predict (3.2.3)",
                "Without it: training loss below 0.05 nats, and no more than 5 % right answers",
                f"{cheat_loss:.3f} nats, {percents([cheat])} right",
                cheat_loss < 0.05 and cheat <= 0.05,
            ),
            Claim(
                "A layer costs n²d (attention), nd² (recurrent), knd² (convolution), rnd "
                "(restricted); n steps one after the other only if recurrent (table 1)",
                f"Counted on running code at n = {n}, d = {d}: the formulas with their factors; "
                "steps in sequence 2, n and 1",
                "; ".join(f"{kind} {c.multiplications:,}" for kind, c in counted.items())
                + f"; steps {waits[0]}, {waits[1]}, {waits[2]}",
                all(c.multiplications == formulas[kind] for kind, c in counted.items())
                and waits == [2, n, 1],
            ),
            Claim(
                "Shorter paths make it easier to learn long-range dependencies (section 4)",
                "Untrained, across 128 positions: the gradient at the first input is above 1e-3 "
                "through attention, below 1e-8 through an LSTM and a plain RNN",
                f"attention {far['self-attention']:.0e}, LSTM {far['LSTM']:.0e}, "
                f"RNN {far['RNN']:.0e}",
                far["self-attention"] > 1e-3 and max(far["LSTM"], far["RNN"]) < 1e-8,
            ),
        ],
    )
