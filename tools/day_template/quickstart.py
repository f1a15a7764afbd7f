"""Day 0, the quick start: DRAFT: what it trains, in one line.

python -m u30.papers.d00_template
python -m u30.papers.d00_template --hidden 2 --steps 1000
"""

from __future__ import annotations

import math

import numpy as np

from u30 import command
from u30.papers.d00_template import Run, TwoLayers, main, train
from u30.train import progress, stop_on_interrupt

OPTIONS: dict[str, tuple[type, str]] = {  # DRAFT: what your quick start lets the user choose
    "steps": (int, "updates of the parameters (default: 200)"),
    "hidden": (int, "hidden units (default: 16)"),
    "batch": (int, "points for each update (default: 64)"),
    "lr": (float, "learning rate of Adam (default: 0.02)"),
    "seed": (int, "of the random numbers (default: 0)"),
}


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d00_template`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d00_template", argv)


def quickstart(*, steps: int, hidden: int, batch: int, lr: float, seed: int) -> Run:
    """What `main` does."""
    command.at_least(1, steps=steps, hidden=hidden, batch=batch)
    command.at_least(0, seed=seed)
    command.above_zero(lr=lr)
    with stop_on_interrupt() as stop:  # from the first line on
        print("DRAFT: the task in one line. Which quarter of a square does a point lie in?")
        print("Opposite quarters share a class: whoever guesses is right in half of the cases.\n")
        with progress(steps) as bar:

            def after_step(run: Run) -> bool:
                bar.update(run.steps, f"loss {run.losses[-1]:.2f} nats")
                return bool(stop)

            model = TwoLayers(np.random.default_rng(seed), hidden)
            run = train(model, seed, steps=steps, batch=batch, lr=lr, after_step=after_step)
    print(
        f"{run.accuracy:.0%} right on new points after {run.steps} steps; "
        f"loss {run.losses[0]:.2f} -> {run.losses[-1]:.2f} nats, guessing {math.log(2):.2f}."
    )
    if run.interrupted:
        print("Stopped.")
    return run
