"""Claims as tables: what the paper reports, what we test, what we measured, and whether it holds.

A cell that ends in a `ClaimTable` shows its table. `{all-claims}` shows those of every day, from
the file that is written when the notebooks have been executed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .course import course_of, is_written
from .days import Day, Lesson
from .element import element, tag

MIMETYPE = "application/vnd.u30.claims+json"
COLUMNS = {
    "paper": "What the paper reports",
    "test": "What we test",
    "measured": "What we measured",
    "holds": "Holds",
}


def claims_table(claims: list[dict[str, Any]], caption: str) -> element:
    """Return the table; on narrow screens its rows become blocks, so the roles are spelled out."""
    head = [tag("th", name, scope="col", role="columnheader") for name in COLUMNS.values()]
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head, role="row"), role="rowgroup"),
        tag("tbody", *[row(claim) for claim in claims], role="rowgroup"),
        class_="u30-claims",
        role="table",
    )


def row(claim: dict[str, Any]) -> element:
    cells = [
        tag("td", str(claim[key]), role="cell", data_label=name)
        for key, name in COLUMNS.items()
        if key != "holds"
    ]
    mark, word = ("✓", "holds") if claim["holds"] else ("✗", "does not hold")
    verdict = tag("td", role="cell", data_label="Holds")
    verdict += tag("span", mark, aria_hidden="true", class_="u30-sign")
    verdict += tag("span", " " + word)
    return tag("tr", *cells, verdict, role="row", class_=f"u30-{word.replace(' ', '-')}")


def summary(claims: list[dict[str, Any]]) -> str:
    """Return a table's caption, such as "3 of 4 claims hold"."""
    held = sum(bool(claim["holds"]) for claim in claims)
    noun, verb = ("claim", "holds") if len(claims) == 1 else ("claims", "hold")
    return f"{held} of {len(claims)} {noun} {verb}"


class ClaimsRenderer:
    """Let myst-nb show the claims mimetype as our table."""

    mime_priority_overrides = [("*", MIMETYPE, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        if inline or data.mime_type != MIMETYPE:
            return None
        content = json.loads(data.string) if isinstance(data.content, str) else data.content
        claims = content["claims"]
        day = content["day"]
        name = f"Day {day}" if isinstance(day, int) else "Interlude"
        return [claims_table(claims, f"{name}: {summary(claims)}")]


def read_claims(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the claims of each lesson that was executed, by its key; none when nothing was yet.

    The file maps a key to its list of claims, or to the whole output with a list in it.
    """
    if not path.is_file():
        return {}
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        key: value["claims"] if isinstance(value, dict) else value for key, value in raw.items()
    }


class AllClaims(Directive):
    """Show the claims of every day and interlude."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        course = course_of(env)
        path = Path(env.srcdir) / env.config.u30_claims_file
        env.note_dependency(str(path))
        measured = read_claims(path)
        written = [lesson for lesson in course.lessons if is_written(env, lesson)]
        if not written:
            return [nodes.paragraph("", "No day is written yet, so there is nothing to test.")]
        every = [claim for lesson in written for claim in measured.get(lesson.key, [])]
        days = sum(isinstance(lesson, Day) for lesson in written)
        opening = f"{summary(every)}, over {days} of {len(course.days)} days."
        sections = [self.section(lesson, measured.get(lesson.key)) for lesson in written]
        return [nodes.paragraph("", opening if every else ""), *sections]

    def section(self, lesson: Lesson, claims: list[dict[str, Any]] | None) -> nodes.section:
        key = f"day-{lesson.key}" if isinstance(lesson, Day) else lesson.key
        section = nodes.section(names=[f"claims-{key}"])
        self.state.document.note_explicit_target(section, section)
        section += nodes.title("", f"{lesson.label} · {lesson.short}")
        words = f" ({lesson.authors}, {lesson.year})" if isinstance(lesson, Day) else ""
        section += tag("p", tag("a", lesson.title, doc=lesson.page), words)
        if claims:
            section += claims_table(claims, summary(claims))
        else:
            section += nodes.paragraph("", "This build has not measured the claims of this day.")
        return section


def setup(app: Sphinx) -> None:
    app.add_config_value("u30_claims_file", "_build/run/claims.json", "env")
    app.add_directive("all-claims", AllClaims)
