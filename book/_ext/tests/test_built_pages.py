"""The directives, in a small book that Sphinx really builds."""

from __future__ import annotations

import io
import json
import os
import re
import time
from pathlib import Path

import pytest
from course_files import day_page, interlude_page, write_days
from sphinx.application import Sphinx

MODULES = (
    "element",
    "course",
    "day_card",
    "day_grid",
    "paper_map",
    "callouts",
    "derivation",
    "depth",
    "recall",
    "recall_cards",
    "flashcards",
    "in_browser",
    "package_source",
    "exercise",
    "claims_table",
    "notebook_dependencies",
    "page_lint",
)
ORPHAN = "---\norphan: true\n---\n\n"  # in no table of contents
CLAIM = {"paper": "Table 2", "test": "below 1.4", "measured": "1.38", "holds": True}


class Book:
    """A book in a temporary folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.warnings = ""
        write_days(folder)
        (folder / "days").mkdir()
        self.write("days/day01_char_rnn", ORPHAN + day_page(1))
        self.write("days/interlude_engine", ORPHAN + interlude_page().replace("the-eq", "other-eq"))
        self.write("index", "# Start\n\n```{day-grid}\n```\n\n```{paper-map}\n```\n")
        self.write("claims", ORPHAN + "# Claims\n\n```{all-claims}\n```\n")
        self.small = folder.parent / "code" / "u30" / "small.py"
        self.small.parent.mkdir(parents=True)
        self.small.write_text("def double(x):\n    return 2 * x\n")

    def write(self, page: str, text: str) -> None:
        (self.folder / f"{page}.md").write_text(text, encoding="utf-8")

    def build(self) -> list[str]:
        """Build, and return the pages that were read."""
        warnings = io.StringIO()
        app = Sphinx(
            self.folder,
            None,
            self.folder / "_build/html",
            self.folder / "_build/doctrees",
            "html",
            confoverrides={
                "extensions": ["myst_nb", *[f"u30book.{name}" for name in MODULES]],
                "myst_enable_extensions": ["dollarmath"],
                "nb_execution_mode": "off",
                "html_theme": "basic",
                "nitpicky": True,
                "exclude_patterns": ["_build"],
            },
            status=None,
            warning=warnings,
        )
        read: list[str] = []
        app.connect("env-before-read-docs", lambda app, env, docs: read.extend(docs))
        app.build()
        self.warnings = re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())
        return sorted(read)

    def page(self, name: str) -> str:
        return (self.folder / f"_build/html/{name}.html").read_text(encoding="utf-8")


def make_book(root: Path) -> Book:
    folder = root / "book"
    folder.mkdir()
    return Book(folder)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    book = make_book(tmp_path_factory.mktemp("built"))
    book.build()
    return book


def test_the_small_book_builds_without_a_warning(book):
    assert book.warnings == ""


def test_the_card_shows_the_day_and_links_to_the_paper(book):
    page = book.page("days/day01_char_rnn")
    assert 'href="https://example.org/char_rnn"' in page
    assert "Day 1 · Unit 1: Memory" in page
    assert "1 of 5" in page


def test_the_card_of_an_interlude_names_its_day_and_no_paper(book):
    page = book.page("days/interlude_engine")
    assert "Interlude · before Day 3" in page
    assert "u30-card-paper" not in page
    assert 'href="https://example.org/survey">Survey' in page
    assert 'href="day01_char_rnn.html">1 RNNs that write' in page
    assert 'id="exercise-engine-1"' in page and 'data-exercise="engine.5"' in page


def test_a_line_stands_in_front_of_what_eli5_leaves_out(book):
    page = book.page("days/day01_char_rnn")
    assert page.count('<p class="u30-cut"></p>') == 1  # one run: formula, derivation, source
    assert re.search(r'<p class="u30-cut"></p>\s*<div class="math', page)
    assert '<input type="radio" name="u30-depth" value="standard" checked/>' in page
    assert 'localStorage.getItem("u30.depth")' in page[: page.index("<body")]
    assert "u30.depth" not in book.page("index")


def test_the_ways_to_read_lead_to_sections_of_the_page(book):
    page = book.page("days/day01_char_rnn")
    nav = page[page.index('class="u30-ways"') : page.index("</nav>")]
    targets = re.findall(r'href="#([^"]+)"', nav)
    assert len(targets) == 9 + 5 + 5
    assert all(f'id="{target}"' in page for target in targets)
    assert "data-heading" not in nav


def test_scripts_are_linked_only_where_they_are_used(book):
    assert "reading_order.js" in book.page("days/day01_char_rnn")
    assert "reading_order.js" not in book.page("index")
    assert "paper_map.js" in book.page("index")


def test_the_grid_links_written_days_and_marks_the_others(book):
    page = book.page("index")
    assert re.search(r'<a class="u30-day-title" href="days/day01_char_rnn.html">RNNs that', page)
    assert '<span class="u30-day-title">LSTMs</span>' in page
    assert page.count(">coming<") == 2
    assert 'id="unit-2"' in page


def test_the_grid_has_the_interlude_in_front_of_its_day(book):
    page = book.page("index")
    unit = page[page.index('id="unit-2"') :]
    assert unit.index("Build the engine") < unit.index("ResNet")
    assert 'class="u30-day-title" href="days/interlude_engine.html">Build the engine' in unit
    assert ">2½<" in unit and "Interlude · 60 min" in unit
    assert '<li class="u30-day u30-day-coming" value="3"' in unit


def test_the_map_is_named_and_also_a_list(book):
    page = book.page("index")
    svg = page[page.index("<svg") : page.index("</svg>")]
    assert "viewBox=" in svg and "<title" in svg and "<desc" in svg
    assert svg.count("<a ") == 1 and svg.count("u30-map-coming") == 2
    assert "builds on 1 RNNs that write, 2 LSTMs" in page
    assert (
        "Interlude, Build the engine</a> builds on 1 RNNs that write; comes before Day 3." in page
    )


def test_the_source_is_shown_with_its_equation_and_its_lines(book):
    page = book.page("days/day01_char_rnn")
    assert 'id="equation-the-equation"' in page and 'href="#equation-the-equation"' in page
    assert "/code/u30/small.py#L1-L2" in page
    assert "double" in page and "the <em>only</em> line" in page


def test_exercises_are_sections_with_folds(book):
    from u30.learn import parse

    page = book.page("days/day01_char_rnn")
    exercise = parse.load("d01.1")
    assert 'id="exercise-d01-1"' in page and f"Exercise 1 · {exercise.title}" in page
    assert page.count("u30-hint") == 15 and page.count('class="u30-solution"') == 5
    assert 'data-exercise="d01.5"' in page
    assert re.search(r"<h3>Exercise 5 ", page)


def test_boxes_and_recall_have_their_words(book):
    page = book.page("days/day01_char_rnn")
    assert '<span class="u30-box-label">ELI5</span>' in page
    assert "one</strong> sticky note" in page
    assert '<details class="u30-derivation">' in page and "<strong>it is</strong>" in page
    assert re.search(r"<summary>What is <span class=\"math[^>]*>.*?</span>\?</summary>", page)


def test_pages_about_the_learner_s_own_progress(tmp_path):
    book = make_book(tmp_path)
    parts = "```{in-browser} recall\nNo scripts, *no* recall.\n```\n\n```{flashcards}\n```\n"
    book.write("days/mine", ORPHAN + f"# Mine\n\n{parts}\n```{{progress-list}}\n```\n")
    book.build()
    assert "mine" not in book.warnings
    page = book.page("days/mine")
    assert "<noscript><p>No scripts, <em>no</em> recall.</p>\n</noscript>" in page
    assert "recall_page.js" in page and "recall_page.js" not in book.page("index")
    assert 'href="../flashcards/30u30.apkg"' in page
    assert (book.folder / "_build/html/flashcards/30u30.apkg").is_file()
    assert page.count('data-exercise="d01.') == 5  # days 2 and 3 are not written
    assert 'href="day01_char_rnn.html#exercise-d01-1"' in page
    assert '<script defer="defer" src="../_static/progress.js' in page
    assert "state" in (book.folder / "_build/html/_static/u30/recall.js").read_text("utf-8")


def test_claims_appear_when_they_have_been_measured(tmp_path):
    book = make_book(tmp_path)
    book.build()
    assert "has not measured the claims" in book.page("claims")
    path = book.folder / "_build/run/claims.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"1": [CLAIM]}))
    assert book.build() == ["claims"]
    assert "1 of 1 claim holds, over 1 of 3 days." in book.page("claims")


def test_pages_are_read_again_when_what_they_show_changes(tmp_path):
    book = make_book(tmp_path)
    path = book.folder / "_build/run/claims.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    book.build()
    assert book.build() == []
    later = time.time() + 5
    os.utime(book.small, (later, later))
    assert book.build() == ["days/day01_char_rnn", "days/interlude_engine"]
    book.write("days/day02_lstm", day_page(2, exercises="None."))
    assert {"index", "claims", "days/day02_lstm"} <= set(book.build())
    assert 'href="days/day02_lstm.html">LSTMs' in book.page("index")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (":eq: the-equation", ":eq: no-such", "equation not found: no-such"),
        ("u30.small.double", "u30.small.triple", "small.py has no triple"),
        ("{day-card} 1", "{day-card} 9", "days.yml has no day 9"),
        ("Q: What", "A: What", 'expected a line that starts with "Q:"'),
        ("Q: What is $h$?", "Q: Who?\nA: I.\n\nQ: Who?", "a question stands twice"),
        ("{cheatsheet}", "{in-browser} kitchen", 'there is no part "kitchen"'),
        ("d01.2", "d01.9", 'there is no exercise "d01.9"'),
        ("## Recall", "## Remember", 'the section "## Recall" is missing'),
    ],
)
def test_a_mistake_in_a_page_is_a_warning_and_so_an_error(tmp_path, old, new, sentence):
    book = make_book(tmp_path)
    book.write("days/day01_char_rnn", ORPHAN + day_page(1).replace(old, new))
    book.build()
    assert sentence in book.warnings


def test_code_that_is_wider_than_the_page_is_a_warning(tmp_path):
    book = make_book(tmp_path)
    book.small.write_text(f"def double(x):\n    return 2 * x  # {'-' * 80}\n")
    book.build()
    assert "a page shows 80 characters of a line; small.py, line 2, has 100" in book.warnings
    assert "interlude_engine.md:" in book.warnings


def test_an_image_without_alt_text_is_a_warning(tmp_path):
    book = make_book(tmp_path)
    (book.folder / "days/a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    book.write("days/day01_char_rnn", ORPHAN + day_page(1).replace("One sentence.", "![](a.svg)"))
    book.build()
    assert "an image has no alt text" in book.warnings
