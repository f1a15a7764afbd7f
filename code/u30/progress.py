"""A progress display that suits a terminal, a notebook, and a file or pipe."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import Any, TextIO


def progress(total: int, label: str = "training", stream: TextIO | None = None) -> Progress:
    """A progress display for `total` steps that suits where it is shown.

    In a terminal it redraws one line, in a notebook it updates one output, and in a file or pipe it
    writes a line for each tenth of the way.

        with progress(600) as bar:
            for step in range(1, 601):
                ...
                bar.update(step, f"{loss:.2f} nats")
    """
    if stream is None:
        stream = sys.stdout
        if _in_notebook():
            return _NotebookProgress(total, label)
    if stream.isatty():
        return _TerminalProgress(total, label, stream)
    return _LogProgress(total, label, stream)


class Progress:
    """What the three displays share. `update` may be called at every step: it draws rarely."""

    def __init__(self, total: int, label: str):
        self.total, self.label = max(total, 1), label
        self.step, self.note = 0, ""
        self.started = time.perf_counter()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def update(self, step: int, note: str = "") -> None:
        """Say that `step` of `total` steps are done, with a short note such as the loss."""
        self.step, self.note = step, note
        self._draw()

    def print(self, text: str) -> None:
        """Print a text, such as a sample, without tearing the progress line."""
        print(text, flush=True)

    def close(self) -> None:
        """Leave the display in its final state."""

    def _draw(self) -> None:
        raise NotImplementedError

    def _line(self, with_time: bool = True) -> str:
        line = f"{self.label}: {self.step}/{self.total} steps"
        if with_time and self.step:
            elapsed = time.perf_counter() - self.started
            line += f", {elapsed:.0f} s"
        return f"{line}, {self.note}" if self.note else line


class _TerminalProgress(Progress):
    def __init__(self, total: int, label: str, stream: TextIO):
        super().__init__(total, label)
        self.stream, self.drawn, self.width = stream, 0.0, 0

    def _draw(self, force: bool = False) -> None:
        now = time.perf_counter()
        if not force and now - self.drawn < 0.1:
            return
        self.drawn = now
        bar = "#" * round(20 * self.step / self.total)
        line = f"[{bar:<20}] {self._line()}"[: max(_columns() - 1, 10)]
        self.stream.write("\r" + line.ljust(self.width))
        self.stream.flush()
        self.width = len(line)

    def print(self, text: str) -> None:
        self.stream.write("\r" + " " * self.width + "\r" + text + "\n")
        self.width = 0
        self._draw(force=True)

    def close(self) -> None:
        if self.width:
            self._draw(force=True)
            self.stream.write("\n")
            self.stream.flush()


class _LogProgress(Progress):
    def __init__(self, total: int, label: str, stream: TextIO):
        super().__init__(total, label)
        self.stream, self.logged = stream, -1

    def _draw(self) -> None:
        tenth = 10 * self.step // self.total
        if self.logged >= 0 and tenth > self.logged:
            print(self._line(), file=self.stream, flush=True)
        self.logged = max(tenth, self.logged)

    def print(self, text: str) -> None:
        print(text, file=self.stream, flush=True)


class _NotebookProgress(Progress):
    """One updated output. Its last version names no time: two builds give the same page."""

    def __init__(self, total: int, label: str):
        super().__init__(total, label)
        self.handle: Any = None
        self.drawn = 0.0

    def _draw(self, final: bool = False) -> None:
        from IPython.display import display

        now = time.perf_counter()
        if not final and now - self.drawn < 0.3:
            return
        self.drawn = now
        bundle = {"text/plain": self._line(with_time=not final)}
        if self.handle is None:
            self.handle = display(bundle, raw=True, display_id=True)
        else:
            self.handle.update(bundle, raw=True)

    def close(self) -> None:
        self._draw(final=True)


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return type(shell).__name__ == "ZMQInteractiveShell"


def _columns() -> int:
    with suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    return 80
