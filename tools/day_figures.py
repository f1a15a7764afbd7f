"""Print what we report of a page: seconds, kilobytes, words, claims, mutants, lines.

python tools/day_figures.py 9          a day; "engine" is the interlude

Seconds, kilobytes and claims are those of the latest build, of the site or of a preview.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from typing import Any

from execute import claims_in
from jupyter_cache import get_cache
from preview_page import BOOK, PREVIEWS, ROOT, page_of

from u30.learn.parse import Exercise, folder_of, read
from u30.learn.survivors import mutation
from u30book.number_lint import blank
from u30book.page_text import read_page
from u30book.recall import series_of

WORD = re.compile(r"[^\W\d_][\w'’-]*")
LIMITS = {"seconds": 30, "kB": 400, "words": 4000}  # of a page; see CONTRIBUTING.md


def words(text: str) -> int:
    """Count the words of prose; code, formulas, roles and addresses are none."""
    prose = "\n".join(line.text for line in read_page(text).prose if line.text[:1] != "%")
    return len(WORD.findall(blank(prose)))


def runs(page: str) -> Iterator[Any]:
    """Every run of the page that a cache has, with its notebook."""
    for built in (BOOK, PREVIEWS / page.rpartition("/")[2]):
        if (built / "_build" / ".jupyter_cache").is_dir():
            cache = get_cache(built / "_build" / ".jupyter_cache")
            for record in cache.list_cache_records():
                if record.uri == str(built / f"{page}.md"):
                    yield record.created, record.data, cache.get_cache_bundle(record.pk).nb


def sizes(page: str) -> list[tuple[float, int]]:
    """When each build wrote the page, and how many bytes it has."""
    folders = (BOOK / "_build/html", PREVIEWS / page.rpartition("/")[2] / "_build/html")
    files = [file for folder in folders if (file := folder / f"{page}.html").is_file()]
    return [(file.stat().st_mtime, file.stat().st_size) for file in files]


def mutants(exercises: list[Exercise]) -> str:
    """How many mutants of each solution its check rejects."""
    found = [mutation(exercise) for exercise in exercises]
    each = ", ".join(f"{one.killed}/{one.total}" for one in found)
    return f"{sum(one.killed for one in found)} of {sum(one.total for one in found)} ({each})"


def exercises_of(series: str) -> list[Exercise]:
    return [read(path) for path in sorted(folder_of(f"{series}.1").glob("ex*.py"))]


def modules(series: str) -> str:
    """The lines of each of the day's modules."""
    pattern = f"{series}_*.py" if series[1:].isdigit() else f"{series}*.py"
    files = sorted((ROOT / "code/u30/papers").glob(pattern))
    counts = {file.stem: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def limited(value: float, unit: str) -> str:
    over = value > LIMITS[unit]
    return f"{value:,.0f} {unit}" + (f", more than {LIMITS[unit]:,}" if over else "")


def figures(page: str) -> Iterator[tuple[str, str]]:
    """Yield a name and a figure."""
    series = series_of(page)
    latest = max(runs(page), key=lambda run: run[0], default=None)
    size = max(sizes(page), default=None)
    build = f"not built: make preview DAY={series.removeprefix('d').lstrip('0')}"
    yield "execution", limited(latest[1]["execution_seconds"], "seconds") if latest else build
    yield "HTML", limited(size[1] / 1000, "kB") if size else build
    yield "prose", limited(words((BOOK / f"{page}.md").read_text(encoding="utf-8")), "words")
    for table in claims_in(latest[2]).values() if latest else ():
        held = sum(claim["holds"] for claim in table)
        yield "claims", f"{held} of {len(table)} hold"
    yield "mutants rejected", mutants(exercises_of(series))
    yield "lines", modules(series)


def main(argv: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("page", help="a day's number, or an interlude's id")
    for name, figure in figures(page_of(parser.parse_args(argv).page)):
        print(f"{name:18}{figure}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
