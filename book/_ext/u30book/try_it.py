"""Pages with something to run get `static/try_it.js`, which adds the buttons that start it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from .element import element

SCRIPT = "try_it.js"


def can_be_run(node: nodes.Node) -> bool:
    """Whether it is a code cell that shows its code, or an exercise's starter."""
    if isinstance(node, element):
        return node["html"].get("class") == "u30-starter"
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_source"


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if doctree is not None and any(map(can_be_run, doctree.findall(nodes.Element))):
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> None:
    app.setup_extension("u30book.element")
    app.connect("html-page-context", add_script)
