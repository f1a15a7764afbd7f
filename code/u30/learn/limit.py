"""A time limit for the learner's code, where the system has alarms (not on Windows or in a page).

Against accidents, such as a loop that never ends; code that catches everything can escape it.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTime(BaseException):
    """Raised inside the learner's code; not an Exception, so that `except Exception` lets it by."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    usable = hasattr(signal, "SIGALRM") and hasattr(signal, "setitimer")
    if not usable or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
