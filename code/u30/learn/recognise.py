"""Recognise a mistake by what it does: replay the learner's calls on every wrong version."""

from typing import Any

from u30.learn import spaces
from u30.learn.calls import Call
from u30.learn.copies import same
from u30.learn.frequencies import same_source
from u30.learn.parse import Exercise
from u30.learn.wrong import Wrong

CaseCalls = list[tuple[bool, list[Call]]]  # per case: did it pass, and its calls


def recognise(exercise: Exercise, cases: CaseCalls, model: dict[str, Any]) -> Wrong | None:
    """The wrong version that did what the learner's code did, if there is one.

    It must agree in the first case that failed, where the right answer is another one; among
    several, the one that agrees in most cases is taken.
    """
    first = next((calls for passed, calls in cases if not passed), [])
    if not first or _agrees(exercise, model, first, chance=False):
        return None
    found: list[tuple[Wrong, dict[str, Any]]] = []
    for wrong in exercise.wrongs:
        functions = spaces.wrong_version(exercise, wrong)
        if _agrees(exercise, functions, first):
            found.append((wrong, functions))
    if len(found) < 2:
        return found[0][0] if found else None
    scores = [sum(_agrees(exercise, fs, calls) for _, calls in cases) for _, fs in found]
    return found[scores.index(max(scores))][0]


def _agrees(
    exercise: Exercise, functions: dict[str, Any], calls: list[Call], chance: bool = True
) -> bool:
    """Whether all calls come out the same; with `chance`, many draws need not be the same draws."""
    for call in calls:
        try:
            again = call.make(functions[call.name], exercise.mutates)
        except NotImplementedError:
            return False
        if not _same_outcome(call, again, chance):
            return False
    return True


def _same_outcome(a: Call, b: Call, chance: bool) -> bool:
    if a.error is not None or b.error is not None:
        return type(a.error) is type(b.error) and str(a.error) == str(b.error)
    if a.changed != b.changed:
        return False
    return same(a.result, b.result) or (
        chance and a.times is not None and a.times > 100 and same_source(a.result, b.result)
    )
