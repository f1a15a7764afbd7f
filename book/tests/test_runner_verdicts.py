"""Proof 8: the same checks give the same verdicts in the page as in CPython.

For every exercise that the package has: the solution passes, the starter does not, every wrong
version is rejected and named as itself, and each report is the one that CPython gives for the same
seed. All in one page and one worker for each process that runs tests, and without a request to
another host.
"""

import math
import random
import re
import warnings

import numpy as np
import pytest

from u30.learn.check import check_source
from u30.learn.parse import load_all

from .runner import Runner

SEED = 1
SAME = ("status", "mistake", "where", "index", "line", "after")
ALIKE = ("message", "diagnosis", "got", "want", "call")  # but for the last digits of numbers
NUMBER = re.compile(r"(-?\d+(?:\.\d*)?(?:e[+-]?\d+)?)")
MANY = """async (jobs) => {
  const answers = [];
  for (const [id, source, seed] of jobs) {
    const { report } = await python.check(id, source, { seed });
    answers.push(report);
  }
  return answers;
}"""
# A wrong version may call the solution by the name under which it is checked itself.
BOUND = (
    "{name} = type({alias})"
    "({alias}.__code__, dict(globals()), '{name}', {alias}.__defaults__, {alias}.__closure__)"
)


def answer(wrong):
    """A wrong version as a learner would have written it."""
    bound = [BOUND.format(name=name, alias=alias) for name, alias in wrong.replaces]
    return "\n".join([wrong.source, *bound])


def jobs(exercise):
    """What is checked, and the verdict it ought to get."""
    yield exercise.solution, "pass", ""
    yield exercise.starter, None, None
    for wrong in exercise.wrongs:
        yield answer(wrong), "rejected", wrong.name


def alike(a, b):
    """Two texts that are the same but for the last digits of the numbers in them.

    The page's whole numbers have 32 bits, where NumPy is free to choose."""
    a, b = a.replace("int32", "int64"), b.replace("int32", "int64")
    if a == b:
        return True
    ours, theirs = NUMBER.split(a), NUMBER.split(b)
    return len(ours) == len(theirs) and all(
        x == y or (n % 2 == 1 and math.isclose(float(x), float(y), rel_tol=1e-3, abs_tol=1e-9))
        for n, (x, y) in enumerate(zip(ours, theirs))
    )


def here(exercise, source):
    """CPython's report, as the terminal's process makes it."""
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return check_source(exercise, source, SEED).to_dict()


def differences(page, cpython):
    for name in SAME:
        if page[name] != cpython[name]:
            yield f"{name} is {page[name]!r} in the page, {cpython[name]!r} in CPython"
    for name in ALIKE:
        if not alike(page[name], cpython[name]):
            yield f"{name} is {page[name]!r} in the page, {cpython[name]!r} in CPython"
    ours, theirs = ([(c["name"], c["status"]) for c in r["cases"]] for r in (page, cpython))
    if ours != theirs:
        yield f"the cases are {ours} in the page, {theirs} in CPython"


def verdict(exercise, report, status, mistake):
    if status == "pass" and report["status"] != "pass":
        yield f"the solution does not pass: {report['message']}"
    if status is None and report["status"] == "pass":
        yield "the starter passes"
    if status == "rejected" and (
        report["status"] not in ("fail", "error") or report["mistake"] != mistake
    ):
        yield f"{mistake} ends in {report['status']}, recognised as {report['mistake']!r}"


@pytest.fixture(scope="session")
def checker(site, browser):
    opened = Runner(browser, site)
    yield opened
    opened.close()


@pytest.mark.parametrize("exercise", load_all(), ids=lambda exercise: exercise.id)
def test_an_exercise_gets_the_verdicts_of_cpython(checker, site, exercise):
    asked = list(jobs(exercise))
    assert len(asked) > 2
    answers = checker.page.evaluate(MANY, [[exercise.id, source, SEED] for source, *_ in asked])
    problems = []
    for (source, status, mistake), report in zip(asked, answers, strict=True):
        found = [
            *verdict(exercise, report, status, mistake),
            *differences(report, here(exercise, source)),
        ]
        name = mistake or ("the solution" if status else "the starter")
        problems += [f"{name}: {problem}" for problem in found]
    assert not problems, "\n".join(problems)
    foreign = [address for address in checker.requests if not address.startswith((site, "data:"))]
    assert not foreign and not checker.errors, (foreign, checker.errors)
