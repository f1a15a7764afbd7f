"""Styled lines as text. rich paints them where it is installed and the terminal has colours."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from u30.cli.maths import to_ascii
from u30.cli.spans import Line, text_of
from u30.cli.terminal import Terminal

# Signs and words carry every meaning too: colour is never the only one to say something.
STYLES = {
    "ok": "bold green",
    "no": "bold red",
    "todo": "bold cyan",
    "warn": "bold yellow",
    "head": "bold",
    "bold": "bold",
    "italic": "italic",
    "code": "cyan",
    "maths": "italic",
    "dim": "dim",
    "key": "bold cyan",
    "link": "underline",
    "python": "",  # highlighted as Python
}


def paint(lines: Iterable[Line], terminal: Terminal) -> list[str]:
    """One text per line, without line ends."""
    console = _console() if terminal.colour else None
    painted = [_rich(console, line) if console else text_of(line).rstrip() for line in lines]
    return painted if terminal.unicode else [to_ascii(text) for text in painted]


def show(lines: Iterable[Line], terminal: Terminal) -> None:
    """Print lines."""
    for text in paint(lines, terminal):
        terminal.out.write(text + "\n")
    terminal.out.flush()


def _rich(console: Any, line: Line) -> str:
    from rich.text import Text

    text = Text(no_wrap=True, end="")
    for piece, style in line:
        text.append(_python(piece) if style == "python" else Text(piece, STYLES.get(style, "")))
    text.rstrip()
    with console.capture() as capture:
        console.print(text, end="", soft_wrap=True)
    return capture.get()


@lru_cache(maxsize=512)
def _python(code: str) -> Any:
    try:
        from rich.syntax import Syntax

        text = Syntax(code, "python", theme="ansi_dark", background_color="default").highlight(code)
    except ImportError:
        from rich.text import Text

        return Text(code)
    text.rstrip()
    return text


@lru_cache(maxsize=1)
def _console() -> Any:
    """rich's console, which knows how many colours this terminal has; None without rich."""
    try:
        from rich.console import Console
    except ImportError:
        return None
    return Console(file=io.StringIO(), force_terminal=True, highlight=False, width=400)
