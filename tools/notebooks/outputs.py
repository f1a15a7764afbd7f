"""Results of the book's run: values for the text, and outputs light enough for a download."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from nbformat import NotebookNode, v4

LIMIT = 200_000  # bytes of one output
GLUE = "scrapbook"
LIVE = "application/vnd.u30.live+json"
PLOTLY = "application/vnd.plotly.v1+json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
KEPT = (PLOTLY, *PICTURES, "text/html", "text/markdown", "text/latex", "text/plain")
TOO_LARGE = "Left out of this file to keep it small. Run the cell to see it."


class NotExecuted(Exception):
    """The cache has no run of a page's present cells."""


def with_outputs(notebook: NotebookNode, cache: Path) -> NotebookNode:
    """Return the notebook with the outputs of its last run."""
    try:
        return get_cache(cache).merge_match_into_notebook(notebook)[1]
    except KeyError as problem:
        raise NotExecuted from problem


def glued_values(notebook: NotebookNode) -> dict[str, str]:
    """Return the values that the run left for the text, as text."""
    values: dict[str, str] = {}
    for output in _outputs(notebook):
        glue = output.get("metadata", {}).get(GLUE)
        if glue:
            key = f"{glue.get('mime_prefix', '')}text/plain"
            values[glue["name"]] = str(output["data"].get(key, ""))
    return values


def _outputs(notebook: NotebookNode) -> list[Any]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def light(outputs: list[Any], page_address: str) -> list[Any]:
    """Return a cell's outputs without what no notebook shows and what is too large."""
    found = [_light(output, page_address) for output in outputs]
    return [output for output in found if output]


def _light(output: Any, page_address: str) -> Any:
    if output["output_type"] == "stream":
        if output.get("name") == "stderr":
            return None
        return _sized(output)
    if output["output_type"] == "error":
        return _sized(output)
    if GLUE in output.get("metadata", {}):
        return None
    data = output["data"]
    if LIVE in data:
        words = f"Try it live on [the web page]({page_address})."
        return v4.new_output("display_data", {"text/markdown": words})
    kept = {mime: data[mime] for mime in KEPT if mime in data}
    pictures = [mime for mime in (PLOTLY, *PICTURES) if mime in kept]
    for mime in pictures[1:]:
        del kept[mime]  # one picture is enough
    if not kept:
        return None
    return _sized(v4.new_output("display_data", kept))


def _sized(output: Any) -> Any:
    if len(json.dumps(output, ensure_ascii=False).encode()) <= LIMIT:
        return output
    return v4.new_output("display_data", {"text/plain": TOO_LARGE})
