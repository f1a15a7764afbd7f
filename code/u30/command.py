"""Turn a paper's `main(...)` into a command: every keyword argument becomes an option.

Mistakes of the user end with one sentence on stderr and exit code 2, Ctrl-C with 130, never with a
traceback.
"""

from __future__ import annotations

import argparse
import inspect
import math
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any


class UsageError(ValueError):
    """The user asked for something that cannot be done. The message is one sentence for them."""


def at_least(least: float, **values: float) -> None:
    """UsageError for the first of these options that is below `least`, or no finite number."""
    for name, value in values.items():
        if not (value >= least and math.isfinite(value)):
            raise UsageError(f"{option(name)} must be at least {least:,}, but is {value}.")


def above_zero(**values: float) -> None:
    """UsageError for the first of these options that is not above 0, or no finite number."""
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise UsageError(f"{option(name)} must be above 0, but is {value}.")


def option(name: str) -> str:
    """How the keyword argument `stir_every` is spelled on the command line: `--stir-every`."""
    return f"--{name.replace('_', '-')}"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.exit(2, f"{self.prog}: {message}. See --help.\n")


def run(
    main: Callable[..., Any],
    options: Mapping[str, tuple[type, str]],
    prog: str,
    argv: list[str] | None = None,
) -> int:
    """Call `main` with the options of the command line; return the exit code.

    `options` names each option's type and help text. Options that are not given are not passed on.
    A run that `main` returns, alone or in a list, may say that it was `interrupted`.
    """
    about = inspect.cleandoc(main.__doc__ or "").split("\n\n")[0]
    parser = _Parser(
        prog=prog, description=about, argument_default=argparse.SUPPRESS, allow_abbrev=False
    )
    for name, (kind, text) in options.items():
        parser.add_argument(option(name), type=kind, help=text, metavar=_METAVARS[kind])
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a character shows "?" for it
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        result = main(**vars(parser.parse_args(argv)))
        sys.stdout.flush()
    except ValueError as error:  # UsageError, CheckpointError and the sentences of the core
        print(f"{prog}: {error}", file=sys.stderr)
        return 2
    except MemoryError:
        print(f"{prog}: this does not fit into memory: choose smaller sizes.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\n{prog}: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone, as in `... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    runs = result if isinstance(result, list) else [result]
    return 130 if any(getattr(one, "interrupted", False) for one in runs) else 0


_METAVARS = {int: "N", float: "X", str: "TEXT"}
