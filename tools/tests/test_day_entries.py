"""A day's entries in shared files: in their place, and nothing else changes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import day_entries  # noqa: E402
import drafts  # noqa: E402

from u30book.days import load_days  # noqa: E402

COURSE = load_days(ROOT / "book" / "days.yml")
HEAD = "format: jb-book\nroot: intro\nparts:\n"


def part(caption: str, *pages: str) -> str:
    files = "".join(f"      - file: {page}\n" for page in pages)
    return f"  - caption: {caption}\n    chapters:\n{files}"


def page(number: int) -> str:
    return COURSE.day(number).page


def listed(*parts: str, add: int) -> str:
    return day_entries.contents_with(HEAD + "".join(parts), COURSE.day(add), COURSE)


START, REFERENCE = part("Start here", "pages/how_to_use"), part("Reference", "pages/glossary")
UNIT_2, UNIT_3 = '"Unit 2: Depth and vision"', '"Unit 3: Attention and pointers"'


@pytest.mark.parametrize(
    ("before", "add", "after"),
    [
        ([8, 10], 9, [8, 9, 10]),
        ([9], 8, [8, 9]),
        ([8, 9], 12, [8, 9, 12]),
    ],
)
def test_a_page_is_listed_under_its_unit_in_order(before, add, after):
    got = listed(START, part(UNIT_2, *map(page, before)), REFERENCE, add=add)
    assert got == HEAD + START + part(UNIT_2, *map(page, after)) + REFERENCE


def test_an_interlude_stays_before_its_day():
    got = listed(part(UNIT_2, "days/interlude_engine", page(9)), add=8)
    assert got == HEAD + part(UNIT_2, "days/interlude_engine", page(8), page(9))


def test_a_missing_caption_is_written_between_its_neighbours():
    two, four = part(UNIT_2, page(9)), part('"Unit 4: Relations and signals"', page(19))
    want = HEAD + START + two + part(UNIT_3, page(13)) + four + REFERENCE
    assert listed(START, two, four, REFERENCE, add=13) == want
    without = HEAD + START + two + part(UNIT_3, page(13)) + REFERENCE
    assert listed(START, two, REFERENCE, add=13) == without


def test_every_day_can_be_listed_in_any_order():
    toc = HEAD + START + REFERENCE
    for number in [*range(30, 0, -2), *range(1, 31, 2)]:
        toc = day_entries.contents_with(toc, COURSE.day(number), COURSE)
    parts = yaml.safe_load(toc)["parts"][1:-1]
    assert [one["caption"] for one in parts] == [day_entries.caption(u) for u in COURSE.units]
    files = [chapter["file"] for one in parts for chapter in one["chapters"]]
    assert files == [day.page for day in COURSE.days]


BIB = """\
% A comment.

@misc{ba2016layer,
  title = {Layer}
}

@misc{zaremba2014x,
  year = {1}
}
"""


def test_the_entry_of_the_bibliography_knows_what_days_yml_knows():
    bib = day_entries.bibliography_with(BIB, COURSE.day(13))
    assert bib.index("ba2016layer") < bib.index("vaswani2017attention") < bib.index("zaremba2014x")
    for field in (
        "author       = {Vaswani, Ashish and Shazeer, Noam and Parmar, Niki and others}",
        "title        = {Attention Is All You Need}",
        "howpublished = {arXiv:1706.03762}",
        "year         = {2017}",
        "url          = {https://arxiv.org/abs/1706.03762}",
    ):
        assert f"  {field}" in bib
    assert f"% {drafts.MARK}" in bib
    assert bib.replace(bib[bib.index("% DRAFT") : bib.index("@misc{zaremba")], "") == BIB


@pytest.mark.parametrize(
    "entry",
    [
        "@article{other1,\n  url     = {https://arxiv.org/abs/1706.03762}\n}\n",
        "@inproceedings{other1,\n  title = {Attention is all {You} need},\n  year = {2017}\n}\n",
    ],
)
def test_a_paper_that_is_cited_already_keeps_its_key(entry):
    bib = f"{BIB}\n{entry}"
    assert day_entries.cited_as(bib, COURSE.day(13)) == "other1"
    assert day_entries.bibliography_with(bib, COURSE.day(13)) == bib
    assert day_entries.cited_as(BIB, COURSE.day(13)) is None


@pytest.mark.parametrize(
    ("day", "key"),
    [(4, "hinton1993keeping"), (5, "grunwald2004tutorial"), (27, "legg2008machine")],
)
def test_keys_are_author_year_and_a_word_that_says_something(day, key):
    assert day_entries.key_of(COURSE.day(day)) == key


def test_names_are_written_last_name_first():
    backwards = day_entries.written_backwards
    assert backwards("Drew van Camp") == "van Camp, Drew"
    assert backwards("Diederik P. Kingma") == "Kingma, Diederik P."
    assert backwards("Fei-Fei Li") == "Li, Fei-Fei"


CHANGELOG = """# Changelog

