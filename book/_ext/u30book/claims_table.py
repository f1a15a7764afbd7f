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
from .days import Day
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
    verdict += tag("span", mark, aria_hidden="true", class_="u30-mark")
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
        return [claims_table(claims, f"Day {content['day']}: {summary(claims)}")]


def read_claims(path: Path) -> dict[int, list[dict[str, Any]]]:
    """Return the claims of each day that was executed; none when nothing was yet.

    The file maps a day's number to its list of claims, or to the whole output with a list in it.
    """
    if not path.is_file():
        return {}
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        int(number): value["claims"] if isinstance(value, dict) else value
        for number, value in raw.items()
    }


class AllClaims(Directive):
    """Show the claims of every day."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        course = course_of(env)
        path = Path(env.srcdir) / env.config.u30_claims_file
        env.note_dependency(str(path))
        measured = read_claims(path)
        written = [day for day in course.days if is_written(env, day)]
        if not written:
            return [nodes.paragraph("", "No day is written yet, so there is nothing to test.")]
        every = [claim for day in written for claim in measured.get(day.day, [])]
        opening = f"{summary(every)}, over {len(written)} of {len(course.days)} days."
        sections = [self.section(day, measured.get(day.day)) for day in written]
        return [nodes.paragraph("", opening if every else ""), *sections]

    def section(self, day: Day, claims: list[dict[str, Any]] | None) -> nodes.section:
        section = nodes.section(names=[f"claims-day-{day.day}"])
        self.state.document.note_explicit_target(section, section)
        section += nodes.title("", f"Day {day.day} · {day.short}")
        paper = tag("a", day.title, doc=day.page)
        section += tag("p", paper, f" ({day.authors}, {day.year})")
        if claims:
            section += claims_table(claims, summary(claims))
        else:
            section += nodes.paragraph("", "This build has not measured the claims of this day.")
        return section


def setup(app: Sphinx) -> None:
    app.add_config_value("u30_claims_file", "_build/run/claims.json", "env")
    app.add_directive("all-claims", AllClaims)
