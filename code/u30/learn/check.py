"""`check_source(exercise, source)`: run a learner's answer through the exercise's cases.

The learner's code runs in a clean namespace after the exercise's `given`. Every case gets the
learner's functions, a generator seeded by (seed, number of the case) and the reference. What comes
back is a Report; nothing the learner writes makes this function raise.
"""

import contextlib
import random
import time
import traceback
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np

from u30.learn import spaces
from u30.learn.accidents import out_of_time
from u30.learn.calls import Call, Learner, LearnerError
from u30.learn.compare import Mismatch
from u30.learn.diagnose import near_miss
from u30.learn.explain import explain
from u30.learn.limit import OutOfTime, limit
from u30.learn.parse import Exercise
from u30.learn.printed import Printed
from u30.learn.recognise import CaseCalls, recognise
from u30.learn.report import CaseResult, Report, TraceLine
from u30.learn.untouched import Touched, untouched
from u30.learn.words import describe, plural

MOST_LINES = 5  # of a traceback


def check_source(
    exercise: Exercise,
    source: str,
    seed: int | None = None,
    printed: Printed | None = None,
    done: CaseCalls | None = None,
) -> Report:
    """Check the text of the learner's code (the part `work`; `given` is supplied).

    printed  where its output goes, for one who wants to see it at once
    done     a list that gets, case by case, whether it passed and its calls
    """
    return _checked(exercise, seed, lambda: spaces.learner(exercise, source), source, printed, done)


def check_functions(
    exercise: Exercise, functions: dict[str, Any], seed: int | None = None
) -> Report:
    """Check functions that exist already, such as a wrong version."""
    return _checked(exercise, seed, lambda: functions, "")


def _checked(
    exercise: Exercise,
    seed: int | None,
    get_functions: Any,
    source: str,
    printed: Printed | None = None,
    done: CaseCalls | None = None,
) -> Report:
    seed = random.SystemRandom().randrange(1_000_000) if seed is None else seed
    report = Report(exercise.id, exercise.title, "pass", seed)
    report.cases = [CaseResult(case.name, case.title, "skipped") for case in exercise.cases]
    model = spaces.reference(exercise)
    printed = Printed() if printed is None else printed
    done = [] if done is None else done
    began = time.perf_counter()
    try:
        with (
            limit(exercise.timeout),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            untouched() as numpy,
        ):
            warnings.simplefilter("ignore")
            functions = get_functions()
            numpy.look()
            _run_cases(exercise, functions, model, report, done, printed)
            numpy.look()
    except Touched as error:
        report.status, report.message = "error", str(error)
    except OutOfTime as stop:
        _out_of_time(exercise, report, stop)
    except SyntaxError as error:
        _syntax_error(report, error, source)
    except NotImplementedError as error:
        _todo(exercise, report, error)
    except (Exception, SystemExit) as error:
        _crashed(exercise, report, error)
    if not report.passed and not report.output:
        report.output = printed.text()
    if report.status in ("fail", "error") and any(not passed for passed, _ in done):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            mistake = recognise(exercise, done, model)
        if mistake:
            report.mistake, report.diagnosis = mistake.name, mistake.says
    if report.passed:
        report.after = exercise.after
    report.seconds = time.perf_counter() - began
    return report


