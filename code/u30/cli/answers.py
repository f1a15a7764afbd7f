"""Commands about one answer: check, hint, solution, debug, and the exercise itself."""

from __future__ import annotations

from argparse import Namespace

from u30.cli import course, show
from u30.cli.codes import NOT_PASSED, PASSED, USAGE, Stop, code_of
from u30.cli.debug import debug as debug_prompt
from u30.cli.desk import Desk
from u30.cli.site import exercise_address
from u30.learn.parse import Exercise
from u30.learn.report import Report
from u30.learn.worker import Worker


def check(desk: Desk, args: Namespace) -> int:
    """Check the current exercise, those named, those of a day, or all; the worst exit code."""
    if args.all:
        chosen = desk.exercises
    else:
        chosen = course.select(args.what, desk.exercises) if args.what else [desk.here]
    reports = []
    with Worker() as worker:
        for exercise in chosen:
            report = desk.check(worker, exercise, desk.workspace.answer(exercise), args.seed)
            reports.append(report)
            if not args.json:
                _print(desk, exercise, report)
    if args.json:
        _print_json(reports)
    elif len(reports) > 1:
        passed = sum(report.passed for report in reports)
        desk.say(f"{passed} of {len(reports)} exercises passed.", "bold")
    if len(chosen) == 1:
        desk.go(chosen[0])
        if reports[0].passed and not args.json:
            what_next(desk, chosen[0])
    desk.tell_notices()
    return max(code_of(report.status) for report in reports)


def what_next(desk: Desk, exercise: Exercise) -> None:
    """After a pass: what could come now. Nothing happens by itself."""
    after = course.following(desk.state, desk.exercises, exercise)
    if after:
        desk.say(f"`u30 next` goes on to {after.id}, {after.title}.", "dim")
    else:
        desk.say("That was the last one: every exercise there is has been passed.", "bold")


def hint(desk: Desk, args: Namespace) -> int:
    """The next hint; after the last one, the last one again."""
    exercise = desk.chosen(args.id)
    if args.number and not 1 <= args.number <= len(exercise.hints):
        raise Stop(f"{exercise.id} has hints 1 to {len(exercise.hints)}, not {args.number}.")
    known = desk.state.entry(exercise.id).hints
    number = args.number or min(known + 1, len(exercise.hints))
    desk.show(show.hint(exercise, number, desk.terminal))
    if number > known:
        desk.state.hint(exercise.id, number)
    if known == len(exercise.hints) and not args.number:
        desk.say(f"There are no more hints. `u30 solution {exercise.id}` shows a solution.", "dim")
    return PASSED


def solution(desk: Desk, args: Namespace) -> int:
    """The solution, after one question where the exercise has not been passed yet."""
    exercise = desk.chosen(args.id)
    entry = desk.state.entry(exercise.id)
    if not entry.done and not entry.helped and not args.yes:
        warning = (
            f"You have not passed {exercise.id} yet. After reading the solution it counts as "
            "helped and comes back for review in three days."
        )
        if not desk.terminal.interactive:
            desk.say(f"{warning} To read it: u30 solution {exercise.id} --yes")
            return NOT_PASSED
        desk.say(warning)
        if not ask("Show the solution?"):
            desk.say("Not shown. `u30 hint` gives a hint.", "dim")
            return NOT_PASSED
    desk.state.help(exercise.id)
    desk.show(show.solution(exercise, desk.terminal))
    return PASSED


def debug(desk: Desk, args: Namespace) -> int:
    """A Python prompt in which the failing inputs, got and want are loaded."""
    exercise = desk.chosen(args.id)
    if not desk.terminal.interactive:
        raise Stop("`u30 debug` opens a Python prompt and needs a terminal.", USAGE)
    seed = args.seed if args.seed is not None else desk.state.seed(exercise.id)
    return debug_prompt(desk, exercise, desk.workspace.answer(exercise), seed)


def task(desk: Desk, args: Namespace) -> int:
    """The exercise itself."""
    exercise = desk.chosen(args.id)
    desk.show(task_lines(desk, exercise))
    return PASSED


def task_lines(desk: Desk, exercise: Exercise) -> list[show.Line]:
    file = desk.workspace.shown(exercise)
    return show.task(exercise, file, exercise_address(exercise), desk.terminal)


def ask(question: str, default: bool = False) -> bool:
    """Yes or no; Enter alone means the default, the end of the input means no."""
    try:
        answer = input(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
    except EOFError:
        print()
        return False
    return answer in ("y", "yes") or (default and not answer)


def _print(desk: Desk, exercise: Exercise, report: Report) -> None:
    if desk.terminal.out.isatty():
        desk.show(show.report(report, desk.workspace.shown(exercise), desk.terminal))
    else:
        print(report)
        if report.line:
            print(f"  {desk.workspace.shown(exercise)}:{report.line}")


def _print_json(reports: list[Report]) -> None:
    """One report a line, as the notebook and the page get them."""
    for report in reports:
        print(report.to_json())
