"""What watch mode shows: tasks and hints that stay; below them the verdict, redrawn in place."""

from __future__ import annotations

from u30.cli import show
from u30.cli.desk import Desk
from u30.cli.live import Live
from u30.cli.spans import Line, wrap
from u30.learn.report import Report

KEYS = "hint solution reset next list quit".split()


class Screen:
    def __init__(self, desk: Desk):
        self.desk, self.terminal = desk, desk.terminal
        self.live = Live(desk.terminal)
        self.report: Report | None = None
        self.note: tuple[str, str] = ("", "")  # a sentence and its style, below the verdict
        self.running = False  # a check takes long enough to say so
        self.fresh = False  # without a cursor: the verdict has not been printed yet

    def verdict(self, report: Report, note: str = "", style: str = "ok") -> None:
        self.report, self.running, self.fresh = report, False, True
        if note:
            self.note = (note, style)
        self.draw()

    def trouble(self, sentence: str) -> None:
        """There is no verdict, and why."""
        self.report, self.running = None, False
        self.say(sentence, "no")

    def clear(self) -> None:
        self.report, self.note, self.running = None, ("", ""), False

    def say(self, sentence: str, style: str = "") -> None:
        self.note = (sentence, style)
        self.draw()

    def print(self, lines: list[Line]) -> None:
        """Lines that stay."""
        if self.terminal.cursor:
            self.live.print([*lines, []])
        else:
            self.desk.show([*lines, []])

    def draw(self) -> None:
        """The verdict, a sentence, the keys; without a cursor, whatever of it is new."""
        below = self._note() + self._foot()
        if self.terminal.cursor:
            room = self.terminal.size()[1] - len(below) - 2
            self.live.draw([*self._verdict(room), [], *below])
            return
        if self.running:
            return
        if not self.terminal.interactive:
            if self.fresh:
                print(self.report, flush=True)
            self.desk.show(self._note())
        else:
            self.desk.show([*(self._verdict(None) if self.fresh else []), [], *below])
        self.fresh = False

    def leave(self) -> None:
        """Let the verdict stay, without the keys, and the cursor below it."""
        if self.terminal.cursor:
            self.live.draw(self._verdict(self.terminal.size()[1] - 2) if self.report else [])
            self.live.leave()

    def _verdict(self, room: int | None) -> list[Line]:
        if self.report is None:
            return [] if self.note[0] else [[("Checking ...", "dim")]]
        file = self.desk.workspace.shown(self.desk.here)
        return show.report(self.report, file, self.terminal, room)

    def _note(self) -> list[Line]:
        sentence, style = self.note
        if not sentence:
            return []
        return wrap(show.sentence(sentence, self.terminal, style), self.terminal.width)

    def _foot(self) -> list[Line]:
        here = self.desk.here
        tries = self.desk.state.entry(here.id).tries
        facts = ["running; a save starts it again" if self.running else "waiting for a save"]
        facts += [f"try {tries}"] if tries else []
        where: Line = [(self.desk.workspace.shown(here), "bold"), (f"  {', '.join(facts)}", "dim")]
        lines = wrap(where, self.terminal.width)
        if self.terminal.interactive:
            keys: Line = []
            for name in KEYS:
                keys += [(name[0], "key"), (f" {name}   ", "dim")]
            lines += wrap(keys, self.terminal.width)
        return lines
