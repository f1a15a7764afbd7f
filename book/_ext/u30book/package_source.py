"""`{source} u30.kernels.rnn.rnn_forward`: a function or class of the package, shown from its file.

The page never holds a second copy: the lines are cut from the file by its syntax tree, without
running it. `:eq: label` names the page's equation that the code implements; `:caption:` replaces
the words after the name; `:folded:` starts closed. A name that does not exist is an error, and a
line that is wider than the page a warning.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

from .element import element, tag
from .page_text import WIDTH
from .repository import find_repository

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Some lines of a file."""

    name: str
    path: Path
    first: int
    last: int
    text: str


def find_source(dotted: str, code_dir: Path) -> Source:
    """Find a function, class, method or module-level name; raise LookupError with a sentence."""
    parts = dotted.split(".")
    for split in range(len(parts), 0, -1):
        base = code_dir.joinpath(*parts[:split])
        for path in (base.with_suffix(".py"), base / "__init__.py"):
            if path.is_file():
                return _cut(dotted, path, parts[split:])
    raise LookupError(f"no module of {code_dir.name}/ holds {dotted}.")


def _cut(dotted: str, path: Path, names: list[str]) -> Source:
    text = path.read_text(encoding="utf-8")
    if not names:
        return Source(dotted, path, 1, len(text.splitlines()), text.rstrip("\n"))
    body: list[ast.stmt] = ast.parse(text, str(path)).body
    for name in names:
        found = [statement for statement in body if _defines(statement, name)]
        if not found:
            raise LookupError(f"{path.name} has no {'.'.join(names)} (looking for {dotted}).")
        node = found[-1]
        body = getattr(node, "body", [])
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *[decorator.lineno for decorator in decorators]])
    last = node.end_lineno or first
    lines = text.splitlines()[first - 1 : last]
    return Source(dotted, path, first, last, textwrap.dedent("\n".join(lines)))


def _defines(node: ast.AST, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name == name
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    return isinstance(node, ast.AnnAssign) and getattr(node.target, "id", None) == name


def too_wide(source: Source) -> list[tuple[int, int]]:
    """Lines that do not fit the page: their number in the file, their length on the page."""
    lines = enumerate(source.text.splitlines(), source.first)
    return [(number, len(line)) for number, line in lines if len(line) > WIDTH]


class PackageSource(Directive):
    """Show the source of one name of the package."""

    required_arguments = 1
    option_spec = {
        "eq": directives.unchanged_required,
        "caption": directives.unchanged_required,
        "folded": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        code_dir = (Path(env.srcdir) / env.config.u30_code_dir).resolve()
        try:
            source = find_source(self.arguments[0], code_dir)
        except (LookupError, SyntaxError) as problem:
            raise self.error(f"source {self.arguments[0]}: {problem}") from problem
        env.note_dependency(str(source.path))
        for number, length in too_wide(source):
            words = "a page shows %d characters of a line; %s, line %d, has %d"
            here = env.docname, self.lineno
            logger.warning(
                words, WIDTH, source.path.name, number, length, location=here, type="u30"
            )

        code = nodes.literal_block(source.text, source.text, language="python")
        code.source, code.line = str(source.path), source.first
        root = code_dir.parent
        file = source.path.relative_to(root).as_posix()
        address = find_repository(root).file(file, source.first, source.last)
        links = [tag("a", f"{file}, lines {source.first}–{source.last}", href=address)]
        if "eq" in self.options:
            links = [tag("span", "Implements equation ", self.equation()), *links]
        return [
            tag(
                "div",
                tag(
                    "details",
                    tag("summary", *self.caption(source)),
                    code,
                    open="folded" not in self.options,
                ),
                tag("p", *links, class_="u30-source-links"),
                class_="u30-source",
                data_name=source.name,
            )
        ]

    def caption(self, source: Source) -> list[nodes.Node | element]:
        words: list[nodes.Node] = [nodes.literal("", source.name)]
        if "caption" in self.options:
            inline, _ = self.state.inline_text(self.options["caption"], self.lineno)
            words.append(tag("span", *inline, class_="u30-source-words"))
        return words

    def equation(self) -> addnodes.pending_xref:
        """Return a link to the equation; Sphinx warns when there is no such label."""
        env = self.state.document.settings.env
        label = self.options["eq"]
        link = addnodes.pending_xref(
            "",
            nodes.literal(label, label),
            refdomain="math",
            reftype="eq",
            reftarget=label,
            refdoc=env.docname,
            refwarn=True,
            refexplicit=False,
        )
        link.source, link.line = self.state.document["source"], self.lineno
        return link


def setup(app: Sphinx) -> None:
    app.add_config_value("u30_code_dir", "../code", "env")
    app.add_directive("source", PackageSource)
