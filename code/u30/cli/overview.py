"""The whole course on one screen: the list of exercises and the grid of progress."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from u30.cli.course import name_of
from u30.cli.spans import Line, cut
from u30.cli.terminal import Terminal
from u30.learn.parse import INTERLUDES, Exercise, folder_of
from u30.learn.state import Entry, State

MARKS = {  # status: (sign, sign in ASCII, style, what it means)
    "passed": ("✓", "*", "ok", "passed"),
    "helped": ("h", "h", "warn", "passed or read with the solution"),
    "tried": ("○", "o", "no", "tried"),
    "new": ("·", ".", "dim", "new"),
}
DAYS, PER_DAY = 30, 5


def title_of(series: str) -> str:
    """ "Day 1: RNNs that write", from the docstring of the folder with the exercises."""
    try:
        text = (folder_of(series) / "__init__.py").read_text(encoding="utf-8")
        title = (ast.get_docstring(ast.parse(text)) or "").rstrip(". \n")
    except (OSError, SyntaxError):
        title = ""
    return title or name_of(series)


def listing(
    exercises: Iterable[Exercise], state: State, here: str | None, terminal: Terminal
) -> list[Line]:
    """One line an exercise, under the heading of its day."""
    lines: list[Line] = []
    series = ""
    due = set(state.due())
    for exercise in exercises:
        if exercise.series != series:
            series = exercise.series
            lines += [[]] if lines else []
            lines.append([(title_of(series), "head")])
        entry = state.entry(exercise.id)
        arrow = terminal.sign("▸", ">") if exercise.id == here else " "
        row: Line = [(f"{arrow} ", "key"), _mark(entry, terminal), (f" {exercise.id}  ", "")]
        notes = [f"{exercise.kind}, {exercise.minutes} min"]
        notes += ["review it now"] if exercise.id in due else []
        row += [(exercise.title, "bold" if arrow.strip() else ""), (f"  {', '.join(notes)}", "dim")]
        lines.append(cut(row, terminal.width, terminal.sign("…", "...")))
    return lines


def grid(exercises: list[Exercise], state: State, terminal: Terminal) -> list[Line]:
    """Thirty days by five exercises, in as many blocks as the width asks for."""
    ids = {exercise.id for exercise in exercises}
    room = (terminal.width - 3) // 3
    per = next(size for size in (30, 15, 10, 5) if size <= room or size == 5)
    lines: list[Line] = []
    for first in range(1, DAYS + 1, per):
        days = range(first, first + per)
        lines += [[]] if lines else []
        lines.append([("   " + "".join(f"{day:3d}" for day in days), "dim")])
        for number in range(1, PER_DAY + 1):
            row: Line = [(f" .{number}", "dim")]
            for day in days:
                id = f"d{day:02d}.{number}"
                sign, style = _mark(state.entry(id), terminal) if id in ids else (" ", "")
                row += [("  ", ""), (sign, style)]
            lines.append(row)
    for series in INTERLUDES:
        marks = [_mark(state.entry(e.id), terminal) for e in exercises if e.series == series]
        name: Line = [(f" {series} ", "dim")]
        lines += [[], name + [span for mark in marks for span in (("  ", ""), mark)]]
    return [*lines, [], *_summary(exercises, state, terminal)]


def _summary(exercises: list[Exercise], state: State, terminal: Terminal) -> list[Line]:
    entries = [state.entry(exercise.id) for exercise in exercises]
    done = sum(entry.done for entry in entries)
    legend: Line = []
    for unicode, ascii, style, what in MARKS.values():
        legend += [(terminal.sign(unicode, ascii), style), (f" {what}   ", "dim")]
    text = f"{done} of {len(exercises)} exercises passed."
    written = {exercise.series for exercise in exercises} - set(INTERLUDES)
    if len(written) < DAYS:
        text += f" {len(written)} of {DAYS} days have exercises so far."
    lines = [cut(legend, terminal.width), [(text, "bold")]]
    due = state.due()
    if due:
        lines.append([("To review: " + ", ".join(due), "warn")])
    return lines


def _mark(entry: Entry, terminal: Terminal) -> tuple[str, str]:
    unicode, ascii, style, _ = MARKS.get(entry.status, MARKS["new"])
    return terminal.sign(unicode, ascii), style
