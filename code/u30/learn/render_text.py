"""A report as plain text: terminals, logs, screen readers."""

from u30.learn.report import CaseResult, Report

MARKS = {
    "pass": "ok",
    "fail": "no",
    "error": "no",
    "timeout": "no",
    "todo": "..",
    "skipped": "..",
}
VERDICTS = {
    "pass": "passed",
    "fail": "not yet right",
    "todo": "to do",
    "error": "stopped by an error",
    "timeout": "took too long",
}


def render_text(report: Report) -> str:
    lines = [f"{report.exercise} {report.title}: {VERDICTS[report.status]}"]
    bad = report.failed_case
    ran = any(case.status != "skipped" for case in report.cases)
    if not ran or report.status == "todo":
        lines += [f"  {line}" for line in details(report)]
        return "\n".join(lines)
    for case in report.cases:
        lines.append(f"  {MARKS[case.status]}  {case.title}")
        if case is bad:
            lines += [f"      {line}" for line in details(report)]
            break
    rest = report.cases[report.cases.index(bad) + 1 :] if bad else []
    if rest:
        lines.append(f"  {summary(report.cases)}.")
    if report.passed and report.after:
        lines += ["", report.after]
    if report.status in ("fail", "error"):
        lines.append(f"  The same inputs again: seed {report.seed}.")
    return "\n".join(lines)


def details(report: Report) -> list[str]:
    """Everything there is to say about the first case that is not right."""
    lines = report.message.splitlines()
    if numbers(report):
        lines.append(numbers(report))
    for trace in report.trace:
        within = f" in {trace.function}" if trace.function not in ("", "<module>") else ""
        lines.append(f"line {trace.line}{within}: {trace.code}")
    lines += report.diagnosis.splitlines()
    if report.call:
        lines.append(f"called as {report.call}")
    if report.output:
        lines += ["it printed:", *(f"| {line}" for line in shortened(report.output).splitlines())]
    return lines


def shortened(output: str, most_lines: int = 20, most_characters: int = 2000) -> str:
    """The beginning of what was printed, and how much there is beyond it."""
    lines = output[:most_characters].splitlines()[:most_lines]
    kept = "\n".join(lines)
    left = len(output.rstrip()) - len(kept)
    return kept if left <= 0 else f"{kept}\n... and {left:,} more characters"


def numbers(report: Report) -> str:
    """ "at [0, 1]: got 2, want 1", or nothing where the message has said so already."""
    if report.index is None and report.got in report.message and report.want in report.message:
        return ""
    at = f"at {report.index}: " if report.index is not None else ""
    got = f"got {report.got}" if report.got else ""
    want = f"want {report.want}" if report.want else ""
    return at + ", ".join(part for part in (got, want) if part)


def summary(cases: list[CaseResult]) -> str:
    """ "3 of 7 cases right"."""
    return f"{sum(case.status == 'pass' for case in cases)} of {len(cases)} cases right"
