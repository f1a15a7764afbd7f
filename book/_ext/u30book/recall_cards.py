"""All recall cards of the course, taken from the built pages: exactly what a reader sees there.

    _static/u30/recall.js        for the Recall page, which alone loads it
    flashcards/30u30.apkg        for Anki (see flashcards.py)
    flashcards/30u30.csv         for other programs

The data is a script, not JSON to be fetched: it works from a folder, too.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from . import flashcards
from .assets import write_if_changed
from .days import Course, Lesson, load_days
from .exercise import anchor
from .launch import repository_of
from .recall import series_of
from .site_address import site_address

CARDS = re.compile(r'<ol class="u30-recall">.*?</section>', re.DOTALL)
LOCAL = re.compile(r"^(?![a-z]+:)")


@dataclass(frozen=True)
class Card:
    """One card; question and answer are HTML, their links relative to the site's root."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True)
class DayCards:
    """The cards of one day or interlude."""

    lesson: Lesson
    cards: tuple[Card, ...]

    @property
    def series(self) -> str:
        return series_of(self.lesson.page)

    @property
    def title(self) -> str:
        return f"{self.lesson.label}: {self.lesson.short}"


def cards_in(html: str, docname: str) -> tuple[Card, ...]:
    """Return the cards of a built page."""
    cards = []
    for found in CARDS.findall(html):
        soup = BeautifulSoup(found, "html.parser")
        for item in soup.select("ol.u30-recall > li[data-card]"):
            for node in item.find_all(True):
                node.attrs.pop("id", None)
                if node.get("href"):
                    node["href"] = from_root(str(node["href"]), docname)
            [question], [answer] = item.select("summary"), item.select(".u30-answer")
            words = (part.decode_contents().strip() for part in (question, answer))
            cards.append(Card(str(item["data-card"]), *words))
    return tuple(cards)


def from_root(address: str, docname: str) -> str:
    """Return an address of a page as it is seen from the site's root."""
    if not LOCAL.match(address):
        return address
    path, mark, fragment = address.partition("#")
    page = posixpath.join(posixpath.dirname(docname), path) if path else f"{docname}.html"
    return posixpath.normpath(page) + mark + fragment


def collect(course: Course, out: Path) -> list[DayCards]:
    """Return the cards of every built day, in the order of reading."""
    days = []
    for lesson in course.lessons:
        page = out / f"{lesson.page}.html"
        if page.is_file():
            days.append(DayCards(lesson, cards_in(page.read_text("utf-8"), lesson.page)))
    return days


def script(days: list[DayCards]) -> str:
    """Return recall.js: for each day its title and page, its exercises' titles, its cards.

    Its addresses are relative to pages/recall.html, which alone loads it."""
    from u30.learn import parse

    titles: dict[str, dict[str, str]] = {}
    for exercise in parse.load_all():
        titles.setdefault(exercise.series, {})[exercise.id] = exercise.title

    def link(html: str) -> str:
        return re.sub(r'(\shref=")(?![a-z]+:)', r"\1../", html)

    data = [
        {
            "title": day.title,
            "page": f"../{day.lesson.page}.html",
            "exercises": [
                {"id": id, "title": title, "anchor": anchor(id)}
                for id, title in titles.get(day.series, {}).items()
            ],
            "cards": [[card.id, link(card.question), link(card.answer)] for card in day.cards],
        }
        for day in days
    ]
    return f"window.u30Recall = {json.dumps(data, ensure_ascii=False, indent=0)};\n"


def write_files(app: Sphinx, exception: Exception | None) -> None:
    path = Path(app.srcdir) / "days.yml"
    if exception is not None or app.builder.name != "html" or not path.is_file():
        return
    out = Path(app.outdir)
    days = collect(load_days(path), out)
    (out / "_static/u30").mkdir(parents=True, exist_ok=True)
    write_if_changed(out / "_static/u30/recall.js", script(days))
    site, time = site_address(repository_of(app)), flashcards.age(path.parent / "days")
    flashcards.write(days, out / flashcards.FOLDER, site, time)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write_files)
