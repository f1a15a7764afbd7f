"""What the terminal at hand can do: its size, Unicode, colours, a cursor that moves."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from typing import TextIO

WIDEST = 92  # longer lines are hard to read
SIGNS = "✓✗·●○│─▸√π"


@dataclass
class Terminal:
    """Where output goes. `interactive` means keys can be read and the learner is watching."""

    out: TextIO
    interactive: bool = False
    cursor: bool = False  # the cursor can be moved
    colour: bool = False
    unicode: bool = True

    @property
    def width(self) -> int:
        """Columns to fill: one less than there are, for some terminals break a full line."""
        return max(20, min(WIDEST, self.size()[0] - 1))

    def size(self) -> tuple[int, int]:
        """Columns and lines of the terminal itself. A file has none: 80 and 24."""
        if not self.out.isatty():
            return 80, 24
        try:
            size = os.get_terminal_size(self.out.fileno())
        except (OSError, ValueError):
            size = shutil.get_terminal_size()
        return (size.columns or 80), (size.lines or 24)

    def sign(self, unicode: str, ascii: str) -> str:
        return unicode if self.unicode else ascii

    def write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def find_terminal(plain: bool = False, ascii: bool = False) -> Terminal:
    """Look at standard input and output and at NO_COLOR and TERM."""
    both = sys.stdout.isatty() and sys.stdin is not None and sys.stdin.isatty()
    dumb = os.environ.get("TERM", "") == "dumb" or plain
    colour = sys.stdout.isatty() and not dumb and not os.environ.get("NO_COLOR")
    return Terminal(
        out=sys.stdout,
        interactive=both and not plain,
        cursor=both and not dumb,
        colour=colour,
        unicode=not ascii and _knows(sys.stdout, SIGNS),
    )


def _knows(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
