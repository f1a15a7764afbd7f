"""Equations: their numbers, counted on each page as Sphinx counts them, and their notebook form."""

from __future__ import annotations

import re

from .blocks import Block, Cutter

ENVIRONMENT = re.compile(r"\\(begin|end)\{(align|alignat|gather|multline|equation|eqnarray)\*?\}")
INNER = {
    "align": "aligned",
    "alignat": "aligned",
    "eqnarray": "aligned",
    "gather": "gathered",
    "multline": "gathered",
}


def label_of(block: Block) -> str:
    """Return the label of an equation block or a math directive, or nothing."""
    return str(block.options.get("label") or block.options.get("name") or "")


def is_equation(block: Block) -> bool:
    return block.kind == "equation" or (block.kind == "directive" and block.name == "math")


def numbers(cutter: Cutter, text: str, line: int = 1) -> dict[str, int]:
    """Return the number of every labelled equation of a page."""
    found: dict[str, int] = {}
    count = 0
    for block in cutter.walk(text, line):
        if is_equation(block) and (label_of(block) or block.options.get("numbered")):
            count += 1
            found[label_of(block) or f"#{count}"] = count
    return found


def latex_of(block: Block) -> str:
    """Return an equation's LaTeX as it stands on the page."""
    if block.kind == "directive":
        return "\n".join(part for part in (block.argument, block.body) if part.strip())
    return block.body


def display(latex: str, number: int | None = None) -> str:
    """Return a display equation that every notebook renders: no blank line, one tag."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", latex.strip()) if part.strip()]
    if len(parts) > 1:  # Sphinx sets these one below the other
        body = "\\begin{gathered}\n" + " \\\\\n".join(map(_inner, parts)) + "\n\\end{gathered}"
    else:
        body = _inner(parts[0] if parts else "")
    tag = f" \\tag{{{number}}}" if number is not None else ""
    return f"$$\n{body}{tag}\n$$"


def _inner(latex: str) -> str:
    latex = ENVIRONMENT.sub(_inner_environment, latex).strip()
    if "\\\\" in latex and not latex.startswith("\\begin{"):
        return f"\\begin{{aligned}}\n{latex}\n\\end{{aligned}}"
    return latex


def _inner_environment(found: re.Match[str]) -> str:
    inner = INNER.get(found[2])
    return f"\\{found[1]}{{{inner}}}" if inner else ""
