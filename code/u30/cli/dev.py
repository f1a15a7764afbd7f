"""`u30 dev`: for those who write exercises. check, mutate, preview and new; see CONTRIBUTING.md."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

from u30.cli import show
from u30.cli.codes import BROKEN, NOT_PASSED, PASSED, Stop
from u30.cli.course import find, select
from u30.cli.paint import show as write
from u30.cli.spans import Line
from u30.cli.template import TEMPLATE
from u30.cli.terminal import Terminal, find_terminal
from u30.learn import golden, spaces
from u30.learn.check import check_functions, check_source
from u30.learn.cut import ExerciseError
from u30.learn.parse import ID, INTERLUDES, Exercise, folder_of, load_all, read
from u30.learn.proof import PROOFS, prove
from u30.learn.survivors import mutation


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Give `u30 dev` its commands; each sets `run`, a function of the parsed arguments."""
    commands = parser.add_subparsers(dest="dev_command", required=True, metavar="command")
    one = commands.add_parser("check", help="prove exercises: all, or those named")
    one.add_argument("exercises", nargs="*", metavar="ID", help="d01.1, or day01; default: all")
    one.add_argument("--only", nargs="+", choices=PROOFS, default=[], help="these proofs only")
    one.add_argument("--accept", action="store_true", help="accept the feedback as it is now")
    one.set_defaults(run=check)
    one = commands.add_parser(
        "mutate", help="list the mutants of a solution that survive its check"
    )
    one.add_argument("exercise", metavar="ID")
    one.set_defaults(run=mutate)
    one = commands.add_parser("preview", help="all that a learner can get to see of an exercise")
    one.add_argument("exercise", metavar="ID", help="an id, or the path of a file")
    one.set_defaults(run=preview)
    one = commands.add_parser("new", help="start an exercise from a template")
    one.add_argument("exercise", metavar="ID", help="such as d02.1")
    one.add_argument("title", nargs="?", default="A title", help='such as "The cell state"')
    one.set_defaults(run=new)


def check(args: argparse.Namespace) -> int:
    """Run the proofs of EXERCISES; print what is wrong. With `accept` write the golden texts."""
    _checkout()
    out, every = _terminal(args).out, _course()
    chosen = select(args.exercises, every) if args.exercises else every
    began, wrong = time.perf_counter(), 0
    for exercise in chosen:
        if args.accept and golden.accept(exercise):
            out.write(f"{exercise.id}  feedback accepted: tests/golden/{exercise.id}.txt\n")
        proof = prove(exercise, tuple(args.only))
        wrong += not proof.holds
        verdict = "proven" if proof.holds else f"{len(proof.findings)} to repair"
        seconds = sum(proof.seconds.values())
        out.write(f"{exercise.id}  {verdict:<12} {seconds:5.1f} s  {exercise.title}\n")
        for finding in proof.findings:
            out.write(_indented(str(finding)))
        out.flush()
    total = f"{len(chosen) - wrong} of {len(chosen)} proven, {time.perf_counter() - began:.1f} s"
    out.write(f"{total}\n")
    return NOT_PASSED if wrong else PASSED


def mutate(args: argparse.Namespace) -> int:
    """Say how many mutants die, and which do not."""
    exercise, out = _find(args.exercise), _terminal(args).out
    result = mutation(exercise)
    out.write(f"{exercise.id}  {result.killed} of {result.total} mutants rejected\n")
    for survivor in result.survivors:
        out.write(_indented(str(survivor)))
        out.write(_indented(f"because {survivor.reason}" if survivor.reason else HELP, 4))
    for what in result.outdated:
        out.write(_indented(f"SURVIVORS explains a mutant that does not survive: {what}"))
    return NOT_PASSED if result.unexplained or result.outdated else PASSED


HELP = "Add a case that rejects it, or write in SURVIVORS why it makes no difference."


def preview(args: argparse.Namespace) -> int:
    """Print the task, the starter, the hints, the solution and every foreseen feedback."""
    terminal, exercise = _terminal(args), _find(args.exercise)
    file = exercise.path.name
    starter: list[Line] = [[("    ", ""), (line, "python")] for line in _code(exercise)]
    write(show.task(exercise, file, f"exercise {exercise.id}", terminal), terminal)
    write([[], *show.heading("The starter", terminal), *starter], terminal)
    for number in range(1, len(exercise.hints) + 1):
        write([[], *show.hint(exercise, number, terminal)], terminal)
    write([[], *show.solution(exercise, terminal)], terminal)
    reports = [("The starter", check_source(exercise, exercise.starter, golden.SEED))]
    for wrong in exercise.wrongs:
        functions = spaces.wrong_version(exercise, wrong)
        reports.append((wrong.name, check_functions(exercise, functions, golden.SEED)))
    for name, report in reports:
        lines = show.heading(f"Feedback on: {name}", terminal)
        write([[], *lines, *show.report(report, file, terminal)], terminal)
    return PASSED


def new(args: argparse.Namespace) -> int:
    """Write a file that parses, with everything an exercise needs still to be said."""
    path = start(args.exercise, args.title)
    _terminal(args).out.write(f"{path}\nWrite it, then: u30 dev check {args.exercise}\n")
    return PASSED


def start(id: str, title: str) -> Path:
    """Write an exercise from the template; return its path. Stop if there is one already."""
    _checkout()
    series, _, number = id.partition(".")
    if not ID.fullmatch(id) or number.startswith("0"):
        raise Stop(f'"{id}" is not an id; ids look like d02.1 (day 2, exercise 1).')
    folder = folder_of(id)
    if taken := sorted(folder.glob(f"ex{number}_*.py")):
        raise Stop(f"There is a {id} already: {taken[0]}")
    slug = re.sub(r"\W+", "_", title.lower()).strip("_") or "untitled"
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "__init__.py"
    if not package.exists():
        lesson = f"Interlude: {series}" if series in INTERLUDES else f"Day {int(series[1:])}"
        package.write_text(f'"""{lesson}."""\n', encoding="utf-8")
    path = folder / f"ex{number}_{slug}.py"
    quoted = title.replace("\\", "").replace('"', "'")
    text = TEMPLATE.replace("{id}", id).replace("{title}", quoted)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _terminal(args: argparse.Namespace) -> Terminal:
    return getattr(args, "terminal", None) or find_terminal()


def _checkout() -> None:
    if not golden.FOLDER.parent.is_dir():
        message = "`u30 dev` works in a checkout of the repository; this is an installed package."
        raise Stop(message, BROKEN)


def _course() -> list[Exercise]:
    try:
        return load_all()
    except (ExerciseError, OSError) as error:
        raise Stop(str(error)) from None


def _find(text: str) -> Exercise:
    path = Path(text)
    if path.suffix != ".py":
        return find(text, _course())
    try:
        return read(path.resolve())
    except (ExerciseError, OSError) as error:
        raise Stop(str(error)) from None


def _code(exercise: Exercise) -> list[str]:
    return f"{exercise.given}\n\n{exercise.starter}".rstrip().split("\n")


def _indented(text: str, by: int = 2) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in text.splitlines())
