"""`u30`: reads the command line, runs one command, ends with its exit code.

Whatever goes wrong ends with one sentence on standard error and never with a traceback; a mistake
of ours leaves its traceback in a file (or on the screen with U30_DEBUG=1).
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import traceback
from argparse import Namespace
from pathlib import Path

import u30
from u30.cli.codes import BROKEN, INTERRUPTED, PASSED, USAGE, Stop


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):  # what a terminal lacks is shown as "?"
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except Stop as stop:
        return _say(stop.sentence, stop.code)
    except KeyboardInterrupt:
        return _say("stopped.", INTERRUPTED)
    except BrokenPipeError:  # the reader of our output has gone, as in `u30 list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception:
        if os.environ.get("U30_DEBUG"):
            raise
        return _say(f"This is a mistake of ours. {_keep_traceback()}", BROKEN)


def _run(arguments: list[str]) -> int:
    if importlib.util.find_spec("numpy") is None:
        raise Stop("NumPy is not installed: pip install numpy", BROKEN)
    from u30.cli import parser as grammar
    from u30.cli.terminal import find_terminal

    parser = grammar.make_parser()
    if arguments[:1] == ["help"]:
        arguments = [*arguments[1:], "--help"]
    args = _dev(parser, arguments) or parser.parse_args(arguments)
    if args.version:
        print(f"u30 {u30.__version__}")
        return PASSED
    terminal = find_terminal(args.plain, args.ascii)
    if not args.command or args.needs_desk:
        return _at_the_desk(terminal, args)
    return _without_desk(grammar, parser, terminal, args)


def _at_the_desk(terminal, args: Namespace) -> int:
    from u30.cli import papers, watch
    from u30.cli.desk import open_desk, reporting

    if not args.command:
        args.what, args.seed = None, None
        _offer_init(terminal, args)
    desk = open_desk(terminal, args.course)
    with reporting():
        if args.command == "notebook":
            return papers.notebook(desk, args)
        if args.command == "watch":
            return watch.watch(desk, args)
        if not args.command:
            somebody = terminal.interactive or terminal.out.isatty() or sys.stdin.isatty()
            return watch.watch(desk, args) if somebody else watch.once(desk)
        return args.does(desk, args)


def _without_desk(grammar, parser, terminal, args: Namespace) -> int:
    from u30.cli import completion, course, doctor, files, papers, site

    if args.command == "init":
        args.folder = args.folder or args.course
        return files.init(terminal, args)
    if args.command == "train":
        return papers.train(args.day, args.options)
    if args.command == "claims":
        return papers.claims(args.day)
    if args.command == "doctor":
        return doctor.doctor(terminal)
    if args.command == "completion":
        ids = [exercise.id for exercise in course.course()]
        names = grammar.command_names(parser)
        print(completion.completion(args.shell, names, ids, site.with_module()), end="")
        return PASSED
    args.terminal = terminal
    return args.run(args)


def _dev(parser, arguments: list[str]) -> Namespace | None:
    """`u30 dev ...` has a grammar of its own, read only when it is asked for."""
    if arguments[:1] != ["dev"]:
        return None
    from u30.cli import dev
    from u30.cli.parser import Parser

    own = Parser(prog="u30 dev", description="For those who write exercises.")
    own.set_defaults(command="dev", needs_desk=False, version=False, plain=False, ascii=False)
    dev.add_commands(own)
    return own.parse_args(arguments[1:])


def _offer_init(terminal, args: Namespace) -> None:
    """The very first `u30`: offer to make the folder."""
    from u30.cli import answers, files
    from u30.cli.workspace import NAME, find_workspace

    start = Path(args.course) if args.course else None
    if not terminal.interactive or find_workspace(start) or os.environ.get("U30_COURSE"):
        return
    print("Welcome to 30u30. The exercises live in a folder of your own, one file each.")
    if not answers.ask(f"Make the folder {args.course or NAME} here?", default=True):
        raise Stop("Nothing was made. `u30 init DIR` makes the folder elsewhere.", USAGE)
    args.folder = args.course
    files.init(terminal, args)


def _keep_traceback() -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", suffix=".txt", prefix="u30-mistake-", delete=False, encoding="utf-8"
        ) as file:
            file.write(f"u30 {u30.__version__}, Python {sys.version}\n{traceback.format_exc()}")
    except OSError:
        return "Please run it again with U30_DEBUG=1 and report what it prints."
    return f"Please report it, with the file {file.name}."


def _say(sentence: str, code: int) -> int:
    print(f"u30: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
