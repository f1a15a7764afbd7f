"""Source of the package as a cell to edit and run: its lines, after imports of what they use."""

from __future__ import annotations

import ast
import builtins
import symtable
from pathlib import Path

from u30book.package_source import Source, find_source

BUILTINS = set(dir(builtins))


def editable_cell(dotted: str, code: Path) -> tuple[Source, str]:
    """Return where the source is and a cell that runs on its own, or raise LookupError."""
    source = find_source(dotted, code)
    module = module_name(source.path, code)
    names = dotted.removeprefix(module).strip(".").split(".")
    if names == [""]:
        return source, source.text
    text = source.text
    if len(names) > 1:  # a method: define it, then put it into its class
        if "super()" in text or "__class__" in text:
            source = find_source(f"{module}.{names[0]}", code)
            text = source.text
        else:
            text = f"{text}\n\n\n{'.'.join(names)} = {names[-1]}"
    elif isinstance(ast.parse(text).body[0], ast.FunctionDef):
        text += f"\n\n\n{dotted} = {names[0]}  # later cells use this copy"
    imports = needed_imports(text, source.path, module)
    return source, f"{imports}\n\n\n{text}" if imports else text


def module_name(path: Path, code: Path) -> str:
    parts = path.relative_to(code).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def needed_imports(text: str, path: Path, module: str) -> str:
    """Return import lines for the names that `text` uses and its module knows."""
    module_text = path.read_text(encoding="utf-8")
    bound = bindings(ast.parse(module_text), module)
    bound.setdefault(module.partition(".")[0], f"import {module}")
    used = global_names(text)
    unknown = used - set(bound) - BUILTINS - {"__name__", "__file__", "__doc__"}
    if unknown:
        raise LookupError(f"{path.name} does not say what {', '.join(sorted(unknown))} is.")
    future = "from __future__ import annotations"
    lines = {bound[name] for name in used if name in bound}
    plain = sorted(line for line in lines if line.startswith("import "))
    named: dict[str, list[str]] = {}
    for line in sorted(lines - set(plain)):
        origin, _, name = line.partition(" import ")
        named.setdefault(origin, []).append(name)
    froms = [f"{origin} import {', '.join(names)}" for origin, names in sorted(named.items())]
    is_class = any(isinstance(node, ast.ClassDef) for node in ast.parse(text).body)
    needs_future = future in module_text and is_class  # a class may name itself
    return "\n".join([future] * needs_future + plain + froms)


def bindings(tree: ast.Module, module: str) -> dict[str, str]:
    """Return, for every name the module binds, the import line that brings it into a notebook."""
    found: dict[str, str] = {}
    for node in _top_level(tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                renamed = f" as {alias.asname}" if alias.asname else ""
                found[name] = f"import {alias.name}{renamed}"
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            origin = _absolute(node, module)
            for alias in node.names:
                renamed = f" as {alias.asname}" if alias.asname else ""
                found[alias.asname or alias.name] = f"from {origin} import {alias.name}{renamed}"
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = f"from {module} import {node.name}"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for part in (one for target in targets for one in ast.walk(target)):
                if isinstance(part, ast.Name):
                    found[part.id] = f"from {module} import {part.id}"
    return found


def _top_level(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the module's statements, those inside `if` and `try` included."""
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With):
                found += _top_level(getattr(node, part, []))
        for handler in getattr(node, "handlers", []):
            found += _top_level(handler.body)
    return found


def _absolute(node: ast.ImportFrom, module: str) -> str:
    if not node.level:
        return node.module or ""
    base = module.split(".")[: -node.level]
    return ".".join([*base, node.module] if node.module else base)


def global_names(text: str) -> set[str]:
    """Return the names that code looks up outside itself."""
    found: set[str] = set()
    waiting = [symtable.symtable(text, "cell", "exec")]
    top = {symbol.get_name() for symbol in waiting[0].get_symbols() if symbol.is_assigned()}
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for symbol in table.get_symbols():
            outside = symbol.is_global() or table.get_type() == "module"
            if outside and symbol.is_referenced():
                found.add(symbol.get_name())
    return found - top
