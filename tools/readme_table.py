"""Write README's table of days from book/days.yml, or check that it is up to date.

python tools/readme_table.py            writes the table
python tools/readme_table.py --check    exit status 1, and a sentence, if the table is stale
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from u30book.days import Course, Day, Lesson, load_days

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- days: generated from book/days.yml by tools/readme_table.py -->"
END = "<!-- /days -->"


def row(lesson: Lesson, book_dir: Path) -> str:
    """Return one row; a lesson without a page has no link to one, an interlude has no paper."""
    written = lesson.written(book_dir)
    short = f"[{lesson.short}](book/{lesson.page}.md)" if written else lesson.short
    number, source = "–", lesson.label
    if isinstance(lesson, Day):
        number = str(lesson.day)
        source = f"[{lesson.title}]({lesson.links['paper']}) ({lesson.authors}, {lesson.year})"
    cells = (number, short, source, lesson.idea)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def table(course: Course, book_dir: Path) -> str:
    """Return the table of all days and interludes, one part a unit."""
    parts = []
    for unit in course.units:
        rows = [row(lesson, book_dir) for lesson in course.lessons_of(unit)]
        head = "| Day | Page | Paper | Idea |\n|---:|---|---|---|"
        parts.append(f"**{unit.id}. {unit.title}.** {unit.about}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts)


def put(readme: str, content: str) -> str:
    """Return the text with what stands between the two markers replaced."""
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        raise ValueError(f'README.md needs one line "{BEGIN}" and, after it, one line "{END}".')
    before, rest = readme.split(BEGIN)
    if END not in rest:
        raise ValueError(f'In README.md, "{END}" must come after "{BEGIN}".')
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{after}"


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check the table; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if stale")
    check = parser.parse_args(argv).check
    path = root / "README.md"
    old = path.read_text(encoding="utf-8")
    new = put(old, table(load_days(root / "book" / "days.yml"), root / "book"))
    if new == old:
        return 0
    if check:
        print("README's table of days is stale: run .venv/bin/python tools/readme_table.py")
        return 1
    path.write_text(new, encoding="utf-8")
    print("README.md: table of days written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
