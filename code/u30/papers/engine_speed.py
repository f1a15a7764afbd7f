"""Build the engine: what makes it fast, each choice measured against its opposite.

Ratios of CPU time on one thread. The variants take turns, so that whatever slows the machine down
slows all of them; the result is the median of the rounds' ratios.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

import u30
from u30 import functional as F
from u30.nn import LSTM, LayerNorm, Linear, Module
from u30.optim import Adam
from u30.runtime import cpu_seconds
from u30.tensor import Tensor, op


def interleaved(
    variants: dict[str, Callable[[], object]], rounds: int = 7, turn: float = 0.01
) -> dict[str, float]:
    """CPU time of each variant, in units of the first. Each turn takes at least `turn` seconds."""
    times = {name: max(1, round(turn / max(_seconds(f, 2), 1e-6))) for name, f in variants.items()}
    taken = np.array(
        [[_seconds(f, times[name]) for name, f in variants.items()] for _ in range(rounds)]
    )  # (rounds, variants)
    ratios = np.median(taken / taken[:, :1], axis=0)
    return dict(zip(variants, ratios.tolist()))


def _seconds(f: Callable[[], object], times: int) -> float:
    start = cpu_seconds()
    for _ in range(times):
        f()
    return (cpu_seconds() - start) / times


# 1. One node for a kernel, or one for each operation


class Block(Module):
    """Half of a Transformer's block (Day 13): normalise, widen, GELU, narrow, add."""

    def __init__(self, rng: np.random.Generator, D: int):
        self.norm, self.up, self.down = LayerNorm(D), Linear(rng, D, 4 * D), Linear(rng, 4 * D, D)

    def forward(self, x: Tensor) -> Tensor:  # (N,D) -> (N,D)
        return x + self.down(F.gelu(self.up(self.norm(x))))

    def simple(self, x: Tensor) -> Tensor:
        """The same from primitives."""
        z = F.layer_norm_simple(x, self.norm.gamma, self.norm.beta)
        z = F.gelu_simple(F.linear_simple(z, self.up.W, self.up.b))
        return x + F.linear_simple(z, self.down.W, self.down.b)


def block_step(simple: bool = False, dtype: type = np.float32) -> Callable[[], object]:
    """A loss and its gradient for a Block: 512 rows, 64 wide."""
    rng = np.random.default_rng(0)
    block = Block(rng, 64).astype(dtype)
    x: np.ndarray = rng.standard_normal((512, 64)).astype(dtype)
    forward = block.simple if simple else block.forward  # type: ignore[attr-defined]

    def step() -> None:
        block.zero_grad()
        y = forward(Tensor(x))
        (y * y).mean().backward()

    return step


def lstm_step(simple: bool = False) -> Callable[[], object]:
    """A loss and its gradient for an LSTM: 32 steps, batch of 16, 64 units."""
    rng = np.random.default_rng(0)
    net = LSTM(rng, 32, 64)
    x = rng.standard_normal((32, 16, 32)).astype(np.float32)
    zero = np.zeros((16, 64), np.float32)
    layer = F.lstm_simple if simple else F.lstm

    def step() -> None:
        net.zero_grad()
        hs, _, _ = layer(Tensor(x), Tensor(zero), Tensor(zero), net.Wx, net.Wh, net.b)
        (hs * hs).mean().backward()

    return step


# 2. One flat array for all parameters, or an optimiser for each


def adam_step(flat: bool = True) -> Callable[[], object]:
    """A step of Adam for a network with 24 small parameters."""
    rng = np.random.default_rng(0)
    shape = (32, 32)
    parameters = [Tensor(np.ones(shape, np.float32), requires_grad=True) for _ in range(24)]
    groups = [parameters] if flat else [[p] for p in parameters]
    optimizers = [Adam(group, 1e-3) for group in groups]
    for p in parameters:
        p.grad = rng.standard_normal(shape).astype(np.float32)

    def step() -> None:
        for optimizer in optimizers:
            optimizer.step()

    return step


# 3. The gradient of a slice: added in place, or an array of zeros for each


def dense_slice(x: Tensor, t: int) -> Tensor:
    """x[t], whose gradient is written into an array as large as x."""

    def vjp(d: np.ndarray) -> tuple:
        g = np.zeros_like(x.data)
        g[t] = d
        return (g,)

    return op(x.data[t], (x,), vjp, "dense slice")


def slice_step(dense: bool = False) -> Callable[[], object]:
    """Sum up 64 slices of an array, one after the other, and go back."""
    x = np.ones((64, 16, 64), np.float32)

    def step() -> None:
        inputs = Tensor(x, requires_grad=True)
        total = Tensor(x[0])
        for t in range(len(x)):
            total = total + (dense_slice(inputs, t) if dense else inputs[t])
        total.sum().backward()

    return step


# 4. Large temporaries: kept by the process, or given back to the kernel. Needs fresh processes.

MEMORY = """
import ctypes, resource, sys
if sys.argv[1] == "default":
    real = ctypes.CDLL
    def without_libc(name, *rest, **options):
        if name == "libc.so.6":
            raise OSError
        return real(name, *rest, **options)
    ctypes.CDLL = without_libc     # u30.runtime then leaves the allocator as it is
from u30.papers.engine_speed import block_step
step = block_step()
for _ in range(5):
    step()
before = resource.getrusage(resource.RUSAGE_SELF)
for _ in range(int(sys.argv[2])):
    step()
after = resource.getrusage(resource.RUSAGE_SELF)
print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
print(after.ru_minflt - before.ru_minflt)
"""


def memory(steps: int = 60, rounds: int = 2) -> tuple[float, float, float] | None:
    """CPU time without the allocator's setting over with it, and page faults a step of both.

    None where there is nothing to compare: only Linux with glibc has the setting.
    """
    if not sys.platform.startswith("linux"):
        return None
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = str(Path(u30.__file__).parents[1])
    results = np.array(
        [[_memory(mode, steps, environment) for mode in ("kept", "default")] for _ in range(rounds)]
    )  # (rounds, modes, 2)
    seconds, faults = results[..., 0], np.median(results[..., 1], axis=0) / steps
    return float(np.median(seconds[:, 1] / seconds[:, 0])), float(faults[1]), float(faults[0])


def _memory(mode: str, steps: int, environment: dict[str, str]) -> list[float]:
    command = [sys.executable, "-c", MEMORY, mode, str(steps)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(line) for line in done.stdout.split()]


# 5. All of them


def factors(rounds: int = 7) -> dict[str, float]:
    """How many times longer the opposite of each choice takes."""
    pairs: dict[str, tuple[Callable, Callable]] = {
        "float32, not float64": (block_step(), block_step(dtype=np.float64)),
        "a block's kernels as nodes, not primitives": (block_step(), block_step(simple=True)),
        "an LSTM as one node, not primitives": (lstm_step(), lstm_step(simple=True)),
        "one flat buffer for Adam, not 24": (adam_step(), adam_step(flat=False)),
        "slices added in place, not dense": (slice_step(), slice_step(dense=True)),
    }
    return {
        name: interleaved({"ours": ours, "opposite": opposite}, rounds)["opposite"]
        for name, (ours, opposite) in pairs.items()
    }
