"""What the command shows, as styled lines: an exercise, a report, a hint, the solution."""

from __future__ import annotations

from u30.cli.markdown import inline, markdown
from u30.cli.spans import Line, cut, wrap
from u30.cli.terminal import Terminal
from u30.learn.parse import Exercise
from u30.learn.render_text import VERDICTS, numbers, shortened, summary
from u30.learn.report import CaseResult, Report

STYLE = {"pass": "ok", "fail": "no", "error": "no", "timeout": "no", "todo": "todo"}
MOST_OUTPUT = 12  # lines of the learner's prints
CASE: Line = [("    ", "")]
DETAIL: Line = [("        ", "")]


def mark(status: str, terminal: Terminal) -> str:
    unicode, ascii = {"pass": ("✓", "+"), "todo": ("·", "."), "skipped": ("·", ".")}.get(
        status, ("✗", "x")
    )
    return terminal.sign(unicode, ascii)


def text(source: str, terminal: Terminal) -> list[Line]:
    """Markdown; where there is no colour to tell code from words, its backticks stay."""
    return markdown(source, terminal.width, ticks=not terminal.colour)


def sentence(source: str, terminal: Terminal, style: str = "") -> Line:
    return inline(source, style, ticks=not terminal.colour)


def heading(title: str, terminal: Terminal) -> list[Line]:
    rule = terminal.sign("─", "-") * terminal.width
    return [[(rule, "dim")], *wrap([(title, "head")], terminal.width)]


def task(exercise: Exercise, file: str, address: str, terminal: Terminal) -> list[Line]:
    """The exercise as it opens: title, facts, prompt, where to write."""
    level = terminal.sign("●", "*") * exercise.difficulty
    level += terminal.sign("○", ".") * (5 - exercise.difficulty)
    facts = f"{exercise.kind}, about {exercise.minutes} minutes, difficulty {level}"
    lines = heading(f"{exercise.id}  {exercise.title}", terminal)
    lines += wrap([(facts, "dim")], terminal.width)
    lines += [[], *text(exercise.prompt, terminal), []]
    lines += wrap([(file, "bold")], terminal.width, [("Write in  ", "dim")])
    return [*lines, [("Read on   ", "dim"), (address, "link")]]


def hint(exercise: Exercise, number: int, terminal: Terminal) -> list[Line]:
    """Hint 1, 2 or 3."""
    left = len(exercise.hints) - number
    more = f", {left} more" if left else ", the last one"
    lines = heading(f"Hint {number} for {exercise.id}{more}", terminal)
    return [*lines, *text(exercise.hints[number - 1], terminal)]


def solution(exercise: Exercise, terminal: Terminal) -> list[Line]:
    code: list[Line] = [
        [("    ", ""), (line, "python")] for line in exercise.solution.rstrip().split("\n")
    ]
    lines = [*heading(f"A solution of {exercise.id}", terminal), *code, []]
    return [*lines, *text(exercise.after, terminal)]


def report(report: Report, file: str, terminal: Terminal, room: int | None = None) -> list[Line]:
    """A verdict. With `room` (a number of lines) what matters least is folded or left out."""
    sign = mark(report.status, terminal)
    style = STYLE[report.status]
    verdict = VERDICTS[report.status]
    title = [(f"{sign} ", style), (f"{report.exercise} {report.title}: ", "bold"), (verdict, style)]
    lines = wrap(title, terminal.width, [], [("  ", "")])
    after = text(report.after, terminal) if report.passed and report.after else []
    for fold in (False, True):
        body = _cases(report, file, terminal, fold)
        if room is None or len(lines) + len(body) + len(after) + 1 <= room:
            break
    lines += [*body, *([[], *after] if after else [])]
    return lines if room is None else lines[: max(room, 3)]


def _cases(report: Report, file: str, terminal: Terminal, fold: bool) -> list[Line]:
    bad = report.failed_case
    if report.status == "todo" or all(case.status == "skipped" for case in report.cases):
        return details(report, file, terminal, CASE)
    shown = report.cases[: report.cases.index(bad) + 1] if bad else report.cases
    good = [case for case in shown if case.status == "pass"]
    lines: list[Line] = []
    if fold and len(good) > 1:
        shown = [bad] if bad else []
        lines.append([("    ", ""), (f"{mark('pass', terminal)} {len(good)} cases", "ok")])
    for case in shown:
        lines += _case(case, terminal)
        if case is bad:
            lines += details(report, file, terminal, DETAIL)
    if bad:
        text = f"{summary(report.cases)}."
        if report.status == "fail":
            text += f" Seed {report.seed} comes first until it passes."
        lines += wrap([(text, "dim")], terminal.width, CASE)
    elif not report.passed:
        lines += details(report, file, terminal, CASE)
    return lines


def _case(case: CaseResult, terminal: Terminal) -> list[Line]:
    sign = (f"    {mark(case.status, terminal)} ", STYLE.get(case.status, "dim"))
    return wrap(sentence(case.title, terminal), terminal.width, [sign], [("      ", "")])


def details(report: Report, file: str, terminal: Terminal, indent: Line) -> list[Line]:
    """What is wrong, where, why perhaps, and what the code printed."""
    width = terminal.width
    lines: list[Line] = []
    for text in report.message.splitlines():
        lines += wrap(sentence(text, terminal), width, indent)
    if numbers(report):
        lines += wrap([(numbers(report), "bold")], width, indent)
    for trace in report.trace:
        where: Line = [(f"{file}:{trace.line}", "link")]
        if report.status != "todo":
            where += [("  ", ""), (trace.code, "code")]
        lines += wrap(where, width, indent, [*indent, ("  ", "")])
    arrow = terminal.sign("▸", ">")
    for text in report.diagnosis.splitlines():
        start = [*indent, (f"{arrow} ", "warn")]
        lines += wrap(sentence(text, terminal, "bold"), width, start, [*indent, ("  ", "")])
    if report.call:
        lines += wrap([("called as ", "dim"), (report.call, "code")], width, indent)
    printed = shortened(report.output, MOST_OUTPUT).splitlines()
    if printed:
        lines += wrap([("it printed:", "dim")], width, indent)
        lines += [cut([*indent, ("| ", "dim"), (_safe(text), "")], width) for text in printed]
    return lines


def _safe(text: str) -> str:
    """The learner's output without control characters, which would reach the terminal."""
    return "".join(c if c.isprintable() else " " if c == "\t" else "?" for c in text)
