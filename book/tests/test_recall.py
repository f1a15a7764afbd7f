"""The Recall page asks at the right time, and the flashcards are the pages' cards."""

import csv
import html
import io
import json
import re
import sqlite3
import zipfile
from datetime import date, timedelta

import pytest

from . import axe
from .conftest import HTML, Visit, day_pages
from .learner import BEGUN, DAY1, entry, words

START = date(2026, 3, 20)  # clocks change in the weeks after it
PASSED = {"version": 1, "exercises": {"d01.1": entry("passed")}}


def at(day):
    return f"{day}T08:00:00"


def open_recall(someone, day):
    someone.page.clock.set_fixed_time(at(day))
    page = someone.goto("pages/recall.html")
    page.wait_for_selector(".u30-recall-due")
    return page


def due(page):
    return words(page, ".u30-recall-due")[0]


def answer_all(page, keys):
    """Go through the cards that are due, by keyboard alone."""
    page.get_by_role("button", name="Start with the cards").press("Enter")
    for key in keys:
        page.wait_for_selector("text=Show the answer")
        page.keyboard.press(" ")
        page.wait_for_selector("text=I knew it")
        page.keyboard.press(key)
    page.wait_for_selector(".u30-recall-due")


def test_a_card_comes_back_after_3_7_and_21_days_and_then_rests(learner):
    someone = learner(PASSED, now=at(START))
    page, day = open_recall(someone, START), START
    for days in (3, 7, 21):
        day += timedelta(days=days)
        before = day - timedelta(days=1)
        assert "Nothing is due today" in due(open_recall(someone, before))
        assert f"Next time: {day.day} {day:%B}." in due(page)
        assert due(open_recall(someone, day)) == "Due today: 6 cards."
        answer_all(page, "222222")
        assert due(page).startswith("6 cards done, 6 known. Nothing is due today.")
        assert page.evaluate("document.activeElement.className") == "u30-recall-due"
    assert due(open_recall(someone, day + timedelta(days=400))) == "Nothing is due today."
    assert words(page, ".u30-recall-days li")[0].endswith("6 known well")


def test_a_wrong_answer_starts_again_at_three_days(learner):
    someone = learner(PASSED, now=at(START))
    open_recall(someone, START)
    day = START + timedelta(days=3)
    answer_all(open_recall(someone, day), "222221")
    day += timedelta(days=3)
    assert due(open_recall(someone, day)) == "Due today: 1 card."
    assert [card["right"] for card in someone.state["cards"].values()] == [1, 1, 1, 1, 1, 0]


def test_a_day_s_cards_are_added_by_its_button(learner):
    someone = learner(now=at(START))
    page = someone.goto(DAY1)
    assert someone.state is None
    page.click("text=Add this day’s cards to my reviews")
    page.wait_for_selector("text=These cards are in your reviews, next on 23 March.")
    assert len(someone.state["cards"]) == 6
    page = open_recall(someone, START)
    page.get_by_role("button", name="Add the cards of Interlude").click()
    assert len(someone.state["cards"]) == 12


def test_passing_an_exercise_adds_the_cards_of_its_day(learner):
    someone = learner(now=at(START))
    page = someone.goto(DAY1)
    report = {"exercise": "d01.2", "status": "pass", "seed": 1, "cases": [{"status": "pass"}]}
    page.evaluate("report => void u30Progress.record(report)", report)
    assert {card["last"] for card in someone.state["cards"].values()} == {"2026-03-20"}


def test_an_exercise_that_was_read_with_the_solution_is_due(learner):
    someone = learner(BEGUN)
    page = open_recall(someone, date(2026, 2, 5))
    assert due(page) == "Due today: 1 exercise."
    page.click("text=Blame flows backwards")
    page.wait_for_selector("#exercise-d01-3")


def test_keys_work_inside_a_card_only(learner):
    someone = learner(PASSED, now=at(START))
    open_recall(someone, START)
    page = open_recall(someone, START + timedelta(days=3))
    page.keyboard.press("2")
    page.click("text=Start with the cards")
    page.wait_for_selector("text=Card 1 of 6")
    page.keyboard.press("2")  # no answer is shown yet
    assert page.locator("text=Card 1 of 6").count() == 1
    page.click(".bd-article h1")  # the focus leaves the card
    page.keyboard.press(" ")
    assert page.locator("text=I knew it").count() == 0
    page.click("text=Show the answer")
    page.click("text=Not yet")
    page.wait_for_selector("text=Card 2 of 6")


