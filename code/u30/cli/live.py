"""A region at the end of the output that is drawn again and again; what lies above it stays.

No second screen: everything printed remains in the terminal's history. Each drawing is one write
that overwrites the old lines in place, so nothing flickers.
"""

from __future__ import annotations

from u30.cli.paint import paint
from u30.cli.spans import Line, cells, cut, text_of
from u30.cli.terminal import Terminal

ESC = "\x1b["


class Live:
    def __init__(self, terminal: Terminal):
        self.terminal = terminal
        self.drawn: list[int] = []  # the cells each line takes

    def draw(self, lines: list[Line]) -> None:
        """Put these lines in place of the last ones. Lines beyond the screen's height are cut."""
        columns, rows = self.terminal.size()
        dots = self.terminal.sign("…", "...")
        if len(lines) > rows - 1:
            lines = [*lines[: rows - 3], [(dots, "dim")], lines[-1]][-(rows - 1) :]
        lines = [cut(line, columns - 1, dots) for line in lines]
        texts = paint(lines, self.terminal)
        body = "".join(f"{text}{ESC}K\n" for text in texts)
        self.terminal.write(f"{self._up()}{body}{ESC}J")
        self.drawn = [cells(text_of(line)) for line in lines]

    def print(self, lines: list[Line]) -> None:
        """Print lines that stay, above the region (draw it again after this)."""
        texts = paint(lines, self.terminal)
        self.terminal.write(f"{self._up()}{ESC}J" + "".join(f"{text}\n" for text in texts))
        self.drawn = []

    def leave(self) -> None:
        """Let the last drawing stay where it is."""
        self.drawn = []

    def _up(self) -> str:
        """To the region's first line. After a change of width its lines may have been broken."""
        columns, rows = self.terminal.size()
        up = sum(max(1, -(-size // columns)) for size in self.drawn)
        return f"{ESC}{min(up, rows - 1)}A\r" if up else "\r"
