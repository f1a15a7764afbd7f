"""Python in the page: the files it consists of, and where a page finds them.

The scripts in `web/` go to `_static/u30/web/`. No page links them; a reader who never runs anything
never loads them. Pyodide, NumPy and the package, which tools/runner_files.py has put together, go
to `_static/u30/python/`, and `<html data-u30-runner>` tells a page's scripts that they are there.
Where they are not, the site is built all the same, and its buttons lead to Colab and Binder.

The service worker must lie at the site's root, or it could not keep pages: `sw.js` goes there.
"""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from u30book.assets import on_page_html

logger = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
WEB = HERE / "web"
PYTHON = HERE.parents[2] / "build" / "runner"


def mirror(source: Path, target: Path) -> None:
    """Make `target` hold the files of `source` and no others; what is equal is left alone."""
    files = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    for path in [path for path in target.rglob("*") if path.is_file()]:
        if path.relative_to(target) not in files:
            path.unlink()
    for name in sorted(files):
        new, old = source / name, target / name
        if not (old.is_file() and filecmp.cmp(new, old, shallow=False)):
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new, old)


def python_folder(app: Sphinx) -> Path | None:
    """Where the runner's files are, if there are any."""
    folder = Path(app.config.u30_runner or PYTHON)
    return folder if (folder / "manifest.json").is_file() else None


def copy_files(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.name != "html":
        return
    out, python = Path(app.outdir), python_folder(app)
    static = out / "_static" / "u30"
    mirror(WEB, static / "web")
    shutil.copyfile(WEB / "sw.js", out / "sw.js")
    (out / ".nojekyll").touch()  # else GitHub Pages leaves out folders such as _static
    if python:
        mirror(python, static / "python")
    else:
        shutil.rmtree(static / "python", ignore_errors=True)
        logger.info("There is no Python for the page: its buttons lead to Colab and Binder.")


def mark(app: Sphinx, html: str) -> str:
    """Tell the page's scripts whether the site has a runner."""
    return html.replace("<html", "<html data-u30-runner", 1) if python_folder(app) else html


def note_runner(app: Sphinx, config: Any) -> None:
    """Pages are written again when a runner appears or goes away."""
    config.u30_has_runner = python_folder(app) is not None


def setup(app: Sphinx) -> None:
    app.add_config_value("u30_runner", "", "html")
    app.add_config_value("u30_has_runner", False, "html")
    app.connect("config-inited", note_runner)
    on_page_html(app, mark)
    app.connect("build-finished", copy_files)
