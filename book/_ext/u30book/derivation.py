"""`{derivation} Title`: the mathematics of a step, folded until the reader asks for it.

The depth switch of the page opens every derivation ("full maths") or leaves them out ("ELI5").
`:open:` is for steps that a reader of the standard page should not miss: these start open.
"""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx

from .element import tag


class Derivation(Directive):
    """A derivation or proof with a title."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"open": directives.flag}

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        words, _ = self.state.inline_text(self.arguments[0], self.lineno)
        body = tag("div", class_="u30-folded")
        self.state.nested_parse(self.content, self.content_offset, body)
        is_open = "open" in self.options
        label = "In symbols:" if is_open else "Full maths:"
        summary = tag("summary", tag("span", label, class_="u30-box-label"), " ", *words)
        return [
            tag(
                "details",
                summary,
                body,
                class_="u30-derivation",
                open=is_open,
                data_open=is_open,  # how the standard page shows it, for depth.js
            )
        ]


def setup(app: Sphinx) -> None:
    app.add_directive("derivation", Derivation)
