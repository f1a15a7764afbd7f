"""The grammar of the command, and help that teaches it."""

from __future__ import annotations

import argparse
import difflib
from typing import Any

from u30.cli import answers, completion, files, places
from u30.cli.codes import USAGE, Stop

HELP = """\
u30: the exercises of the course, checked in your terminal

Start here:
  u30 init             make the folder u30-course with one file per exercise
  cd u30-course
  u30                  show the exercise, check it each time you save its file

While you work (ID: such as d01.2 or 1.2; without it, the one you are at):
  u30 check [ID ...]   check once; also a day (1), a file, or --all
  u30 hint [ID]        the next of three hints
  u30 solution [ID]    a solution and what it taught; never locked
  u30 debug [ID]       a Python prompt with the failing inputs, got and want
  u30 reset [ID]       the starter again; your version is kept
  u30 undo [ID]        your version again
  u30 edit [ID]        open the file in your editor (EDITOR)
  u30 open [ID|DAY]    open the page in your browser

Find your way:
  u30 task [ID]        the exercise's text again
  u30 list [DAY ...]   all exercises; what is passed, what is due for review
  u30 next             on to the next one that is not passed
  u30 goto ID          to that one
  u30 progress         thirty days by five exercises

A day as a whole:
  u30 notebook DAY     its exercises as a Jupyter notebook
  u30 train DAY        train its model; `u30 train DAY --help` shows the options
  u30 claims [DAY]     run its experiment: do the paper's claims hold?

The rest:
  u30 sync             carry progress to another machine, as a line of text
  u30 doctor           look for what may be wrong
  u30 completion SHELL complete commands and ids in bash, zsh or fish
  u30 dev              for those who write exercises

u30 COMMAND --help explains a command. Options before the command: --course DIR
(the folder, if it is not here), --plain (no keys, no colours), --ascii.

Exit codes: 0 all passed, 1 something is not, 2 cannot be understood, 3 your
code stopped with an error or ran out of time, 4 the installation or the folder
is broken, 130 interrupted.
"""


class Parser(argparse.ArgumentParser):
    """Mistakes are one sentence; help of the whole command is ours."""

    def __init__(self, **options: Any):
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**options)

    def error(self, message: str) -> Any:
        raise Stop(f"{_sentence(message)} See {self.prog} --help.", USAGE)

    def format_help(self) -> str:
        return HELP if self.prog == "u30" else super().format_help()


