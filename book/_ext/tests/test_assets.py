"""What pages load: only our own files, only what they use."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import SimpleNamespace

import plotly
import pytest
from fontTools.ttLib import TTFont

from u30book import assets

ROOT = Path(__file__).resolve().parents[3]
PAGE = """<!DOCTYPE html>
<html><head>
<link rel="stylesheet" type="text/css" href="_static/sphinx-design.min.css?v=1" />
<link rel="stylesheet" type="text/css" href="_static/u30.css?v=1" />
<script defer src="_static/scripts/fontawesome.js?digest=1"></script>
<script src="_static/doctools.js?v=1"></script>
<script src="_static/copybutton.js?v=1"></script>
<script src="_static/copy.js?v=1"></script>
<script src="_static/togglebutton.js?v=1"></script>
<script src="_static/searchindex.js"></script>
<script defer="defer" src="_static/mathjax_start.js?v=1"></script>
</head><body>BODY</body></html>
"""


def fetch_web():
    spec = importlib.util.spec_from_file_location("fetch_web", ROOT / "tools" / "fetch_web.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scripts(html: str) -> set[str]:
    return set(re.findall(r'src="_static/(?:scripts/)?([^"?]*)', html))


def test_a_plain_page_loads_neither_icons_script_nor_search_index_nor_maths():
    html = assets.lighten(PAGE.replace("BODY", "<p>Hello</p>"))
    assert scripts(html) == {"doctools.js", "togglebutton.js"}
    assert "sphinx-design" not in html
    assert "u30.css" in html


def test_a_page_with_code_and_formulas_keeps_their_scripts():
    body = '<div class="highlight"></div><span class="math notranslate">x</span>'
    html = assets.lighten(PAGE.replace("BODY", body))
    wanted = {"doctools.js", "copy.js", "mathjax_start.js", "togglebutton.js"}
    assert scripts(html) == wanted


def test_the_search_page_keeps_the_index():
    html = assets.lighten(PAGE.replace("BODY", '<div id="search-results"></div>'))
    assert "searchindex.js" in scripts(html)


def test_only_scripts_that_may_come_late_are_deferred():
    html = assets.lighten(PAGE.replace("BODY", '<div class="highlight"></div>'))
    assert '<script defer="defer" src="_static/togglebutton.js' in html
    assert '<script src="_static/doctools.js' in html


def test_lightening_twice_is_lightening_once():
    once = assets.lighten(PAGE.replace("BODY", '<div class="highlight"></div>'))
    assert assets.lighten(once) == once


def test_icon_rules_that_are_not_in_use_are_cut():
    css = (
        '.fa-star:before,.fa-stern:before{content:"\\f005"}.fa-bars:before{content:"\\f0c9"}a{b:c}'
    )
    assert assets.trim_icon_rules(css, {"fa-star"}) == '.fa-star:before{content:"\\f005"}a{b:c}'


def test_icons_are_found_as_codes_and_as_characters():
    css = 'a{content:"\\f005"}b{--icon:"\uf0c9"}c{content:"\\30 "}'
    assert assets.code_points(css) == {0xF005, 0xF0C9}


def test_the_icon_font_is_cut_to_the_icons_in_use(tmp_path):
    font = assets.THEME / "vendor/fontawesome/webfonts/fa-solid-900.woff2"
    target = tmp_path / "site" / font.name
    assets.subset_font(font, target, {0xF0C9, 0xF002})
    assert target.stat().st_size < 2000
    assert set(TTFont(target).getBestCmap()) == {0xF0C9, 0xF002}


def test_the_lock_file_names_hashes_and_no_host():
    lock = (ROOT / "tools/web/package-lock.json").read_text("utf-8")
    packages = json.loads(lock)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)
    assert "://" not in lock


def test_plotly_in_the_page_is_the_version_plotly_in_python_speaks():
    wanted = json.loads((ROOT / "tools/web/package.json").read_text("utf-8"))["dependencies"]
    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with bundled.open(encoding="utf-8") as file:
        (version,) = re.findall(r"plotly\.js v([\d.]+)", file.read(500))
    assert wanted["plotly.js-cartesian-dist-min"] == version


def test_the_fingerprint_of_what_is_fetched_depends_on_the_lock_file(tmp_path, monkeypatch):
    tool = fetch_web()
    before = tool.fingerprint()
    assert before == tool.fingerprint()
    for name in tool.INPUTS:
        (tmp_path / name).write_bytes((tool.SOURCE / name).read_bytes() + b"\n")
    monkeypatch.setattr(tool, "SOURCE", tmp_path)
    assert tool.fingerprint() != before


@pytest.mark.parametrize(
    "folder", ["book/_static", "book/_ext/u30book/static", "book/_ext/u30book/web"]
)
def test_our_own_scripts_and_styles_name_no_other_host(folder):
    for path in (ROOT / folder).glob("*.*s*"):
        addresses = re.findall(r"https?://[^\s\"')]+", path.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}, path.name


def test_a_changed_style_changes_the_look(tmp_path):
    app = SimpleNamespace(confdir=str(tmp_path))
    (tmp_path / "_static").mkdir()
    style = tmp_path / "_static" / "u30.css"
    style.write_text("a {}")
    before = assets.look(app)
    assert assets.look(app) == before
    style.write_text("b {}")
    assert assets.look(app) != before
