"""Real HTML elements in a Sphinx document: a tag, its attributes, and ordinary children.

    tag("details", tag("summary", "Hint 1"), *paragraphs, class_="u30-hint")

An element may point at a page (`doc="days/day01_char_rnn"`) or into it (`doc="…#exercises"`): the
address, relative to the page that shows it, is worked out when it is written. It may name a script
(`script="paper_map.js"`), or several with spaces between them: pages that show it load them in that
order. Other builders than HTML see the children alone.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
STATIC = Path(__file__).parent / "static"


class element(nodes.General, nodes.Element):
    """One HTML element; its attributes are kept in `self["html"]` as they are written."""


class text_element(element, nodes.TextElement):
    """An element that holds running text, which may contain Sphinx's own links."""


TEXT_TAGS = {"p", "summary", "span", "a", "caption"}


def tag(name: str, *children: Any, doc: str = "", script: str = "", **attributes: Any) -> element:
    """Return the element `<name …>children</name>`.

    Strings become text. `class_` loses its underscore, other underscores become hyphens; `True`
    writes the bare attribute, `None` and `False` none at all.
    """
    kind = text_element if name in TEXT_TAGS else element
    node = kind("", tag=name, doc=doc, script=script)
    node["html"] = {
        key.rstrip("_").replace("_", "-"): value
        for key, value in attributes.items()
        if value is not None and value is not False
    }
    for child in children:
        node += nodes.Text(child) if isinstance(child, str) else child
    return node


def attributes_text(attributes: dict[str, Any]) -> str:
    """Write attributes as HTML, each with a space before it."""
    return "".join(
        f" {key}" if value is True else f' {key}="{html.escape(str(value))}"'
        for key, value in attributes.items()
    )


def difficulty(level: int) -> element:
    """Return five dots, the first `level` of them filled, with the same said in words."""
    return tag(
        "span",
        tag("span", "●" * level + "○" * (5 - level), aria_hidden="true", class_="u30-dots"),
        tag("span", f"{level} of 5", class_="u30-visually-hidden"),
    )


def visit_html(self: Any, node: element) -> None:
    attributes = dict(node["html"])
    if node["ids"]:
        attributes["id"] = node["ids"][0]
    if node["doc"]:
        here = self.builder.current_docname
        page, mark, fragment = node["doc"].partition("#")
        uri = self.builder.get_relative_uri(here, page)
        attributes["href"] = f"{uri}{mark}{fragment}" or "#"
    self.body.append(f"<{node['tag']}{attributes_text(attributes)}>")


def depart_html(self: Any, node: element) -> None:
    self.body.append(f"</{node['tag']}>")


def ignore(self: Any, node: element) -> None:
    pass


def add_scripts(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: Any) -> None:
    """Link the scripts that the page's elements name, deferred, on this page only."""
    if doctree is None:
        return
    for name in script_names(doctree):
        app.add_js_file(name, loading_method="defer")


def script_names(doctree: nodes.Node) -> list[str]:
    """Return the scripts that the elements name: each once, in the order in which they do."""
    names = (name for node in doctree.findall(element) for name in node["script"].split())
    return list(dict.fromkeys(names))


def serve_static(app: Sphinx, config: Any) -> None:
    """Copy our scripts to the site; unlike the book's own static files, no page links them all."""
    config.html_static_path.append(str(STATIC))


def setup(app: Sphinx) -> None:
    nothing = (ignore, ignore)
    for kind in (element, text_element):
        app.add_node(
            kind,
            html=(visit_html, depart_html),
            latex=nothing,
            text=nothing,
            man=nothing,
            texinfo=nothing,
        )
    app.connect("config-inited", serve_static)
    app.connect("html-page-context", add_scripts)