def _run_cases(
    exercise: Exercise,
    functions: dict[str, Any],
    model: dict[str, Any],
    report: Report,
    done: CaseCalls,
    printed: Printed,
) -> None:
    missing = [name for name in exercise.names if name not in functions]
    if missing:
        report.status = "error"
        report.message = f"Your code does not define `{missing[0]}`. Was it renamed or left out?"
        return
    for name in exercise.names:
        if callable(model[name]) and not callable(functions[name]):
            report.status = "error"
            report.message = (
                f"`{name}` should be a function, but it is {describe(functions[name])}."
            )
            return
    ref = SimpleNamespace(**{name: model[name] for name in exercise.names + _needed(exercise)})
    space = spaces.cases(exercise)
    for number, result in enumerate(report.cases):
        you = Learner(functions, model, exercise.mutates)
        rng = np.random.default_rng([report.seed, number])
        if report.passed:  # keep what the first failing case prints, and no more
            printed.clear()
        first_failure = report.passed
        try:
            space[f"case_{result.name}"](you, rng, ref)
            result.status = "pass"
        except NotImplementedError:
            result.status = "todo"
            raise
        except OutOfTime:
            result.status = "timeout"
            raise
        except Mismatch as mismatch:
            result.status, result.message = "fail", mismatch.message
            if report.passed:
                _failed(report, mismatch, you._calls)
        except LearnerError as wrapped:
            result.status = "error"
            result.message = f"{type(wrapped.error).__name__}: {wrapped.error}"
            if report.passed:
                _crashed(exercise, report, wrapped.error)
                report.call = you._calls[-1].text()
        except Exception as error:
            result.status = "fail"
            result.message = _unusable(you._calls, error)
            if report.passed:
                report.status, report.message = "fail", result.message
                report.call = you._calls[-1].text() if you._calls else ""
        if first_failure and not report.passed:
            report.output = printed.text()
        done.append((result.status == "pass", you._calls))


def _needed(exercise: Exercise) -> tuple[str, ...]:
    return tuple(name for id in exercise.needs for name in spaces.load(id).names)


def _failed(report: Report, mismatch: Mismatch, calls: list[Call]) -> None:
    report.status, report.message = "fail", mismatch.message
    report.where, report.got, report.want = mismatch.where, mismatch.got, mismatch.want
    report.index = list(mismatch.index) if mismatch.index else None
    inputs = calls[-1].inputs() if calls else {}
    if mismatch.values:
        report.diagnosis = near_miss(*mismatch.values, mismatch.sizes, inputs)
    report.call = calls[-1].text() if calls else ""


def _unusable(calls: list[Call], error: Exception) -> str:
    """A case could not go on with what the learner's function returned."""
    if not calls:
        return f"The check itself broke ({type(error).__name__}: {error}). Please report it."
    last = calls[-1]
    if last.result is None:
        return f"`{last.name}` returned None. Is a `return` missing?"
    return f"`{last.name}` returned {describe(last.result)}, which is not what the prompt asks for."


def _crashed(exercise: Exercise, report: Report, error: BaseException) -> None:
    report.status = "error"
    report.message = f"{type(error).__name__}: {error}".rstrip(": ")
    report.trace = _learner_lines(error)
    report.line = report.trace[-1].line if report.trace else None
    offered = ["np", *_needed(exercise)] if "import numpy" in exercise.given else _needed(exercise)
    report.diagnosis = explain(error, offered)


def _syntax_error(report: Report, error: SyntaxError, source: str) -> None:
    report.status, report.line = "error", error.lineno
    lines = source.splitlines()
    code = lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else ""
    report.message = f"{type(error).__name__}: {error.msg}"
    report.trace = [TraceLine(error.lineno or 1, code, "")]
    report.diagnosis = "Python cannot read the code yet; the mistake may be in the line above."


def _todo(exercise: Exercise, report: Report, error: NotImplementedError) -> None:
    if not report.passed:  # an earlier case has failed: that comes first
        return
    report.status, report.trace = "todo", _learner_lines(error)
    report.line = report.trace[-1].line if report.trace else None
    names = [line.function for line in report.trace if line.function in exercise.names]
    passed = sum(case.status == "pass" for case in report.cases)
    what = f"`{names[-1]}`" if names else "This exercise"
    report.message = f"{what} is not written yet."
    if passed:
        report.message = f"{plural(passed, 'case')} right so far. {report.message}"


def _out_of_time(exercise: Exercise, report: Report, stop: BaseException) -> None:
    if not report.passed:
        return
    out_of_time(report, exercise)
    report.trace = _learner_lines(stop)
    report.line = report.trace[-1].line if report.trace else None


def _learner_lines(error: BaseException) -> list[TraceLine]:
    """The learner's part of the traceback; of a deep one the innermost lines."""
    lines = [
        TraceLine(frame.lineno or 0, (frame.line or "").strip(), frame.name)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == spaces.YOURS
    ]
    return lines[-MOST_LINES:]
