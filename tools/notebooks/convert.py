"""A page's Markdown, cell by cell, into pieces of a notebook: plain Markdown and code cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import equations, inline
from .blocks import Block
from .page import Page

DEFINES_FOOTNOTE = re.compile(r"^\[\^", re.MULTILINE)


@dataclass
class Code:
    """A code cell that the page does not have as a cell: package source, a starter, a check."""

    source: str
    tags: list[str] = field(default_factory=list)


Piece = str | Code


class Converter:
    """Converts text of one page."""

    def __init__(self, page: Page, numbers: dict[str, int]) -> None:
        self.page = page
        self.numbers = numbers
        self.unlabelled = 0  # amsmath blocks, which Sphinx numbers too

    def pieces(self, text: str, line: int) -> list[Piece]:
        """Return Markdown and code, in order; neighbouring Markdown is joined."""
        found: list[Piece] = []
        for block in self.page.index.cutter.cut(text, line):
            for piece in self._block(block):
                if isinstance(piece, str) and found and isinstance(found[-1], str):
                    found[-1] += "\n" + piece
                else:
                    found.append(piece)
        tidy = [
            re.sub(r"\n{3,}", "\n\n", p).strip("\n") if isinstance(p, str) else p for p in found
        ]
        return [piece for piece in tidy if piece]

    def markdown(self, text: str, line: int) -> str:
        """Return Markdown only: inside a box there can be no cell."""
        found = self.pieces(text, line)
        for piece in found:
            if isinstance(piece, Code):
                start = piece.source.strip().splitlines()[0]
                raise self.page.problem(
                    line, f"a cell cannot stand inside another directive: {start}"
                )
        return "\n\n".join(piece for piece in found if isinstance(piece, str))

    def _block(self, block: Block) -> list[Piece]:
        if block.kind == "text":
            return [inline.convert(self.page, block.text, block.line)]
        if block.kind == "verbatim":
            return [_prefixed(block.text, block.prefix)]
        if block.kind == "target":
            return [_prefixed(self._target(block), block.prefix)]
        if equations.is_equation(block):
            return ["", _prefixed(self._equation(block), block.prefix), ""]
        if block.kind == "directive":
            return self._directive(block)
        return []

    def _target(self, block: Block) -> str:
        anchor = self.page.index.targets[block.name].anchor
        return f'\n<a id="{anchor}"></a>\n'

    def _equation(self, block: Block) -> str:
        label = equations.label_of(block)
        number = self.numbers.get(label) if label else None
        return equations.display(equations.latex_of(block), number)

    def _directive(self, block: Block) -> list[Piece]:
        from .directives import DIRECTIVES

        name = block.name
        if name not in DIRECTIVES:
            raise self.page.problem(
                block.line, f"the export does not know the directive {{{name}}}."
            )
        result = DIRECTIVES[name](self, block)
        found: list[Piece] = [""]
        for piece in [result] if isinstance(result, str) else result:
            if isinstance(piece, str):
                found += [_prefixed(piece, block.prefix), ""]
            elif block.prefix.strip() or block.prefix:
                raise self.page.problem(block.line, f"{{{name}}} cannot stand inside a list.")
            else:
                found.append(piece)
        return found


def _prefixed(text: str, prefix: str) -> str:
    if not prefix:
        return text
    return "\n".join((prefix + line).rstrip() for line in text.split("\n"))
