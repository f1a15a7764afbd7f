"""Every code cell of a notebook page, for "Run it here": `_static/u30/cells/<page>.json`.

    [{"source": "...", "tags": ["hide-input"], "needs": []}, ...]

in the order of the page, hidden cells included: they count as cells above. `needs` says in words
what a cell uses that the page does not have; where it is empty, the page can run it. A page fetches
its file when a reader first runs something, and not before.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from u30book.assets import write_if_changed
from u30book.notebook_pages import is_notebook
from u30book.page_text import python_tree, read_page, split_cell

OFFERED = {"numpy", "matplotlib", "mpl_toolkits", "plotly", "u30"}
# Parts of Python's own library that WebAssembly does not have.
PROCESSES = {"subprocess", "multiprocessing", "concurrent"}
NETWORK = {"socket", "ssl", "urllib", "http", "requests"}
MISSING = {"tkinter", "curses", "sqlite3", "lzma", "readline", "ctypes"}


def cells(text: str) -> list[dict[str, Any]]:
    """The code cells of a page's source."""
    found = []
    for cell in read_page(text).cells():
        options, source = split_cell(cell)
        source = source.strip("\n")
        tags = [str(tag) for tag in options.get("tags", [])]
        found.append({"source": source, "tags": tags, "needs": needs(source)})
    return found


def needs(source: str) -> list[str]:
    """What a cell needs that the page does not have."""
    lines = [line.strip() for line in source.splitlines()]
    reasons = {"a shell" for line in lines if line.startswith(("!", "%%bash", "%%sh"))}
    for name in sorted(imported(source)):
        if name in PROCESSES:
            reasons.add("other processes")
        elif name in NETWORK:
            reasons.add("the network")
        elif name in MISSING or name not in OFFERED | sys.stdlib_module_names:
            reasons.add(f"the package {name}")
    return sorted(reasons)


def imported(source: str) -> set[str]:
    """The packages that a cell imports."""
    names: set[str] = set()
    for node in ast.walk(python_tree(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def write_cells(app: Sphinx, exception: Exception | None) -> None:
    """Write a file for each notebook page, and remove those of pages that are gone."""
    if exception is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "_static" / "u30" / "cells"
    written = set()
    for page in sorted(app.env.found_docs):
        path = Path(app.srcdir) / f"{page}.md"
        if path.is_file() and is_notebook(path):
            target = folder / f"{page}.json"
            target.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(cells(path.read_text("utf-8")), ensure_ascii=False, indent=0)
            write_if_changed(target, f"{text}\n")
            written.add(target)
    for old in set(folder.rglob("*.json")) - written:
        old.unlink()


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write_cells)
