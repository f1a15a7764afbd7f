"""What goes with the notebooks: an environment for Binder, a README for their branch, one zip."""

from __future__ import annotations

import zipfile
from pathlib import Path

from u30book.notebook_pages import FOLDER, ZIP, binder_address, colab_address, notebook_file

from .build import package_address
from .index import Index

EPOCH = (2020, 1, 1, 0, 0, 0)  # the same files give the same zip


def environment(index: Index) -> str:
    """Return environment.yml: what Binder and conda install."""
    return f"""\
# Made by tools/export_notebooks.py. Binder and conda read it.
name: u30
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
      - jupyterlab
      - "{package_address(index.repository)}"
"""


def readme(index: Index, names: list[str]) -> str:
    """Return the README of the generated branch."""
    rows = "\n".join(_row(index, name) for name in names)
    return f"""\
# 30u30: the notebooks

These files are made from the pages of [the course]({index.site}) each time it is published. Do not
edit them here: change the pages in [{index.repository.name}]({index.repository.url}).

Open one in Colab or Binder with the links below, or download it and run it in your own Jupyter. The
first code cell of every notebook installs the course's package where it is missing.

| notebook | run it |
| --- | --- |
{rows}

All of them in one file: [{ZIP}]({index.site}{FOLDER}/{ZIP}).
Text and figures: CC BY-NC-ND 4.0. Code: MIT.
"""


def _row(index: Index, page: str) -> str:
    file = notebook_file(page)
    colab = colab_address(index.repository, file)
    binder = binder_address(index.repository, file)
    title = index.titles[page].replace("|", "\\|")
    return f"| [{title}]({file}) | [Colab]({colab}) · [Binder]({binder}) |"


def write_zip(folder: Path, target: Path) -> None:
    """Write every file of a folder into one zip that depends on their content only."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"30u30-notebooks/{file.name}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
