"""Pieces of HTML for notebook and page: inline styles and <details>, no script, no class.

Colours are borders and see-through tints over whatever background there is, text keeps the page's
own colour: readable in light and dark alike.
"""

import html
import re

BOX = "border-left:4px solid {c};padding:.5em .9em;margin:.4em 0;background:rgba(128,128,128,.08);"
CODE = "background:rgba(128,128,128,.15);padding:.05em .3em;border-radius:3px;font-size:.92em"
BLOCK = (
    "margin:.4em 0;padding:.5em .7em;overflow-x:auto;white-space:pre-wrap;font-size:.92em;"
    "background:rgba(128,128,128,.12);color:inherit;border:0"
)


def box(colour: str, *parts: str) -> str:
    style = f"{BOX.format(c=colour)}color:inherit;line-height:1.5"
    return f'<div style="{style}">{"".join(parts)}</div>'


def folded(title: str, body: str) -> str:
    return f'<details><summary style="cursor:pointer">{title}</summary>{body}</details>'


def block(text: str) -> str:
    return f'<pre style="{BLOCK}">{html.escape(text)}</pre>'


def paragraph(inner: str) -> str:
    return f'<div style="margin:.4em 0">{inner}</div>'


def inline(text: str) -> str:
    """Escaped, with `code` marked up; maths stays as written (notebooks typeset it)."""
    marked = re.sub(r"`([^`]+)`", rf'<code style="{CODE}">\1</code>', html.escape(text))
    marked = re.sub(r"\*\*([^*<>]+)\*\*", r"<b>\1</b>", marked)
    return re.sub(r"(?<![\w*])\*([^*<>]+)\*(?![\w*])", r"<i>\1</i>", marked)


def markdown(text: str) -> str:
    """Paragraphs and fenced code: all that hints and closing words consist of."""
    parts = []
    for number, piece in enumerate(re.split(r"^```(?:\w*)\n(.*?)^```$", text, flags=re.M | re.S)):
        if number % 2:
            parts.append(block(piece.rstrip()))
        else:
            paragraphs = (p.strip() for p in re.split(r"\n\s*\n", piece))
            parts += [paragraph(inline(p).replace("\n", " ")) for p in paragraphs if p]
    return "".join(parts)
