"""`u30.check("d01.1")` and its sisters in a notebook. None of them raises for an unfinished answer.

What is checked is the text of the cells that define the answer, run again on its own: neither stale
variables nor the order in which cells were run can make it pass.
"""

from dataclasses import dataclass
from typing import Any

from u30.learn.cells import find_answer, history, shell
from u30.learn.contained import check_contained
from u30.learn.html_parts import block, box, folded, inline, markdown
from u30.learn.parse import Exercise, load
from u30.learn.report import Report
from u30.learn.state import State, check_remembering, default_path

BLUE, ORANGE = "#56b4e9", "#e69f00"
_state: State | None = None
_last: dict[str, tuple[str, Report]] = {}  # exercise -> source and report of the last check
_asked: set[str] = set()  # exercises whose solution was asked for once


@dataclass
class Card:
    """Something to show: HTML in a notebook, text elsewhere."""

    text: str
    html: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def check(id: str) -> None:
    """Check an exercise and show the result."""
    exercise = _load(id)
    if exercise is None:
        return
    cells = history()
    source = find_answer(exercise, cells)
    if source is None:
        names = " and ".join(f"`{name}`" for name in exercise.names)
        where = "Run the cell" if cells else "Outside a notebook there is no cell to look at: run"
        print(f"{id}: nothing to check yet. {where} that defines {names}, then check again.")
        return
    try:
        report = check_remembering(check_contained, state(), exercise, source)
    except KeyboardInterrupt:
        print(f"{id}: the check was stopped.")
        return
    _last[id] = (source, report)
    show(report)
    _notices()


def hint(id: str) -> None:
    """Show the next hint, and the ones before it folded away."""
    exercise = _load(id)
    if exercise is None:
        return
    number = min(state().entry(id).hints + 1, len(exercise.hints))
    state().hint(id, number)
    left = len(exercise.hints) - number
    more = f'u30.hint("{id}") shows the next one' if left else "this was the last one"
    title = f"{exercise.id} {exercise.title}: hint {number} of {len(exercise.hints)}"
    text = f"{title}\n\n{exercise.hints[number - 1]}\n\n({more})"
    before = [
        folded(f"Hint {n}", markdown(earlier))
        for n, earlier in enumerate(exercise.hints[: number - 1], 1)
    ]
    parts = [f"<div><b>{inline(title)}</b></div>", *before, markdown(exercise.hints[number - 1])]
    show(Card(text, box(BLUE, *parts, f'<div style="opacity:.8">({inline(more)})</div>')))
    _notices()


def solution(id: str, show: bool = False) -> None:
    """Show the solution. Before the exercise is passed: only when asked twice, or `show=True`."""
    exercise = _load(id)
    if exercise is None:
        return
    passed = state().entry(id).done
    if not (passed or show or id in _asked):
        _asked.add(id)
        _say(_are_you_sure(exercise, state().entry(id).hints))
        return
    entry = state().help(id)
    note = ""
    if not passed:
        note = (
            f"Marked as helped, and on your review list from {entry.review}: write it again then."
        )
    title = f"{exercise.id} {exercise.title}: the solution"
    text = "\n\n".join(part for part in (title, exercise.solution, exercise.after, note) if part)
    parts = [f"<div><b>{inline(title)}</b></div>", block(exercise.solution.strip("\n"))]
    parts += [markdown(exercise.after), markdown(note)]
    _display(Card(text, box(BLUE, *parts)))
    _notices()


def debug(id: str, space: dict[str, Any]) -> None:
    """Put the failing call's inputs, `got` and `want` into a namespace."""
    exercise = _load(id)
    if exercise is None:
        return
    if id not in _last:
        _say(f'{id}: nothing has been checked yet. u30.check("{id}") comes first.')
        return
    source, report = _last[id]
    ran = any(case.status not in ("skipped", "todo") for case in report.cases)
    if report.status not in ("fail", "error") or not ran:
        why = "it passed" if report.passed else "your code did not get as far as a wrong answer"
        _say(f"{id}: in the last check {why}, so there are no values to look at.")
        return
    from u30.learn.debug import failing

    failure = failing(exercise, source, report.seed)
    if failure is None:
        _say(f"{id}: the same inputs do not fail a second time. Does the answer depend on chance?")
        return
    space.update(failure.values)
    names = ", ".join(f"`{name}`" for name in failure.values)
    what = "`got` is what your code returned, `want` what the solution returns."
    if failure.error is not None:
        what = "`error` is what your code raised, `want` what the solution returns."
    title = f"{id}: {names} are variables now. {what}"
    text = f"{title}\n{report.call}"
    show(Card(text, box(ORANGE, f"<div>{inline(title)}</div>", block(report.call))))


def state() -> State:
    """Progress of the workspace that the notebook lies in, else of this session alone."""
    global _state
    if _state is None:
        _state = State(default_path())
    return _state


def show(what: Report | Card) -> None:
    if shell() is not None:
        from IPython.display import display

        display(what)
    else:
        print(what)


def _are_you_sure(exercise: Exercise, read: int) -> str:
    left = len(exercise.hints) - read
    hints = f"There {'is 1 hint' if left == 1 else f'are {left} hints'} you have not read: "
    hints = f'{hints}u30.hint("{exercise.id}"). ' if left else ""
    return (
        f"{exercise.id}: you have not passed this one yet. {hints}To see the solution all the "
        f'same, ask again: u30.solution("{exercise.id}").'
    )


def _load(id: str) -> Exercise | None:
    try:
        return load(id)
    except KeyError as error:
        print(error.args[0])
        return None


def _say(text: str) -> None:
    show(Card(text, box(BLUE, f"<div>{inline(text)}</div>")))


def _notices() -> None:
    while state().notices:
        print(state().notices.pop(0))


_display = show  # `solution` has an argument of that name
