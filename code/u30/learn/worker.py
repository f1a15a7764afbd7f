"""Check an answer in a process of its own, so that the learner's accident takes nothing down.

    with Worker() as worker:
        report = worker.check(load("d01.1"), source)

A process with NumPy and the checker already imported stands ready (`u30.learn.serve`). Every check
gets a fresh one: where forking is safe it makes a fork, elsewhere it is used up by the check and
the next one is started. So nothing that a check does to NumPy reaches the next check.

Contained: loops without end, memory, output, `os._exit`, crashes of Python itself. Against
accidents, not against adversaries: the learner's code may read and write the learner's files.
"""

import random
import sys
import threading
import time
from types import TracebackType

from u30.learn import accidents
from u30.learn.parse import Exercise
from u30.learn.protocol import Record
from u30.learn.report import Report
from u30.learn.spare import OVER, Spare, WorkerError

__all__ = ["Stopped", "Worker", "WorkerError"]

GRACE = 2.0  # seconds after the exercise's own limit until the process is ended from outside
START = 60.0  # seconds for a process to come up on a slow machine
MEMORY = 2 * 1024**3  # bytes that a check may use beyond what the checker has
POLL = 0.02  # seconds between two looks at `stop` and at the process; a record wakes at once


class Stopped(Exception):
    """`stop` was set before there was a verdict."""


class Worker:
    """Runs checks, one at a time; safe to share between threads. The first spare starts at once."""

    def __init__(self, fork: bool | None = None, memory: int = MEMORY):
        # After Apple's Accelerate has been used, a forked process may hang in it.
        self.fork = sys.platform.startswith("linux") if fork is None else fork
        self.memory = memory
        self._lock = threading.Lock()
        self._number = 0
        self._closed = False
        self._spare: Spare | None = Spare(self.fork)

    @property
    def ready(self) -> bool:
        """Whether a check asked for now starts at once (checks may be asked for at any time)."""
        return self._spare is not None and self._spare.ready.is_set()

    def wait(self, seconds: float = START) -> bool:
        """Wait until `ready`; False if that takes longer."""
        return self._spare is not None and self._spare.ready.wait(seconds)

    def check(
        self,
        exercise: Exercise,
        source: str,
        seed: int | None = None,
        stop: threading.Event | None = None,
    ) -> Report:
        """The report on this answer, whatever it does.

        Raises Stopped soon after `stop` is set, WorkerError when no process can be started.
        """
        with self._lock:
            if seed is None:
                seed = random.SystemRandom().randrange(1_000_000)
            self._number += 1
            request: Record = {
                "n": self._number,
                "path": str(exercise.path),
                "source": source,
                "seed": seed,
                "timeout": exercise.timeout,
                "memory": self.memory,
            }
            try:
                answer = self._ask(request, exercise.timeout + GRACE, stop)
            except BaseException:  # Stopped, or Ctrl-C: the check is of no use any more
                self._abandon()
                raise
        if "report" in answer:
            return Report.from_dict(answer["report"])
        ended, raw, broke = answer.get("ended"), answer["raw"], answer.get("broke", "")
        return accidents.accident(exercise, source, seed, ended, raw, broke, "late" in answer)

    def close(self) -> None:
        """End the process that stands ready, and the check that runs in it: that one is Stopped."""
        self._closed = True
        spare, self._spare = self._spare, None
        if spare:
            spare.end()

    def _ask(self, request: Record, seconds: float, stop: threading.Event | None) -> Record:
        """Send a request and wait for the record that settles it."""
        if self._closed:
            raise WorkerError("This worker is closed.")
        for attempt in range(2):
            spare = self._spare = self._spare or Spare(self.fork)
            spare.send(request)
            answer = self._listen(spare, request["n"], seconds, stop)
            if answer is not None:
                return answer
            if not spare.ready.is_set() or attempt:
                break  # else it had been ready and was ended while it waited: try the next one
            self._replace()
        said = spare.last_words()
        self._replace(start=False)
        raise WorkerError(f"The process that runs the checks does not start. {said}".rstrip())

    def _listen(
        self, spare: Spare, n: int, seconds: float, stop: threading.Event | None
    ) -> Record | None:
        """The answer to request n; None if the process ended before it began with it."""
        deadline, started = time.monotonic() + START, False
        while True:
            left = deadline - time.monotonic()
            over = spare.process.poll() is not None
            # What an ended process has said arrives at once, its OVER only if nobody else holds
            # the pipe: a second is long enough to wait for it.
            record = spare.next(min(left, 1.0 if over else POLL))
            if self._closed or (stop and stop.is_set()):
                raise Stopped
            if record is None and left > 0 and not over:
                continue
            if record is None or record == OVER:  # no more records from this process
                late = left <= 0 and not over
                ended = self._replace()
                found = {"late": True} if late else {"ended": ended}
                return found | {"raw": spare.raw()} if started else None
            if record.get("n") != n:  # of a check that was stopped
                continue
            if "started" in record:
                deadline, started = time.monotonic() + seconds, True
                continue
            if not self.fork:
                self._replace()
            return record

    def _abandon(self) -> None:
        """Give up the check that runs; the next one need not wait for it."""
        if self.fork and self._spare:
            self._spare.send({"stop": self._number})
        else:
            self._replace()

    def _replace(self, start: bool = True) -> int | None:
        """End this process, give its exit status; the next one starts, to stand ready."""
        spare, self._spare = self._spare, None
        if start and not self._closed:
            self._spare = Spare(self.fork)
        return spare.end() if spare else None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
