"""Day 2, an LSTM with a gate less: which one does a task need?

No new cell is written for this. A gate whose weights are 0 and whose bias is 40 is open for good:
sigmoid(40) is 1 in floating point, and its slope is 0, so that training never moves it. And two
gates are coupled, i = 1 - f, if all weights of i are those of f with the sign turned round, since
sigmoid(-a) = 1 - sigmoid(a). They stay so if their gradients do, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from u30.data.recall import latest_batch, recall_batch
from u30.papers.d02_lstm import Batches, Params, Run, train

PLACE = {"i": 0, "f": 1, "g": 2, "o": 3}  # of each block of columns
OPEN = 40.0
VARIANTS = {  # name -> the gates that are pinned open, or how two are coupled
    "full LSTM": "",
    "no input gate": "i",
    "no forget gate": "f",
    "no output gate": "o",
    "no gate at all": "ifo",
    "coupled, i = 1 − f": "i=1-f",
}
TASKS: dict[str, Batches] = {"the first key": recall_batch, "the latest key": latest_batch}


def columns(array: np.ndarray, gate: str) -> np.ndarray:  # (..., 4H) -> (..., H), a view
    """The columns of one gate."""
    H = array.shape[-1] // 4
    return array[..., PLACE[gate] * H : (PLACE[gate] + 1) * H]


def pin_open(params: Params, gates: str) -> None:
    """Leave these gates open for good: their value is 1 at every step."""
    for gate in gates:
        columns(params["Wx"], gate)[...] = 0
        columns(params["Wh"], gate)[...] = 0
        columns(params["b"], gate)[...] = OPEN


def couple(params: Params) -> None:
    """Make i = 1 - f."""
    for name in ("Wx", "Wh", "b"):
        columns(params[name], "i")[...] = -columns(params[name], "f")


def couple_gradients(grads: Params) -> None:
    """One gate's worth of gradients: f gets its own minus those of i, and i the opposite."""
    for name in ("Wx", "Wh", "b"):
        f = columns(grads[name], "f")
        f -= columns(grads[name], "i")
        columns(grads[name], "i")[...] = -f


def train_variant(variant: str, task: str, gap: int, **options: float) -> Run:
    """Train one of VARIANTS on one of TASKS; options as in `train`."""
    change = VARIANTS[variant]
    settings: dict = {"batches": TASKS[task], **options}
    if change == "i=1-f":
        settings |= {"prepare": couple, "change": couple_gradients}
    elif change:
        settings["prepare"] = lambda params: pin_open(params, change)
    return train("lstm", gap, **settings)


@dataclass(frozen=True)
class Ablation:
    """Accuracy of every variant on both tasks: task -> variant -> one value for each seed."""

    gap: int
    accuracy: dict[str, dict[str, np.ndarray]]
    steps: dict[str, dict[str, np.ndarray]]


def ablation(
    seeds: Iterable[int] = range(3),
    gap: int = 20,
    steps: int = 130,
    lr: float = 0.02,
    keep_bias: float = 2.0,
) -> Ablation:
    """Train all variants on both tasks, within the same few steps. About 3 s of CPU time.

    `keep_bias` is smaller than in the main experiment, so that forgetting can be learned.
    """
    options = {"steps": steps, "lr": lr, "keep_bias": keep_bias}
    runs = {
        task: {
            variant: [train_variant(variant, task, gap, seed=seed, **options) for seed in seeds]
            for variant in VARIANTS
        }
        for task in TASKS
    }
    return Ablation(
        gap,
        {t: {v: np.array([run.accuracy for run in runs[t][v]]) for v in VARIANTS} for t in TASKS},
        {t: {v: np.array([run.steps for run in runs[t][v]]) for v in VARIANTS} for t in TASKS},
    )
