"""Put a page's cells together: title, install cell, text, code with its outputs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import NotebookNode, v4, validate

from u30book.days import Course
from u30book.notebook_pages import notebook_file
from u30book.repository import Repository

from . import equations, leftovers, outputs
from .citations import Bibliography
from .convert import Code, Converter
from .index import Index, body_of
from .page import Page

HIDDEN = {"hide-input": ["source"], "remove-input": ["source"], "hide-output": ["outputs"]}
HIDDEN |= {"hide-cell": ["source", "outputs"], "remove-cell": ["source", "outputs"]}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def package_address(repository: Repository) -> str:
    """Return what pip installs."""
    return f"u30[viz] @ git+{repository.url}#subdirectory=code"


def install_cell(repository: Repository) -> str:
    """Return the first code cell: the package, installed only where it is missing."""
    return (
        "# Installs the course's package where it is missing (Colab, or your own Jupyter).\n"
        "try:\n"
        "    import u30\n"
        "except ModuleNotFoundError:\n"
        f'    %pip install -q "{package_address(repository)}"\n'
        "    import u30"
    )


def build(index: Index, course: Course, library: Bibliography, name: str, cache: Path) -> Any:
    """Return the clean notebook of a page; PageError or NotExecuted when that cannot be."""
    file = index.book / f"{name}.md"
    text = file.read_text(encoding="utf-8")
    raw = read_myst_markdown_notebook(
        text, index.cutter.config, add_source_map=True, path=str(file)
    )
    lines = _first_lines(text, raw.metadata["source_map"])
    run = outputs.with_outputs(raw, cache)
    page = Page(name, index, course, library, outputs.glued_values(run))
    content, start = body_of(text)
    page.note_definitions(content)
    converter = Converter(page, equations.numbers(index.cutter, content, start))
    cells: list[NotebookNode] = []
    for cell, line in zip(run.cells, lines):
        if cell.cell_type == "code":
            cells.append(_executed(cell, page.address))
        elif cell.cell_type == "markdown":
            cells += _written(converter, cell.source, line)
    cells = _with_install_cell(cells, index.repository)
    for cell in cells:
        if cell.cell_type == "markdown":
            leftovers.check(page, cell.source)
    notebook = v4.new_notebook(cells=_with_ids(cells), metadata=_metadata(name))
    validate(notebook)
    return notebook


def _first_lines(text: str, source_map: list[int]) -> list[int]:
    """Return each cell's first line, counted from 1, past the blank lines that were cut off."""
    lines = text.splitlines()
    found = []
    for start in source_map:
        while start < len(lines) and not lines[start].strip():
            start += 1
        found.append(start + 1)
    return found


def _written(converter: Converter, source: str, line: int) -> list[NotebookNode]:
    cells = []
    for piece in converter.pieces(source, line):
        if isinstance(piece, Code):
            cells.append(v4.new_code_cell(piece.source, metadata=_tagged(piece.tags)))
        else:
            cells.append(v4.new_markdown_cell(piece))
    return cells


def _executed(cell: NotebookNode, address: str) -> NotebookNode:
    tags = list(cell.metadata.get("tags", []))
    results = [] if "remove-output" in tags else outputs.light(cell.get("outputs", []), address)
    return v4.new_code_cell(cell.source, outputs=results, metadata=_tagged(tags))


def _tagged(tags: list[str]) -> dict[str, Any]:
    """Return a cell's metadata: its tags, and what Jupyter and Colab fold away for them."""
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    folded = {part for tag in tags for part in HIDDEN.get(tag, [])}
    if folded:
        metadata["jupyter"] = {f"{part}_hidden": True for part in sorted(folded)}
    if "source" in folded:
        metadata["cellView"] = "form"  # Colab's word for it
    return metadata


def _with_install_cell(cells: list[NotebookNode], repository: Repository) -> list[NotebookNode]:
    """Put the install cell after the title and its card, before anything else."""
    install = v4.new_code_cell(install_cell(repository))
    blocks = cells[0].source.split("\n\n") if cells and cells[0].cell_type == "markdown" else []
    title = next((n for n, block in enumerate(blocks) if block.startswith("# ")), -1)
    if title < 0:
        return [install, *cells]
    card = ("**Day ", "**Interlude** ")
    end = title + 1 + any(block.startswith(card) for block in blocks[title + 1 : title + 2])
    head, rest = "\n\n".join(blocks[:end]), "\n\n".join(blocks[end:])
    after = [v4.new_markdown_cell(rest)] if rest else []
    return [v4.new_markdown_cell(head), install, *after, *cells[1:]]


def _with_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Give every cell an id that depends on its text only, so that two exports are equal."""
    seen: dict[str, int] = {}
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell["id"] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return cells


def _metadata(name: str) -> dict[str, Any]:
    return {
        "kernelspec": dict(KERNEL),
        "language_info": {"name": "python"},
        "colab": {"name": notebook_file(name), "provenance": []},
    }
