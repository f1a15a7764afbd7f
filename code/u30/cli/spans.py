"""Lines made of styled pieces: measured in terminal cells, wrapped, put side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

Span = tuple[str, str]  # text, style: one of the names in `u30.cli.paint.STYLES`, or ""
Line = list[Span]


def cells(text: str) -> int:
    """How many columns a text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def length(line: Line) -> int:
    return sum(cells(text) for text, _ in line)


def text_of(line: Line) -> str:
    return "".join(text for text, _ in line)


def wrap(line: Line, width: int, first: Line | None = None, rest: Line | None = None) -> list[Line]:
    """Break a line at its spaces. `first` starts the first line, `rest` every other one.

    A word longer than a whole line is cut; nothing is lost.
    """
    first = first or []
    rest = first if rest is None else rest
    lines: list[Line] = [list(first)]
    room = max(8, width - length(first))
    pending: Line = []  # the spaces before the next word, if the word fits
    for word in _words(line):
        if text_of(word).isspace():
            if _started(lines[-1], first, rest):
                pending += word
            continue
        need = length(word)
        if need + length(pending) > room and _started(lines[-1], first, rest):
            lines.append(list(rest))
            room, pending = max(8, width - length(rest)), []
        for text, style in pending + word:
            while cells(text) > room:
                head = _fit(text, room)
                lines[-1].append((head, style))
                lines.append(list(rest))
                text, room = text[len(head) :], max(8, width - length(rest))
            lines[-1].append((text, style))
            room -= cells(text)
        pending = []
    return lines


def cut(line: Line, width: int, dots: str = "…") -> Line:
    """The line, cut to `width` cells; dots say that something is missing."""
    if length(line) <= width:
        return line
    kept: Line = []
    room = width - cells(dots)
    for text, style in line:
        head = _fit(text, room)
        kept.append((head, style))
        room -= cells(head)
        if head != text:
            break
    return [*kept, (dots, "dim")]


def pad(line: Line, width: int) -> Line:
    return [*line, (" " * max(0, width - length(line)), "")]


def plain(lines: Iterable[Line]) -> str:
    return "\n".join(text_of(line).rstrip() for line in lines)


def _started(line: Line, first: Line, rest: Line) -> bool:
    return line not in (first, rest)


def _fit(text: str, room: int) -> str:
    if text.isascii():
        return text[:room]
    used = 0
    for place, c in enumerate(text):
        used += cells(c)
        if used > room:
            return text[: max(place, 1)]
    return text


def _words(line: Line) -> Iterable[Line]:
    """Words and the spaces between them; a word may be made of pieces of several styles."""
    word: Line = []
    for text, style in line:
        part = ""
        for c in text:
            if c == " ":
                if part:
                    word.append((part, style))
                if word:
                    yield word
                yield [(" ", style)]
                word, part = [], ""
            else:
                part += c
        if part:
            word.append((part, style))
    if word:
        yield word
