"""A page of the book as blocks: its sections, its prose, its directives and its code cells.

A line scanner, enough for the pages' own MyST: fences (``` and :::), headings, `%` comments.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

FENCE = re.compile(r"^(?P<indent>\s*)(?P<marks>`{3,}|~{3,}|:{3,})\s*(?P<info>.*?)\s*$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<argument>.*)$")
HEADING = re.compile(r"^(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*\s*$")
OPTION = re.compile(r"^:[\w-]+:.*$")
WIDTH = 80  # characters of a line of code that a page shows beside its margins

# Directives whose body is Markdown that a reader reads.
PROSE = {
    "eli5",
    "cheatsheet",
    "derivation",
    "recall",
    "note",
    "tip",
    "hint",
    "important",
    "warning",
    "admonition",
    "seealso",
    "dropdown",
    "margin",
    "sidebar",
    "figure",
    "table",
    "list-table",
}


@dataclass(frozen=True)
class Line:
    """One line of prose: its number in the file, its text, the level-2 section it stands in."""

    number: int
    text: str
    section: str


@dataclass(frozen=True)
class Heading:
    number: int
    level: int
    title: str


@dataclass
class Directive:
    """A directive: its name, what stands after it, its body, and its section."""

    number: int
    name: str
    argument: str
    section: str
    body: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.body)


@dataclass
class Page:
    """What the scanner found, in the order of the page."""

    headings: list[Heading] = field(default_factory=list)
    prose: list[Line] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)

    def cells(self) -> list[Directive]:
        return [one for one in self.directives if one.name == "code-cell"]


@dataclass
class _Open:
    """A fence that is still open."""

    marks: str
    directive: Directive | None
    readable: bool


def read_page(text: str) -> Page:
    """Scan a page."""
    page, section = Page(), ""
    open_fences: list[_Open] = []
    for number, line in _without_front_matter(text):
        if open_fences and _closes(line, open_fences[-1].marks):
            open_fences.pop()
            continue
        for fence in open_fences:
            if fence.directive:
                fence.directive.body.append(line)
        readable = all(fence.readable for fence in open_fences)
        started = FENCE.match(line)
        if started and readable:
            fence = _start(number, started, section)
            open_fences.append(fence)
            if fence.directive:
                page.directives.append(fence.directive)
            continue
        if not readable:
            continue
        heading = HEADING.match(line)
        if heading and not open_fences:
            page.headings.append(Heading(number, len(heading["level"]), heading["title"]))
            if len(heading["level"]) == 2:
                section = heading["title"]
        elif not (open_fences and OPTION.match(line)):
            page.prose.append(Line(number, line, section))
    return page


def _start(number: int, started: re.Match[str], section: str) -> _Open:
    named = DIRECTIVE.match(started["info"])
    if not named:
        return _Open(started["marks"], None, readable=False)
    directive = Directive(number, named["name"], named["argument"], section)
    return _Open(started["marks"], directive, readable=named["name"] in PROSE)


def _closes(line: str, marks: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(marks) and set(bare) == {marks[0]}


def _without_front_matter(text: str) -> list[tuple[int, str]]:
    lines = list(enumerate(text.splitlines(), start=1))
    if lines and lines[0][1] == "---":
        for index, (_, line) in enumerate(lines[1:], start=1):
            if line == "---":
                return lines[index + 1 :]
    return lines


def split_cell(cell: Directive) -> tuple[dict[str, Any], str]:
    """Return a code cell's options and its source."""
    lines = cell.body
    if lines and lines[0].strip() == "---" and "---" in [line.strip() for line in lines[1:]]:
        end = [line.strip() for line in lines].index("---", 1)
        header, rest = "\n".join(lines[1:end]), [""] * (end + 1) + lines[end + 1 :]
    else:
        count = next((n for n, line in enumerate(lines) if not line.startswith(":")), len(lines))
        header = "\n".join(line[1:] for line in lines[:count])
        rest = [""] * count + lines[count:]
    try:
        options = yaml.safe_load(header) or {}
    except yaml.YAMLError:
        options = {}
    return options if isinstance(options, dict) else {}, "\n".join(rest)


def python_tree(source: str) -> ast.Module:
    """Return the syntax tree of a cell's source; magics and shell lines count as nothing."""
    return ast.parse(re.sub(r"^([ \t]*)[%!].*$", r"\1pass", source, flags=re.M))
