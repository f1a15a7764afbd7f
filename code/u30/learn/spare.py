"""The process that stands ready for a check, seen from the one that asks."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from u30.learn.protocol import Record, Splitter

PACKAGE = Path(__file__).resolve().parents[2]  # the folder that holds u30
OVER: Record = {"over": True}  # comes last, when the process has closed its end of the pipe


class WorkerError(Exception):
    """No process for checks could be started: NumPy is missing, or the system refuses."""


class Spare:
    """One process of `u30.learn.serve`, with a thread that reads what it says."""

    def __init__(self, fork: bool):
        self.fork = fork
        self.ready = threading.Event()
        self._records: queue.SimpleQueue[Record] = queue.SimpleQueue()
        self._splitter = Splitter()
        self.process = _start(fork)
        self._reader = threading.Thread(target=self._read, name="u30-worker", daemon=True)
        self._reader.start()

    def send(self, request: Record) -> None:
        """One line of JSON. A process that is gone shows in `next`, not here."""
        assert self.process.stdin
        line = json.dumps(request).encode("ascii") + b"\n"
        with contextlib.suppress(OSError, ValueError):  # broken pipe, closed
            self.process.stdin.write(line)

    def next(self, seconds: float) -> Record | None:
        """The next record, or None after so many seconds."""
        try:
            return self._records.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def raw(self) -> str:
        """What has been printed so far, records left out."""
        return self._splitter.text()

    def last_words(self) -> str:
        """The last line it printed: where it could not start, that is Python's error."""
        return (self.raw().strip().splitlines() or [""])[-1]

    def end(self) -> int:
        """End the process and everything that its check has started; the exit status."""
        if self.fork:
            self._close_stdin()  # it ends its check, then itself
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)
        if os.name == "posix" and not self.fork:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0 if self._reader.is_alive() else 0.5)  # it may be about to end
            with contextlib.suppress(OSError):  # the group outlives its leader
                os.killpg(self.process.pid, signal.SIGKILL)
        if self.process.poll() is None:
            self.process.kill()
        status = self.process.wait()
        self._close_stdin()
        self._reader.join(1)  # a grandchild may hold the pipe open: do not wait for it
        if not self._reader.is_alive() and self.process.stdout:
            self.process.stdout.close()
        return status

    def _close_stdin(self) -> None:
        assert self.process.stdin
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def _read(self) -> None:
        assert self.process.stdout
        splitter, fd = self._splitter, self.process.stdout.fileno()
        while True:
            try:
                chunk = os.read(fd, 1 << 16)
            except OSError:
                chunk = b""
            if not chunk:
                break
            for record in splitter.feed(chunk):
                if "ready" in record:
                    self.ready.set()
                self._records.put(record)
        self._records.put(OVER)


def _start(fork: bool) -> subprocess.Popen:
    """The process, in a group of its own: Ctrl-C in the terminal is not for it."""
    paths = [str(PACKAGE), os.environ.get("PYTHONPATH", "")]
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONIOENCODING": "utf-8",
    }
    env.setdefault("OPENBLAS_NUM_THREADS", "1")
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        options = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    how = "fork" if fork else "once"
    # -P: a file numpy.py in the learner's folder is not NumPy. -u: nothing is lost in a crash.
    command = [sys.executable, "-P", "-u", "-m", "u30.learn.serve", how]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env=env,
            **options,
        )
    except (OSError, ValueError) as error:
        raise WorkerError(f"Python could not be started for the checks: {error}.") from error