@pytest.mark.parametrize("width", [1280, 375])
def test_formulas_of_a_card_are_drawn(learner, width):
    someone = learner(PASSED, now=at(START), width=width)
    open_recall(someone, START)
    page = open_recall(someone, START + timedelta(days=3))
    assert page.evaluate("typeof MathJax") == "undefined"  # not a byte before it is needed
    answer = page.locator(".u30-card-answer")
    page.click("text=Start with the cards")
    page.keyboard.press(" ")
    answer.locator("mjx-container").first.wait_for()
    page.wait_for_function("!document.querySelector('.u30-review .u30-maths-wait')")
    assert answer.locator("mjx-container").count() == 3
    assert "\\(" not in answer.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe.faults(page) == []


def test_without_scripts_the_page_says_what_it_would_do(learner):
    page = learner(javascript=False).goto("pages/recall.html")
    assert "each day’s section Recall has the same questions" in page.inner_text("main")
    assert page.locator(".u30-flashcards a").count() == 2


def test_recall_works_from_a_folder(browser):
    seen = Visit(browser, (HTML / "pages" / "recall.html").as_uri())
    try:
        seen.page.wait_for_selector("text=Nothing is due today.")
        assert seen.errors == []
    finally:
        seen.close()


# The files of the build -----------------------------------------------------------------------


def plain(text):
    """A card's words and formulas, whatever markup is around them."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def cards_on_pages():
    """{id: (question, answer)} as the day pages show them."""
    item = r'<li data-card="([^"]+)"><details><summary>(.*?)</summary>(.*?)</details></li>'
    return {
        id: (plain(question), plain(answer))
        for page in day_pages()
        for id, question, answer in re.findall(item, (HTML / page).read_text("utf-8"), re.DOTALL)
    }


def test_the_recall_page_has_every_card_of_every_page():
    text = (HTML / "_static/u30/recall.js").read_text("utf-8")
    days = json.loads(text.removeprefix("window.u30Recall = ").rstrip().removesuffix(";"))
    cards = {id: (plain(q), plain(a)) for day in days for id, q, a in day["cards"]}
    assert cards == cards_on_pages() != {}
    for day in days:
        page = (HTML / "pages" / day["page"]).read_text("utf-8")
        assert all(f'id="{exercise["anchor"]}"' in page for exercise in day["exercises"])


def test_the_anki_deck_has_every_card(tmp_path):
    with zipfile.ZipFile(HTML / "flashcards/30u30.apkg") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        archive.extract("collection.anki2", tmp_path)
    database = sqlite3.connect(tmp_path / "collection.anki2")
    notes = database.execute("SELECT guid, tags, flds FROM notes").fetchall()
    [decks] = database.execute("SELECT decks FROM col").fetchone()
    assert database.execute("SELECT count(*) FROM cards").fetchone() == (len(notes),)
    database.close()
    fields = [flds.split("\x1f") for _, _, flds in notes]
    tags = [tags.split() for _, tags, _ in notes]
    found = {(plain(q), plain(a)): tag for (q, a, _), tag in zip(fields, tags, strict=True)}
    assert found == {
        card: ["30u30::" + re.sub(r"^d(?=\d)", "day", id.split(".")[0])]
        for id, card in cards_on_pages().items()
    }
    assert len({guid for guid, _, _ in notes}) == len(notes)
    assert not re.search(
        r"<(span|div)|class=|href=\"(?!http)", " ".join(q + a for q, a, _ in fields)
    )
    assert json.loads(decks)["1739300301"]["name"] == "30u30"


def test_the_table_has_every_card():
    text = (HTML / "flashcards/30u30.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {
        row["id"]: (plain_text(row["question"]), plain_text(row["answer"])) for row in rows
    } == {id: tuple(map(plain_text, card)) for id, card in cards_on_pages().items()}


def plain_text(text):
    return " ".join(text.split())


@pytest.mark.parametrize("page", ["pages/recall.html", "pages/how_to_use.html"])
def test_the_flashcards_are_offered(visit, page):
    seen = visit(page)
    links = seen.page.locator(".u30-flashcards a")
    with seen.page.expect_download() as download:
        links.first.click()
    assert download.value.suggested_filename == "30u30.apkg"
