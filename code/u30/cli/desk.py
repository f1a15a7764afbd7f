"""What nearly every command needs: the terminal, the folder, the progress, the exercises."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from u30.cli import course, paint
from u30.cli.codes import BROKEN, Stop
from u30.cli.spans import Line, wrap
from u30.cli.terminal import Terminal
from u30.cli.workspace import NAME, Workspace, find_workspace
from u30.learn.parse import Exercise
from u30.learn.report import Report
from u30.learn.state import State, check_remembering
from u30.learn.worker import Worker, WorkerError


@dataclass
class Desk:
    terminal: Terminal
    workspace: Workspace
    state: State
    exercises: list[Exercise] = field(default_factory=course.course)
    _told: int = 0

    @cached_property
    def here(self) -> Exercise:
        return course.current(self.state, self.exercises)

    def chosen(self, text: str | None) -> Exercise:
        """The exercise that was asked for, or the one the learner is at."""
        return course.find(text, self.exercises) if text else self.here

    def go(self, exercise: Exercise) -> None:
        """Make it the one the learner is at."""
        self.__dict__["here"] = exercise
        if self.state.current != exercise.id:
            self.state.current = exercise.id

    def check(
        self,
        worker: Worker,
        exercise: Exercise,
        source: str,
        seed: int | None = None,
        stop: threading.Event | None = None,
    ) -> Report:
        """Check and write down the outcome; the inputs that failed last come first."""

        def ask(exercise: Exercise, source: str, seed: int | None = None) -> Report:
            return worker.check(exercise, source, seed, stop)

        try:
            if seed is None:
                return check_remembering(ask, self.state, exercise, source)
            report = ask(exercise, source, seed)
            self.state.record(report)
            return report
        except WorkerError as error:
            raise Stop(
                f"The check cannot run: {error} `u30 doctor` may know more.", BROKEN
            ) from None

    def show(self, lines: list[Line]) -> None:
        paint.show(lines, self.terminal)

    def say(self, text: str, style: str = "") -> None:
        self.show(wrap([(text, style)], self.terminal.width))

    def notices(self) -> list[str]:
        """What the progress file has to say and has not been told yet."""
        new = self.state.notices[self._told :]
        self._told = len(self.state.notices)
        return new

    def tell_notices(self) -> None:
        for notice in self.notices():
            print(f"u30: {notice}", file=sys.stderr)


def open_desk(terminal: Terminal, folder: str | None = None) -> Desk:
    """The desk in the learner's folder; Stop with what to do where there is none."""
    workspace = find_workspace(Path(folder) if folder else None)
    if workspace is None:
        where = f"in {folder}" if folder else "here"
        raise Stop(f"There is no course folder {where}: `u30 init` makes one, called {NAME}.")
    with reporting():
        desk = Desk(terminal, workspace, State(workspace.state_path))
        desk.state.entries()
    desk.tell_notices()
    return desk


@contextmanager
def reporting() -> Iterator[None]:
    """Trouble with the folder as a sentence."""
    try:
        yield
    except BrokenPipeError:  # the reader of our output has gone: no trouble with the folder
        raise
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise Stop(f"The course folder cannot be used: {error.strerror}{where}.", BROKEN) from None
