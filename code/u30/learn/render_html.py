"""A report as HTML for notebook and page: inline styles and <details>, no script, no class.

Colours are borders and see-through tints over whatever background there is, text keeps the page's
own colour: readable in light and dark alike.
"""

import html
import re

from u30.learn.render_text import VERDICTS, numbers, summary
from u30.learn.report import Report

COLOURS = {  # Okabe and Ito
    "pass": "#009e73",
    "fail": "#d55e00",
    "todo": "#56b4e9",
    "error": "#d55e00",
    "timeout": "#e69f00",
}
SIGNS = {"pass": "&#10003;", "skipped": "&#183;", "todo": "&#183;"}
BOX = "border-left:4px solid {c};padding:.5em .9em;margin:.4em 0;background:rgba(128,128,128,.08);"
CODE = "background:rgba(128,128,128,.15);padding:.05em .3em;border-radius:3px;font-size:.92em"
BLOCK = (
    "margin:.4em 0;padding:.5em .7em;overflow-x:auto;white-space:pre-wrap;font-size:.92em;"
    "background:rgba(128,128,128,.12);color:inherit;border:0"
)


def render_html(report: Report) -> str:
    parts = [
        f'<div style="{BOX.format(c=COLOURS[report.status])}color:inherit;line-height:1.5">',
        f"<div><b>{_text(report.exercise)} {_text(report.title)}</b>: {VERDICTS[report.status]}",
    ]
    if report.status in ("fail", "error", "timeout"):
        parts.append(f" <span>({summary(report.cases)})</span>")
    parts.append("</div>")
    case = report.failed_case
    if case and report.status in ("fail", "error", "timeout"):
        parts.append(f"<div>Case: {_text(case.title)}</div>")
    parts += _details(report)
    if report.passed:
        parts += [f'<div style="margin:.4em 0">{p}</div>' for p in _paragraphs(report.after)]
    if any(case.status != "skipped" for case in report.cases):
        parts.append(_cases(report))
    parts.append("</div>")
    return "".join(parts)


def _details(report: Report) -> list[str]:
    parts = []
    if report.message:
        parts.append(f'<div style="margin:.4em 0">{_text(report.message)}</div>')
    if numbers(report):
        parts.append(_block(numbers(report)))
    if report.trace:
        parts.append(_block("\n".join(f"line {t.line}:  {t.code}" for t in report.trace)))
    if report.diagnosis:
        parts.append(f'<div style="margin:.4em 0"><b>{_text(report.diagnosis)}</b></div>')
    if report.call:
        parts.append(_folded("The call", _block(report.call)))
    if report.output:
        parts.append(_folded("What your code printed", _block(report.output)))
    return parts


def _cases(report: Report) -> str:
    rows = "".join(
        f'<div style="padding-left:.5em">{SIGNS.get(case.status, "&#10007;")} '
        f"<span>{_text(case.title)}</span></div>"
        for case in report.cases
    )
    seed = f'<div style="opacity:.8;padding-left:.5em">seed {report.seed}</div>'
    return _folded("All cases", rows + seed)


def _folded(title: str, body: str) -> str:
    summary_style = "cursor:pointer"
    return f'<details><summary style="{summary_style}">{title}</summary>{body}</details>'


def _block(text: str) -> str:
    return f'<pre style="{BLOCK}">{html.escape(text)}</pre>'


def _text(text: str) -> str:
    """Escaped, with `code` marked up; maths stays as written (notebooks typeset it)."""
    marked = re.sub(r"`([^`]+)`", rf'<code style="{CODE}">\1</code>', html.escape(text))
    marked = re.sub(r"\*\*([^*<>]+)\*\*", r"<b>\1</b>", marked)
    return re.sub(r"(?<![\w*])\*([^*<>]+)\*(?![\w*])", r"<i>\1</i>", marked)


def _paragraphs(text: str) -> list[str]:
    return [_text(p).replace("\n", " ") for p in re.split(r"\n\s*\n", text)]
