"""What can be linked to: the pages of the book, their titles, targets, headings and equations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import yaml
from docutils.nodes import make_id

from u30book.notebook_pages import pages
from u30book.repository import Repository, find_repository
from u30book.site_address import site_address

from . import equations
from .blocks import Cutter

DEFAULT_EXTENSIONS = ["colon_fence", "dollarmath"]
HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$", re.MULTILINE)


@dataclass(frozen=True)
class Target:
    """A place on a page."""

    page: str
    anchor: str
    title: str


class Index:
    """The book as the export sees it."""

    def __init__(self, book: Path) -> None:
        self.book = book
        config = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8")) or {}
        parse = config.get("parse") or {}
        self.cutter = Cutter(parse.get("myst_enable_extensions") or DEFAULT_EXTENSIONS)
        self.substitutions: dict[str, str] = parse.get("myst_substitutions") or {}
        self.bibliographies = [book / name for name in config.get("bibtex_bibfiles") or []]
        self.repository: Repository = find_repository(book)
        self.site = site_address(self.repository)
        self.titles: dict[str, str] = {}
        self.targets: dict[str, Target] = {}
        self.equations: dict[str, tuple[str, int]] = {}
        for page in pages(book):
            self._read(page)

    def _read(self, page: str) -> None:
        text, line = body_of((self.book / f"{page}.md").read_text(encoding="utf-8"))
        blocks = list(self.cutter.walk(text, line))
        self.titles[page] = page
        for block in blocks:
            heading = HEADING.search(block.text) if block.kind == "text" else None
            if heading:
                self.titles[page] = plain(heading["title"])
                break
        for block, following in zip(blocks, [*blocks[1:], None]):
            if block.kind == "target":
                heading = HEADING.match(following.text.lstrip()) if following else None
                title = plain(heading["title"]) if heading else ""
                self.targets[block.name] = Target(page, make_id(block.name), title)
            elif block.kind == "directive" and block.name != "math" and block.options.get("name"):
                name = str(block.options["name"])
                self.targets[name] = Target(page, make_id(name), block.argument)
        for label, number in equations.numbers(self.cutter, text, line).items():
            if not label.startswith("#"):
                self.equations[label] = (page, number)

    def address(self, page: str, anchor: str = "") -> str:
        """Return the public address of a page of the site."""
        return f"{self.site}{quote(page)}.html" + (f"#{anchor}" if anchor else "")


def body_of(text: str) -> tuple[str, int]:
    """Return a page without its front matter, and the line it starts in."""
    if not text.startswith("---\n"):
        return text, 1
    end = text.index("\n---", 3) + 4
    end = text.find("\n", end) + 1 or len(text)
    return text[end:], text.count("\n", 0, end) + 1


def plain(title: str) -> str:
    """Return a heading's words without markup."""
    title = re.sub(r"\{[\w:-]+\}`([^`<]*?)\s*(?:<[^>]*>)?`", r"\1", title)
    return re.sub(r"[`*]", "", title)
