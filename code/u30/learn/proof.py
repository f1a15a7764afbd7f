"""`prove(exercise)`: is this exercise fit for learners? Every proof says what is wrong.

    1 file       the file has everything a reader needs
    2 starter    it runs and does not pass
    3 solution   it passes on every seed, in time
    4 answers    lazy answers fail; right answers in another form pass
    5 wrong      every wrong version is rejected and named as itself
    6 mutants    every small change to the solution is rejected, or there is a reason
    7 golden     the feedback is the one that was last read and accepted
    9 fresh      pages and notebooks that have been built show this version

(Proof 8, the same verdicts in a browser, needs one and is a test of the site.)
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from u30.learn import golden, spaces
from u30.learn.check import check_functions, check_source
from u30.learn.fresh import stale
from u30.learn.parse import Exercise, load
from u30.learn.survivors import SEEDS, Mutation, mutation
from u30.learn.trivial import TRIED, other_forms, trivial_answers

SOLUTION_SEEDS = range(25)
FEW_SEEDS = range(5)
QUICK = 1.0  # seconds for one check of the solution
WIDTH = 80  # characters of a line of code; a page cuts off the rest at the right


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an exercise."""

    proof: str  # a name from PROOFS
    text: str

    def __str__(self) -> str:
        return f"{self.proof}: {self.text}"


@dataclass
class Proof:
    """What came of all proofs of one exercise."""

    exercise: Exercise
    findings: list[Finding] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.findings


def prove(exercise: Exercise, only: tuple[str, ...] = ()) -> Proof:
    """Run the proofs named in `only`, or all of them."""
    proof = Proof(exercise)
    for name, function in PROOFS.items():
        if only and name not in only:
            continue
        began = time.perf_counter()
        proof.findings += [Finding(name, text) for text in function(exercise)]
        proof.seconds[name] = time.perf_counter() - began
    return proof


def file(exercise: Exercise) -> Iterator[str]:
    first, second, third = exercise.hints
    if "```" in first:
        yield "the first hint shows code; it should be a question"
    if "?" not in first:
        yield "the first hint asks nothing; it should be a question"
    if "```" not in third or "..." not in third:
        yield "the third hint should be code with one hole, written `...`"
    if exercise.solution.strip() in third:
        yield "the third hint is the solution"
    for number, hint in enumerate((first, second, third), 1):
        if not 5 <= len(hint.split()) <= 120:
            yield f"hint {number} has {len(hint.split())} words; 5 to 120 can be read at a glance"
    if not 5 <= exercise.minutes <= 90:
        yield f"{exercise.minutes} minutes; an exercise takes 5 to 90"
    if not 0 < exercise.timeout <= 30:
        yield f"a time limit of {exercise.timeout:g} seconds; nobody waits longer than 30"
    if not exercise.concepts:
        yield "no concepts in the metadata"
    if "|---|" not in exercise.prompt:
        yield "the prompt has no table of names and shapes"
    if "worked number" not in exercise.prompt.lower():
        yield 'the prompt has no "worked number"'
    if len(exercise.after.split()) < 25:
        yield "AFTER has fewer than 25 words; it says what this was in the paper and why it matters"
    if len(exercise.wrongs) < 2:
        yield "fewer than two wrong versions"
    for wrong in exercise.wrongs:
        if len(wrong.says.split()) < 5:
            yield f"the sentence of the wrong version {wrong.name} is too short to help"
    titles = [case.title for case in exercise.cases]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield f'two cases are called "{title}"'
    yield from _needs(exercise)
    for line in (exercise.given + exercise.solution + exercise.starter).splitlines():
        words = line.strip()
        if words.startswith(("import ", "from ")) and words != "import numpy as np":
            yield f"the learner's code has `{words}`; it may import NumPy and nothing else"
    yield from _wide(exercise)


