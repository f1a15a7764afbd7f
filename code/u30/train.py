"""What a training loop needs around it: progress, checkpoints, a Ctrl-C that loses nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
    "progress",
    "save_checkpoint",
    "stop_on_interrupt",
]


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
