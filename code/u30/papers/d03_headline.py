"""Day 3, the headline experiment: what keeps an LSTM from learning its text by heart, and what
does it cost in memory?

One pipeline, one change at a time. A: a text of 1,600 symbols and a network of 60,000 weights.
B: Day 2's recall across noise, with masks in different places.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from u30.baselines.ngram import bits_per_character
from u30.claims import Claim, ClaimTable, percents
from u30.data.recall import KEYS
from u30.papers.d03_memory import Recall, train_recall
from u30.papers.d03_training import (
    Curve,
    Recipe,
    Source,
    early_stop,
    markov_source,
    texts,
    train,
)

RECIPES = {
    "nothing": Recipe("none"),
    "between layers": Recipe("between"),
    "on the state": Recipe("state"),
    "on the cell": Recipe("cell"),
    "weight decay": Recipe("none", decay=1.0),
    "layer norm": Recipe("none", norm=True),
    "layer norm + between": Recipe("between", norm=True),
}
STRENGTHS = (0.0, 0.2, 0.5, 0.7)  # of the dropout between layers
MEMORY = {  # on recall
    "nothing": "none",
    "between layers": "between",
    "on the state": "state",
    "on the cell": "cell",
}
PATIENCE = 3  # evaluations


@dataclass(frozen=True)
class Headline:
    """What the experiment measured. Losses are in nats a symbol, without dropout."""

    source: Source
    runs: dict[str, list[Curve]]  # one for each seed
    strengths: dict[float, Curve]  # dropout between layers, seed 0
    bigram: list[float]  # counting pairs of symbols, for each seed's texts
    floor: list[float]  # what new text costs somebody who knows the source
    memory: dict[str, list[Recall]]

    def final(self, name: str) -> np.ndarray:  # -> (seeds,)
        return np.array([run.final for run in self.runs[name]])

    def best(self, name: str) -> np.ndarray:  # -> (seeds,)
        return np.array([run.best for run in self.runs[name]])

    def train(self, name: str) -> np.ndarray:  # -> (seeds,)
        return np.array([run.train[-1] for run in self.runs[name]])

    def stopped(self, name: str, patience: int = PATIENCE) -> np.ndarray:  # -> (seeds,)
        """New text under the weights that early stopping keeps."""
        return np.array([run.valid[early_stop(run.valid, patience)[0]] for run in self.runs[name]])

    def recall(self, name: str) -> np.ndarray:  # -> (seeds,), shares
        return np.array([run.accuracy for run in self.memory[name]])


def headline(seeds: int = 2, memory_seeds: int = 3) -> Headline:
    """Run everything. About 20 s of CPU time."""
    source = markov_source(np.random.default_rng(0))
    runs = {
        name: [train(source, recipe, seed=seed) for seed in range(seeds)]
        for name, recipe in RECIPES.items()
    }
    strengths = {0.0: runs["nothing"][0], 0.5: runs["between layers"][0]}
    for p in STRENGTHS:
        if p not in strengths:
            strengths[p] = train(source, Recipe("between", p=p))
    bigram, floor = [], []
    for seed in range(seeds):
        text, new = texts(source, seed)
        bigram.append(count_pairs(text, new, len(source.P)))
        floor.append(source.cost(new))
    memory = {
        name: [train_recall(place, seed=seed) for seed in range(memory_seeds)]
        for name, place in MEMORY.items()
    }
    ordered = {p: strengths[p] for p in STRENGTHS}
    return Headline(source, runs, ordered, bigram, floor, memory)


def count_pairs(text: np.ndarray, new: np.ndarray, V: int) -> float:
    """Nats a symbol of new text for a model that counts which symbol follows which."""
    return math.log(2) * float(bits_per_character(text, new, V, max_order=1)[1])


def claims(result: Headline) -> ClaimTable:
    """The paper's claims in numbers, and a few of our own."""
    final, best, fit, recall = result.final, result.best, result.train, result.recall
    plain, between, cell = "nothing", "between layers", "on the cell"
    lowest = min((best(name) - np.array(result.floor)).min() for name in result.runs)
    stopped = result.stopped(plain)
    both = "layer norm + between"
    return ClaimTable(
        3,
        [
            Claim(
                "Penn Treebank, perplexity on test words: 114.5 without regularisation, 82.7 and "
                "78.4 with dropout between layers (Table 1)",
                "After all steps, dropout between layers is at least 0.4 nats better on new text, "
                "with every seed",
                f"nothing {_nats(final(plain))}, between {_nats(final(between))}",
                (final(plain) - final(between)).min() >= 0.4,
            ),
            Claim(
                "Speech, accuracy on training frames falls from 71.6 % to 69.4 % while it rises "
                "on validation frames from 68.9 % to 70.5 % (Table 2)",
                "With dropout the network fits its own text worse, by at least 0.3 nats",
                f"training text: nothing {_nats(fit(plain))}, between {_nats(fit(between))}",
                (fit(between) - fit(plain)).min() >= 0.3,
            ),
            Claim(
                "Dropout between layers leaves the memory intact; on recurrent connections it "
                "makes it hard to remember for long (section 3.2, no numbers)",
                "Recall across 28 steps of noise: between layers at least 95 % with every seed, on "
                "the cell at most 40 %",
                f"between {percents(recall(between))}, on the cell {percents(recall(cell))}, "
                f"guessing {100 / KEYS:.0f} %",
                recall(between).min() >= 0.95 and recall(cell).max() <= 0.4,
            ),
            Claim(
                "Not in the paper: the recurrent connection has two halves",
                "Masks on the state h do no harm to recall: at least 95 % with every seed",
                f"on the state {percents(recall('on the state'))}",
                recall("on the state").min() >= 0.95,
            ),
            Claim(
                "Not in the paper: early stopping alone",
                f"Without any regulariser, stopped with a patience of {PATIENCE}, the network "
                "comes within 0.15 nats of the best that dropout between layers reaches",
                f"stopped {_nats(stopped)}, best with dropout {_nats(best(between))}",
                np.abs(stopped - best(between)).max() <= 0.15,
            ),
            Claim(
                "Not in the paper: decoupled weight decay alone",
                "Even at a strength of 1, with every seed: better than nothing, worse than dropout "
                "between layers",
                f"decay {_nats(final('weight decay'))}",
                bool((final(between) < final("weight decay")).all())
                and bool((final("weight decay") < final(plain)).all()),
            ),
            Claim(
                "Not in the paper: layer normalisation",
                "Alone it overfits worse than nothing; with dropout between layers it is better "
                "than dropout alone, with every seed",
                f"alone {_nats(final('layer norm'))}, with dropout {_nats(final(both))}",
                bool((final("layer norm") > final(plain)).all())
                and bool((final(both) < final(between)).all()),
            ),
            Claim(
                "Not in the paper: checks on us",
                "No network ever beats somebody who knows the source; counting pairs of symbols, "
                "the right model for this source, beats every network",
                f"closest network {lowest:.2f} nats above the truth; counting pairs "
                f"{_nats(result.bigram)}, the source {_nats(result.floor)}",
                lowest > 0
                and all((best(name) > np.array(result.bigram)).all() for name in result.runs),
            ),
        ],
    )


def _nats(values: np.ndarray | list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)
