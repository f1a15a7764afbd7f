"""`{day-grid}`: all days by unit, as lists; a day whose page is not written is marked as coming.

An interlude stands in front of its day, with half a number.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .course import course_of, is_written, link_to
from .days import Course, Day, Interlude, Lesson, Unit
from .element import difficulty, element, tag


class DayGrid(Directive):
    """Show every unit as a section with the list of its days."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        course = course_of(env)
        return [unit_section(self.state.document, env, course, unit) for unit in course.units]


def unit_section(document: nodes.document, env: Any, course: Course, unit: Unit) -> nodes.section:
    """Return one unit: heading, one sentence, list of days."""
    section = nodes.section(names=[f"unit-{unit.id}"])
    document.note_explicit_target(section, section)
    section += nodes.title("", f"Unit {unit.id} · {unit.title}")
    section += nodes.paragraph("", unit.about.strip())
    section += tag(
        "ol",
        *[item(env, lesson) for lesson in course.lessons_of(unit)],
        class_="u30-grid",
    )
    return section


def item(env: Any, lesson: Lesson) -> element:
    """Return one day or interlude of the list."""
    written = is_written(env, lesson)
    number, origin = numbered(lesson)
    state = [] if written else [tag("span", "coming", class_="u30-coming")]
    return tag(
        "li",
        tag(
            "p",
            tag("span", number, class_="u30-day-number", aria_hidden="true"),
            link_to(env, lesson, lesson.short, class_="u30-day-title"),
            *state,
            class_="u30-day-line",
        ),
        tag("p", lesson.idea, class_="u30-day-idea"),
        tag(
            "p",
            tag("span", f"{origin} · {lesson.minutes} min"),
            tag("span", "Difficulty ", class_="u30-visually-hidden"),
            difficulty(lesson.difficulty),
            class_="u30-day-facts",
        ),
        class_="u30-day" + ("" if written else " u30-day-coming"),
        value=lesson.day if isinstance(lesson, Day) else None,
        data_day=lesson.key,
    )


def numbered(lesson: Lesson) -> tuple[str, str]:
    """Return what stands in the number's place, and where the lesson comes from."""
    if isinstance(lesson, Interlude):
        return f"{lesson.before - 1}½", lesson.label
    assert isinstance(lesson, Day)
    return str(lesson.day), str(lesson.year)


def setup(app: Sphinx) -> None:
    app.add_directive("day-grid", DayGrid)
