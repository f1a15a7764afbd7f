"""Checks in the background: a new one stops the one before, and only its result counts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from u30.cli.codes import Stop
from u30.cli.desk import Desk
from u30.learn.parse import Exercise
from u30.learn.report import Report
from u30.learn.worker import Stopped, Worker


class Checks:
    def __init__(self, desk: Desk, worker: Worker, wake: Callable[[], None]):
        self.desk, self.worker, self.wake = desk, worker, wake
        self._one_at_a_time = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._result: Report | BaseException | None = None
        self._began = 0.0

    def start(self, exercise: Exercise, source: str, seed: int | None) -> None:
        """Check this; whatever is being checked is stopped."""
        self._stop.set()
        self._stop, self._result, self._began = threading.Event(), None, time.monotonic()
        arguments = (exercise, source, seed, self._stop)
        self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread = None

    @property
    def seconds(self) -> float | None:
        """How long the check has been running; None while there is none."""
        return time.monotonic() - self._began if self._thread else None

    def result(self) -> Report | BaseException | None:
        """The outcome, once; None while there is none."""
        if self._thread is None or self._result is None:
            return None
        self._thread = None
        return self._result

    def _run(
        self, exercise: Exercise, source: str, seed: int | None, stop: threading.Event
    ) -> None:
        outcome: Report | BaseException
        try:
            with self._one_at_a_time:
                if stop.is_set():
                    return
                outcome = self.desk.check(self.worker, exercise, source, seed, stop)
        except Stopped:
            return
        except (Stop, Exception) as error:
            outcome = error
        if not stop.is_set():
            self._result = outcome
            self.wake()
