"""Links: whatever the page links to gets an address that works outside the book."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from docutils.nodes import make_id

from .page import Page

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
OWN_SCHEMES = ("project:", "path:", "myst:")


def resolve(page: Page, target: str, line: int) -> tuple[str, str]:
    """Return (address, title) of a link's target; an empty link text stands for the title."""
    for scheme in OWN_SCHEMES:
        target = target.removeprefix(scheme)
    if SCHEME.match(target) or target.startswith("//"):
        return target, target
    path, _, anchor = target.partition("#")
    if not path:
        return to_anchor(page, anchor)
    if path in page.index.targets and not anchor:
        return to_label(page, path, line)
    name = relative(page, path)
    if name.removesuffix(".md") in page.index.titles:
        name = name.removesuffix(".md")
        return page.index.address(name, anchor), page.index.titles[name]
    file = page.index.book / name
    if file.is_file():
        return page.index.repository.file(f"book/{name}"), file.name
    raise page.problem(line, f'the link target "{target}" is no page, label or file of the book.')


def to_label(page: Page, label: str, line: int) -> tuple[str, str]:
    """Return (address, title) of a labelled place, in the notebook itself where it can be."""
    if label not in page.index.targets:
        raise page.problem(line, f'the book has no label "{label}".')
    target = page.index.targets[label]
    if target.page == page.name:
        return f"#{target.anchor}", target.title or label
    return page.index.address(target.page, target.anchor), target.title or label


def to_anchor(page: Page, anchor: str) -> tuple[str, str]:
    """Return (address, title) of "#anchor": a label anywhere, else a heading of this page."""
    if anchor in page.index.targets:
        return to_label(page, anchor, 0)
    if anchor in page.index.equations:
        return to_equation(page, anchor)
    return page.index.address(page.name, anchor), anchor


def to_equation(page: Page, label: str) -> tuple[str, str]:
    """Return (address, number in parentheses) of an equation."""
    owner, number = page.index.equations[label]
    return page.index.address(owner, make_id(f"equation-{label}")), f"({number})"


def to_page(page: Page, name: str, line: int) -> tuple[str, str]:
    """Return (address, title) of a page named as in `{doc}`."""
    found = relative(page, name).removesuffix(".md")
    if found not in page.index.titles:
        raise page.problem(line, f'the book has no page "{name}".')
    return page.index.address(found), page.index.titles[found]


def relative(page: Page, path: str) -> str:
    """Return a path relative to the book's folder; a leading slash means that folder."""
    base = PurePosixPath() if path.startswith("/") else PurePosixPath(page.name).parent
    parts: list[str] = []
    for part in (base / path.lstrip("/")).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