def _needs(exercise: Exercise) -> Iterator[str]:
    for id in exercise.needs:
        try:
            earlier = load(id)
        except KeyError as error:
            yield f"needs {id}: {error.args[0]}"
            continue
        if earlier.order >= exercise.order:
            yield f"needs {id}, which does not come earlier"


def _wide(exercise: Exercise) -> Iterator[str]:
    parts = {"given": exercise.given, "starter": exercise.starter, "solution": exercise.solution}
    texts = {"prompt": exercise.prompt, "AFTER": exercise.after}
    texts |= {f"hint {number}": hint for number, hint in enumerate(exercise.hints, 1)}
    parts |= {part: "\n".join(text.split("```")[1::2]) for part, text in texts.items()}
    for part, code in parts.items():
        for line in code.splitlines():
            if len(line) > WIDTH:
                yield f"{part} has a line of {len(line)} characters, {WIDTH} can be seen: {line}"


def starter(exercise: Exercise) -> Iterator[str]:
    allowed = ("fail", "error") if exercise.kind == "debug" else ("todo", "fail")
    for seed in SEEDS:
        report = check_source(exercise, exercise.starter, seed)
        if report.status not in allowed:
            yield f"the starter ends in {report.status} (seed {seed}): {report.message}"
            return
        if not report.message:
            yield f"the starter is rejected without a word (seed {seed})"
            return


def solution(exercise: Exercise) -> Iterator[str]:
    spent = []
    for seed in SOLUTION_SEEDS:
        report = check_source(exercise, exercise.solution, seed)
        spent.append(report.seconds)
        if not report.passed:
            yield f"the solution does not pass on seed {seed}:\n{report}"
            return
    if median(spent) > QUICK:
        yield f"a check of the solution takes {median(spent):.1f} seconds; learners wait for it"


def answers(exercise: Exercise) -> Iterator[str]:
    solved = spaces.reference(exercise)
    for what, functions in trivial_answers(exercise, solved):
        report = check_functions(exercise, functions, TRIED)
        if report.status not in ("fail", "error"):
            yield f"{what} ends in {report.status}"
    for what, functions in other_forms(exercise):
        for seed in FEW_SEEDS:
            report = check_functions(exercise, functions, seed)
            if not report.passed:
                yield f"{what} is rejected:\n{report}"
                break


def wrong(exercise: Exercise) -> Iterator[str]:
    for version in exercise.wrongs:
        functions = spaces.wrong_version(exercise, version)
        for seed in FEW_SEEDS:
            report = check_functions(exercise, functions, seed)
            if report.status not in ("fail", "error"):
                yield f"{version.name} ends in {report.status} on seed {seed}"
                break
            if report.mistake != version.name:
                named = f"as {report.mistake}" if report.mistake else "not at all"
                yield f"{version.name} is rejected on seed {seed}, but named {named}:\n{report}"
                break


def mutants(exercise: Exercise) -> Iterator[str]:
    yield from told(mutation(exercise))


def told(result: Mutation) -> Iterator[str]:
    """The mutants that need a better check or a reason, and the reasons that are not needed."""
    for survivor in result.unexplained:
        yield f"a mutant {survivor}"
    for what in result.outdated:
        yield f"SURVIVORS explains a mutant that does not survive: {what}"


def golden_text(exercise: Exercise) -> Iterator[str]:
    if not golden.FOLDER.parent.is_dir():
        return  # an installed package has no tests
    now, before = golden.feedback(exercise), golden.accepted(exercise)
    read = f"Read it, then accept it: u30 dev check {exercise.id} --accept"
    if before is None:
        yield f"nobody has read its feedback yet. {read}"
    elif now != before:
        yield f"its feedback has changed. {read}\n{golden.difference(before, now)}"


PROOFS: dict[str, Callable[[Exercise], Iterator[str]]] = {
    "file": file,
    "starter": starter,
    "solution": solution,
    "answers": answers,
    "wrong": wrong,
    "mutants": mutants,
    "golden": golden_text,
    "fresh": stale,
}
