"""What the learner's code prints: the beginning is kept, the rest is counted."""

import io
from collections.abc import Callable

MOST_OUTPUT = 64 * 1024  # characters that are kept


class Printed(io.TextIOBase):
    """A text stream for `redirect_stdout`. `echo` sees what is kept at once, for the case that the
    process does not live to tell."""

    def __init__(self, echo: Callable[[str], object] | None = None):
        self.echo = echo
        self.clear()

    def clear(self) -> None:
        self.kept: list[str] = []
        self.room, self.dropped = MOST_OUTPUT, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        part = text[: self.room]
        self.dropped += len(text) - len(part)
        self.room -= len(part)
        if part:
            self.kept.append(part)
            if self.echo:
                self.echo(part)
        return len(text)

    def text(self) -> str:
        return cap("".join(self.kept), self.dropped)


def cap(text: str, dropped: int) -> str:
    """The text, with a last line that says how much of it is missing."""
    if not dropped:
        return text
    return f"{text.rstrip()}\n... and {dropped:,} more characters"
