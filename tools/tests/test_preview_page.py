"""The preview of one page: what it needs, what it says, and that nothing runs without a reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import day_figures  # noqa: E402
import preview_page  # noqa: E402

NOTEBOOK = "---\nkernelspec:\n  name: python3\n---\n# Day\n"
PAGE = "days/day02_lstm"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A small book in which Day 2 links to Day 1 and to a page."""
    book = tmp_path / "book"
    texts = {
        f"{PAGE}.md": f"{NOTEBOOK}\n{{doc}}`Day 1 <day01_char_rnn>`, [u30](../pages/how.md#x), "
        "[out](https://a.b/c.md), {doc}`day30_rlhf`\n",
        "days/day01_char_rnn.md": f"{NOTEBOOK}\nText of Day 1.\n",
        "days/day03_rnn_regularization.md": NOTEBOOK,
        "pages/how.md": "# How\n",
        "pages/glossary.md": "# Glossary\n",
        "intro.md": "# Start\n",
        "references.bib": "",
        "_config.yml": "sphinx:\n  config: {language: en}\n",
        "_static/a.svg": "<svg/>",
        "days.yml": (ROOT / "book" / "days.yml").read_text(encoding="utf-8"),
    }
    for name, text in texts.items():
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(preview_page, "BOOK", book)
    return book


@pytest.mark.parametrize("name", ["2", PAGE, f"book/{PAGE}.md"])
def test_a_page_is_found_by_number_and_by_name(book, name):
    assert preview_page.page_of(name) == PAGE


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("8", "book/days/day08_alexnet.md is not written yet: make day DAY=8"),
        ("engine", "book/days/interlude_engine.md is not written yet"),
        ("31", 'There is no day, interlude or page "31".'),
        ("pages/nothing", "There is no day, interlude or page"),
    ],
)
def test_a_page_that_is_not_there_gives_one_sentence(book, name, sentence):
    with pytest.raises(SystemExit, match=sentence.replace(".", r"\.")):
        preview_page.page_of(name)


def test_the_small_book_holds_the_page_and_what_it_links_to(book, tmp_path):
    source = tmp_path / "preview"
    preview_page.gather(PAGE, source)
    listed = [one["file"] for one in yaml.safe_load((source / "_toc.yml").read_text())["chapters"]]
    assert listed == [PAGE, "days/day01_char_rnn", "pages/glossary", "pages/how"]
    assert (source / f"{PAGE}.md").read_text() == (book / f"{PAGE}.md").read_text()
    assert "Text of Day 1" not in (source / "days/day01_char_rnn.md").read_text()
    assert (source / "pages/how.md").read_text() == "# How\n"
    assert (source / "_static/a.svg").is_file() and not (source / "days/day03_x.md").exists()
    config = yaml.safe_load((source / "_config.yml").read_text())["sphinx"]["config"]
    assert config == {"language": "en", "u30_code_dir": str(ROOT / "code")}


def test_only_what_changed_is_written_again(book, tmp_path):
    source = tmp_path / "preview"
    preview_page.gather(PAGE, source)
    before = {path: path.stat().st_mtime_ns for path in source.rglob("*.*") if path.is_file()}
    page = book / f"{PAGE}.md"
    page.write_text(page.read_text().replace("{doc}`Day 1 <day01_char_rnn>`", "Day 1"))
    preview_page.gather(PAGE, source)
    after = {path: path.stat().st_mtime_ns for path in source.rglob("*.*") if path.is_file()}
    touched = {path.name for path in after if after[path] != before[path]}
    assert touched == {"_toc.yml", "day02_lstm.md"}
    assert {path.name for path in set(before) - set(after)} == {"day01_char_rnn.md"}


def test_results_are_dropped_when_what_the_cells_import_has_changed(book, tmp_path, monkeypatch):
    cache = tmp_path / "preview/_build/.jupyter_cache/result"
    prints = iter(["one", "one", "two"])
    monkeypatch.setattr(preview_page, "fingerprint", lambda path: next(prints))
    kept = []
    for _ in range(3):
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text("")
        preview_page.forget_stale(PAGE, tmp_path / "preview")
        kept.append(cache.exists())
    assert kept == [False, True, False]


def test_warnings_about_other_pages_are_left_out_and_places_are_those_of_the_book():
    source = Path("/build/preview/day02_lstm")
    lines = [
        f"\x1b[91m{source}/{PAGE}.md:12: WARNING: unknown document: 'x'\x1b[39;49;00m",
        f"{source}/{PAGE}.md:12: WARNING: unknown document: 'x'",
        f"{source}/days/day01_char_rnn.md:1: WARNING: a section is missing.",
        f"{source}/pages/glossary.md:7: WARNING: unknown document: 'y'",
        "/code/u30/nn/module.py:3: WARNING: about a docstring",
        "WARNING: the bibliography has no entry z",
        "[IPKernelApp] WARNING | Kernel is running over TCP",
        "reading sources... [100%] days/day02_lstm",
    ]
    assert preview_page.warnings(lines, PAGE, source) == [
        f"book/{PAGE}.md:12: WARNING: unknown document: 'x'",
        "/code/u30/nn/module.py:3: WARNING: about a docstring",
        "WARNING: the bibliography has no entry z",
    ]


def test_of_a_failure_the_cell_and_its_traceback_are_shown():
    cell = ["x.CellExecutionError: An error occurred", "1 / 0", "ZeroDivisionError: division"]
    lines = ["Running", "Traceback", *cell, " [mystnb.exec]", "Traceback", "in sphinx"]
    assert preview_page.failure(lines) == cell
    assert preview_page.failure(["one", "two"]) == ["one", "two"]


def test_words_are_those_that_a_reader_reads():
    text = f"{NOTEBOOK}\n% a comment\nTwo words, {{term}}`gate` $x+y$ `code` and {{eq}}`a-b`.\n\n"
    text += "```{eli5} A title\nThree more words.\n```\n\n```{code-cell}\nnot = read\n```\n"
    assert day_figures.words(text) == len("Two words and Three more words".split())
