"""The course as pages see it: loaded from days.yml, with links only to days that are written.

Pages that list days are read again when days.yml changes or a day's page comes or goes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from .days import Course, DaysError, Lesson, load_days
from .element import logger, tag


def course_of(env: BuildEnvironment) -> Course:
    """Return the course, and note that the page being read depends on it."""
    path = Path(env.srcdir) / "days.yml"
    env.note_dependency(str(path))
    _pages(env).add(env.docname)
    try:
        return load_days(path)
    except (DaysError, OSError) as error:
        raise ExtensionError(f"book/days.yml: {error}") from error


def is_written(env: BuildEnvironment, lesson: Lesson) -> bool:
    """Say whether a page exists; warn when it does but the book's contents leave it out."""
    if not lesson.written(env.srcdir):
        return False
    if lesson.page not in env.found_docs:
        logger.warning("%s.md exists, but _toc.yml does not list it.", lesson.page, type="u30")
        return False
    return True


def link_to(env: BuildEnvironment, lesson: Lesson, text: str, **attributes: Any) -> nodes.Node:
    """Return a link to the page, or the same text without a link while it is not written."""
    if is_written(env, lesson):
        return tag("a", text, doc=lesson.page, **attributes)
    return tag("span", text, **attributes)


def _pages(env: BuildEnvironment) -> set[str]:
    return env.__dict__.setdefault("u30_course_pages", set())


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _pages(env).discard(docname)


def merge_pages(app: Sphinx, env: BuildEnvironment, docnames: Any, other: Any) -> None:
    _pages(env).update(_pages(other))


def outdated_pages(app: Sphinx, env: BuildEnvironment, added: Any, changed: Any, removed: Any):
    """Read the pages that list days again when a day's page came or went."""
    moved = {name for name in set(added) | set(removed) if name.startswith("days/")}
    return sorted(_pages(env) & env.found_docs) if moved else []


def setup(app: Sphinx) -> None:
    app.connect("env-purge-doc", forget_page)
    app.connect("env-merge-info", merge_pages)
    app.connect("env-get-outdated", outdated_pages)
