"""`{paper-map}`: which day builds on which, drawn from days.yml, and the same as a list below.

One column per unit, days from top to bottom. An arrow that follows from other arrows is left out
of the drawing; the list has them all, and the interludes.
"""

from __future__ import annotations

import textwrap
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .course import course_of, is_written, link_to
from .days import Course, Day, Interlude, Lesson
from .element import element, tag
from .map_layout import (
    COLUMN_STEP,
    LEFT,
    NODE_HEIGHT,
    NODE_WIDTH,
    ROW_STEP,
    TOP,
    Arrow,
    Place,
    arrows,
    lanes,
    path,
    places,
)

LINE = 14.5  # distance of two lines of a title
WRAP = 18  # characters of a short title that fit into one line of a box


class PaperMap(Directive):
    """Show the map and the list."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        course = course_of(env)
        return [
            tag(
                "div",
                drawing(env, course),
                class_="u30-map full-width",
                tabindex="0",
                role="region",
                aria_label="Map of the papers; scrolls sideways on narrow screens",
            ),
            tag(
                "details",
                tag("summary", "The same map as a list"),
                as_list(env, course),
                class_="u30-map-list",
            ),
        ]


def drawing(env: Any, course: Course) -> element:
    """Return the map as inline SVG; sizes are in rem, so that it grows with the reader's text."""
    where, pairs = places(course), arrows(course)
    heights = lanes(pairs, where)
    width = LEFT + (len(course.units) - 1) * COLUMN_STEP + NODE_WIDTH + LEFT
    height = TOP + (max(place.row for place in where.values())) * ROW_STEP + NODE_HEIGHT + 16
    return tag(
        "svg",
        tag("title", f"Which of the {len(course.days)} days builds on which", id="u30-map-title"),
        tag(
            "desc",
            f"{len(course.units)} columns, one per unit, with days from top to bottom. Arrows lead "
            "from a day to the days that build on it. The list after the map has all of them.",
            id="u30-map-desc",
        ),
        arrow_head(),
        *[heading(column, unit.id, unit.title) for column, unit in enumerate(course.units)],
        tag(
            "g", *[line(where, pair, heights.get(pair)) for pair in pairs], class_="u30-map-arrows"
        ),
        *[box(env, day, where[day.day]) for day in course.days],
        viewBox=f"0 0 {width} {height}",
        style=f"width:{width / 16:g}rem",
        role="group",
        aria_labelledby="u30-map-title",
        aria_describedby="u30-map-desc",
        script="paper_map.js",
    )


def arrow_head() -> element:
    shape = tag("path", d="M0 0 L8 4 L0 8 z", fill="context-stroke")
    marker = tag(
        "marker",
        shape,
        id="u30-map-head",
        viewBox="0 0 8 8",
        refX="5",
        refY="4",
        markerWidth="6",
        markerHeight="6",
        markerUnits="userSpaceOnUse",
        orient="auto",
    )
    return tag("defs", marker)


def heading(column: int, number: int, title: str) -> element:
    x = LEFT + column * COLUMN_STEP
    return tag(
        "text",
        tag("tspan", f"Unit {number}", x=x, class_="u30-map-unit-number"),
        tag("tspan", title, x=x, dy="1.35em"),
        class_="u30-map-unit",
        y=22,
    )


def line(where: dict[int, Place], pair: Arrow, lane: float | None) -> element:
    earlier, later = pair
    return tag(
        "path",
        d=path(where[earlier], where[later], lane),
        marker_end="url(#u30-map-head)",
        data_from=earlier,
        data_to=later,
    )


def box(env: Any, day: Day, place: Place) -> element:
    """Return a day's box: a link when its page is written, dashed and plain while it is coming."""
    written = is_written(env, day)
    lines = textwrap.wrap(day.short, WRAP)
    y = place.middle - LINE / 2 * (len(lines) - 1)
    content = [
        tag(
            "rect",
            x=place.x,
            y=place.y,
            width=NODE_WIDTH,
            height=NODE_HEIGHT,
            rx=7,
            aria_hidden="true",
        ),
        tag(
            "text",
            f"{day.day} ",
            x=place.x + 14,
            y=place.middle,
            class_="u30-map-number",
        ),
        tag(
            "text",
            *[
                tag("tspan", words + " ", x=place.x + 27, y=y + LINE * number)
                for number, words in enumerate(lines)
            ],
            class_="u30-map-name",
        ),
    ]
    if written:
        return tag("a", *content, doc=day.page, class_="u30-map-day", data_day=day.day)
    title = tag("title", f"Day {day.day}: {day.short}, coming")
    return tag("g", title, *content, class_="u30-map-day u30-map-coming", data_day=day.day)


def as_list(env: Any, course: Course) -> element:
    """Return all lessons with what they build on and what builds on them."""
    return tag("ul", *[list_item(env, course, lesson) for lesson in course.lessons])


def list_item(env: Any, course: Course, lesson: Lesson) -> element:
    def names(days: list[Day] | tuple[Day, ...]) -> str:
        return ", ".join(f"{one.day} {one.short}" for one in days)

    earlier = [course.day(number) for number in lesson.builds_on]
    later = course.leads_to(lesson) if isinstance(lesson, Day) else ()
    sentence = f" builds on {names(earlier)}" if earlier else " builds on no other day"
    sentence += f"; leads to {names(later)}" if later else ""
    sentence += f"; comes {course.place_of(lesson)}." if isinstance(lesson, Interlude) else "."
    coming = "" if is_written(env, lesson) else " (coming)"
    name = f"{lesson.label}, {lesson.short}"
    return tag("li", link_to(env, lesson, name), coming + sentence)


def setup(app: Sphinx) -> None:
    app.add_directive("paper-map", PaperMap)
