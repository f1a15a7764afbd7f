"""`u30 debug`: the failing call in a Python prompt, with everything that took part in it."""

from __future__ import annotations

import code
import contextlib
from types import SimpleNamespace
from typing import Any

from u30.cli.codes import PASSED
from u30.cli.desk import Desk
from u30.cli.spans import Line
from u30.learn.parse import Exercise
from u30.learn.worker import Worker


def debug(desk: Desk, exercise: Exercise, source: str, seed: int | None) -> int:
    """Check in a process of its own; load the first failing call here; read Python until Ctrl-D."""
    with Worker() as worker:
        report = desk.check(worker, exercise, source, seed)
    desk.say(f"{exercise.id}: {report.message or 'every case passes'}", "bold")
    if report.passed:
        desk.say("There is nothing to debug.")
        return PASSED
    if report.status in ("todo", "timeout") or not report.call:
        desk.say(report.diagnosis or "Your code did not get as far as a wrong answer.")
        desk.say("So there are no values to look at yet.", "dim")
        return PASSED
    space, about = _load(exercise, source, report.seed)
    width = max(map(len, about))
    rows: list[Line] = [
        [(f"  {name:<{width}}  ", "code"), (what, "dim")] for name, what in about.items()
    ]
    desk.show([[("Loaded from the failing call:", "dim")], *rows])
    desk.say("Look around as you like; Ctrl-D leaves. Your file is not changed.", "dim")
    with contextlib.suppress(ImportError):
        import readline
        import rlcompleter

        readline.set_completer(rlcompleter.Completer(space).complete)
        readline.parse_and_bind("tab: complete")
    with contextlib.suppress(SystemExit):
        code.interact(banner="", local=space, exitmsg="")
    return PASSED


def _load(exercise: Exercise, source: str, seed: int) -> tuple[dict[str, Any], dict[str, str]]:
    """What the prompt knows, and what each name is."""
    import numpy as np

    from u30.learn import spaces
    from u30.learn.debug import failing
    from u30.learn.words import describe

    with contextlib.redirect_stdout(None):  # what the code prints was shown with the report
        space = dict(spaces.learner(exercise, source))
    solved = spaces.reference(exercise)
    space["np"] = np
    space["ref"] = SimpleNamespace(**{name: solved[name] for name in exercise.names})
    failure = failing(exercise, source, seed)
    values = failure.values if failure else {}
    space |= values
    about = {name: describe(value) for name, value in values.items()}
    if "error" in values:
        about["error"] = f"{type(values['error']).__name__}: {values['error']}"
        about.pop("got", None)
    about |= dict.fromkeys(exercise.names, "your function")
    about["ref"] = f"the solution, as ref.{exercise.names[0]}"
    return space, about
