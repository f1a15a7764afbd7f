"""Signals while the terminal is ours: redraw after a resize or Ctrl-Z, leave tidily when killed."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def signals(resized: Callable[[], None], resumed: Callable[[], None]) -> Iterator[None]:
    def leave(number: int, _frame: Any) -> None:
        raise SystemExit(128 + number)

    handlers: dict[str, Callable[[int, Any], None]] = {
        "SIGWINCH": lambda _number, _frame: resized(),
        "SIGCONT": lambda _number, _frame: resumed(),
        "SIGTERM": leave,
        "SIGHUP": leave,
    }
    before: dict[int, Any] = {}
    for name, handler in handlers.items():
        number = getattr(signal, name, None)  # Windows lacks some
        if number is not None:
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
