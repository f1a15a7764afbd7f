"""Numbers that a run measures are not typed by hand: they are glued from the run.

The paper's own numbers stand in a block after the comment `% paper`. The rule is a heuristic: it
reports decimal numbers and percentages in the prose of the sections that show results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .page_text import Line, Page

MEASURED = {"Build it", "The headline experiment", "Play with it"}  # numbers here come from runs
NOT_MEASURED = re.compile(
    r"\{[\w:-]+\}`+[^`]*`+(?::[.\w%]+`)?"  # roles: glue, cite, eq …
    r"|`+[^`]*`+"  # code
    r"|\$\$.*?\$\$|\$[^$]*\$"  # math
    r"|\]\([^)]*\)|<https?:[^>]*>|https?://\S+"  # addresses
    r"|(?:sections?|tables?|figures?|fig\.|eqs?\.|equations?|chapters?|appendix|algorithm|§"
    r"|arxiv:|python|numpy|version)\s*\d[\d.]*",  # places in a paper, versions
    re.IGNORECASE | re.S,
)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+(?:\s?%)?|\s?(?:%|percent\b))")


def check_numbers(page: Page) -> Iterator[tuple[int, str]]:
    """Measured numbers come from the run; the paper's own stand in a block after `% paper`."""
    for block in blocks(page.prose):
        if block[0].section not in MEASURED:
            continue
        text = "\n".join(line.text for line in block)
        for found in NUMBER.finditer(blank(text)):
            line = block[text.count("\n", 0, found.start())].number
            yield (
                line,
                (
                    f'the number "{found[0]}" is typed by hand: glue it from the run, '
                    "or put `% paper` above the block when the paper reports it."
                ),
            )


def blank(text: str) -> str:
    """Return the text with everything blanked that is no measured number; line breaks stay."""
    return NOT_MEASURED.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def blocks(prose: list[Line]) -> Iterator[list[Line]]:
    """Yield runs of lines without a blank line in between; those marked `% paper` are left out."""
    block: list[Line] = []
    marked = False
    for line in [*prose, Line(0, "", "")]:
        if line.text.strip().startswith("%"):
            marked = marked or line.text.strip() == "% paper"
        elif line.text.strip():
            block.append(line)
        elif block:
            if not marked:
                yield block
            block, marked = [], False
