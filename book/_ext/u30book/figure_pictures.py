"""A picture of each interactive chart, for readers without scripts.

plotly's own exporter, kaleido, draws the chart as it first appears, in a Chromium of this machine.
The picture is an SVG on white paper; it lies inside the chart's <noscript>, so that nobody who sees
the chart loads it. Pictures are kept by the hash of what they show. On a machine without a browser
the alternative text stands alone, and the log says so once.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import logging as std_logging
import os
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from .element import element, tag
from .plotly_figure import DEFAULT_HEIGHT, alternative_text

logger = logging.getLogger(__name__)
for chatty in ("choreographer", "kaleido"):
    std_logging.getLogger(chatty).setLevel("WARNING")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH = 700
INK, LINE = "#1f2630", "#d9dfe6"  # the page's own light colours, see u30.css
AXIS = {"gridcolor": LINE, "zerolinecolor": LINE, "linecolor": "#566170", "automargin": True}
LOOK = {
    "template": {"layout": {"xaxis": AXIS, "yaxis": AXIS, "title": {"x": 0, "xref": "paper"}}},
    "font": {"family": "Arial, Helvetica, sans-serif", "size": 13, "color": INK},
    "paper_bgcolor": "#fff",
    "plot_bgcolor": "#fff",
}


def merged(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with the entries of `extra` in it, at every depth."""
    result = dict(base)
    for key, value in extra.items():
        inner = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if inner else value
    return result


def still(figure: dict[str, Any]) -> dict[str, Any]:
    """Return the figure as it first appears, without controls, on white paper."""
    layout = {
        key: value
        for key, value in figure.get("layout", {}).items()
        if key not in ("sliders", "updatemenus", "meta")
    }
    size = {"width": WIDTH, "height": int(layout.get("height") or DEFAULT_HEIGHT)}
    return {"data": figure.get("data", []), "layout": merged(merged(layout, LOOK), size)}


def key_of(figure: dict[str, Any]) -> str:
    """Return a name that changes when the picture would."""
    text = json.dumps([figure, version("plotly"), version("kaleido")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Painter:
    """Draws pictures in one browser, which starts with the first one that is needed."""

    def __init__(self) -> None:
        self.state = "off"

    def start(self) -> None:
        browser = next(filter(None, map(shutil.which, BROWSERS)), None)
        if not browser:
            self.give_up("there is no Chromium on the PATH")
            return
        import kaleido

        # Maths of a chart would be fetched from another host: our charts have none.
        kaleido.start_sync_server(path=browser, mathjax=False, silence_warnings=True)
        atexit.register(self.stop)
        self.state = "on"

    def give_up(self, why: str) -> None:
        self.state = "failed"
        logger.info("charts have no picture for readers without scripts: %s", why)

    def paint(self, figure: dict[str, Any], target: Path) -> bool:
        """Write the picture, unless it is there; say whether it is there now."""
        if target.is_file():
            return True
        try:
            if self.state == "off":
                self.start()
            if self.state != "on":
                return False
            import kaleido

            picture = kaleido.calc_fig_sync(figure, opts={"format": "svg"})
        except Exception as problem:  # a browser can fail in many ways; the page does without
            self.stop()
            self.give_up(f"{type(problem).__name__}: {problem}".splitlines()[0])
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture)
        return True

    def stop(self, *_: Any) -> None:
        if self.state == "on":
            import kaleido

            kaleido.stop_sync_server(silence_warnings=True)
            self.state = "off"


def add_pictures(app: Sphinx, doctree: nodes.document, painter: Painter) -> None:
    """Give each chart of the page its fallback: the picture, or else the alternative text."""
    folder = Path(app.doctreedir).parent / "figures"
    for host in doctree.findall(element):
        figure = host.attributes.pop("figure", None)
        if figure is None:
            continue
        alt = alternative_text(figure)
        drawing = still(figure)
        target = folder / f"figure-{key_of(drawing)}.svg"
        fallback: nodes.Node = tag("p", alt)
        if painter.paint(drawing, target):
            address = "/" + Path(os.path.relpath(target, app.srcdir)).as_posix()
            fallback = nodes.image("", uri=address, alt=alt, classes=["dark-light"])
        host += tag("noscript", fallback)


def setup(app: Sphinx) -> None:
    painter = Painter()

    def at_read(app: Sphinx, doctree: nodes.document) -> None:
        add_pictures(app, doctree, painter)

    app.setup_extension("u30book.plotly_figure")
    app.connect("doctree-read", at_read, priority=400)  # before Sphinx collects the pictures
    app.connect("build-finished", painter.stop)