### Added

- Day 7: *Coffee*, with
  five exercises.
- Interlude: *Build the engine*, with five exercises.
- Day 13: *Attention Is All You Need*.
- The command `u30`.
"""


def test_the_line_of_the_changelog_comes_in_the_order_of_the_days():
    lines = day_entries.changelog_with(CHANGELOG, COURSE.day(4)).splitlines()
    at = lines.index("- Day 7: *Coffee*, with")
    assert lines[at - 2].startswith("- Day 4: *Keeping Neural Networks Simple")
    assert lines[at - 1].startswith("  ") and max(map(len, lines)) <= 100
    lines = day_entries.changelog_with(CHANGELOG, COURSE.day(9)).splitlines()
    at = lines.index("- Day 13: *Attention Is All You Need*.")
    assert lines[at - 1].startswith("- Day 9: *Deep Residual")
    lines = day_entries.changelog_with(CHANGELOG, COURSE.day(30)).splitlines()
    assert lines[lines.index("- The command `u30`.") - 1].startswith("- Day 30: *Deep Reinf")


def test_where_next_links_only_days_that_are_written(tmp_path):
    (tmp_path / "days").mkdir()
    (tmp_path / f"{page(2)}.md").write_text("# Day 2\n")
    lines = day_entries.where_next(COURSE.day(9), COURSE, tmp_path).splitlines()
    assert lines[0].startswith("- **{doc}`Day 2 <day02_lstm>`** (LSTMs), looking back: DRAFT:")
    assert lines[1].startswith("- **Day 8** (AlexNet), looking back: DRAFT:")
    assert any(line.startswith("- **Day 10** (Pre-activation ResNet): ") for line in lines)


# The mark itself


def test_every_place_that_is_still_a_draft_gets_a_line(tmp_path, capsys):
    for name, text in {
        "book/days/day08_alexnet.md": "# Day 8\n\nDRAFT: the claim.\n",
        "book/references.bib": "% DRAFT: where it appeared.\n",
        "code/u30/exercises/day08/ex1_a.py": '# concepts = ["DRAFT: its ideas"]\n',
        "code/u30/cli/template.py": '"DRAFT: the template itself has the mark"\n',
        "CHANGELOG.md": "- Day 8.\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert drafts.main(tmp_path) == 1
    assert capsys.readouterr().out.splitlines() == [
        "book/days/day08_alexnet.md:3: still a draft: the claim.",
        "book/references.bib:1: still a draft: where it appeared.",
        'code/u30/exercises/day08/ex1_a.py:1: still a draft: its ideas"]',
        "3 places in 3 files are still drafts: write them, drop the mark.",
    ]
    for path in tmp_path.rglob("*.*"):
        if path.is_file():
            path.write_text("written\n")
    assert drafts.main(tmp_path) == 0
    assert capsys.readouterr().out == ""
