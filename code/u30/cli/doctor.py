"""`u30 doctor`: looks at everything the command needs and says what is wrong and what to do."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import u30
from u30.cli import course, paint
from u30.cli.codes import BROKEN, PASSED, Stop
from u30.cli.spans import Line, wrap
from u30.cli.terminal import Terminal
from u30.cli.workspace import find_workspace

Finding = tuple[str, str]  # "ok", "warn" or "no", and a sentence


def doctor(terminal: Terminal) -> int:
    """Every finding on a line; 4 if something does not work."""
    worst = PASSED
    for name, look in LOOKS.items():
        try:
            findings = list(look())
        except Stop as stop:
            findings = [("no", stop.sentence)]
        except Exception as error:
            findings = [("no", f"{type(error).__name__}: {error}")]
        for status, sentence in findings:
            worst = BROKEN if status == "no" else worst
            unicode, ascii = {"ok": ("✓", "+"), "warn": ("!", "!"), "no": ("✗", "x")}[status]
            sign = (f"{terminal.sign(unicode, ascii)} ", status)
            start: Line = [sign, (f"{name:<10}", "dim")]
            rest: Line = [(" " * 12, "")]
            paint.show(wrap([(sentence, "")], terminal.width, start, rest), terminal)
    text = "Everything works." if worst == PASSED else "Something does not work: see above."
    paint.show([[(text, "bold")]], terminal)
    return worst


def _python() -> Iterator[Finding]:
    version = f"{platform.python_version()} ({sys.executable})"
    enough = tuple(map(int, platform.python_version_tuple()[:2])) >= (3, 11)
    yield ("ok", version) if enough else ("no", f"{version}: it takes Python 3.11 or newer.")


def _package() -> Iterator[Finding]:
    folder = Path(u30.__file__).parent
    try:
        installed = metadata.version("u30")
    except metadata.PackageNotFoundError:
        yield "warn", f"{folder}: used from its folder, not installed with pip."
        return
    yield "ok", f"u30 {installed} ({folder})"


def _numpy() -> Iterator[Finding]:
    if importlib.util.find_spec("numpy") is None:
        yield "no", "NumPy is not installed: pip install numpy"
        return
    import numpy

    major = int(numpy.__version__.split(".")[0])
    if major < 2:
        yield "no", f"NumPy {numpy.__version__} is too old: pip install --upgrade numpy"
    else:
        yield "ok", numpy.__version__


def _rich() -> Iterator[Finding]:
    if importlib.util.find_spec("rich") is None:
        yield "warn", 'not installed; everything works, without colours: pip install "rich>=13"'
    else:
        yield "ok", metadata.version("rich")


def _exercises() -> Iterator[Finding]:
    exercises = course.course()
    yield "ok", f"{len(exercises)} on {len({e.series for e in exercises})} pages"


def _check() -> Iterator[Finding]:
    from u30.learn.worker import Worker

    exercise = course.course()[0]
    with Worker() as worker:
        first = worker.check(exercise, exercise.solution, 1)
        began = time.perf_counter()
        again = worker.check(exercise, exercise.solution, 2)
        seconds = time.perf_counter() - began
    if first.passed and again.passed:
        yield "ok", f"a right answer passes, in {seconds * 1000:.0f} ms"
    else:
        yield "no", f"a right answer to {exercise.id} is not accepted: {again.message}"


def _folder() -> Iterator[Finding]:
    workspace = find_workspace()
    if workspace is None:
        yield "warn", "no course folder here: `u30 init` makes one"
        return
    yield "ok", str(workspace.folder)
    if not os.access(workspace.folder, os.W_OK):
        yield "no", "the folder cannot be written to: progress would be lost"
        return
    missing = [e.id for e in course.course() if not workspace.path(e).exists()]
    if missing:
        yield "warn", f"{len(missing)} files are missing: `u30 init` adds them"
    yield from _saves(workspace.folder)


def _saves(folder: Path) -> Iterator[Finding]:
    """Does a save show in the file's time stamp?"""
    from u30.cli.saves import stamp

    with tempfile.TemporaryDirectory(dir=folder / ".u30") as inside:
        path = Path(inside) / "saved.txt"
        path.write_text("1")
        before = stamp(path)
        time.sleep(0.05)
        path.write_text("2")
        if stamp(path) == before:
            yield "warn", "this disk is slow to tell of a save: a check may come a second later"
        else:
            yield "ok", "a save is noticed at once"


def _progress() -> Iterator[Finding]:
    from u30.learn.state import State

    workspace = find_workspace()
    if workspace is None:
        return
    state = State(workspace.state_path)
    done = sum(entry.done for entry in state.entries().values())
    for notice in state.notices:
        yield "warn", notice
    yield "ok", f"{done} passed"


def _terminal() -> Iterator[Finding]:
    from u30.cli.terminal import find_terminal

    found = find_terminal()
    columns, lines = found.size()
    parts = [f"{columns} columns, {lines} lines" if found.out.isatty() else "not a terminal"]
    parts += ["colours" if found.colour else "no colours"]
    parts += ["Unicode" if found.unicode else "ASCII only"]
    yield "ok", ", ".join(parts)


LOOKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "Python": _python,
    "package": _package,
    "NumPy": _numpy,
    "rich": _rich,
    "exercises": _exercises,
    "check": _check,
    "folder": _folder,
    "progress": _progress,
    "terminal": _terminal,
}
