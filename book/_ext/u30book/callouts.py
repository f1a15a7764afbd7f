"""Two boxes of their own: `{eli5} Optional title` for everyday stories, `{cheatsheet}` to print."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from .element import element, tag


class Box(Directive):
    """A titled note around ordinary content."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    kind = ""
    label = ""
    script = ""

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        env = self.state.document.settings.env
        title_id = f"u30-{self.kind}-{env.new_serialno('u30-' + self.kind) + 1}"
        box = tag(
            "div",
            tag("p", *self.title(), class_="u30-box-title", id=title_id),
            class_=f"u30-box u30-{self.kind}",
            role="note",
            aria_labelledby=title_id,
            script=self.script,
        )
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]

    def title(self) -> list[element | nodes.Node | str]:
        label = tag("span", self.label, class_="u30-box-label")
        if not self.arguments:
            return [label]
        words, _ = self.state.inline_text(self.arguments[0], self.lineno)
        return [label, tag("span", *words, class_="u30-box-subject")]


class Eli5(Box):
    """An everyday story beside a hard idea."""

    kind = "eli5"
    label = "ELI5"


class CheatSheet(Box):
    """One screen to keep: equations, shapes, sizes, pitfalls."""

    kind = "cheatsheet"
    label = "Cheat sheet"
    script = "cheatsheet.js"


def setup(app: Sphinx) -> None:
    app.add_directive("eli5", Eli5)
    app.add_directive("cheatsheet", CheatSheet)
