"""The recall cards for Anki and for other programs, written into the built site.

Deck, kind of note and notes have ids that never change, so that importing a newer file updates the
cards and keeps what Anki knows about them. One commit always gives the same bytes. Formulas stand
between \\( and \\), which Anki draws with its own MathJax.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import genanki
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .element import tag

if TYPE_CHECKING:
    from .recall_cards import DayCards

FOLDER, DECK, TABLE = "flashcards", "30u30.apkg", "30u30.csv"
DECK_ID, MODEL_ID = 1739300301, 1739300302
START = 1767225600  # 2026-01-01, where the age of the cards is unknown
ZIP_TIME = (2026, 1, 1, 0, 0, 0)

CSS = """\
.card { max-width: 34em; margin: 0 auto; font: 20px/1.5 Georgia, serif; text-align: left; }
.where { color: #66717f; font: 14px/1.4 sans-serif; }
pre, code { font: 16px/1.5 monospace; }
pre { white-space: pre-wrap; }
"""
MODEL = genanki.Model(
    MODEL_ID,
    "30u30 recall",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Where"}],
    templates=[
        {
            "name": "Recall",
            "qfmt": "{{Question}}",
            "afmt": '{{FrontSide}}<hr id="answer">{{Answer}}<p class="where">{{Where}}</p>',
        }
    ],
    css=CSS,
)


def for_anki(html: str, site: str) -> str:
    """Return a card's HTML without the site's own classes, and with links that work elsewhere."""
    soup = BeautifulSoup(html, "html.parser")
    for node in soup.find_all(True):
        address = node.get("href")
        node.attrs = {"href": urljoin(site, str(address))} if address else {}
        if node.name in ("span", "div"):
            node.unwrap()
    return str(soup).strip()


def as_text(html: str) -> str:
    """Return a card's words; paragraphs and lines of code stay lines."""
    soup = BeautifulSoup(html, "html.parser")
    for node in soup.find_all(["p", "li", "pre"]):
        node.append("\n")
    lines = (line.rstrip() for line in soup.get_text().splitlines())
    return "\n".join(line for line in lines if line)


def age(folder: Path) -> int:
    """When the pages changed last, in seconds since 1970, as the repository tells it.

    Anki takes over a changed card when the file is newer than what it has."""
    command = ["git", "-C", str(folder), "log", "-1", "--format=%ct", "--", "."]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
        return int(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return START


def tag_of(day: DayCards) -> str:
    """Return the tag of a day's cards: "30u30::day01", "30u30::engine"."""
    return f"30u30::{re.sub(r'^d(?=[0-9])', 'day', day.series)}"


def anki(days: list[DayCards], site: str, time: int) -> bytes:
    """Return the .apkg: a zip with a database in it."""
    about = f'Recall cards of <a href="{site}">30u30</a>, by day.'
    deck = genanki.Deck(DECK_ID, "30u30", about)
    for day in days:
        where = f'<a href="{urljoin(site, day.lesson.page)}.html">{day.title}</a>'
        for card in day.cards:
            fields = [for_anki(card.question, site), for_anki(card.answer, site), where]
            guid = genanki.guid_for("30u30", card.id)
            deck.add_note(genanki.Note(MODEL, fields, tags=[tag_of(day)], guid=guid))
    return packed(deck, time)


def packed(deck: genanki.Deck, time: int) -> bytes:
    """Like genanki's own write_to_file, but the same deck gives the same bytes."""
    database = sqlite3.connect(":memory:")
    ids = iter(range(time * 1000, time * 1000 + 10**6))
    genanki.Package(deck).write_to_db(database.cursor(), time, ids)
    database.commit()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("collection.anki2", database.serialize()), ("media", json.dumps({}))):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    database.close()
    return file.getvalue()


def table(days: list[DayCards]) -> str:
    """Return the cards as CSV: id, day, question, answer, tag."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["id", "day", "question", "answer", "tag"])
    for day in days:
        for card in day.cards:
            row = [card.id, day.title, as_text(card.question), as_text(card.answer)]
            writer.writerow([*row, tag_of(day)])
    return file.getvalue()


def write(days: list[DayCards], folder: Path, site: str, time: int) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DECK).write_bytes(anki(days, site, time))
    (folder / TABLE).write_text(table(days), encoding="utf-8", newline="")


class FlashcardLinks(Directive):
    """`{flashcards}`: where to download both files."""

    def run(self) -> list[nodes.Node]:
        docname = self.state.document.settings.env.docname
        to_root = "../" * docname.count("/")

        def link(file: str, words: str) -> nodes.Node:
            return tag("a", words, href=f"{to_root}{FOLDER}/{file}", download=True)

        return [
            tag(
                "ul",
                tag("li", link(DECK, "Anki deck (.apkg)"), ", with a tag for each day"),
                tag("li", link(TABLE, "Table (.csv)"), " for other programs"),
                class_="u30-flashcards",
            )
        ]


def setup(app: Sphinx) -> None:
    app.setup_extension("u30book.element")
    app.add_directive("flashcards", FlashcardLinks)
