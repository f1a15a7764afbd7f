"""Repairs to the theme's HTML."""

from __future__ import annotations

import struct

from u30book import a11y

PAGE = """<!DOCTYPE html><html lang="en"><head>
<meta name="viewport" content="width=device-width, initial-scale=1.0" />
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<script>
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
</script></head><body>
<button class="btn search-button-field pst-js-only" title="Search" aria-label="Search">
 <i class="fa-solid fa-magnifying-glass"></i> <span>Search</span>
 <span class="search-button__kbd-shortcut"><kbd>Ctrl</kbd></span></button>
<div class="sidebar-primary-items__start sidebar-primary__section"></div>
<article class="bd-article">
<summary aria-label="Toggle hidden content"><p>Show code cell source</p></summary>
<div class="math notranslate nohighlight" id="equation-a">\\[a = b\\]</div>
<div class="math notranslate nohighlight">\\[\\frac{a}{b} \\\\ c\\]</div>
<img alt="A figure" src="../_images/plot.svg" />
</article></body></html>
"""


def repaired(size: a11y.Size = (576, 307)) -> str:
    return a11y.repair(PAGE, lambda address: size)


def test_names_agree_with_what_is_seen():
    html = repaired()
    assert "Toggle hidden content" not in html
    assert 'aria-label="Search"' not in html
    assert '<span class="search-button__kbd-shortcut" aria-hidden="true">' in html


def test_the_sidebar_is_a_landmark_and_icons_are_not_read_out():
    html = repaired()
    assert 'sidebar-primary__section" role="region" aria-label="Book"' in html
    assert '<i class="fa-solid fa-magnifying-glass" aria-hidden="true">' in html


def test_the_theme_is_known_before_the_first_paint():
    html = repaired()
    assert "prefers-color-scheme" in html
    assert html.count('name="viewport"') == 1


def test_formulas_keep_room_for_their_lines():
    html = repaired()
    assert 'id="equation-a" style="--rows:0.5"' in html
    assert 'style="--rows:1.5"' in html
    assert "u30-maths-wait" in html


def test_a_page_without_formulas_does_not_wait_for_them():
    page = PAGE.replace('class="math ', 'class="meths ')
    assert "u30-maths-wait" not in a11y.repair(page, lambda address: None)


def test_the_bibliography_has_no_roles_that_are_not_allowed():
    entry = '<div role="list" class="citation-list"><div class="citation" role="doc-biblioentry">'
    assert "role=" not in a11y.repair(entry, lambda address: None)


def test_a_heading_cell_without_words_is_no_heading():
    html = a11y.repair('<th class="head"><p></p></th>', lambda address: None)
    assert html == '<td class="head"></td>'


def test_a_page_without_contents_has_the_element_the_theme_looks_for():
    html = a11y.repair('<footer class="bd-footer-content">', lambda address: None)
    assert html.startswith('<div class="bd-sidebar-secondary" style="display:none">')
    assert a11y.repair(html, lambda address: None) == html


def test_pictures_have_a_size_and_load_late():
    assert 'loading="lazy" decoding="async" width="576" height="307" />' in repaired()
    assert "width=" not in repaired(None).split("<article")[1]


def test_repairing_twice_is_repairing_once():
    once = repaired()
    assert a11y.repair(once, lambda address: (576, 307)) == once


def test_sizes_are_read_from_svg_and_png(tmp_path):
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    svg.write_text('<?xml version="1.0"?>\n<svg width="432pt" height="230.4pt" viewBox="0 0 1 1">')
    png.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", 640, 480))
    assert a11y.picture_size(svg) == (576, 307)
    assert a11y.picture_size(png) == (640, 480)
    assert a11y.picture_size(tmp_path / "a.gif") is None
