"""Accessibility: what axe finds on a page as it is now.

What is wrong comes back and nothing else: all that axe looks at are megabytes of a long page.
"""

from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "build" / "web" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"runOnly": STANDARDS}
ALL_BUT_COLOURS = ALL | {"rules": {"color-contrast": {"enabled": False}}}
RUN = """async ([scope, rules]) => {
  const options = { resultTypes: ["violations"], ...rules };
  const { violations } = await axe.run(scope || document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => [id, target, failureSummary || ""]));
}"""


def faults(page, rules=ALL, include=None):
    """One sentence for each fault, in the whole page or in what `include` selects."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=SCRIPT)
    scope = {"include": [[selector] for selector in include]} if include else None
    found = page.evaluate(RUN, [scope, rules])
    return [f"{rule}: {target} {summary}" for rule, target, summary in found]
