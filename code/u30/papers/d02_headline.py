"""Day 2, the headline experiment: which cell carries a key across noise, and why?

Four questions. How far can a plain RNN, a GRU and an LSTM recall a key, all trained in the same
way? How far does the gradient reach before and after training? Which of the LSTM's gates does the
task need? And does the LSTM have the quote cell that Day 1's network did not have?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from u30.claims import Claim, ClaimTable, percents
from u30.data.recall import KEYS, SYMBOLS
from u30.papers.d02_ablation import Ablation, ablation
from u30.papers.d02_flow import flow
from u30.papers.d02_lstm import Run, init_params, train
from u30.papers.d02_text import QuoteCell, quote_cell

LONG = 60  # the gap of the main comparison
CELLS = {  # name -> cell, bias of the gate that keeps
    "RNN": ("rnn", None),
    "LSTM, forget bias 1": ("lstm", 1.0),
    "LSTM, forget bias 5": ("lstm", 5.0),
    "GRU, update bias 3": ("gru", 3.0),
}
LSTM, GRU, RNN, FORGETFUL = (
    "LSTM, forget bias 5",
    "GRU, update bias 3",
    "RNN",
    "LSTM, forget bias 1",
)


@dataclass(frozen=True)
class Headline:
    """What the experiment measured."""

    gaps: tuple[int, ...]
    runs: dict[str, dict[int, list[Run]]]  # name -> gap -> one run for each seed
    flow_before: dict[str, np.ndarray]  # name -> (T,), norm of the state's gradient, last is 1
    flow_after: dict[str, np.ndarray]
    ablation: Ablation
    quote: QuoteCell

    def accuracy(self, name: str, gap: int = LONG) -> np.ndarray:  # -> (seeds,)
        """Share of right answers on new sequences, for each seed."""
        return np.array([run.accuracy for run in self.runs[name][gap]])


def recall_runs(
    gaps: tuple[int, ...] = (5, 15, 30, LONG), seeds: int = 3, seeds_at_long: int = 5
) -> dict[str, dict[int, list[Run]]]:
    """Train every cell at every gap, all with the same settings. About 7 s of CPU time."""
    runs: dict[str, dict[int, list[Run]]] = {}
    for name, (cell, bias) in CELLS.items():
        runs[name] = {}
        for gap in gaps:
            n = seeds_at_long if gap == LONG and name != FORGETFUL else seeds
            runs[name][gap] = [train(cell, gap, keep_bias=bias, seed=seed) for seed in range(n)]
    return runs


def headline() -> Headline:
    """Run everything. About 12 s of CPU time."""
    runs = recall_runs()
    before, after = {}, {}
    for name, (cell, bias) in CELLS.items():
        run = runs[name][LONG][0]
        hidden = len(run.params["Wh"])
        untrained = init_params(np.random.default_rng(0), cell, SYMBOLS, hidden, KEYS, bias)
        before[name] = flow(cell, untrained, LONG)
        after[name] = flow(cell, run.params, LONG)
    return Headline(tuple(runs[RNN]), runs, before, after, ablation(), quote_cell())


def claims(result: Headline) -> ClaimTable:
    """The post's claim in numbers. The post itself has no experiment."""
    lstm, gru, rnn, forgetful = (result.accuracy(name) for name in (LSTM, GRU, RNN, FORGETFUL))
    short = min(result.accuracy(name, min(result.gaps)).min() for name in CELLS)
    reach = {name: norms[0] for name, norms in result.flow_before.items()}
    first, latest = result.ablation.accuracy.values()
    full, coupled, no_forget, no_gate = (
        np.median(latest[name])
        for name in ("full LSTM", "coupled, i = 1 − f", "no forget gate", "no gate at all")
    )
    worst_first = min(np.median(values) for values in first.values())
    auc = result.quote.auc.max()
    return ClaimTable(
        2,
        [
            Claim(
                "Remembering for long is practically the default behaviour of an LSTM; a standard "
                "RNN struggles to learn it (no numbers)",
                f"Recall across {LONG} steps of noise at least 95 % right: the LSTM with at least "
                "4 of 5 seeds, the RNN, trained alike, with at most 2",
                f"LSTM {percents(lstm)}; RNN {percents(rnn)}; guessing 25 %",
                (lstm >= 0.95).sum() >= 4 and (rnn >= 0.95).sum() <= 2,
            ),
            Claim(
                "In theory and over short gaps, a standard RNN can use past information",
                f"Across {min(result.gaps)} steps every cell and seed is at least 95 % right",
                f"the worst run {100 * short:.0f} %",
                short >= 0.95,
            ),
            Claim(
                "The GRU is simpler than the LSTM and growing popular",
                f"Across {LONG} steps the GRU is at least 95 % right with every seed",
                f"GRU {percents(gru)}",
                gru.min() >= 0.95,
            ),
            Claim(
                "Not in the post: the architecture is not enough, the forget gate must start open",
                "LSTM with forget bias 1: at most 40 % in the median, and before training less "
                "than 1 % of the gradient reaches the key; with bias 5 more than 10 %",
                f"bias 1 {percents(forgetful)}; reach {reach[FORGETFUL]:.1g} with bias 1, "
                f"{reach[LSTM]:.2g} with bias 5, {reach[RNN]:.0e} for the RNN",
                np.median(forgetful) <= 0.4 and reach[FORGETFUL] < 0.01 and reach[LSTM] > 0.1,
            ),
            Claim(
                "The variants are all about the same (Greff et al., 2015, to whom the post points: "
                "coupled gates cost little; the forget gate is critical)",
                "Latest of several keys: full and coupled LSTM at least 95 % in the median, "
                "without forget gate at most 90 %, without any gate at most 40 %. First key: every "
                "variant at least 95 %, even without any gate",
                f"latest: full {100 * full:.0f} %, coupled {100 * coupled:.0f} %, no forget gate "
                f"{100 * no_forget:.0f} %, no gate {100 * no_gate:.0f} %; first: the worst median "
                f"{100 * worst_first:.0f} %",
                min(full, coupled, worst_first) >= 0.95 and no_forget <= 0.9 and no_gate <= 0.4,
            ),
            Claim(
                "Day 1's post shows an LSTM cell that is on inside quotes; Day 1's RNN had none",
                "One cell of this LSTM, trained on the same text as Day 1's RNN, tells inside a "
                "quote from elsewhere with an AUC of at least 0.9",
                f"best of {len(result.quote.auc)} cells {auc:.3f}",
                auc >= 0.9,
            ),
        ],
    )
