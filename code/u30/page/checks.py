"""A check in the page. What comes back is the terminal's report, with its HTML.

The request: {"id": "d01.1", "source": "...", "seed": null, "failing_seed": null, "factor": 3}
- seed          inputs are drawn with it; null: a new one
- failing_seed  the one that failed last, tried first (as `u30.learn.state.check_remembering` does)
- factor        how much longer than in the terminal a check may take here
"""

import contextlib
import json
import random
import signal
from dataclasses import replace
from typing import Any

import numpy as np

from u30.learn.accidents import accident
from u30.learn.check import check_source
from u30.learn.parse import Exercise, load
from u30.learn.render_html import render_html
from u30.learn.report import Report
from u30.page.pristine import as_it_was


def prepare(text: str) -> str:
    """The reports for a check that never comes back, and after how many seconds that is so.

    {"seconds": 15, "late": {"report", "html"}, "exited": {...}, "aborted": {...}, ...}
    """
    request = json.loads(text)
    exercise, source = _exercise(request), request["source"]
    seed = request.get("seed") or request.get("failing_seed") or 0
    endings = {
        "late": accident(exercise, source, seed, None, "", late=True),
        "exited": accident(exercise, source, seed, None, ""),
        "aborted": accident(exercise, source, seed, -signal.SIGABRT, ""),
        "crashed": accident(exercise, source, seed, -signal.SIGSEGV, ""),
    }
    shown = {name: _shown(report) for name, report in endings.items()}
    return json.dumps({"seconds": exercise.timeout, **shown})


def check(text: str) -> str:
    """{"report", "html", "passed_seed"}; the last is a failing seed that has just been passed."""
    request = json.loads(text)
    exercise, source = _exercise(request), request["source"]
    seed, failing = request.get("seed"), request.get("failing_seed")
    passed = None
    if seed is None and failing is not None:
        report = _checked(exercise, source, failing)
        if not report.passed:
            return json.dumps(_shown(report) | {"passed_seed": None})
        passed = failing
    return json.dumps(_shown(_checked(exercise, source, seed)) | {"passed_seed": passed})


def _checked(exercise: Exercise, source: str, seed: int | None) -> Report:
    if seed is None:
        seed = random.SystemRandom().randrange(1_000_000)
    random.seed(seed)  # whoever draws from these gets the same numbers when a seed is repeated
    np.random.seed(seed)  # noqa: NPY002
    with as_it_was(), contextlib.suppress(KeyboardInterrupt):
        return check_source(exercise, source, seed)
    return accident(exercise, source, seed, None, "")


def _exercise(request: dict[str, Any]) -> Exercise:
    exercise = load(request["id"])
    return replace(exercise, timeout=exercise.timeout * request.get("factor", 1))


def _shown(report: Report) -> dict[str, Any]:
    return {"report": report.to_dict(), "html": render_html(report)}
