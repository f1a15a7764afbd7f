"""The feedback of an exercise as one text: what the starter and every wrong version print.

These texts lie in tests/golden/<id>.txt, so that a changed sentence shows in a diff and is read
before it reaches anyone. Numbers are rounded: another processor adds in another order.
"""

import difflib
import re
from pathlib import Path

from u30.learn import spaces
from u30.learn.check import check_functions, check_source
from u30.learn.parse import Exercise
from u30.learn.render_text import render_text

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "golden"
SEED = 0
ZERO = 1e-6  # what is smaller may be rounding
MOST_LINES = 12  # of a difference


def feedback(exercise: Exercise) -> str:
    """Everything a learner can be told by the foreseen mistakes, with seed 0."""
    parts = [("the starter", render_text(check_source(exercise, exercise.starter, SEED)))]
    for wrong in exercise.wrongs:
        functions = spaces.wrong_version(exercise, wrong)
        parts.append((wrong.name, render_text(check_functions(exercise, functions, SEED))))
    return "\n\n".join(f"=== {name}\n{_rounded(text)}" for name, text in parts) + "\n"


def accepted(exercise: Exercise) -> str | None:
    """The text that was last read and accepted."""
    path = FOLDER / f"{exercise.id}.txt"
    return path.read_text(encoding="utf-8") if path.exists() else None


def accept(exercise: Exercise) -> bool:
    """Write the present feedback as accepted; whether that changed anything."""
    text = feedback(exercise)
    if accepted(exercise) == text:
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{exercise.id}.txt").write_text(text, encoding="utf-8", newline="\n")
    return True


def difference(before: str, after: str) -> str:
    """The first lines that differ, as in a diff."""
    diff = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    lines = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
    rest = len(lines) - MOST_LINES
    return "\n".join(lines[:MOST_LINES] + ([f"... and {rest} lines more"] if rest > 0 else []))


def _rounded(text: str) -> str:
    """Numbers with a point or an exponent, to four digits.

    Counts, places and seeds stay, and so do numbers of one digit, which a person has written.
    """
    return re.sub(r"(?<![\w.])-?\d+(\.\d+(e[+-]?\d+)?|e[+-]?\d+)(?!\w)", _number, text)


def _number(match: re.Match[str]) -> str:
    value = float(match[0])
    if len(re.sub(r"e.*|\D", "", match[0]).strip("0")) <= 1:
        return match[0]
    return "0" if abs(value) < ZERO else f"{value:.4g}"