def make_parser() -> Parser:
    parser = Parser(prog="u30")
    parser.add_argument("--course", metavar="DIR", help="the course folder")
    parser.add_argument("--plain", action="store_true", help="no keys, no colours, no redrawing")
    parser.add_argument("--ascii", action="store_true", help="ASCII characters only")
    parser.add_argument("--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="command", parser_class=Parser)

    def add(name: str, does: Any, about: str, example: str = "", id: str = "") -> Parser:
        text = about + (f"\n\nExample:\n  {example}" if example else "")
        one = commands.add_parser(name, help=about, description=text)
        one.set_defaults(does=does, needs_desk=True)
        if id:
            one.add_argument("id", nargs=id, metavar="ID", help="such as d01.2 or 1.2")
        return one

    _answers(add)
    _files(add)
    _places(add)
    _days(add)
    dev = commands.add_parser("dev", help="for those who write exercises")
    dev.set_defaults(needs_desk=False)
    return parser


def _answers(add: Any) -> None:
    watch = add("watch", None, "Check the exercise each time its file is saved (as `u30` does).")
    watch.add_argument("what", nargs="?", metavar="ID", help="start at this exercise")
    watch.add_argument("--seed", type=_seed, metavar="N", help="the same inputs every time")
    check = add(
        "check", answers.check, "Check once.", "u30 check 1.1 1.2    u30 check 1    u30 check --all"
    )
    check.add_argument("what", nargs="*", metavar="ID", help="exercises, days or files")
    check.add_argument("--all", action="store_true", help="every exercise of the course")
    check.add_argument("--seed", type=_seed, metavar="N", help="the inputs of an earlier check")
    check.add_argument("--json", action="store_true", help="one JSON report a line")
    hint = add("hint", answers.hint, "Show the next hint.", "u30 hint 1.3", "?")
    hint.add_argument("--number", type=int, metavar="N", help="hint 1, 2 or 3 again")
    solution = add("solution", answers.solution, "Show a solution.", "u30 solution 1.3", "?")
    solution.add_argument("--yes", action="store_true", help="do not ask")
    debug = add("debug", answers.debug, "Look at the failing call in a Python prompt.", "", "?")
    debug.add_argument("--seed", type=_seed, metavar="N", help="the inputs of an earlier check")
    add("task", answers.task, "Show an exercise's text.", "", "?")


def _files(add: Any) -> None:
    init = add("init", files.init, "Make the course folder, or add what is missing in it.")
    init.add_argument("folder", nargs="?", metavar="DIR", help="default: u30-course")
    init.set_defaults(needs_desk=False)
    add("reset", files.reset, "Put the starter back. Your version is kept.", "u30 reset 1.2", "?")
    add("undo", files.undo, "Bring back the version before the last reset.", "u30 undo 1.2", "?")
    add("edit", files.edit, "Open the file in the editor that EDITOR names.", "", "?")
    page = add("open", files.open_page, "Open the page in your browser.", "u30 open 1.2")
    page.add_argument("id", nargs="?", metavar="ID|DAY", help="an exercise or a day")
    page.add_argument("--print", action="store_true", help="only print the address")
    page.add_argument("--published", action="store_true", help="not the site built here")


def _places(add: Any) -> None:
    listing = add("list", places.list_all, "List the exercises.", "u30 list 1")
    listing.add_argument("what", nargs="*", metavar="DAY", help="days or ids")
    add("next", places.next_one, "Go to the next exercise that is not passed.")
    add("goto", places.goto, "Go to an exercise, or a day.", "u30 goto 1.4").add_argument(
        "id", metavar="ID"
    )
    add("progress", places.progress, "Show the grid of thirty days by five exercises.")
    sync = add("sync", None, "Carry progress to another machine.", "u30 sync export > progress.txt")
    ways = sync.add_subparsers(dest="way", metavar="way", parser_class=Parser, required=True)
    ways.add_parser("export", help="print all progress as one line").set_defaults(
        does=places.sync_export
    )
    taken = ways.add_parser("import", help="take over such a line")
    taken.add_argument("text", metavar="TEXT", help='the line, a file with it, or "-"')
    taken.set_defaults(does=places.sync_import)


def _days(add: Any) -> None:
    notebook = add("notebook", None, "Write a day's exercises as a notebook, and open Jupyter.")
    notebook.add_argument("day", metavar="DAY")
    notebook.add_argument("--no-open", action="store_true", help="only write it")
    train = add("train", None, "Train a day's model.", "u30 train 1 --steps 500")
    train.add_argument("day", metavar="DAY")
    train.add_argument("options", nargs=argparse.REMAINDER, help="options of the model")
    claims = add("claims", None, "Run a day's experiment: do the paper's claims hold?")
    claims.add_argument("day", nargs="?", metavar="DAY")
    doctor = add("doctor", None, "Look for what may be wrong.")
    shell = add("completion", None, "Print a script that completes commands and ids.")
    shell.description += f"\n\n{completion.HOW}"
    shell.add_argument("shell", choices=sorted(completion.SCRIPTS))
    for one in (train, claims, doctor, shell):
        one.set_defaults(needs_desk=False)


def command_names(parser: Parser) -> dict[str, str]:
    """Every command and what it does, for completion."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {choice.dest: choice.help or "" for choice in action._choices_actions}
    return {}


def _seed(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f'a seed is a whole number, not "{text}"')
    return int(text)


def _sentence(message: str) -> str:
    """argparse's message as a sentence; for an unknown command with what may have been meant."""
    if message.startswith("argument command: invalid choice: "):
        typed = message.split("'")[1]
        close = difflib.get_close_matches(typed, command_names(make_parser()), n=1)
        meant = f" Did you mean `u30 {close[0]}`?" if close else ""
        return f'"{typed}" is not a command.{meant}'
    return message[:1].upper() + message[1:].rstrip(".") + "."
