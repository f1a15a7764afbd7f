"""Reports on answers that took too long or that took their whole process with them."""

import re
import signal

from u30.learn.parse import Exercise
from u30.learn.report import CaseResult, Report, TraceLine
from u30.learn.spaces import YOURS

# What Python's faulthandler writes when it ends a process or sees it crash.
DUMP = re.compile(
    r"^(Timeout \(|Fatal Python error|Windows fatal exception|(Current thread|Thread) 0x)", re.M
)
FRAME = re.compile(rf'File "{YOURS}", line (\d+) in (\S+)')


def out_of_time(report: Report, exercise: Exercise) -> Report:
    report.status = "timeout"
    report.message = f"Stopped after {exercise.timeout:g} seconds."
    report.diagnosis = "Is there a loop that never ends, or much more work than is needed?"
    return report


def accident(
    exercise: Exercise,
    source: str,
    seed: int,
    ended: int | None,
    raw: str,
    broke: str = "",
    late: bool = False,
) -> Report:
    """What is known when no report came.

    ended  exit status, negative for a signal; None where it is unknown
    raw    what was printed, with Python's own dump of a crash
    broke  the error that kept the checker from writing its report
    late   the process was ended from outside because its time was over
    """
    report = Report(exercise.id, exercise.title, "error", seed)
    report.cases = [CaseResult(case.name, case.title, "skipped") for case in exercise.cases]
    dump = DUMP.search(raw)
    report.output = raw[: dump.start() if dump else None].rstrip()
    frame = FRAME.search(raw, dump.start()) if dump else None
    if frame:
        report.line = int(frame[1])
        report.trace = [TraceLine(report.line, line_of(source, report.line), frame[2])]
    if late or (dump and dump[0].startswith("Timeout")):
        return out_of_time(report, exercise)
    report.message, report.diagnosis = _what_happened(ended, broke)
    return report


def line_of(source: str, number: int) -> str:
    lines = source.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def _what_happened(ended: int | None, broke: str) -> tuple[str, str]:
    if "MemoryError" in broke:
        return ("Your code used up the memory that a check may use.", MEMORY)
    if broke:
        return (f"The check itself broke ({broke}).", "Please report it.")
    if ended is not None and (ended < 0 or ended >= 0xC0000000):
        name = _signal(-ended) if ended < 0 else "crash"
        if name == "SIGKILL":
            return ("The system ended your code from outside (SIGKILL).", MEMORY)
        if name in ("SIGTERM", "SIGINT", "SIGHUP"):
            return (f"Your code was ended by a signal ({name}).", "")
        return (
            f"Your code made Python itself crash ({name}).",
            "Very deep recursion and broken use of memory do this. Undo the last change and check.",
        )
    code = "" if ended is None else f" with exit code {ended}"
    return (
        f"Your code ended its whole process{code}, so there is no answer to check.",
        "A function hands back its result with `return`; `os._exit` and `quit` end Python.",
    )


MEMORY = "Usually that is too much memory: does an array grow with every step, or is a shape wrong?"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
