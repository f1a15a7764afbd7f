"""What a training loop needs around it: batches, progress, checkpoints, Ctrl-C without a loss."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from u30.checkpoint import (
    Arrays,
    CheckpointError,
    check_can_write,
    keep_old_checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from u30.progress import Progress, progress

__all__ = [
    "Arrays",
    "CheckpointError",
    "Progress",
    "Stop",
    "check_can_write",
    "keep_old_checkpoint",
    "load_checkpoint",
    "minibatches",
    "progress",
    "save_checkpoint",
    "stop_on_interrupt",
]


def minibatches(rng: np.random.Generator, N: int, B: int) -> Iterator[np.ndarray]:  # -> (B,) ...
    """Indices of B of N examples, again and again: every epoch in a new random order.

    An epoch leaves out the rest that is smaller than a batch.

    for step, rows in zip(range(1, steps + 1), minibatches(rng, len(X), 64)): ...
    """
    if not 1 <= B <= N:
        raise ValueError(f"There are no batches of {B} among {N} examples.")
    while True:
        order = rng.permutation(N).astype(np.intp)
        for start in range(0, N - B + 1, B):
            yield order[start : start + B]


class Stop:
    """True once the user has asked to stop."""

    def __init__(self) -> None:
        self.requested = False

    def __bool__(self) -> bool:
        return self.requested


@contextmanager
def stop_on_interrupt() -> Iterator[Stop]:
    """Turn the first Ctrl-C into a request that the loop sees; a second one interrupts at once.

    with stop_on_interrupt() as stop:
        while not stop: ...
    """
    stop = Stop()
    before = signal.getsignal(signal.SIGINT)
    usable = threading.current_thread() is threading.main_thread() and callable(before)
    if not usable:  # another thread, or the caller ignores Ctrl-C on purpose
        yield stop
        return

    def on_interrupt(number: int, frame: Any) -> None:
        stop.requested = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
