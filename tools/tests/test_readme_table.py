"""README's table of days: generated, checked, and never silently stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import readme_table
from u30book.days import load_days

ROOT = Path(readme_table.__file__).resolve().parent.parent


@pytest.fixture
def copy_of_root(tmp_path: Path) -> Path:
    """A folder with the list of days, one written page and a README with an empty table."""
    (tmp_path / "book" / "days").mkdir(parents=True)
    days = (ROOT / "book" / "days.yml").read_text(encoding="utf-8")
    (tmp_path / "book" / "days.yml").write_text(days, encoding="utf-8")
    (tmp_path / "book" / "days" / "day01_char_rnn.md").write_text("# Day 1\n", encoding="utf-8")
    text = f"before\n\n{readme_table.BEGIN}\n{readme_table.END}\n\nafter\n"
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_table_has_every_day_and_links_only_written_pages(copy_of_root: Path) -> None:
    book = copy_of_root / "book"
    course = load_days(book / "days.yml")
    text = readme_table.table(course, book)
    for day in course.days:
        assert f"| {day.day} | " in text
        assert day.title in text
    assert "](book/days/day01_char_rnn.md)" in text
    assert "](book/days/day02_lstm.md)" not in text


def test_an_interlude_stands_before_its_day_and_has_no_paper(copy_of_root: Path) -> None:
    book = copy_of_root / "book"
    course = load_days(book / "days.yml")
    text = readme_table.table(course, book)
    assert text.index("\n| – | Build the engine | Interlude |") < text.index("\n| 8 | ")
    assert text.index("\n| 7 | ") < text.index("\n| – | Build the engine")
    (book / "days" / "interlude_engine.md").write_text("# Build the engine\n", encoding="utf-8")
    row = readme_table.row(course.lesson("engine"), book)
    assert row.startswith("| – | [Build the engine](book/days/interlude_engine.md) | Interlude |")


def test_writing_replaces_only_what_is_between_the_markers(copy_of_root: Path) -> None:
    assert readme_table.main([], root=copy_of_root) == 0
    text = (copy_of_root / "README.md").read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "RNNs that write" in text


def test_check_reports_a_stale_table_and_changes_nothing(
    copy_of_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (copy_of_root / "README.md").read_text(encoding="utf-8")
    assert readme_table.main(["--check"], root=copy_of_root) == 1
    assert "stale" in capsys.readouterr().out
    assert (copy_of_root / "README.md").read_text(encoding="utf-8") == before
    readme_table.main([], root=copy_of_root)
    assert readme_table.main(["--check"], root=copy_of_root) == 0


def test_missing_markers_are_named() -> None:
    with pytest.raises(ValueError, match=r"README\.md needs one line"):
        readme_table.put("no markers", "table")
    with pytest.raises(ValueError, match="must come after"):
        readme_table.put(f"{readme_table.END}\n{readme_table.BEGIN}", "table")


def test_a_bar_in_a_cell_does_not_break_the_row(copy_of_root: Path) -> None:
    path = copy_of_root / "book" / "days.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Predict the next character", "p(next | past)"), encoding="utf-8")
    course = load_days(path)
    assert r"p(next \| past)" in readme_table.row(course.days[0], copy_of_root / "book")
