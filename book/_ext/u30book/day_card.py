"""`{day-card} 1`: what a day is about, at a glance, how deep to go, and three ways to read.

An interlude is named by its id, `{day-card} engine`; it is about no paper.
The facts come from days.yml. The ways are lists of links to the page's own sections; the browser
remembers the one a reader chose (static/reading_order.js).
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .course import course_of, link_to
from .days import Course, Day, Lesson
from .depth import switch
from .element import difficulty, element, tag

LINK_NAMES = {
    "paper": "Paper",
    "code": "Authors’ code",
    "correction": "Correction",
    "pdf": "PDF",
    "web": "Web version",
    "arxiv": "arXiv",
    "micrograd": "micrograd",
}

SHORT_NAMES = {
    "Before this paper": "Before",
    "The idea, piece by piece": "The idea",
    "The headline experiment": "Headline experiment",
    "Play with it": "Play",
}

WAYS = {
    "theory": (
        "Theory first",
        (
            "In one sentence",
            "ELI5",
            "Before this paper",
            "The idea, piece by piece",
            "What people get wrong",
            "Build it",
            "The headline experiment",
            "Play with it",
            "Exercises",
        ),
    ),
    "code": (
        "Code first",
        (
            "Build it",
            "The headline experiment",
            "Play with it",
            "The idea, piece by piece",
            "Exercises",
        ),
    ),
    "practice": (
        "Practice first",
        (
            "Exercises",
            "The idea, piece by piece",
            "Build it",
            "The headline experiment",
            "What people get wrong",
        ),
    ),
}


class DayCard(Directive):
    """Show the card of one day or interlude."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        course = course_of(env)
        try:
            lesson = course.lesson(self.arguments[0])
        except KeyError as problem:
            raise self.error(f"day-card {self.arguments[0]}: {problem.args[0]}") from problem
        return [card(env, course, lesson), switch(), ways()]


def card(env: Any, course: Course, lesson: Lesson) -> element:
    """Return the card itself."""
    where = f"{lesson.label} · {course.place_of(lesson)}"
    return tag(
        "div",
        tag("p", where, class_="u30-card-where"),
        tag("p", lesson.idea, class_="u30-card-idea"),
        *([paper(lesson)] if isinstance(lesson, Day) else []),
        tag(
            "dl",
            *fact("Reading time", f"{lesson.minutes} minutes"),
            *fact("Difficulty", difficulty(lesson.difficulty)),
            *fact("Builds on", *builds_on(env, course, lesson)),
            *(fact("Links", *links(lesson)) if lesson.links else ()),
            class_="u30-card-facts",
        ),
        class_="u30-card",
        data_day=lesson.key,
    )


def paper(day: Day) -> element:
    """Return the line that names the paper and links to it."""
    people = f"{day.authors}, {day.year}"
    return tag(
        "p",
        tag("a", tag("cite", day.title), href=day.links["paper"], class_="u30-card-paper"),
        tag("span", people, class_="u30-card-authors"),
        class_="u30-card-source",
    )


def fact(name: str, *value: Any) -> tuple[element]:
    return (tag("div", tag("dt", name), tag("dd", *value)),)


def builds_on(env: Any, course: Course, lesson: Lesson) -> list[Any]:
    earlier = [course.day(number) for number in lesson.builds_on]
    if not earlier:
        return ["nothing but school calculus"]
    return [tag("ul", *[tag("li", link_to(env, one, f"{one.day} {one.short}")) for one in earlier])]


def links(lesson: Lesson) -> list[element]:
    items = [
        tag("li", tag("a", LINK_NAMES.get(kind, kind.capitalize()), href=address))
        for kind, address in lesson.links.items()
    ]
    return [tag("ul", *items)]


def ways() -> element:
    """Return the three ways to read; the links are completed when the whole page is known."""
    rows = [
        tag(
            "li",
            tag("span", name, class_="u30-way-name", id=f"u30-way-{key}"),
            tag(
                "ol",
                *[
                    tag("li", tag("a", SHORT_NAMES.get(heading, heading), data_heading=heading))
                    for heading in headings
                ],
                aria_labelledby=f"u30-way-{key}",
            ),
            data_way=key,
        )
        for key, (name, headings) in WAYS.items()
    ]
    return tag(
        "nav",
        tag("p", "Three ways to read this page", class_="u30-ways-title", id="u30-ways"),
        tag("ul", *rows),
        class_="u30-ways",
        aria_labelledby="u30-ways",
        script="reading_order.js",
    )


def complete_links(app: Sphinx, doctree: nodes.document) -> None:
    """Point the links at the page's sections; a section the page does not have is left out."""
    wanted = [node for node in doctree.findall(element) if "data-heading" in node["html"]]
    if not wanted:
        return
    anchors = {
        section[0].astext(): section["ids"][0]
        for section in doctree.findall(nodes.section)
        if len(section)
    }
    for link in wanted:
        anchor = anchors.get(link["html"].pop("data-heading"))
        if anchor:
            link["html"]["href"] = f"#{anchor}"
        else:
            link.parent.parent.remove(link.parent)


def setup(app: Sphinx) -> None:
    app.add_directive("day-card", DayCard)
    app.connect("doctree-read", complete_links)
