"""Refuse to publish what is still a draft: every place that carries the mark, one line each.

python tools/drafts.py            exit status 1, and a line for each place, if there are any

tools/new_day.py and `u30 dev new` write the mark wherever they put something to be replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARK = "DRAFT:"
PLACES = (
    "CHANGELOG.md",
    "README.md",
    "book/*.*",
    "book/days/*.md",
    "book/pages/*.md",
    "code/tests/test_d*.py",
    "code/u30/exercises/**/*.py",
    "code/u30/papers/*.py",
)


def drafts(root: Path = ROOT) -> Iterator[str]:
    """Yield "file:line: the sentence that is still to be written"."""
    for path in sorted({path for pattern in PLACES for path in root.glob(pattern)}):
        where = path.relative_to(root).as_posix()
        if "_draft_" in path.name:
            yield f"{where}:1: still a draft: the name of the file"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MARK in line:
                wanted = line.partition(MARK)[2].replace("**", "").strip(" \"'`*)")
                yield f"{where}:{number}: still a draft: {wanted}"


def main(root: Path = ROOT) -> int:
    """Print the places; return the exit status."""
    found = list(drafts(root))
    print("".join(f"{line}\n" for line in found), end="")
    if found:
        files = len({line.partition(":")[0] for line in found})
        print(f"{len(found)} places in {files} files are still drafts: write them, drop the mark.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
