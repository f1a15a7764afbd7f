"""Cut Markdown into blocks: text to rewrite, text to leave alone, directives, equations, targets.

markdown-it, set up as MyST does, says where the blocks are; the text itself is cut by lines, so
that whatever needs no change reaches the notebook exactly as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docutils.parsers.rst import Directive
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser

CONTAINERS = re.compile(r"^[\s>]*")  # what stands before a block inside a list or a quotation
NAME = re.compile(r"^\{(?P<name>[^}]+)\}\s*(?P<argument>.*)$")
VERBATIM = {"fence", "colon_fence", "code_block", "html_block"}
EQUATIONS = {"math_block", "math_block_label", "amsmath"}
DROPPED = {"myst_line_comment", "myst_block_break"}


@dataclass
class Block:
    """Some lines of a page; `line` counts from 1, `prefix` stands before each of the lines."""

    kind: str  # text | verbatim | directive | equation | target | drop
    text: str
    line: int
    prefix: str = ""
    name: str = ""  # of the directive, the target, or the kind of equation
    argument: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    body_line: int = 0


class _AnyDirective(Directive):
    """Lets MyST's own parser split options from content."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"any": str}


class Cutter:
    """Cuts text into blocks with the book's Markdown extensions switched on."""

    def __init__(self, extensions: list[str]) -> None:
        self.config = MdParserConfig(
            enable_extensions=set(extensions) - {"linkify"}, disable_syntax=["inline"]
        )
        self.parser = create_md_parser(self.config, RendererHTML)

    def cut(self, text: str, line: int = 1) -> list[Block]:
        """Return the blocks of a text whose first line is line `line` of its page."""
        lines = definition_lists_as_lists(text, self.parser.parse(text)).split("\n")
        blocks: list[Block] = []
        done = 0
        for token in self.parser.parse("\n".join(lines)):
            special = token.type in VERBATIM | EQUATIONS | DROPPED | {"myst_target"}
            if not special or token.map is None or token.map[0] < done:
                continue
            start, end = token.map
            while end > start + 1 and not lines[end - 1].strip():
                end -= 1
            if start > done:
                blocks.append(Block("text", "\n".join(lines[done:start]), line + done))
            blocks.append(_block(token, lines[start:end], line + start))
            done = end
        if done < len(lines):
            blocks.append(Block("text", "\n".join(lines[done:]), line + done))
        return blocks

    def walk(self, text: str, line: int = 1) -> Iterator[Block]:
        """Yield every block, those inside directives after the directive itself."""
        for block in self.cut(text, line):
            yield block
            if block.kind == "directive" and block.name not in {"math", "code-block", "code"}:
                yield from self.walk(block.body, block.body_line)


def _block(token: Any, lines: list[str], line: int) -> Block:
    opening = CONTAINERS.match(lines[0])
    prefix = opening.group() if opening else ""
    text = "\n".join([lines[0][len(prefix) :], *[_unprefix(one, prefix) for one in lines[1:]]])
    if token.type in DROPPED:
        return Block("drop", text, line, prefix)
    if token.type == "myst_target":
        return Block("target", text, line, prefix, name=token.content.strip())
    if token.type in EQUATIONS:
        label = token.info.strip() if token.type == "math_block_label" else ""
        options = {"label": label} if label else {}
        if token.type == "amsmath" and token.meta["numbered"] != "*":
            options["numbered"] = True
        return Block("equation", text, line, prefix, token.type, "", options, token.content)
    found = NAME.match(token.info) if token.type in {"fence", "colon_fence"} else None
    if not found:
        return Block("verbatim", text, line, prefix)
    parsed = parse_directive_text(_AnyDirective, "", token.content, validate_options=False)
    body_line = line + 1 + parsed.body_offset
    name, argument = found["name"].strip(), found["argument"].strip()
    body = "\n".join(parsed.body)
    return Block("directive", text, line, prefix, name, argument, parsed.options, body, body_line)


def _unprefix(line: str, prefix: str) -> str:
    if line.startswith(prefix):
        return line[len(prefix) :]
    found = CONTAINERS.match(line)
    return line[min(len(prefix), found.end() if found else 0) :]


def definition_lists_as_lists(text: str, tokens: list[Any]) -> str:
    """Rewrite definition lists, which notebooks do not know, as bullet lists, line by line."""
    lines = text.split("\n")
    for token in tokens:
        if token.type == "dt_open":
            lines[token.map[0]] = f"- **{lines[token.map[0]].strip()}**"
        elif token.type == "dd_open":
            start, end = token.map
            opening = re.match(r"\s*:\s*", lines[start])
            width = opening.end() if opening else 0
            lines[start] = "  " + lines[start][width:]
            for number in range(start + 1, end):
                rest = lines[number]
                cut = min(width, len(rest) - len(rest.lstrip()))
                lines[number] = "  " + rest[cut:] if rest.strip() else ""
    return "\n".join(lines)
