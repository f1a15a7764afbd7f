"""Small pieces of Markdown that every notebook shows well: quotations and folded parts."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

FORMULA = re.compile(r"(\$[^$\n]+\$)")


def quote(title: str, body: str) -> str:
    """Return a block quotation with a bold title."""
    lines = [f"**{title}**", "", *body.strip("\n").split("\n")] if title else body.split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def details(summary: str, body: str, is_open: bool = False) -> str:
    """Return a part that folds. Blank lines let its body be Markdown."""
    start = "<details open>" if is_open else "<details>"
    return f"{start}\n<summary>{as_html(summary)}</summary>\n\n{body.strip(chr(10))}\n\n</details>"


def as_html(text: str) -> str:
    """Return one line of Markdown as HTML, formulas left alone."""
    parts = FORMULA.split(" ".join(text.split()))
    renderer = MarkdownIt()
    html = [part if FORMULA.fullmatch(part) else _inline(renderer, part) for part in parts]
    return "".join(html)


def _inline(renderer: MarkdownIt, text: str) -> str:
    inside = text.strip()
    if not inside:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + renderer.renderInline(inside) + after
