"""`{derivation} Title`: the full mathematics of a step, folded until the reader asks for it.

The depth switch of the page opens every derivation ("full maths") or hides them ("ELI5").
"""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .element import tag


class Derivation(Directive):
    """A folded derivation or proof with a title."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        words, _ = self.state.inline_text(self.arguments[0], self.lineno)
        body = tag("div", class_="u30-folded")
        self.state.nested_parse(self.content, self.content_offset, body)
        summary = tag("summary", tag("span", "Full maths", class_="u30-box-label"), " ", *words)
        return [tag("details", summary, body, class_="u30-derivation")]


def setup(app: Sphinx) -> None:
    app.add_directive("derivation", Derivation)
