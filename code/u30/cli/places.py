"""Commands about where the learner is: list, next, goto, progress, sync."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from u30.cli import answers, course, overview
from u30.cli.codes import PASSED, Stop
from u30.cli.desk import Desk
from u30.learn.parse import Exercise


def list_all(desk: Desk, args: Namespace) -> int:
    """Every exercise, or those of some days."""
    chosen = course.select(args.what, desk.exercises) if args.what else desk.exercises
    desk.show(overview.listing(chosen, desk.state, desk.here.id, desk.terminal))
    return PASSED


def next_one(desk: Desk, args: Namespace) -> int:
    """Go to the next exercise that was never passed."""
    after = course.following(desk.state, desk.exercises, desk.here)
    if after is None:
        desk.say("There is nothing left to do: every exercise there is has been passed.", "bold")
        return PASSED
    return _go(desk, after)


def goto(desk: Desk, args: Namespace) -> int:
    """Go to an exercise; with a day, to its first one that was never passed."""
    chosen = course.select([args.id], desk.exercises)
    open_ones = [exercise for exercise in chosen if not desk.state.entry(exercise.id).done]
    return _go(desk, (open_ones or chosen)[0])


def _go(desk: Desk, exercise: Exercise) -> int:
    desk.workspace.write_starters([exercise])
    desk.go(exercise)
    desk.show(answers.task_lines(desk, exercise))
    return PASSED


def progress(desk: Desk, args: Namespace) -> int:
    """The grid of thirty days by five exercises."""
    desk.show(overview.grid(desk.exercises, desk.state, desk.terminal))
    return PASSED


def sync_export(desk: Desk, args: Namespace) -> int:
    """All progress as one line of text on standard output."""
    print(desk.state.export())
    return PASSED


def sync_import(desk: Desk, args: Namespace) -> int:
    """Take over the progress in a text, in a file, or on standard input ("-")."""
    text = args.text
    if text == "-":
        text = sys.stdin.read()
    elif len(text) < 200 and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8", errors="replace")
    try:
        changed = desk.state.merge(text.strip())
    except ValueError as error:
        raise Stop(str(error)) from None
    exercises = "exercise" if changed == 1 else "exercises"
    desk.say(f"Progress of {changed} {exercises} taken over. Nothing you had was lost.")
    return PASSED
