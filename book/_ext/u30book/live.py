"""Live demos: a trained model's weights in the page, and a script that runs it there.

A cell's output `{"kind": "char-rnn", "alt": ..., "data": ...}` becomes a host element with that
data; the page loads `live/parts.js`, what all demos share, and `live/<kind>.js`, which builds the
demo inside the host. Without scripts the alternative text says what one would see.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from u30book.element import tag
from u30book.plotly_figure import embed_json

MIME_TYPE = "application/vnd.u30.live+json"
FOLDER = Path(__file__).parent / "live"
PARTS = "parts.js"


def kinds() -> list[str]:
    """Return the kinds of demo there are."""
    return sorted(path.stem for path in FOLDER.glob("*.js") if path.name != PARTS)


def live_html(content: dict[str, Any]) -> str:
    """Return what the host element holds before its script runs."""
    note = f"{content.get('alt', '')} This demo needs JavaScript."
    return (
        f'<p class="u30-live-wait pst-js-only">{html.escape(str(content.get("alt", "")))}</p>'
        + embed_json(content["data"])
        + f"<noscript><p>{html.escape(note.strip())}</p></noscript>"
    )


class LiveRenderer:
    """myst-nb's plug-in for our live demos."""

    mime_priority_overrides = [("*", MIME_TYPE, 5)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        if inline or data.mime_type != MIME_TYPE:
            return None
        kind, alt = data.content.get("kind"), data.content.get("alt")
        problem = ""
        if kind not in kinds():
            problem = f"there is no live demo {kind!r}; there are: {', '.join(kinds())}"
        elif not alt:
            problem = f"the live demo {kind!r} has no alternative text: give it `alt`"
        if problem:
            renderer.logger.warning(problem, subtype="live", line=data.line)
            return []
        host = tag(
            "div",
            nodes.raw("", live_html(data.content), format="html"),
            script=f"{PARTS} {kind}.js",
            class_="u30-live",
            data_kind=kind,
            role="group",
            aria_label=alt,
        )
        return [host]


def serve_demos(app: Sphinx, config: Any) -> None:
    """Copy the demos' scripts beside the book's own static files."""
    config.html_static_path.append(str(FOLDER))


def setup(app: Sphinx) -> None:
    app.setup_extension("u30book.element")
    app.connect("config-inited", serve_demos)
