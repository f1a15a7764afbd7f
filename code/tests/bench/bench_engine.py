"""Time and memory of a training step in this package, in PyTorch and in a micrograd-style engine.

    python code/tests/bench/bench_engine.py [rounds]

The engines take turns in one process, on one thread; what is compared is CPU time, as the median
of the ratios of each round, with the quartiles beside it. Absolute times differ from machine to
machine, ratios little. The process is tuned as `u30.runtime` does it, and PyTorch gains by that,
too. Memory is what a step needs beyond parameters and Adam's state; each is a process of its own.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from engines import workloads

Step = Callable[[], float]
BASELINE_EVERY = 4  # it is slow: it takes part in one round of four


def engines() -> dict[str, tuple[Callable, Callable]]:
    """Each engine's `training` and `adam`; the first one is what the others are compared with."""
    from engines import micrograd_style, ours  # ours tunes the process: one BLAS thread, mallopt

    found: dict[str, tuple[Callable, Callable]] = {}
    if has_torch():
        from engines import torch_eager

        found["torch"] = torch_eager.training, torch_eager.adam
        tuned = partial(torch_eager.training, tuned=True), partial(torch_eager.adam, tuned=True)
        found["torch tuned"] = tuned
    else:
        print('PyTorch is not installed ("make torch" adds it): compared with the baseline alone.')
    found["micrograd-style"] = micrograd_style.training, micrograd_style.adam
    found["ours"] = ours.training, ours.adam
    return found


def has_torch() -> bool:
    return importlib.util.find_spec("torch") is not None


def parameter_shapes(name: str) -> list[tuple[int, ...]]:
    from engines.ours import MODELS

    return [p.shape for p in MODELS[name](np.random.default_rng(0)).parameters()]


# Time


def seconds(step: Step, times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        step()
    return (time.process_time() - start) / times


def take_turns(steps: dict[str, Step], rounds: int) -> dict[str, np.ndarray]:
    """CPU seconds of each step in each round; NaN where it did not take part."""
    times = {}
    for name, step in steps.items():
        seconds(step, 3)  # warm-up
        times[name] = max(1, round(0.01 / max(seconds(step, 2), 1e-6)))
    taken = {name: np.full(rounds, np.nan) for name in steps}
    gc.collect()
    for turn in range(rounds):
        order = list(steps)[turn % len(steps) :] + list(steps)[: turn % len(steps)]
        for name in order:
            if name != "micrograd-style" or turn % BASELINE_EVERY == 0:
                taken[name][turn] = seconds(steps[name], times[name])
    return taken


def row(title: str, steps: dict[str, Step], rounds: int) -> str:
    """One line of the table."""
    taken = take_turns(steps, rounds)
    reference = taken[next(iter(steps))]
    cells = [f"{title:44} {np.nanmedian(reference) * 1e3:7.2f} ms"]
    for name in list(steps)[1:]:
        low, middle, high = np.nanpercentile(taken[name] / reference, [25, 50, 75])
        cells.append(f"{middle:5.2f} ({low:.2f}-{high:.2f})".rjust(20))
    return " ".join(cells)


def time_table(rounds: int) -> None:
    available = engines()
    first, *others = available
    print(
        f"{'CPU time of a step, as ratios':44} {first:>10} " + " ".join(f"{n:>20}" for n in others)
    )
    for name, title in workloads.TITLE.items():
        x, y = workloads.arrays(name)
        steps = {engine: training(name, x, y) for engine, (training, _) in available.items()}
        print(row(title, steps, rounds), flush=True)
        if name == "LSTM":  # the other engines as before: nobody else has it
            steps["ours"] = available["ours"][0]("LSTM.read", x, y)
            print(row("  ours with LSTM.read for Embedding, LSTM", steps, rounds), flush=True)
    for name in ("Transformer", "MLP"):
        shapes = parameter_shapes(name)
        size = sum(int(np.prod(shape)) for shape in shapes)
        steps = {engine: adam(shapes) for engine, (_, adam) in available.items()}
        title = f"Adam alone, {size:,} weights in {len(shapes)} arrays"
        print(row(title, steps, rounds), flush=True)


# Memory


def resident(key: str) -> float:
    """Memory of this process in MB: VmRSS now, VmHWM at its highest."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [value] = [line.split()[1] for line in lines if line.startswith(key)]
    return int(value) / 1024


def measure_memory(engine: str, name: str) -> None:
    """Print the MB that a training step needs. Runs in a process of its own."""
    training = importlib.import_module(f"engines.{engine}").training
    training(name, *workloads.arrays(name, B=1))()  # loads what an engine loads at first use
    step = training(name, *workloads.arrays(name))
    gc.collect()
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # forget how high it was
    for _ in range(3):
        step()
    print(f"{resident('VmHWM') - before:.1f}")


def memory_table() -> None:
    if not Path("/proc/self/clear_refs").exists():
        print("Memory is measured on Linux only.")
        return
    modules = ["torch_eager"] * has_torch() + ["micrograd_style", "ours"]
    print(f"{'Memory of a step in MB':44} " + " ".join(f"{module:>16}" for module in modules))
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    for name, title in workloads.TITLE.items():
        cells = []
        for module in modules:
            command = [sys.executable, __file__, "--memory", module, name]
            done = subprocess.run(
                command, capture_output=True, text=True, check=True, env=environment
            )
            cells.append(f"{done.stdout.split()[-1]:>16}")
        print(f"{title:44} " + " ".join(cells), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        measure_memory(*sys.argv[2:])
    else:
        time_table(int(sys.argv[1]) if len(sys.argv) > 1 else 41)
        print()
        memory_table()
