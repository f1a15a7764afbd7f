"""Day 9, the quick start: plain and residual nets learn to read digits.

python -m u30.papers.d09_resnet
python -m u30.papers.d09_resnet --n 5
python -m u30.papers.d09_resnet --kind B --block bottleneck --width 16
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from u30 import command
from u30.papers.d09_images import TRAINING, Run, images, train
from u30.papers.d09_resnet import BLOCKS, OPTIONS, main
from u30.train import progress, stop_on_interrupt

KINDS: dict[str, str | None] = {"plain": None, **{option: option for option in OPTIONS}}
DEFAULT = ("plain", "A")

OPTIONS_OF_COMMAND: dict[str, tuple[type, str]] = {
    "kind": (str, "plain, or the shortcuts A, B or C; all (default): plain and A"),
    "n": (int, "blocks in each of the three stages (default: 3, which makes 20 layers)"),
    "block": (str, "basic (default) or bottleneck"),
    "width": (int, "channels of the first stage; the others double it (default: 4)"),
    "steps": (int, "updates of the parameters (default: 200)"),
    "batch": (int, "images for each update (default: 32)"),
    "lr": (float, "learning rate, divided by 10 twice on the way (default: 0.05)"),
    "seed": (int, "of the random numbers (default: 0)"),
}


def command_line(argv: list[str] | None = None) -> int:
    """The command `python -m u30.papers.d09_resnet`; returns its exit code."""
    return command.run(main, OPTIONS_OF_COMMAND, "u30.papers.d09_resnet", argv)


def quickstart(
    *, kind: str, n: int, block: str, width: int, steps: int, batch: int, lr: float, seed: int
) -> list[Run]:
    """What `main` does."""
    _check(kind, block, {"n": n, "width": width, "steps": steps, "batch": batch}, lr, seed)
    runs = []
    with stop_on_interrupt() as stop:  # from the first line on
        (_, k), (_, new_k) = images()
        most = np.bincount(k.astype(np.intp)).argmax()
        print(
            f"{len(k):,} digits to learn, {len(new_k)} by other writers to test on. Guessing: "
            f"{math.log(10):.2f} nats; always saying {most}: {np.mean(new_k != most):.0%} wrong.\n"
        )
        for name in DEFAULT if kind == "all" else (kind,):
            label = "plain" if name == "plain" else f"residual, shortcut {name}"
            with progress(steps, label) as bar:

                def after_step(run: Run, bar: Any = bar) -> bool:
                    bar.update(run.steps, f"loss {np.mean(run.losses[-10:]):.2f} nats")
                    return bool(stop)

                run = train(
                    n,
                    KINDS[name],
                    block,
                    width=width,
                    steps=steps,
                    batch=batch,
                    lr=lr,
                    seed=seed,
                    after_step=after_step,
                )
            runs.append(run)
            print(
                f"{label}: {run.net.depth} layers, {run.net.size:,} numbers; after {run.steps} "
                f"steps training loss {run.train_loss:.3f} nats, {run.train_error:.1%} wrong; "
                f"new digits {run.test_error:.1%} wrong.\n"
            )
            if stop:
                print("Stopped.")
                break
    return runs


def _check(kind: str, block: str, sizes: dict[str, int], lr: float, seed: int) -> None:
    if kind != "all" and kind not in KINDS:
        raise command.UsageError(f"--kind must be plain, A, B, C or all, but is {kind}.")
    if block not in BLOCKS:
        raise command.UsageError(f"--block must be basic or bottleneck, but is {block}.")
    command.at_least(1, **sizes)
    if block == "bottleneck" and sizes["width"] % 4:
        raise command.UsageError(
            f"--width must be a multiple of 4 for bottlenecks, but is {sizes['width']}."
        )
    if sizes["batch"] > TRAINING:
        raise command.UsageError(
            f"--batch must be at most {TRAINING}, the number of images, but is {sizes['batch']}."
        )
    command.at_least(0, seed=seed)
    command.above_zero(lr=lr)
