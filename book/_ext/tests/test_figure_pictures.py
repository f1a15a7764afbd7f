"""Pictures of charts: what they show, when they are drawn again, machines without a browser."""

import logging
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from u30book import figure_pictures
from u30book.element import tag
from u30book.figure_pictures import BROWSERS, Painter, add_pictures, key_of, still

FIGURE = {
    "data": [{"type": "scatter", "x": [1, 2, 3], "y": [3, 1, 2]}],
    "frames": [{"name": "1"}],
    "layout": {
        "height": 300,
        "title": {"text": "Down and up", "font": {"size": 20}},
        "meta": {"alt": "A line that goes down and up."},
        "sliders": [{}],
        "xaxis": {"title": {"text": "time"}},
    },
}


def page(folder: Path):
    document = new_document("page")
    document += tag("div", class_="u30-figure")
    document[0]["figure"] = FIGURE
    (folder / "book").mkdir()
    doctrees = folder / "book" / "_build" / ".doctrees"
    return document, SimpleNamespace(srcdir=folder / "book", doctreedir=doctrees)


def test_the_picture_has_no_controls_a_size_and_white_paper():
    drawing = still(FIGURE)
    assert set(drawing) == {"data", "layout"}
    layout = drawing["layout"]
    assert "sliders" not in layout
    assert (layout["width"], layout["height"]) == (700, 300)
    assert layout["paper_bgcolor"] == "#fff"
    assert layout["title"]["font"]["size"] == 20 and layout["xaxis"]["title"]["text"] == "time"


def test_a_picture_is_drawn_again_when_the_chart_changes_and_only_then():
    changed = {**FIGURE, "data": [{"type": "scatter", "y": [1]}]}
    other_alt = {**FIGURE, "layout": {**FIGURE["layout"], "meta": {"alt": "Other words."}}}
    assert key_of(still(changed)) != key_of(still(FIGURE)) == key_of(still(other_alt))


def test_without_a_browser_the_words_stand_alone_and_the_log_says_so_once(
    tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(figure_pictures, "BROWSERS", ())
    monkeypatch.setattr(figure_pictures.logger.logger, "propagate", True)
    monkeypatch.setattr(figure_pictures.logger.logger, "disabled", False)
    caplog.set_level(logging.INFO)
    document, app = page(tmp_path)
    document += tag("div", class_="u30-figure")
    document[1]["figure"] = FIGURE
    add_pictures(app, document, Painter())
    for host in document.children:
        (fallback,) = host.children
        assert fallback["tag"] == "noscript"
        assert fallback.astext() == "A line that goes down and up."
        assert "figure" not in host.attributes
    assert caplog.text.count("no Chromium") == 1


def test_a_browser_that_fails_does_not_stop_the_build(tmp_path, monkeypatch):
    kaleido = pytest.importorskip("kaleido")
    monkeypatch.setattr(figure_pictures.shutil, "which", lambda name: "/bin/false")
    monkeypatch.setattr(kaleido, "start_sync_server", lambda **_: None)
    monkeypatch.setattr(kaleido, "stop_sync_server", lambda **_: None)

    def fail(*_, **__):
        raise RuntimeError("it closed\nlong trace")

    monkeypatch.setattr(kaleido, "calc_fig_sync", fail)
    document, app = page(tmp_path)
    painter = Painter()
    add_pictures(app, document, painter)
    assert painter.state == "failed"
    assert document[0][0].astext() == "A line that goes down and up."


@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="needs Chromium")
def test_the_picture_is_an_svg_beside_the_book_that_the_page_names(tmp_path):
    document, app = page(tmp_path)
    painter = Painter()
    try:
        add_pictures(app, document, painter)
    finally:
        painter.stop()
    (image,) = document.findall(nodes.image)
    assert image["alt"] == "A line that goes down and up."
    svg = (app.srcdir / image["uri"].lstrip("/")).read_text("utf-8")
    assert svg.startswith("<svg") and 'width="700"' in svg and "Down and up" in svg
    assert "http://" not in svg.replace("http://www.w3.org", "")
