"""An exercise as notebook cells: prompt and hints, a starter to edit, a check, the solution."""

from __future__ import annotations

from typing import Any

from u30.learn.spaces import supplied

from .text import details


def difficulty(level: int) -> str:
    return "●" * level + "○" * (5 - level)


def prompt(exercise: Any) -> str:
    """Return the Markdown before the starter."""
    facts = [
        f"Difficulty {difficulty(exercise.difficulty)} ({exercise.difficulty} of 5)",
        f"about {exercise.minutes} minutes",
        exercise.kind,
    ]
    number = exercise.id.rpartition(".")[2]
    hints = [details(f"Hint {n}", hint) for n, hint in enumerate(exercise.hints, start=1)]
    head = f"### Exercise {number}: {exercise.title}\n\n*{' · '.join(facts)}*"
    return "\n\n".join([head, exercise.prompt, *hints])


def starter(exercise: Any) -> str:
    """Return the cell the learner edits, after what is given, so that it runs on its own."""
    given = "\n".join([*supplied(exercise), exercise.given.strip("\n")])
    return f"{given}\n\n\n{exercise.starter}".strip("\n")


def check(exercise: Any) -> str:
    return f'u30.check("{exercise.id}")'


def solution(exercise: Any) -> str:
    """Return the folded solution and what it taught."""
    code = f"```python\n{exercise.solution.strip()}\n```"
    return details("Solution", f"{code}\n\n{exercise.after}")
