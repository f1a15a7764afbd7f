"""Roles: `{name}`content`` becomes plain Markdown. A role that is not listed here is an error."""

from __future__ import annotations

import re
from collections.abc import Callable

from myst_nb.core.variables import format_plain_text

from . import links
from .page import Page

TITLED = re.compile(r"^(?P<title>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
Role = Callable[[Page, str, int], str]


def split_title(content: str) -> tuple[str, str]:
    """Return (title, target) of "title <target>", or ("", content)."""
    found = TITLED.match(content)
    return (found["title"], found["target"]) if found else ("", content.strip())


def equation(page: Page, content: str, line: int) -> str:
    if content not in page.index.equations:
        raise page.problem(line, f'the book has no equation "{content}".')
    address, number = links.to_equation(page, content)
    return number if page.index.equations[content][0] == page.name else f"[{number}]({address})"


def glue_text(page: Page, content: str, line: int) -> str:
    """A value that the notebook's run left behind, formatted as myst-nb does it."""
    key, _, spec = content.rpartition(":") if ":" in content else (content, "", "s")
    if key not in page.glued:
        known = ", ".join(sorted(page.glued)) or "none"
        raise page.problem(line, f'the run glued no value "{key}" (there is: {known}).')
    return str(format_plain_text(page.glued[key], spec))


def term(page: Page, content: str, line: int) -> str:
    title, target = split_title(content)
    return title or target


def document(page: Page, content: str, line: int) -> str:
    title, target = split_title(content)
    address, name = links.to_page(page, target, line)
    return f"[{title or name}]({address})"


def reference(page: Page, content: str, line: int) -> str:
    title, target = split_title(content)
    address, name = links.to_label(page, target, line)
    return f"[{title or name}]({address})"


def cite_parenthetical(page: Page, content: str, line: int) -> str:
    return page.bibliography.parenthetical(page.cite(_keys(content), line))


def cite_textual(page: Page, content: str, line: int) -> str:
    return page.bibliography.textual(page.cite(_keys(content), line))


def cite_author(page: Page, content: str, line: int) -> str:
    return page.bibliography.authors(page.cite(_keys(content), line)[0])


def cite_year(page: Page, content: str, line: int) -> str:
    return page.bibliography.year(page.cite(_keys(content), line)[0])


def _keys(content: str) -> list[str]:
    return [key.strip() for key in content.split(",")]


def code(page: Page, content: str, line: int) -> str:
    """An API name; "~a.b.c" shows its last part only."""
    title, target = split_title(content)
    shown = title or (target.rpartition(".")[2] if target.startswith("~") else target)
    return f"`{shown}`"


def math(page: Page, content: str, line: int) -> str:
    return f"${content}$"


def html(tag: str) -> Role:
    """Return a role that wraps its content in an HTML element."""
    return lambda page, content, line: f"<{tag}>{content}</{tag}>"


def abbreviation(page: Page, content: str, line: int) -> str:
    found = re.match(r"(?P<short>.*?)\s*\((?P<long>.*)\)$", content)
    return f'<abbr title="{found["long"]}">{found["short"]}</abbr>' if found else content


def download(page: Page, content: str, line: int) -> str:
    title, target = split_title(content)
    address, name = links.resolve(page, target, line)
    return f"[{title or name}]({address})"


ROLES: dict[str, Role] = {
    "eq": equation,
    "math:numref": equation,
    "glue:text": glue_text,
    "glue": glue_text,
    "term": term,
    "doc": document,
    "ref": reference,
    "std:ref": reference,
    "std:doc": document,
    "numref": reference,
    "cite": cite_parenthetical,
    "cite:p": cite_parenthetical,
    "cite:ps": cite_parenthetical,
    "cite:t": cite_textual,
    "cite:ts": cite_textual,
    "cite:author": cite_author,
    "cite:authors": cite_author,
    "cite:year": cite_year,
    "math": math,
    "code": code,
    "literal": code,
    "py:func": code,
    "py:class": code,
    "py:meth": code,
    "py:mod": code,
    "func": code,
    "class": code,
    "meth": code,
    "mod": code,
    "file": code,
    "download": download,
    "abbr": abbreviation,
    "sub": html("sub"),
    "sup": html("sup"),
    "subscript": html("sub"),
    "superscript": html("sup"),
    "kbd": html("kbd"),
    "strong": html("b"),
    "emphasis": html("i"),
}
