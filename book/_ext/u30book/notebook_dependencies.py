"""Which files of the package a page's code cells reach: an edit of one makes the page out of date.

Both the build (read the page again) and the tool that executes notebooks (run it again) ask here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from sphinx.application import Sphinx

from .page_text import python_tree, read_page, split_cell

PACKAGE = "u30"


def dependencies(page_path: Path, code_dir: Path) -> set[Path]:
    """Return the package's files that a page's cells import, directly or not, with their data.

    A module brings its packages' `__init__`, everything it imports itself, and its data files. An
    `__init__` that only hands on names of its modules brings those modules whose names are used.
    """
    code_dir = code_dir.resolve()
    cells = ast.Module(list(_parse_cells(page_path.read_text(encoding="utf-8"))), [])
    called = {
        node.attr
        for node in ast.walk(cells)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == PACKAGE
    }
    root = code_dir / PACKAGE / "__init__.py"
    waiting = list(_imported(cells, PACKAGE, code_dir))
    reached: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        waiting += _imports_of(path, code_dir, frozenset(called) if path == root else None)
    return reached | {data for path in reached for data in _data_of(path)}


def _parse_cells(page: str) -> Iterator[ast.stmt]:
    for cell in read_page(page).cells():
        try:
            yield from python_tree(split_cell(cell)[1]).body
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
    if called is not None:
        tree.body = [
            node
            for node in tree.body
            if not isinstance(node, ast.FunctionDef) or node.name in called
        ]
    package = ".".join(path.parent.relative_to(code_dir).parts)
    return frozenset(_imported(tree, package, code_dir))


def _imported(tree: ast.Module, package: str, code_dir: Path) -> Iterator[Path]:
    """Yield the files that the import statements of a module load and whose names it uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _files(alias.name, code_dir)
                yield from _all_of(alias.name, code_dir)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                kept = parts[: len(parts) - node.level + 1]
                base = ".".join([*kept, base] if base else kept)
            for alias in node.names:
                dotted = f"{base}.{alias.name}"
                yield from _files(dotted, code_dir)
                if alias.name == "*":
                    yield from _all_of(base, code_dir)
                elif names := _attributes(tree, alias.asname or alias.name):
                    for name in names:
                        yield from _files(f"{dotted}.{name}", code_dir)
                else:
                    yield from _all_of(dotted, code_dir)


def _attributes(tree: ast.Module, name: str) -> set[str]:
    """Return the attributes `name.x` that a module uses; none if it uses the name otherwise."""
    uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
    found = [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    ]
    return set(found) if len(found) == uses else set()


def _files(dotted: str, code_dir: Path) -> Iterator[Path]:
    """Yield the module's file and the `__init__` of every package on the way.

    The last part may be a name that an `__init__` has from one of its modules.
    """
    parts = dotted.split(".")
    if parts[0] != PACKAGE:
        return
    for count in range(1, len(parts) + 1):
        base = code_dir.joinpath(*parts[:count])
        handed_on = _handed_on(base, code_dir)
        if handed_on is not None:
            following = parts[count : count + 1]
            yield from handed_on.get("".join(following), ())
            continue
        for path in (base / "__init__.py", base.with_suffix(".py")):
            if path.is_file():
                yield path


def _all_of(dotted: str, code_dir: Path) -> Iterator[Path]:
    """Yield every module from which a package hands on names."""
    if dotted.split(".")[0] == PACKAGE:
        for files in (_handed_on(code_dir.joinpath(*dotted.split(".")), code_dir) or {}).values():
            yield from files


def _handed_on(folder: Path, code_dir: Path) -> dict[str, tuple[Path, ...]] | None:
    """Return {name: files} if the folder's `__init__` only hands on names of its own modules.

    Such an `__init__` counts by the modules it leads to, not by its text: a new name in it changes
    no page that does not use it.
    """
    init = folder / "__init__.py"
    return _names(init, init.stat().st_mtime_ns, code_dir) if init.is_file() else None


@lru_cache(maxsize=256)
def _names(init: Path, _modified: int, code_dir: Path) -> dict[str, tuple[Path, ...]] | None:
    try:
        body = ast.parse(init.read_text(encoding="utf-8")).body
    except SyntaxError:
        return None
    own = ".".join(init.parent.relative_to(code_dir).parts)
    found: dict[str, tuple[Path, ...]] = {}
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # the docstring
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            continue
        if not isinstance(node, ast.ImportFrom) or node.level:
            return None
        base = str(node.module)
        file = code_dir.joinpath(*base.split(".")).with_suffix(".py")
        if not base.startswith(f"{own}.") or not file.is_file():
            return None
        if any(alias.asname or alias.name == "*" for alias in node.names):
            return None
        found |= {alias.name: (file,) for alias in node.names}
    return found or None


def _data_of(path: Path) -> Iterator[Path]:
    """Yield the data files beside a module that it names, and those that no module there names.

    A folder's `__init__` brings none.
    """
    if path.name == "__init__.py":
        return
    beside = [other for other in path.parent.iterdir() if other.is_file()]
    modules = [other for other in beside if other.suffix == ".py"]
    for other in beside:
        if other.suffix in {".py", ".pyc"} or other.name == "py.typed":
            continue
        named_by = [module for module in modules if _names_file(module, other.name)]
        if not named_by or path in named_by:
            yield other


def _names_file(module: Path, name: str) -> bool:
    """Whether a module's text has the file's name, or its beginning up to a number."""
    beginning = re.split(r"\d|\.", name)[0]
    text = module.read_text(encoding="utf-8")
    return name in text or (beginning.endswith("_") and f'"{beginning}' in text)


def note_dependencies(app: Sphinx, docname: str, source: list[str]) -> None:
    """Tell Sphinx which files the page rests on."""
    if "{code-cell}" not in source[0]:
        return
    code_dir = Path(app.srcdir) / app.config.u30_code_dir
    for path in dependencies(Path(app.env.doc2path(docname)), code_dir):
        app.env.note_dependency(str(path))


def setup(app: Sphinx) -> None:
    app.connect("source-read", note_dependencies)
