"""The call that went wrong, once more and in this process, so that its values can be looked at."""

from dataclasses import dataclass
from typing import Any

from u30.learn import spaces
from u30.learn.check import check_source
from u30.learn.copies import copy_of
from u30.learn.parse import Exercise
from u30.learn.recognise import CaseCalls
from u30.learn.report import Report


@dataclass
class Failure:
    report: Report
    inputs: dict[str, Any]  # the arguments by name, as they were before the call
    got: Any  # what the learner's function returned; None where it raised
    want: Any  # what the solution returns for the same inputs
    error: Exception | None  # what the learner's function raised

    @property
    def values(self) -> dict[str, Any]:
        """All of it by name: {"logits": ..., "y": ..., "got": ..., "want": ...}."""
        found = self.inputs | {"got": self.got, "want": self.want}
        return found if self.error is None else found | {"error": self.error}


def failing(exercise: Exercise, source: str, seed: int) -> Failure | None:
    """Check again with this seed; the last call of the first failing case, or None without one.

    Runs the learner's code in this process: only after a check that ended "fail" or "error" and
    has cases that ran."""
    done: CaseCalls = []
    report = check_source(exercise, source, seed, done=done)
    calls = next((calls for passed, calls in done if not passed), [])
    if report.passed or not calls:
        return None
    call = calls[-1]
    solved = call.make(spaces.reference(exercise)[call.name], exercise.mutates)
    return Failure(report, copy_of(call.inputs()), call.result, solved.result, call.error)
