"""The Markdown of prompts, hints and afterwords as styled lines of a given width."""

from __future__ import annotations

import re

from u30.cli.maths import maths
from u30.cli.spans import Line, Span, length, pad, wrap

TICK = "\ue000"  # stands for a backtick that is to stay
INLINE = re.compile(
    rf"(?P<code>`[^`]+`|{TICK}[^{TICK}]+{TICK})|(?P<maths>\$[^$]+\$)|\*\*(?P<bold>.+?)\*\*|(?<![\w*])\*(?P<italic>[^*\s]"
    r"(?:[^*]*[^*\s])?)\*(?![\w*])|\[(?P<text>[^\]]+)\]\((?P<url>[^)]+)\)",
    re.DOTALL,
)


def markdown(source: str, width: int, ticks: bool = False) -> list[Line]:
    """Lines with an empty one between two blocks; `ticks` keeps the backticks around code."""
    if ticks:
        source = re.sub(r"(?m)^(?!```)(.*)$", lambda m: m[1].replace("`", TICK), source)
    lines: list[Line] = []
    for block in _blocks(source):
        if lines:
            lines.append([])
        lines += _block(block, width)
    if not ticks:
        return lines
    return [[(text.replace(TICK, "`"), style) for text, style in line] for line in lines]


def inline(text: str, style: str = "", ticks: bool = False) -> Line:
    """Code, formulas, bold, italic and links within a line of text."""
    if ticks:
        kept = inline(text.replace("`", TICK), style)
        return [(piece.replace(TICK, "`"), kind) for piece, kind in kept]
    spans: list[Span] = []
    at = 0
    for match in INLINE.finditer(text):
        spans.append((text[at : match.start()], style))
        at = match.end()
        if match["code"]:
            spans.append((match["code"].strip("`"), "code"))
        elif match["maths"]:
            spans.append((maths(match["maths"][1:-1]), "maths"))
        elif match["bold"]:
            spans += inline(match["bold"], "bold")
        elif match["italic"]:
            spans += inline(match["italic"], "italic")
        else:
            spans += [*inline(match["text"], style), (f" <{match['url']}>", "link")]
    spans.append((text[at:], style))
    return [(" ".join(part.split("\n")), kind) for part, kind in spans if part]


def _blocks(source: str) -> list[list[str]]:
    """Paragraphs, tables, lists and fences, each as its lines."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in source.strip().splitlines():
        fence = line.lstrip().startswith("```")
        if fence and not fenced:
            blocks.append([line])
            fenced = True
        elif fence:
            blocks[-1].append(line)
            blocks.append([])
            fenced = False
        elif fenced or line.strip():
            blocks[-1].append(line)
        else:
            blocks.append([])
    return [block for block in blocks if block]


def _block(block: list[str], width: int) -> list[Line]:
    if block[0].lstrip().startswith("```"):
        return [[("    ", ""), (line, "python")] for line in block[1:] if line.strip() != "```"]
    if block[0].startswith("|"):
        return table([_row(line) for line in block if not re.fullmatch(r"[|\s:-]+", line)], width)
    text = "\n".join(block)
    if text.startswith("$$") and text.count("$$") == 2:
        formula, after = text[2:].split("$$")
        lines: list[Line] = []
        for part in re.split(r"\\qquad|\\\\", formula):
            row: Line = [(maths(part).strip(" ,"), "maths")]
            lines += wrap(row, width, [("    ", "")], [("      ", "")])
        return lines + (wrap(inline(after.strip()), width) if after.strip() else [])
    items = re.split(r"\n(?=[-*] |\d+\. )", text)
    lines = []
    for item in items:
        mark = re.match(r"([-*]|\d+\.) +", item)
        head = f"{mark[0].rstrip().replace('*', '-')} " if mark else ""
        body = re.sub(r"\n +", "\n", item[mark.end() :] if mark else item)  # lines of one item
        indent: Line = [(" " * len(head), "")] if head else []
        lines += wrap(inline(body), width, [(head, "")] if head else [], indent)
    return lines


def _row(line: str) -> list[Line]:
    return [inline(cell.strip()) for cell in line.strip().strip("|").split("|")]


def table(rows: list[list[Line]], width: int) -> list[Line]:
    """Columns under each other; the last one is wrapped. Too narrow for that: one row, one item."""
    columns = max(len(row) for row in rows)
    rows = [row + [[] for _ in range(columns - len(row))] for row in rows]
    widths = [max(length(row[i]) for row in rows) for i in range(columns - 1)]
    left = sum(widths) + 2 * (columns - 1) + 2
    if width - left < 16:
        return _stacked(rows[1:], width)
    lines: list[Line] = []
    for number, row in enumerate(rows):
        start: Line = [("  ", "")]
        for cell, size in zip(row, widths):
            styled = [(text, "dim") for text, _ in cell] if number == 0 else cell
            start += [*pad(styled, size), ("  ", "")]
        last = [(text, "dim") for text, _ in row[-1]] if number == 0 else row[-1]
        lines += wrap(last, width, start, [(" " * left, "")])
    return lines


def _stacked(rows: list[list[Line]], width: int) -> list[Line]:
    lines: list[Line] = []
    for row in rows:
        rest: Line = []
        for cell in row[1:]:
            rest += [*cell, ("; ", "")] if cell else []
        lines += wrap([*row[0], (": ", ""), *rest[:-1]], width, [("- ", "")], [("  ", "")])
    return lines
