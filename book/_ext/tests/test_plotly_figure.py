"""Plotly figures: the host element, and the script that draws it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import pytest

from u30book import plotly_figure
from u30book.assets import WEB
from u30book.plotly_figure import MIME_TYPE, PlotlyRenderer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STATIC = Path(plotly_figure.__file__).parent / "static"
STYLE = Path(__file__).resolve().parents[2] / "_static" / "u30.css"


def sine_figure() -> dict:
    """A line with five frames, a slider and a play button, as plotly writes it."""
    x = np.linspace(0, 6, 50).astype("float32")
    frames = [
        go.Frame(name=str(k), data=[go.Scatter(y=np.sin(k * x).astype("float32"))])
        for k in range(1, 6)
    ]
    steps = [
        {
            "method": "animate",
            "label": f"{frame.name} Hz",
            "args": [[frame.name], {"mode": "immediate", "frame": {"duration": 0, "redraw": True}}],
        }
        for frame in frames
    ]
    play = [None, {"frame": {"duration": 60}, "transition": {"duration": 0}, "fromcurrent": True}]
    figure = go.Figure(
        data=[go.Scatter(x=x, y=np.sin(x).astype("float32"), line_color="black")],
        frames=frames,
        layout={
            "title": "A sine",
            "height": 400,
            "meta": {"alt": "A sine; the slider sets its frequency."},
            "sliders": [{"currentvalue_prefix": "frequency: ", "steps": steps}],
            "updatemenus": [
                {
                    "type": "buttons",
                    "buttons": [{"label": "Play", "method": "animate", "args": play}],
                }
            ],
        },
    )
    return json.loads(figure.to_json())


def render(figure: dict, *, inline: bool = False, mime_type: str = MIME_TYPE):
    warnings: list[str] = []
    logger = SimpleNamespace(warning=lambda message, **_: warnings.append(message))
    data = SimpleNamespace(content=figure, mime_type=mime_type, line=1)
    return PlotlyRenderer.handle_mime(SimpleNamespace(logger=logger), data, inline), warnings


def test_the_host_has_role_name_height_and_the_figure_for_its_picture():
    nodes, warnings = render(sine_figure())
    (host,) = nodes
    assert host["html"]["role"] == "figure"
    assert host["html"]["aria-label"] == "A sine; the slider sets its frequency."
    assert host["script"] == "plotly_figures.js"
    html = host[0].astext()
    assert 'style="height:400px"' in html
    assert host["figure"] == sine_figure()
    assert warnings == []


def test_a_figure_without_alt_text_is_a_warning():
    nodes, warnings = render({"data": [], "layout": {}})
    assert len(nodes) == 1
    assert "u30.viz.describe" in warnings[0]


def test_other_mimetypes_and_inline_outputs_are_left_to_others():
    assert render(sine_figure(), inline=True)[0] is None
    assert render(sine_figure(), mime_type="text/plain")[0] is None


def test_nothing_in_the_figure_can_end_the_script_element():
    text = plotly_figure.embed_json({"a": "</script><!-- <script>"})
    inner = text.removeprefix('<script type="application/json">').removesuffix("</script>")
    assert "<" not in inner
    assert json.loads(inner) == {"a": "</script><!-- <script>"}


def test_the_json_keeps_encoded_arrays_and_drops_unused_template_parts():
    small = plotly_figure.compact(sine_figure())
    assert small["data"][0]["y"]["dtype"] == "f4"
    assert set(small["layout"]["template"]["data"]) == {"scatter"}
    assert len(json.dumps(small)) < len(json.dumps(sine_figure())) - 3000


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page that shows the figure, opened from a folder."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not chromium or not WEB.is_dir():
        pytest.skip("needs Chromium, and the files of tools/fetch_web.py")
    folder = tmp_path_factory.mktemp("figure")
    shutil.copytree(WEB / "u30" / "plotly", folder / "u30" / "plotly")
    shutil.copyfile(STATIC / "plotly_figures.js", folder / "plotly_figures.js")
    shutil.copyfile(STYLE, folder / "u30.css")
    host = plotly_figure.figure_html(sine_figure())
    (folder / "index.html").write_text(
        '<!DOCTYPE html><html data-theme="light"><meta charset="utf-8">'
        '<link rel="stylesheet" href="u30.css"><div style="height:3000px">Far below</div>'
        f'<div class="u30-figure" role="figure" aria-label="A sine">{host}</div>'
        '<script src="plotly_figures.js"></script></html>',
        "utf-8",
    )
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if root else []
        )
        opened = browser.new_page(viewport={"width": 900, "height": 700})
        opened.faults = []
        opened.on("pageerror", lambda error: opened.faults.append(str(error)))
        opened.goto((folder / "index.html").as_uri())
        yield opened
        browser.close()


LINE = "document.querySelector('.js-line').getAttribute('d')"
INK = "document.querySelector('.js-line').style.stroke"


@pytest.mark.browser
def test_the_page_draws_the_figure_when_it_is_near_and_its_controls_work(page):
    assert page.evaluate("typeof Plotly") == "undefined"
    figure = page.locator(".u30-figure")
    height = figure.bounding_box()["height"]
    figure.scroll_into_view_if_needed()
    page.wait_for_selector(".u30-figure[data-drawn] .js-line")
    assert figure.bounding_box()["height"] == pytest.approx(height, abs=1)

    before = page.evaluate(LINE)
    slider = page.get_by_label("frequency")
    slider.press("ArrowRight")
    page.wait_for_function(f"{LINE} !== {json.dumps(before)}")
    assert slider.get_attribute("aria-valuetext") == "2 Hz"

    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.u30-figure output').textContent === '5 Hz'")

    titles = "[...document.querySelectorAll('.modebar-btn')].map((b) => b.dataset.title)"
    assert page.evaluate(titles) == ["Zoom", "Pan", "Reset axes", "Download plot as a PNG"]
    assert page.faults == []


@pytest.mark.browser
def test_a_switch_of_theme_recolours_the_figure_and_keeps_its_state(page):
    page.locator(".u30-figure").scroll_into_view_if_needed()
    page.wait_for_selector(".u30-figure[data-drawn] .js-line")
    page.get_by_label("frequency").fill("2")
    page.wait_for_timeout(300)
    line = page.evaluate(LINE)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"{INK} === 'rgb(223, 229, 236)'")
    page.wait_for_function(f"{LINE} === {json.dumps(line)}")
    assert page.faults == []
