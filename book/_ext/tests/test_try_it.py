"""Which pages get the buttons that run Python, and what the editor's bundle consists of."""

import gzip
import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document

from u30book import try_it
from u30book.element import tag

ROOT = Path(__file__).resolve().parents[3]
EDITOR = ROOT / "build" / "web" / "static" / "u30" / "editor"


def scripts(*children):
    """The scripts that a page with these elements gets."""
    found = []
    app = SimpleNamespace(add_js_file=lambda name, **options: found.append((name, options)))
    page = new_document("page", get_default_settings())
    page += nodes.section("", *children)
    try_it.add_script(app, "page", "page.html", {}, page)
    return found


@pytest.mark.parametrize(
    "part",
    [
        nodes.container("", nb_element="cell_code_source", classes=["cell_input"]),
        tag("div", class_="u30-starter", data_exercise="d01.1"),
    ],
    ids=["code cell", "starter"],
)
def test_a_page_with_something_to_run_gets_the_script_once_and_deferred(part):
    wrapped = tag("div", part, part.deepcopy())
    assert scripts(wrapped) == [("try_it.js", {"loading_method": "defer"})]


def test_a_page_with_nothing_to_run_gets_none():
    text = nodes.literal_block("", "x = 1", language="python")
    assert scripts(tag("div", text, class_="u30-source"), nodes.container()) == []


def fetch_web():
    spec = importlib.util.spec_from_file_location("fetch_web", ROOT / "tools" / "fetch_web.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_licence_of_every_bundled_package_is_shipped(tmp_path):
    modules = tmp_path / "node_modules"
    for name in ("@scope/one", "two", "unused"):
        (modules / name).mkdir(parents=True)
        (modules / name / "LICENSE").write_text(f"terms of {name}")
    inputs = ["editor.mjs", "node_modules/@scope/one/dist/index.js", "node_modules/two/index.js"]
    text = fetch_web().licences(modules, inputs)
    assert "@scope/one\n----------\nterms of @scope/one" in text
    assert "terms of two" in text
    assert "unused" not in text


@pytest.mark.skipif(not EDITOR.is_dir(), reason="needs the files of tools/fetch_web.py")
def test_the_editor_is_small_and_asks_no_other_host():
    script = (EDITOR / "editor.js").read_bytes()
    assert len(gzip.compress(script)) < 130_000
    assert b"import(" not in script
    assert b"https://" not in script
    assert "Marijn Haverbeke" in (EDITOR / "LICENSES").read_text("utf-8")
