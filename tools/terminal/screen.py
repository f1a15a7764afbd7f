"""The screen of a terminal: understands what a line-oriented program writes, with colours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

PARTS = re.compile(
    r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07]*\x07|\x1b.|[\r\n\b\x07]|[^\x1b\r\n\b\x07]+"
)
COLOURS = "black red green yellow blue magenta cyan white".split()


@dataclass(frozen=True)
class Style:
    colour: str = ""
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False


Cell = tuple[str, Style]


@dataclass
class Screen:
    """`feed` it what the program writes; `lines` is everything, scrolled-off lines included."""

    columns: int
    rows: int
    lines: list[list[Cell]] = field(default_factory=lambda: [[]])
    row: int = 0
    column: int = 0
    style: Style = Style()
    rest: str = ""  # the beginning of a control sequence whose end has not come yet

    def feed(self, text: str) -> None:
        text = self.rest + text
        begun = re.search(r"\x1b(?:\[[0-9;?]*)?$", text)
        self.rest = begun[0] if begun else ""
        text = text[: len(text) - len(self.rest)]
        for part in PARTS.finditer(text):
            piece = part[0]
            if part[2]:
                self._control(part[1], part[2])
            elif piece == "\n":
                self._down()
            elif piece == "\r":
                self.column = 0
            elif piece == "\b":
                self.column = max(0, self.column - 1)
            elif piece[0] not in "\x1b\x07":
                for c in piece:
                    self._put(c)

    def text(self) -> str:
        return "\n".join("".join(c for c, _ in line).rstrip() for line in self.lines)

    def _put(self, c: str) -> None:
        if self.column >= self.columns:
            self._down()
            self.column = 0
        line = self.lines[self.row]
        line += [(" ", Style())] * (self.column + 1 - len(line))
        line[self.column] = (c, self.style)
        self.column += 1

    def _down(self) -> None:
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([])

    def _control(self, numbers: str, letter: str) -> None:
        values = [int(n) for n in numbers.split(";") if n.isdigit()]
        first = values[0] if values else 0
        if letter == "A":
            top = max(0, len(self.lines) - self.rows)
            self.row = max(top, self.row - max(1, first))
        elif letter == "K":
            del self.lines[self.row][self.column :]
        elif letter == "J":
            del self.lines[self.row][self.column :]
            del self.lines[self.row + 1 :]
        elif letter == "m":
            self._colour(values or [0])

    def _colour(self, values: list[int]) -> None:
        flags: dict[int, dict[str, Any]] = {
            1: {"bold": True},
            2: {"dim": True},
            3: {"italic": True},
            4: {"underline": True},
        }
        while values:
            value = values.pop(0)
            if value == 0:
                self.style = Style()
            elif value in flags:
                self.style = replace(self.style, **flags[value])
            elif 30 <= value <= 37 or 90 <= value <= 97:
                self.style = replace(self.style, colour=COLOURS[value % 10])
            elif value == 39:
                self.style = replace(self.style, colour="")
            elif value in (38, 48):
                del values[: 2 if values[:1] == [5] else 4]
