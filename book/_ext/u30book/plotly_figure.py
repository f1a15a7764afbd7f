"""Plotly figures in the page: a cell ends in the figure, the page's own script draws it.

The figure's JSON lies once in the page, inside a host element that has the height the figure will
take, so that nothing moves when it appears. `static/plotly_figures.js` draws it when it comes near
the viewport, in the colours of the page's theme. Screen readers get the alternative text that
`u30.viz.describe` has put into `layout.meta`; readers without scripts get a picture, see
figure_pictures.py.
"""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from u30book.element import tag

MIME_TYPE = "application/vnd.plotly.v1+json"
DEFAULT_HEIGHT = 420
SCRIPT = "plotly_figures.js"


def embed_json(value: Any) -> str:
    """Return a script element that holds `value` and cannot be ended by anything in it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return f'<script type="application/json">{text.replace("<", chr(92) + "u003c")}</script>'


def alternative_text(figure: dict[str, Any]) -> str:
    """Return the figure's alt text, or an empty string."""
    meta = figure.get("layout", {}).get("meta")
    return str(meta.get("alt", "")).strip() if isinstance(meta, dict) else ""


def compact(figure: dict[str, Any]) -> dict[str, Any]:
    """Return the figure without what the page has no use for.

    Of the style template, only the parts for the kinds of trace that occur are kept; of the rest
    the configuration, which the page's script sets itself.
    """
    small = {key: figure[key] for key in ("data", "layout", "frames") if figure.get(key)}
    layout = dict(small.get("layout", {}))
    template = layout.get("template")
    if isinstance(template, dict) and template.get("data"):
        kinds = {trace.get("type", "scatter") for trace in figure.get("data", [])}
        data = {kind: value for kind, value in template["data"].items() if kind in kinds}
        layout["template"] = {**template, "data": data}
    small["layout"] = layout
    return small


def figure_html(figure: dict[str, Any]) -> str:
    """Return what the host element holds: the plot's place, its controls' place, the JSON.

    The places take no room where there are no scripts (`pst-js-only` is the theme's word for it).
    """
    layout = figure.get("layout", {})
    height = int(layout.get("height") or DEFAULT_HEIGHT)
    rows = sum(bool(layout.get(name)) for name in ("sliders", "updatemenus"))
    return (
        f'<div class="u30-plot pst-js-only" style="height:{height}px"></div>'
        + (f'<div class="u30-plot-controls u30-rows-{rows} pst-js-only"></div>' if rows else "")
        + embed_json(compact(figure))
    )


class PlotlyRenderer:
    """myst-nb's plug-in for plotly's mimetype."""

    mime_priority_overrides = [("*", MIME_TYPE, 5)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        if inline or data.mime_type != MIME_TYPE:
            return None
        alt = alternative_text(data.content)
        if not alt:
            renderer.logger.warning(
                "a plotly figure has no alternative text: end the cell in "
                'u30.viz.describe(figure, "what it shows")',
                subtype="figure_alt",
                line=data.line,
            )
        host = tag(
            "div",
            nodes.raw("", figure_html(data.content), format="html"),
            script=SCRIPT,
            class_="u30-figure",
            role="figure",
            aria_label=alt or "Chart",
        )
        host["figure"] = data.content  # for the picture; figure_pictures.py takes it out again
        return [host]


def setup(app: Sphinx) -> None:
    app.setup_extension("u30book.element")
