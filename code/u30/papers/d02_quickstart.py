"""Day 2, the quick start: can these cells recall a key across noise?

python -m u30.papers.d02_lstm
python -m u30.papers.d02_lstm --gap 100 --steps 500
python -m u30.papers.d02_lstm --cell lstm --bias 1
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from u30 import command
from u30.data.recall import KEYS, recall_batch, spell
from u30.papers.d02_lstm import BLOCKS, Run, half_life, main, train
from u30.train import progress, stop_on_interrupt

OPTIONS: dict[str, tuple[type, str]] = {
    "cell": (str, "lstm, gru, rnn, or all (default)"),
    "gap": (int, "symbols of noise between key and question (default: 80)"),
    "steps": (int, "updates of the parameters at most (default: 300)"),
    "hidden": (int, "hidden units (default: 32)"),
    "batch": (int, "sequences for each update (default: 32)"),
    "lr": (float, "learning rate of Adam (default: 0.01)"),
    "bias": (float, "of the gate that keeps, at first (default: LSTM 5, GRU 3)"),
    "seed": (int, "of the random numbers (default: 0)"),
}


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d02_lstm`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d02_lstm", argv)


def quickstart(
    *, cell: str, gap: int, steps: int, hidden: int, batch: int, lr: float, bias: Any, seed: int
) -> list[Run]:
    """What `main` does."""
    if cell != "all" and cell not in BLOCKS:
        raise command.UsageError(f"--cell must be lstm, gru, rnn or all, but is {cell}.")
    command.at_least(1, gap=gap, steps=steps, hidden=hidden, batch=batch)
    command.at_least(0, seed=seed)
    command.above_zero(lr=lr)
    if bias is not None and not math.isfinite(bias):
        raise command.UsageError(f"--bias must be a number, but is {bias}.")
    X, _ = recall_batch(np.random.default_rng(seed), 1, gap)
    shown = spell(X[:, 0])
    if len(shown) > 60:
        shown = f"{shown[:28]}...{shown[-28:]}"
    runs = []
    with stop_on_interrupt() as stop:  # from the first line on
        print(f"Which key did the sequence begin with? {shown}")
        print(f"A, B, C or D: whoever guesses is right in {1 / KEYS:.0%} of the cases.\n")
        for name in BLOCKS if cell == "all" else (cell,):
            with progress(steps, name.upper()) as bar:

                def after_step(run: Run, bar: Any = bar) -> bool:
                    bar.update(run.steps, f"loss {run.losses[-1]:.2f} nats")
                    return bool(stop)

                run = train(
                    name,
                    gap,
                    steps=steps,
                    hidden=hidden,
                    batch=batch,
                    lr=lr,
                    keep_bias=bias,
                    seed=seed,
                    after_step=after_step,
                )
            runs.append(run)
            print(_result(run, bias))
            if stop:
                print("Stopped.")
                break
    return runs


def _result(run: Run, bias: float | None) -> str:
    first, last = run.losses[0], float(np.mean(run.losses[-10:]))
    line = (
        f"{run.cell.upper()}: {run.accuracy:.0%} right on new sequences after {run.steps} steps; "
        f"loss {first:.2f} -> {last:.2f} nats, guessing {math.log(KEYS):.2f}."
    )
    if run.cell == "lstm" and bias is not None:
        line += f" With a forget bias of {bias:g} a cell loses half in {half_life(bias):.1f} steps."
    return line + "\n"
