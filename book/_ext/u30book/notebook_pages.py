"""Which pages of the book are notebooks, and where their exported files can be opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import yaml

from .repository import Repository

BRANCH = "notebooks"  # the generated branch that Colab and Binder open
FOLDER = "notebooks"  # the folder of the site that holds the exported files
ZIP = "30u30-notebooks.zip"


def is_notebook(page: Path) -> bool:
    """Say whether a page is executed: its front matter names a kernel."""
    text = page.read_text(encoding="utf-8")
    return text.startswith("---\n") and "\nkernelspec:" in text.split("\n---", 1)[0]


def notebook_file(docname: str) -> str:
    """Return the exported file's name: "days/day01_char_rnn" gives "day01_char_rnn.ipynb"."""
    return f"{PurePosixPath(docname).name}.ipynb"


def colab_address(repository: Repository, file: str) -> str:
    """Return where Google Colab opens an exported notebook."""
    place = f"{repository.name}/blob/{BRANCH}/{quote(file)}"
    return f"https://colab.research.google.com/github/{place}"


def binder_address(repository: Repository, file: str) -> str:
    """Return where Binder opens an exported notebook, in JupyterLab."""
    return f"https://mybinder.org/v2/gh/{repository.name}/{BRANCH}?urlpath=lab/tree/{quote(file)}"


def pages(book: Path) -> list[str]:
    """Return every page of the table of contents, without its ending, in reading order."""
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"], *_files(toc)]
    return [name for name in names if (book / f"{name}.md").is_file()]


def notebook_pages(book: Path) -> list[str]:
    """Return the pages that are notebooks, in reading order."""
    return [name for name in pages(book) if is_notebook(book / f"{name}.md")]


def _files(entry: Any) -> Iterator[str]:
    if isinstance(entry, list):
        for part in entry:
            yield from _files(part)
    elif isinstance(entry, dict):
        if "file" in entry:
            yield str(entry["file"]).removesuffix(".md")
        for value in entry.values():
            yield from _files(value)
