"""Start a day: write everything it consists of, small but working, to be replaced piece by piece.

python tools/new_day.py 8
python tools/new_day.py 8 "Overlapping windows" "…" "…" "…" "…"     the titles of the exercises

What is known about the day comes from book/days.yml; the rest comes from tools/day_template, where
a network of two layers goes by the name d00_template. Whatever is still to be written carries the
mark of tools/drafts.py. Nothing that exists is overwritten.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import textwrap
from pathlib import Path

import readme_table
from day_entries import (
    bibliography_with,
    changelog_with,
    cited_as,
    contents_with,
    key_of,
    where_next,
)
from drafts import MARK

import u30
from u30.cli.dev import start
from u30.learn import golden, parse
from u30book.days import Course, Day, DaysError, load_days

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "tools" / "day_template"
FILES = {  # of the template -> of the day
    "model.py": "code/u30/papers/{stem}.py",
    "headline.py": "code/u30/papers/{d}_headline.py",
    "quickstart.py": "code/u30/papers/{d}_quickstart.py",
    "test_day.py": "code/tests/test_{d}.py",
    "test_command.py": "code/tests/test_{d}_command.py",
    "page.md": "book/{page}.md",
}
EXERCISES = 5


class Refusal(Exception):
    """Why nothing is written: one sentence."""


def find(number: int, course: Course) -> Day:
    """The day, if it can be started."""
    try:
        day = course.day(number)
    except KeyError as error:
        raise Refusal(error.args[0]) from None
    if not Path(u30.__file__).is_relative_to(ROOT):
        raise Refusal(f"u30 is imported from {Path(u30.__file__).parent}, not from this checkout.")
    d, folder = f"d{number:02d}", parse.folder_of(f"d{number:02d}.1")
    taken = [ROOT / name for name in targets(day).values() if (ROOT / name).exists()]
    taken += [*sorted((ROOT / "code/u30/papers").glob(f"{d}_*.py")), *sorted(folder.glob("*.py"))]
    if taken:
        raise Refusal(f"Day {number} has been started: there is {taken[0].relative_to(ROOT)}.")
    return day


def targets(day: Day) -> dict[str, str]:
    """The day's file for each of the template."""
    names = {"d": f"d{day.day:02d}", "stem": day.module.rpartition(".")[2], "page": day.page}
    return {source: target.format(**names) for source, target in FILES.items()}


def filled(source: str, day: Day, course: Course, key: str) -> str:
    """A file of the template with what is known about the day."""
    about = f"Day {day.day}. {day.title} ({day.authors}, {day.year}),"
    replacements = {
        "d00_template": day.module.rpartition(".")[2],
        "d00": f"d{day.day:02d}",
        "Day 0": f"Day {day.day}",
        "{day-card} 0": f"{{day-card}} {day.day}",
        "ClaimTable(\n        0,": f"ClaimTable(\n        {day.day},",
        "<<citation>>": "\n".join([*textwrap.wrap(about, 96), day.links["paper"]]),
        "<<title>>": day.title,
        "<<number>>": str(day.day),
        "<<key>>": key,
        "<<where_next>>": where_next(day, course, ROOT / "book"),
    }
    text = (TEMPLATE / source).read_text(encoding="utf-8")
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def write(day: Day, course: Course, titles: list[str]) -> list[str]:
    """Write the day; return the names of the files that are new or have a new entry."""
    book = ROOT / "book"
    bib = (book / "references.bib").read_text(encoding="utf-8")
    toc = (book / "_toc.yml").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    key = cited_as(bib, day) or key_of(day)
    texts = {new: filled(old, day, course, key) for old, new in targets(day).items()}
    texts |= {
        "book/_toc.yml": contents_with(toc, day, course),
        "book/references.bib": bibliography_with(bib, day),
        "CHANGELOG.md": changelog_with(changelog, day),
    }
    for name, text in texts.items():
        (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
    tidy([name for name in texts if name.endswith(".py")])
    for number, title in enumerate(titles, start=1):
        path = start(f"d{day.day:02d}.{number}", title)
        golden.accept(parse.read(path))
        texts[path.relative_to(ROOT).as_posix()] = ""
    readme_table.main([], ROOT)
    return [*texts, f"code/tests/golden/d{day.day:02d}.*.txt", "README.md"]


def tidy(names: list[str]) -> None:
    """A longer name than the template's breaks and sorts lines in another way."""
    for arguments in (["check", "--select", "I", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, *names], cwd=ROOT, check=True)


def main(argv: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("day", type=int, help="its number in book/days.yml")
    parser.add_argument("titles", nargs="*", metavar="title", help="of each of the five exercises")
    args = parser.parse_args(argv)
    titles = args.titles or [f"{MARK} exercise {n}" for n in range(1, EXERCISES + 1)]
    try:
        if len(titles) != EXERCISES:
            raise Refusal(f"A day has {EXERCISES} exercises; titles given: {len(titles)}.")
        course = load_days(ROOT / "book" / "days.yml")
        day = find(args.day, course)
    except (Refusal, DaysError) as error:
        print(error, file=sys.stderr)
        return 2
    for name in write(day, course, titles):
        print(name)
    print(f"\nDay {day.day} works. See it: make preview DAY={day.day}")
    print(f'Then replace all that is marked "{MARK}": .venv/bin/python tools/drafts.py')
    return 0


if __name__ == "__main__":
    sys.exit(main())
