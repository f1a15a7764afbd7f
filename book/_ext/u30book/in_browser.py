"""What the reader's own browser keeps: progress and answers, shown by scripts.

    {in-browser} recall    a place that a script fills; its text is for readers without scripts
    {progress-list}        every written day with its exercises, as links; scripts add the marks

Every page shows days (in its sidebar), so every page loads progress.js and progress_marks.js.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .course import course_of, is_written, link_to
from .element import tag
from .exercise import anchor
from .recall import series_of

PARTS = {  # what a page can show, and the scripts that it needs
    "continue": "",  # progress_marks.js, which every page has
    "summary": "parts.js progress_page.js",
    "text": "progress_text.js",
    "answers": "parts.js progress_page.js",
    "erase": "parts.js progress_page.js",
    "recall": "parts.js recall_page.js",
}


class InBrowser(Directive):
    """A place for a script."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        part = self.arguments[0]
        if part not in PARTS:
            raise self.error(
                f'in-browser: there is no part "{part}"; there are {", ".join(PARTS)}.'
            )
        inside = []
        if self.content:
            without = tag("noscript")
            self.state.nested_parse(self.content, self.content_offset, without)
            inside.append(without)
        kind = "u30-continue" if part == "continue" else "u30-part"
        return [tag("div", *inside, class_=kind, data_part=part, script=PARTS[part])]


class ProgressList(Directive):
    """All days that are written, each with its exercises."""

    def run(self) -> list[nodes.Node]:
        from u30.learn import parse

        env = self.state.document.settings.env
        titles: dict[str, list[Any]] = {}
        for exercise in parse.load_all():
            env.note_dependency(str(exercise.path))
            titles.setdefault(exercise.series, []).append(exercise)
        days = []
        for lesson in course_of(env).lessons:
            exercises = titles.get(series_of(lesson.page), [])
            if not is_written(env, lesson) or not exercises:
                continue
            items = [exercise_line(lesson.page, exercise) for exercise in exercises]
            title = tag("p", link_to(env, lesson, f"{lesson.label}: {lesson.short}"))
            days.append(tag("li", title, tag("ol", *items)))
        return [tag("ul", *days, class_="u30-progress-list")]


def exercise_line(page: str, exercise: Any) -> nodes.Node:
    link = tag("a", exercise.title, doc=f"{page}#{anchor(exercise.id)}")
    return tag("li", link, " ", data_exercise=exercise.id)


def add_files(app: Sphinx) -> None:
    app.add_css_file("progress.css")
    app.add_css_file("progress_page.css")  # only linked where there is a part to show
    for place, name in enumerate(("progress.js", "progress_marks.js")):
        app.add_js_file(name, priority=300 + place, loading_method="defer")


def setup(app: Sphinx) -> None:
    app.setup_extension("u30book.element")
    app.setup_extension("u30book.live")  # its parts.js serves our scripts, too
    app.add_directive("in-browser", InBrowser)
    app.add_directive("progress-list", ProgressList)
    app.connect("builder-inited", add_files)
