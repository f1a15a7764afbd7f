"""Which packages beyond NumPy do cells need? Read from their imports and from those of `u30`."""

import ast
import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

OFFERED = ("matplotlib", "plotly")  # loaded when a cell needs them, and not before


def packages(sources: str) -> str:
    """The names, as JSON. `sources` is a list of cells, as JSON."""
    found: set[str] = set()
    for source in json.loads(sources):
        for module in imported(source):
            found |= _behind(module)
    return json.dumps([name for name in OFFERED if name in found])


def imported(source: str) -> set[str]:
    """Every module that some code imports, at any depth; of code that is not Python, none."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _behind(module: str) -> set[str]:
    """What an import leads to in the end, through modules of `u30`."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name.split(".")[0] in OFFERED:
            found.add(name.split(".")[0])
        for following in _imports_of(name) - found:
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


@lru_cache(maxsize=256)
def _imports_of(module: str) -> set[str]:
    if module != "u30" and not module.startswith("u30."):
        return set()
    try:
        spec = find_spec(module)
    except (ImportError, AttributeError):  # a name in a module, not a module
        return set()
    if spec is None or not spec.origin:
        return set()
    return imported(Path(spec.origin).read_text(encoding="utf-8"))
