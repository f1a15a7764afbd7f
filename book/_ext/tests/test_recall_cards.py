"""Recall cards on their way from the pages to the Recall page, to Anki and to a table."""

import csv
import io
import json
from dataclasses import replace

import pytest
from course_files import course_data

from u30book import flashcards, recall_cards
from u30book.days import parse_days
from u30book.recall import card_id, series_of
from u30book.recall_cards import Card, DayCards, cards_in, from_root

SITE = "https://example.org/30u30/"
DAY1 = "days/day01_char_rnn"
HTML = """<section id="recall">
<h2>Recall</h2>
<ol class="u30-recall">\
<li data-card="d01.aa"><details><summary>What is <span class="math">\\(a&lt;b\\)</span>?</summary>\
<div class="u30-answer"><p id="x">One, <a href="day02_lstm.html#a">two</a>.</p>
<ol><li>first</li></ol>
<div class="highlight-python"><div class="highlight"><pre><span></span>x = 1
y = 2
</pre></div></div>
</div></details></li><li data-card="d01.bb"><details><summary>Two?</summary>\
<div class="u30-answer"><p>Yes.</p></div></details></li></ol></section>"""


@pytest.fixture
def days():
    course = parse_days(course_data())
    return [
        DayCards(course.day(1), cards_in(HTML, DAY1)),
        DayCards(course.interludes[0], (Card("engine.cc", "Three?", "<p>No.</p>"),)),
    ]


@pytest.mark.parametrize(
    ("page", "series"),
    [(DAY1, "d01"), ("days/interlude_engine", "engine"), ("pages/glossary", "glossary")],
)
def test_cards_share_the_series_of_the_page_s_exercises(page, series):
    assert series_of(page) == series


def test_a_card_s_id_hangs_on_its_page_and_its_question_only():
    id = card_id(DAY1, "What is\n  it?")
    assert id == card_id(DAY1, "What is it?")
    assert id.startswith("d01.") and len(id) == len("d01.123456")
    assert len({id, card_id(DAY1, "What was it?"), card_id("days/day02_lstm", "What is it?")}) == 3


def test_cards_are_read_as_the_page_shows_them(days):
    first, second = days[0].cards
    assert first.question == 'What is <span class="math">\\(a&lt;b\\)</span>?'
    assert '<p>One, <a href="days/day02_lstm.html#a">two</a>.</p>' in first.answer
    assert second == Card("d01.bb", "Two?", "<p>Yes.</p>")


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("#top", "days/day01_char_rnn.html#top"),
        ("../pages/glossary.html", "pages/glossary.html"),
        ("https://example.org/#x", "https://example.org/#x"),
    ],
)
def test_links_are_seen_from_the_site_s_root(address, seen):
    assert from_root(address, DAY1) == seen


def test_the_script_is_for_a_page_one_folder_down(days):
    text = recall_cards.script(days)
    first, last = json.loads(text.removeprefix("window.u30Recall = ").rstrip(";\n"))
    assert (first["title"], first["page"]) == ("Day 1: RNNs that write", f"../{DAY1}.html")
    assert 'href="../days/day02_lstm.html#a"' in first["cards"][0][2]
    assert first["exercises"][0]["anchor"] == "exercise-d01-1"
    assert last["cards"] == [["engine.cc", "Three?", "<p>No.</p>"]]


def test_anki_gets_formulas_and_links_and_no_classes():
    card = cards_in(HTML, DAY1)[0]
    assert flashcards.for_anki(card.question, SITE) == "What is \\(a&lt;b\\)?"
    answer = flashcards.for_anki(card.answer, SITE)
    assert f'<a href="{SITE}days/day02_lstm.html#a">two</a>' in answer
    assert "<pre>x = 1\ny = 2\n</pre>" in answer
    assert "<div" not in answer and "class" not in answer


def test_the_same_cards_give_the_same_bytes(days):
    deck = flashcards.anki(days, SITE, 1_770_000_000)
    assert deck == flashcards.anki(days, SITE, 1_770_000_000)
    better = replace(days[1], cards=(replace(days[1].cards[0], answer="<p>Never.</p>"),))
    assert deck != flashcards.anki([days[0], better], SITE, 1_770_000_000)


def test_the_table_has_a_line_for_each_card(days):
    first, *_, last = csv.DictReader(io.StringIO(flashcards.table(days)))
    assert first["question"] == "What is \\(a<b\\)?"
    assert first["answer"].split("\n") == ["One, two.", "first", "x = 1", "y = 2"]
    assert (last["id"], last["tag"]) == ("engine.cc", "30u30::engine")
    assert first["tag"] == "30u30::day01"


def test_cards_outside_a_repository_have_an_age_too(tmp_path):
    assert flashcards.age(tmp_path) == flashcards.START
