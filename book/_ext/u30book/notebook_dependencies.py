"""Which files of the package a page's code cells reach: an edit of one makes the page out of date.

Both the build (read the page again) and the tool that executes notebooks (run it again) ask here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from sphinx.application import Sphinx

from .page_text import python_tree, read_page, split_cell

PACKAGE = "u30"


def dependencies(page_path: Path, code_dir: Path) -> set[Path]:
    """Return the package's files that a page's cells import, directly or not, with their data.

    A module brings its packages' `__init__`, everything it imports itself, and the data files that
    lie beside it.
    """
    trees = list(_parse_cells(page_path.read_text(encoding="utf-8")))
    code_dir = code_dir.resolve()
    called = {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == PACKAGE
    }
    root = code_dir / PACKAGE / "__init__.py"
    waiting = [path for tree in trees for path in _imported(ast.walk(tree), PACKAGE, code_dir)]
    reached: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        waiting += _imports_of(path, code_dir, frozenset(called) if path == root else None)
    return reached | {data for path in reached for data in _data_beside(path)}


def _parse_cells(page: str) -> Iterator[ast.Module]:
    for cell in read_page(page).cells():
        try:
            yield python_tree(split_cell(cell)[1])
        except SyntaxError:
            continue  # the run reports it, with its line


def _imports_of(path: Path, code_dir: Path, called: frozenset[str] | None) -> frozenset[Path]:
    return _imports(path, path.stat().st_mtime_ns, code_dir, called)


@lru_cache(maxsize=2048)
def _imports(
    path: Path, _modified: int, code_dir: Path, called: frozenset[str] | None
) -> frozenset[Path]:
    """Return what a module imports; of the package's own `__init__` only what `called` needs.

    The functions there import lazily, so that `import u30` alone does not reach everything.
    """
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError:
        return frozenset()
    body = tree.body
    if called is not None:
        body = [
            node for node in body if not isinstance(node, ast.FunctionDef) or node.name in called
        ]
    package = ".".join(path.parent.relative_to(code_dir).parts)
    found = (node for statement in body for node in ast.walk(statement))
    return frozenset(_imported(found, package, code_dir))


def _imported(found: Iterable[ast.AST], package: str, code_dir: Path) -> Iterator[Path]:
    """Yield the files that the import statements among `found` load."""
    for node in found:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(alias.name, code_dir)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                kept = parts[: len(parts) - node.level + 1]
                base = ".".join([*kept, base] if base else kept)
            for alias in node.names:
                yield from _files(f"{base}.{alias.name}", code_dir)


def _files(dotted: str, code_dir: Path) -> Iterator[Path]:
    """Yield the module's file and the `__init__` of every package on the way."""
    parts = dotted.split(".")
    if parts[0] != PACKAGE:
        return
    for count in range(1, len(parts) + 1):
        base = code_dir.joinpath(*parts[:count])
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                yield path


def _data_beside(path: Path) -> Iterator[Path]:
    """Yield the files beside a module that are no Python; an `__init__` brings none."""
    if path.name == "__init__.py":
        return
    for other in path.parent.iterdir():
        if other.is_file() and other.suffix not in {".py", ".pyc"} and other.name != "py.typed":
            yield other


def note_dependencies(app: Sphinx, docname: str, source: list[str]) -> None:
    """Tell Sphinx which files the page rests on."""
    if "{code-cell}" not in source[0]:
        return
    code_dir = Path(app.srcdir) / app.config.u30_code_dir
    for path in dependencies(Path(app.env.doc2path(docname)), code_dir):
        app.env.note_dependency(str(path))


def setup(app: Sphinx) -> None:
    app.connect("source-read", note_dependencies)
