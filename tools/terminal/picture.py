"""A screen as SVG: no script, no font from elsewhere, text that can be searched and copied."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby

from .screen import Cell, Screen, Style

WIDE, HIGH, SIZE, EDGE, BAR = 8.4, 18, 14, 14, 28  # pixels
BACKGROUND, FOREGROUND, DIM = "#171b21", "#e6e9ee", "#a3adb8"
PALETTE = {
    "black": "#a3adb8",
    "red": "#ff8a75",
    "green": "#4fd18b",
    "yellow": "#f2c14e",
    "blue": "#79b8ff",
    "magenta": "#e59bd6",
    "cyan": "#5fd0e6",
    "white": "#e6e9ee",
}
FONTS = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def svg(screen: Screen, title: str) -> str:
    """The whole screen, without empty lines at its end."""
    lines = list(screen.lines)
    while lines and not "".join(c for c, _ in lines[-1]).strip():
        lines.pop()
    width = round(screen.columns * WIDE + 2 * EDGE)
    height = round(len(lines) * HIGH + EDGE + BAR + 8)
    rows = "\n".join(_row(line, number) for number, line in enumerate(lines) if line)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" \
height="{height}" role="img" aria-labelledby="title">
<title id="title">{escape(title)}</title>
<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>
<g fill="#59626d"><circle cx="20" cy="15" r="5"/><circle cx="38" cy="15" r="5"/>\
<circle cx="56" cy="15" r="5"/></g>
<g font-family="{FONTS}" font-size="{SIZE}" fill="{FOREGROUND}">
{rows}
</g>
</svg>
"""


def _row(line: list[Cell], number: int) -> str:
    y = BAR + EDGE + number * HIGH
    parts, column = [], 0
    for style, group in groupby(line, key=lambda cell: cell[1]):
        text = "".join(c for c, _ in group)
        for words in re.finditer(r"\S+(?: \S+)*", text):  # each where its column is, in any font
            x = EDGE + (column + words.start()) * WIDE
            span = f'textLength="{len(words[0]) * WIDE:.1f}" lengthAdjust="spacingAndGlyphs"'
            place = f'x="{x:.1f}" y="{y}" {span}'
            parts.append(f"<text {place}{_look(style)}>{escape(words[0])}</text>")
        column += len(text)
    return "".join(parts)


def _look(style: Style) -> str:
    colour = PALETTE.get(style.colour, DIM if style.dim else "")
    looks = {
        "fill": colour,
        "font-weight": "bold" if style.bold else "",
        "font-style": "italic" if style.italic else "",
        "text-decoration": "underline" if style.underline else "",
    }
    return "".join(f' {name}="{value}"' for name, value in looks.items() if value)
