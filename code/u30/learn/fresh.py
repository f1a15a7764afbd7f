"""Do the pages and notebooks that have been built show an exercise as its file says?"""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from u30.learn.parse import Exercise

BUILT = Path(__file__).resolve().parents[3] / "book" / "_build"


def stale(exercise: Exercise, built: Path = BUILT) -> Iterator[str]:
    """A sentence for every built file that shows another starter; nothing where none is built."""
    starter = exercise.starter.strip()
    for path in sorted((built / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        checked = any(f'u30.check("{exercise.id}")' in code for code in codes)
        if checked and not any(starter in code for code in codes):
            yield f"{path.name} shows an older starter. Build it again: make site"
    for path in sorted((built / "html" / "days").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        place = page.find(f'data-exercise="{exercise.id}"')
        if place >= 0 and _squeezed(starter) not in _squeezed(_text(page[place:])):
            yield f"{path.name} shows an older starter. Build it again: make site"


def _text(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def _squeezed(text: str) -> str:
    return "".join(text.split())
