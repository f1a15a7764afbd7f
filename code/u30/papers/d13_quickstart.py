"""Day 13, the quick start: a Transformer that turns strings round.

python -m u30.papers.d13_attention
python -m u30.papers.d13_attention --jobs R --longest 12
python -m u30.papers.d13_attention --layers 1 --heads 1
"""

from __future__ import annotations

import numpy as np

from u30 import command
from u30.data.strings import JOBS, NAMES, spell, string_batch
from u30.papers.d13_attention import greedy_decode, main
from u30.papers.d13_tasks import Run, train
from u30.train import progress, stop_on_interrupt

OPTIONS: dict[str, tuple[type, str]] = {
    "jobs": (str, "some of R (reverse), S (sort) and C (copy) (default: RSC)"),
    "steps": (int, "updates of the parameters (default: 700)"),
    "layers": (int, "layers of the encoder, and of the decoder (default: 2)"),
    "heads": (int, "attention heads in each (default: 4)"),
    "width": (int, "numbers for each position (default: 24)"),
    "longest": (int, "letters of the longest string (default: 8)"),
    "batch": (int, "strings for each update (default: 32)"),
    "seed": (int, "of the random numbers (default: 0)"),
}


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d13_attention`; returns its exit code."""
    return command.run(main, OPTIONS, "u30.papers.d13_attention", argv)


def quickstart(
    *,
    jobs: str,
    steps: int,
    layers: int,
    heads: int,
    width: int,
    longest: int,
    batch: int,
    seed: int,
) -> Run:
    """What `main` does."""
    sizes = {"steps": steps, "layers": layers, "heads": heads, "width": width, "batch": batch}
    _check(jobs, sizes, longest, seed)
    with stop_on_interrupt() as stop:  # from the first line on
        print(
            f"To learn: {', '.join(NAMES[job] for job in jobs)} strings of 3 to {longest} letters."
        )
        with progress(steps, "Transformer") as bar:

            def after_step(run: Run) -> bool:
                bar.update(run.steps, f"loss {run.losses[-1]:.2f} nats")
                return bool(stop)

            run = train(
                jobs,
                steps=steps,
                batch=batch,
                longest=longest,
                seed=seed,
                after_step=after_step,
                N=layers,
                h=heads,
                D=width,
                d_ff=2 * width,
            )
    _show(run)
    if stop:
        print("Stopped.")
    return run


def _show(run: Run) -> None:
    losses = f"loss {run.losses[0]:.2f} -> {run.losses[-1]:.2f}"
    print(f"{run.model.size:,} weights, {run.steps} steps, {losses}.")
    rng = np.random.default_rng(1)
    for job, share in run.exact.items():
        print(f"\n{NAMES[job]}: {share:.0%} of new strings exactly right")
        for more in (0, 0, 4):
            n = run.longest + more
            X, Y = string_batch(rng, 1, job, n if more else run.shortest, n)
            wrote, right = spell(greedy_decode(run.model, X, n + 2)[0]), spell(Y[0])
            note = f"{n} letters, more than it has ever seen" if more else ""
            verdict = "right" if wrote == right else f"wrong: {right}"
            print(f"  {spell(X[0])} -> {wrote}  {verdict}  {note}".rstrip())


def _check(jobs: str, sizes: dict[str, int], longest: int, seed: int) -> None:
    if not jobs or set(jobs) - set(JOBS) or len(set(jobs)) < len(jobs):
        raise command.UsageError(f"--jobs must be letters out of {JOBS}, each once, but is {jobs}.")
    command.at_least(1, **sizes)
    command.at_least(3, longest=longest)
    command.at_least(0, seed=seed)
    if sizes["width"] % sizes["heads"]:
        raise command.UsageError(
            f"--width {sizes['width']} cannot be divided among --heads {sizes['heads']}."
        )
