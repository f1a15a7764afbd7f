"""The runner's files reach the site, and a site without them says so."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from u30book import runner
from u30book.page_cells import cells, needs, write_cells

PAGE = """---
kernelspec: {name: python3}
---
# A page

```{code-cell} ipython3
:tags: [remove-input]

import numpy as np
```

```{code-cell} ipython3
---
mystnb:
  image:
    alt: "A curve."
---
x = 1

x
```

```{exercise-file} d01.1
```
"""


@pytest.fixture
def app(tmp_path: Path):
    python = tmp_path / "runner"
    python.mkdir()
    (python / "manifest.json").write_text("{}")
    (tmp_path / "book").mkdir()
    return SimpleNamespace(
        config=SimpleNamespace(u30_runner=str(python)),
        builder=SimpleNamespace(name="html"),
        outdir=str(tmp_path / "html"),
        srcdir=str(tmp_path / "book"),
        env=SimpleNamespace(found_docs={"days/one", "text"}),
    )


def test_scripts_worker_and_python_are_where_pages_look_for_them(app):
    runner.copy_files(app, None)
    out = Path(app.outdir)
    assert (out / "_static/u30/web/python.js").is_file()
    assert (out / "_static/u30/python/manifest.json").is_file()
    assert (out / "sw.js").read_bytes() == (runner.WEB / "sw.js").read_bytes()
    assert (out / ".nojekyll").is_file()


def test_a_site_without_python_has_the_scripts_and_no_mark(app, tmp_path):
    runner.copy_files(app, None)
    (tmp_path / "runner" / "manifest.json").unlink()
    runner.copy_files(app, None)
    out = Path(app.outdir)
    assert (out / "_static/u30/web/python.js").is_file()
    assert not (out / "_static/u30/python").exists()
    assert runner.mark(app, '<html lang="en">') == '<html lang="en">'


def test_a_page_s_scripts_can_see_that_there_is_python(app):
    assert runner.mark(app, '<html lang="en">') == '<html data-u30-runner lang="en">'


def test_files_of_an_older_version_are_removed(tmp_path):
    source, target = tmp_path / "new", tmp_path / "old"
    for folder, name in ((source, "a/new.js"), (target, "a/old.js"), (target, "a/new.js")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(folder.name)
    runner.mirror(source, target)
    assert [path.name for path in target.rglob("*.js")] == ["new.js"]
    assert (target / "a/new.js").read_text() == "new"


def test_all_cells_of_a_page_are_there_in_order_hidden_ones_too():
    assert cells(PAGE) == [
        {"source": "import numpy as np", "tags": ["remove-input"], "needs": []},
        {"source": "x = 1\n\nx", "tags": [], "needs": []},
    ]


@pytest.mark.parametrize(
    "source, reasons",
    [
        ("import numpy as np\nfrom u30 import viz\nimport plotly.graph_objects as go", []),
        ("import math, json, ast, inspect", []),
        ("import subprocess", ["other processes"]),
        ("from concurrent.futures import ProcessPoolExecutor", ["other processes"]),
        ("from urllib.request import urlopen", ["the network"]),
        ("import torch\nimport pandas as pd", ["the package pandas", "the package torch"]),
        ("import ipywidgets", ["the package ipywidgets"]),
        ("!pip install u30", ["a shell"]),
    ],
)
def test_a_cell_that_the_page_cannot_run_says_what_it_needs(source, reasons):
    assert needs(source) == reasons


def test_only_notebook_pages_get_a_file_and_old_files_go(app):
    book, folder = Path(app.srcdir), Path(app.outdir) / "_static/u30/cells"
    (book / "days").mkdir()
    (book / "days/one.md").write_text(PAGE)
    (book / "text.md").write_text("# No cells\n")
    folder.mkdir(parents=True)
    (folder / "gone.json").write_text("[]")
    write_cells(app, None)
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("*.json")] == [
        "days/one.json"
    ]
    assert json.loads((folder / "days/one.json").read_text()) == cells(PAGE)
