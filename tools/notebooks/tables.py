"""List tables as pipe tables: `* - a` starts a row, `  - b` is its next cell."""

from __future__ import annotations

import re

CELL = re.compile(r"^(?P<row>[*-]\s+)?\s*[-*]\s?(?P<text>.*)$")


def pipe_table(text: str) -> str:
    """Return a list of lists as a table whose first row is the head."""
    rows: list[list[str]] = []
    for line in text.splitlines():
        found = CELL.match(line)
        if found and found["row"]:
            rows.append([found["text"]])
        elif found and rows:
            rows[-1].append(found["text"])
        elif line.strip() and rows:
            rows[-1][-1] += " " + line.strip()
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)
