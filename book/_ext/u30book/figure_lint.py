"""Every figure of a page says in words what is seen, and no cell calls `.show()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .page_text import Page, python_tree, split_cell

FIGURE_CALLS = {
    "figure",
    "subplots",
    "subplot",
    "subplot_mosaic",
    "plot",
    "bar",
    "barh",
    "hist",
    "imshow",
    "matshow",
    "pcolormesh",
    "scatter",
    "semilogx",
    "semilogy",
    "loglog",
    "errorbar",
    "stem",
    "step",
    "contour",
    "contourf",
    "violinplot",
    "boxplot",
}
PLOTLY = {"go", "px", "make_subplots", "plotly"}


def check_figures(page: Page) -> Iterator[tuple[int, str]]:
    """Every figure says in words what is seen; no cell calls `.show()`."""
    drawing: set[str] = set()  # functions of the page that draw with matplotlib
    for cell in page.cells():
        options, source = split_cell(cell)
        try:
            tree = python_tree(source)
        except SyntaxError as error:
            yield cell.number + (error.lineno or 0), f"the cell is not valid Python: {error.msg}."
            continue
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if any(called(call).endswith(".show") for call in calls):
            yield cell.number, "let the figure be the cell's last line instead of calling .show()."
        drawing |= {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and draws(node, drawing)
        }
        outside = [
            node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        ]
        hidden = "remove-output" in str(options.get("tags", "")) or "remove-cell" in str(
            options.get("tags", "")
        )
        has_alt = bool(alt_text(options))
        if any(draws(node, drawing) for node in outside) and not (has_alt or hidden):
            yield cell.number, "a matplotlib figure needs an alt text (mystnb: image: alt: …)."
        plotly = any(
            isinstance(node, ast.Name) and node.id in PLOTLY
            for part in outside
            for node in ast.walk(part)
        )
        described = any(
            called(call).endswith("describe") or any(word.arg == "alt" for word in call.keywords)
            for call in calls
        )
        if plotly and not (described or has_alt or hidden):
            yield (
                cell.number,
                "a plotly figure needs an alt text: describe(fig, …) or alt=….",
            )


def draws(tree: ast.AST, drawing: set[str]) -> bool:
    """Say whether the code calls matplotlib's pyplot, or a function that does."""
    names = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    pyplot = {name.removeprefix("plt.") for name in names if name.startswith("plt.")}
    return bool(pyplot & FIGURE_CALLS or names & drawing)


def called(call: ast.Call) -> str:
    """Return what a call calls, as written: "plt.subplots"; "" when it is no plain name."""
    parts, node = [], call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "", *reversed(parts)])


def alt_text(options: dict[str, Any]) -> str:
    image = (options.get("mystnb") or {}).get("image") or {}
    return str(image.get("alt") or "").strip()
