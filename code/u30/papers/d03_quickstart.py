"""Day 3, the quick start: does this regulariser keep an LSTM from learning its text by heart?

python -m u30.papers.d03_rnn_regularization
python -m u30.papers.d03_rnn_regularization --place cell
python -m u30.papers.d03_rnn_regularization --place none --decay 1
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from u30 import command
from u30.papers.d03_headline import count_pairs
from u30.papers.d03_rnn_regularization import PLACES, main
from u30.papers.d03_training import Curve, Recipe, early_stop, markov_source, texts, train
from u30.train import progress, stop_on_interrupt

OPTIONS: dict[str, tuple[type, str]] = {
    "place": (str, f"of the dropout: {', '.join(PLACES)} (default: between)"),
    "p": (float, "probability of a zero (default: 0.5)"),
    "decay": (float, "decoupled weight decay (default: 0)"),
    "norm": (int, "1 for layer normalisation between layers (default: 0)"),
    "steps": (int, "updates of the parameters (default: 300)"),
    "hidden": (int, "hidden units of each layer (default: 64)"),
    "symbols": (int, "length of the training text (default: 1600)"),
    "patience": (int, "evaluations without progress until one would stop (default: 3)"),
    "seed": (int, "of texts and random numbers (default: 0)"),
}
STREAMS, STEPS = 8, 20


@dataclass
class Comparison:
    """The same training without and with the regularisers asked for."""

    plain: Curve
    chosen: Curve | None = None

    @property
    def interrupted(self) -> bool:
        return self.chosen is None or self.chosen.interrupted


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d03_rnn_regularization`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d03_rnn_regularization", argv)


def quickstart(
    place: str,
    p: float,
    decay: float,
    norm: int,
    steps: int,
    hidden: int,
    symbols: int,
    patience: int,
    seed: int,
) -> Comparison:
    """What `main` does."""
    _check(place, p, decay, norm, steps, hidden, symbols, patience, seed)
    source = markov_source(np.random.default_rng(seed))
    V = len(source.P)
    text, new = texts(source, seed, symbols)
    print(f"{symbols} symbols to learn from, {V} different ones, in nats a symbol on new text:")
    print(
        f"guessing {math.log(V):.2f}, counting pairs {count_pairs(text, new, V):.2f}, "
        f"knowing the source {source.cost(new):.2f}.\n"
    )
    curves = []
    chosen = Recipe(place, p, decay, bool(norm))
    with stop_on_interrupt() as stop:
        for name, recipe in (("no regulariser", Recipe()), (_name(chosen), chosen)):
            with progress(steps, name) as bar:

                def after_step(step: int, loss: float, bar: Any = bar) -> bool:
                    bar.update(step, f"loss {loss:.2f} nats")
                    return bool(stop)

                curve = train(
                    source,
                    recipe,
                    seed=seed,
                    steps=steps,
                    symbols=symbols,
                    H=hidden,
                    after_step=after_step,
                )
            curves.append(curve)
            if curve.valid:
                print(_result(name, curve, patience))
            if curve.interrupted:
                print("Stopped.")
                break
    return Comparison(*curves)


def _name(recipe: Recipe) -> str:
    parts = []
    if recipe.place != "none":
        parts.append(f"dropout {recipe.p:g} {recipe.place}")
    if recipe.decay:
        parts.append(f"weight decay {recipe.decay:g}")
    if recipe.norm:
        parts.append("layer norm")
    return ", ".join(parts) or "no regulariser, again"


def _result(name: str, curve: Curve, patience: int) -> str:
    best, stopped = early_stop(curve.valid, patience)
    lines = [f"{name}:", "   step  its own text  new text"]
    for n in sorted({0, len(curve.steps) // 2, best, len(curve.steps) - 1}):
        mark = "  <- early stopping keeps this" if n == best else ""
        lines.append(f"  {curve.steps[n]:5}  {curve.train[n]:13.2f}  {curve.valid[n]:8.2f}{mark}")
    lines.append(f"With a patience of {patience} one would stop at step {curve.steps[stopped]}.")
    return "\n".join(lines) + "\n"


def _check(
    place: str,
    p: float,
    decay: float,
    norm: int,
    steps: int,
    hidden: int,
    symbols: int,
    patience: int,
    seed: int,
) -> None:
    if place not in PLACES:
        raise command.UsageError(f"--place must be one of {', '.join(PLACES)}, but is {place}.")
    if not 0 <= p < 1:
        raise command.UsageError(f"--p must be at least 0 and below 1, but is {p}.")
    if norm not in (0, 1):
        raise command.UsageError(f"--norm must be 0 or 1, but is {norm}.")
    least = STREAMS * (STEPS + 1)  # so that every stream holds one piece
    command.at_least(1, steps=steps, hidden=hidden, patience=patience)
    command.at_least(0, decay=decay, seed=seed)
    command.at_least(least, symbols=symbols)
