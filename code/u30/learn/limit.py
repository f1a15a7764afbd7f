"""A time limit for the learner's code: an alarm where the system has one. In a page and on Windows
a look at the clock whenever the learner's code jumps or a function of it begins (Python 3.12).

Against accidents, such as a loop that never ends; code that catches everything can escape it.
"""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from u30.learn.spaces import YOURS

WASM = sys.platform in ("emscripten", "wasi")  # has the names of alarms, but no alarms


class OutOfTime(BaseException):
    """Raised inside the learner's code; not an Exception, so that `except Exception` lets it by."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "SIGALRM") and hasattr(signal, "setitimer") and not WASM:
        with _alarm(seconds):
            yield
    elif sys.version_info >= (3, 12):
        with _looking(seconds):
            yield
    else:
        yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


if sys.version_info >= (3, 12):
    TOOL = 4  # a number that Python leaves to whoever comes

    @contextmanager
    def _looking(seconds: float) -> Iterator[None]:
        monitoring, end = sys.monitoring, time.monotonic() + seconds

        def look(code: CodeType, *_: Any) -> Any:
            if code.co_filename != YOURS:
                return monitoring.DISABLE
            if time.monotonic() > end:
                raise OutOfTime
            return None

        if monitoring.get_tool(TOOL) is not None:  # somebody measures something: no limit then
            yield
            return
        monitoring.use_tool_id(TOOL, "u30")
        try:
            for event in (monitoring.events.JUMP, monitoring.events.PY_START):
                monitoring.register_callback(TOOL, event, look)
            monitoring.set_events(TOOL, monitoring.events.JUMP | monitoring.events.PY_START)
            yield
        finally:
            monitoring.set_events(TOOL, 0)
            monitoring.free_tool_id(TOOL)
