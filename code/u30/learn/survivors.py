"""Which mutants of a solution does its check let through, and is there a reason for each?

A mutant that makes no difference is listed, with the reason, in the section `# %% wrong`:

    SURVIVORS = {
        "x = int(np.argmax(p)) -> x = np.argmax(p)": "a NumPy integer is a whole number, too",
    }
"""

import ast
import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from u30.learn import spaces
from u30.learn.calls import Learner
from u30.learn.limit import OutOfTime, limit
from u30.learn.mutate import Mutant, mutants
from u30.learn.parse import Exercise, load

SEEDS = (0, 1, 2)  # a check is run once: it has to reject on each of them
LONGEST = 1.0  # seconds; a mutant that is still running has been told apart from the solution


@dataclass(frozen=True)
class Survivor:
    """A mutant that passes; `seeds` are those on which it does."""

    what: str
    seeds: tuple[int, ...]
    reason: str  # "" when nobody has written one

    def __str__(self) -> str:
        always = len(self.seeds) == len(SEEDS)
        on = "" if always else f" (on {len(self.seeds)} of {len(SEEDS)} seeds)"
        return f"passes{on}: {self.what}"


@dataclass(frozen=True)
class Mutation:
    """All mutants of one exercise, and which of them survive."""

    total: int
    survivors: tuple[Survivor, ...]
    outdated: tuple[str, ...]  # in SURVIVORS, but rejected or no longer made

    @property
    def killed(self) -> int:
        return self.total - len(self.survivors)

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        return tuple(survivor for survivor in self.survivors if not survivor.reason)


def mutation(exercise: Exercise) -> Mutation:
    """Check every mutant on every seed."""
    reasons, every = reasons_of(exercise), mutants(exercise.solution)
    survivors = tuple(_survivors(exercise, every, reasons))
    alive = {survivor.what for survivor in survivors}
    outdated = tuple(what for what in reasons if what not in alive)
    return Mutation(len(every), survivors, outdated)


def reasons_of(exercise: Exercise) -> dict[str, str]:
    """SURVIVORS of the exercise: mutant to reason."""
    for node in ast.parse(exercise.wrong).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SURVIVORS":
            return dict(ast.literal_eval(node.value))
    return {}


def _survivors(
    exercise: Exercise, every: list[Mutant], reasons: dict[str, str]
) -> Iterator[Survivor]:
    jury = Jury(exercise)
    for mutant in every:
        passed = tuple(seed for seed in SEEDS if not jury.rejects(mutant.source, seed))
        if passed:
            yield Survivor(mutant.what, passed, reasons.get(mutant.what, ""))


class Jury:
    """The cases of one exercise, as a yes or no: no report, and no case after the first failure.

    The case that rejected the last mutant is tried first, for the next one is much like it.
    """

    def __init__(self, exercise: Exercise):
        self.exercise = replace(exercise, timeout=min(exercise.timeout, LONGEST))
        self.model = spaces.reference(exercise)
        space = spaces.cases(exercise)
        self.cases = [(i, space[f"case_{case.name}"]) for i, case in enumerate(exercise.cases)]
        names = [*exercise.names, *(name for id in exercise.needs for name in load(id).names)]
        self.ref = SimpleNamespace(**{name: self.model[name] for name in names})

    def rejects(self, source: str, seed: int) -> bool:
        try:
            with (
                limit(self.exercise.timeout),
                contextlib.redirect_stdout(io.StringIO()),
                warnings.catch_warnings(),
                np.errstate(all="ignore"),
            ):
                warnings.simplefilter("ignore")
                functions = spaces.learner(self.exercise, source)
                return self._rejects(functions, seed)
        except (Exception, SystemExit, OutOfTime):
            return True

    def _rejects(self, functions: dict[str, Any], seed: int) -> bool:
        for place, (number, case) in enumerate(self.cases):
            you = Learner(functions, self.model, self.exercise.mutates)
            try:
                case(you, np.random.default_rng([seed, number]), self.ref)
            except (Exception, SystemExit, OutOfTime):
                self.cases.insert(0, self.cases.pop(place))
                return True
        return False
