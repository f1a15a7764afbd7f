"""What every day page has: the build refuses a page that lacks any of it. So has an interlude.

All sections in the agreed order, five exercises, a text alternative for every figure, no number
typed where a run gives it, no bare `.show()`, no trap and no line too wide in a cell, no emoji.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from .element import logger
from .figure_lint import check_figures
from .number_lint import check_numbers
from .page_text import WIDTH, Page, read_page, split_cell
from .trap_lint import check_traps

SECTIONS = (
    "In one sentence",
    "ELI5",
    "Before this paper",
    "The idea, piece by piece",
    "Build it",
    "The headline experiment",
    "Play with it",
    "What people get wrong",
    "Exercises",
    "Quick start",
    "Cheat sheet",
    "Recall",
    "Where next",
)
EXERCISES = 5

DAY_PAGE = re.compile(r"(?:day(?P<day>\d\d)_\w+|interlude_(?P<interlude>[a-z_]+))\.md$")
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u2712\u2714-\u2716\u2718-\u27bf\ufe0f\u2b50\u2b55]"
)


def lint(path: Path | str) -> list[str]:
    """Return what is wrong with a day page, one sentence each with the line it is about."""
    path = Path(path)
    text = path.read_text(encoding="utf-8")
    name = DAY_PAGE.search(path.name)
    if not name:
        wanted = "day01_slug.md or interlude_id.md"
        return [f"1: the file name {path.name} should look like {wanted}."]
    page = read_page(text)
    key, series = name["interlude"], name["interlude"]
    if name["day"]:
        key, series = str(int(name["day"])), f"d{name['day']}"
    problems = [
        *check_sections(page),
        *check_card(page, key),
        *check_exercises(page, series),
        *check_figures(page),
        *check_numbers(page),
        *check_traps(page),
        *check_width(page),
        *check_emoji(text),
    ]
    return [f"{number}: {sentence}" for number, sentence in problems]


def check_sections(page: Page) -> Iterator[tuple[int, str]]:
    titles = [heading for heading in page.headings if heading.level == 1]
    if len(titles) != 1 or page.headings[0].level != 1:
        yield 1, "a page starts with its title, the only heading of level 1."
    found = [heading for heading in page.headings if heading.level == 2]
    names = [heading.title for heading in found]
    for wanted in SECTIONS:
        if wanted not in names:
            yield 1, f'the section "## {wanted}" is missing.'
    for heading in found:
        if heading.title not in SECTIONS:
            yield heading.number, f'"## {heading.title}" is none of a day page\'s sections.'
        elif names.count(heading.title) > 1:
            yield heading.number, f'the section "{heading.title}" stands there more than once.'
    known = [heading for heading in found if heading.title in SECTIONS]
    order = [SECTIONS.index(heading.title) for heading in known]
    for heading, here, before in zip(known[1:], order[1:], order, strict=False):
        if here < before:
            yield heading.number, f'"{heading.title}" comes before "{SECTIONS[before]}".'


def check_card(page: Page, key: str) -> Iterator[tuple[int, str]]:
    cards = [one for one in page.directives if one.name == "day-card"]
    if len(cards) != 1:
        yield 1, f"a day page has one day-card, this one has {len(cards)}."
        return
    card = cards[0]
    if card.argument.strip() != key:
        yield card.number, f"this page's card is `{{day-card}} {key}`, not {card.argument}."
    if card.section:
        yield card.number, "the day-card stands directly under the page's title."


def check_exercises(page: Page, series: str) -> Iterator[tuple[int, str]]:
    found = [one for one in page.directives if one.name == "exercise-file"]
    names = [one.argument.strip() for one in found]
    wanted = [f"{series}.{number}" for number in range(1, EXERCISES + 1)]
    if names != wanted:
        line = found[0].number if found else 1
        yield (
            line,
            f"the exercises must be {', '.join(wanted)}; they are {', '.join(names) or 'none'}.",
        )
    for one in found:
        if one.section != "Exercises":
            yield one.number, f'{one.argument} stands outside the section "Exercises".'


def check_width(page: Page) -> Iterator[tuple[int, str]]:
    for cell in page.cells():
        _, source = split_cell(cell)
        for number, line in enumerate(source.splitlines(), cell.number + 1):
            length = len(line)
            if length > WIDTH:
                yield number, f"a page shows {WIDTH} characters of a line; this one has {length}."


def check_emoji(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        found = EMOJI.search(line)
        if found:
            yield number, f"no emoji, please: {found[0]}"


def warn_about_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Make every problem of a day page a warning, which our build treats as an error."""
    path = Path(app.env.doc2path(docname))
    if docname.startswith("days/") and DAY_PAGE.search(path.name):
        for problem in lint(path):
            number, _, sentence = problem.partition(": ")
            logger.warning(sentence, location=(docname, int(number)), type="u30", subtype="page")


def warn_about_images(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Catch what no reading of the source can see: an image without a text alternative."""
    if not docname.startswith("days/"):
        return
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning(
                "an image has no alt text: %s",
                image["uri"],
                location=image,
                type="u30",
                subtype="page",
            )


def setup(app: Sphinx) -> None:
    app.connect("source-read", warn_about_page)
    app.connect("doctree-resolved", warn_about_images)
