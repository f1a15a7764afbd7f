"""A report as HTML for notebook and page."""

from u30.learn.html_parts import block, box, folded, inline, markdown, paragraph
from u30.learn.render_text import VERDICTS, numbers, shortened, summary
from u30.learn.report import Report

COLOURS = {  # Okabe and Ito
    "pass": "#009e73",
    "fail": "#d55e00",
    "todo": "#56b4e9",
    "error": "#d55e00",
    "timeout": "#e69f00",
}
SIGNS = {"pass": "&#10003;", "skipped": "&#183;", "todo": "&#183;"}


def render_html(report: Report) -> str:
    count = ""
    if report.status in ("fail", "error", "timeout"):
        count = f" <span>({summary(report.cases)})</span>"
    name = f"<b>{inline(report.exercise)} {inline(report.title)}</b>"
    parts = [f"<div>{name}: {VERDICTS[report.status]}{count}</div>"]
    case = report.failed_case
    if case and report.status in ("fail", "error", "timeout"):
        parts.append(f"<div>Case: {inline(case.title)}</div>")
    parts += _details(report)
    if report.passed:
        parts.append(markdown(report.after))
    if any(case.status != "skipped" for case in report.cases):
        parts.append(_cases(report))
    return box(COLOURS[report.status], *parts)


def _details(report: Report) -> list[str]:
    parts = []
    if report.message:
        parts.append(paragraph(inline(report.message)))
    if numbers(report):
        parts.append(block(numbers(report)))
    if report.trace:
        parts.append(block("\n".join(f"line {t.line}:  {t.code}" for t in report.trace)))
    if report.diagnosis:
        parts.append(paragraph(f"<b>{inline(report.diagnosis)}</b>"))
    if report.call:
        parts.append(folded("The call", block(report.call)))
    if report.output:
        parts.append(folded("What your code printed", block(shortened(report.output, 200, 8000))))
    return parts


def _cases(report: Report) -> str:
    rows = "".join(
        f'<div style="padding-left:.5em">{SIGNS.get(case.status, "&#10007;")} '
        f"<span>{inline(case.title)}</span></div>"
        for case in report.cases
    )
    seed = f'<div style="opacity:.8;padding-left:.5em">seed {report.seed}</div>'
    return folded("All cases", rows + seed)
