"""Traps that Python does not see: code that fails in the reader's browser, or differs in each run.

`traps(source)` reads a module of the package or the code cell of a page and runs nothing. Each trap
was met in this course.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .figure_lint import called
from .page_text import Page, python_tree, split_cell

# These take indices as np.intp or narrower and nothing else. In WebAssembly np.intp has 32 bits, so
# that int64 (labels, what a Generator draws) is refused there and nowhere else. So does np.repeat
# for an array of counts; a single count, which is the rule, is fine.
NARROW = {  # the function -> which of its arguments holds the indices
    "np.bincount": 0,
    "np.take": 1,
    "np.put": 1,
    "np.choose": 0,
    "np.add.reduceat": 1,
}
NETWORK = {"urllib", "http", "socket", "ssl", "requests", "pooch"}
LEGACY = {"seed", "rand", "randn", "randint", "normal", "uniform", "choice", "shuffle", "random"}


def traps(source: str, tree: ast.Module | None = None) -> Iterator[tuple[int, str]]:
    """Yield the line and a sentence for every trap in a piece of Python."""
    tree = tree or ast.parse(source)
    for scope in scopes(tree):
        for node in scope:
            if isinstance(node, ast.Call):
                yield from narrow_indices(node, scope, source.splitlines())
                yield from calls(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                yield from imports(node)
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                yield from powers(node)


def scopes(tree: ast.AST) -> list[list[ast.AST]]:
    """The nodes of each function, without those of functions inside it, and of the rest."""
    found: list[list[ast.AST]] = [[]]

    def visit(node: ast.AST, scope: list[ast.AST]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append([])
                visit(child, found[-1])
            else:
                scope.append(child)
                visit(child, scope)

    visit(tree, found[0])
    return found


def narrow_indices(
    call: ast.Call, scope: list[ast.AST], lines: list[str]
) -> Iterator[tuple[int, str]]:
    """An index array whose type is not seen to be np.intp, at the call or where it is made."""
    name = called(call)
    at = NARROW.get(name, -1)
    if not 0 <= at < len(call.args):
        return
    index = call.args[at]
    if isinstance(index, ast.Constant | ast.List | ast.Tuple | ast.UnaryOp):
        return  # plain numbers
    evidence = [index, *(made for made in assigned(index, scope))]
    written = [ast.unparse(node) for node in evidence]
    written += [lines[node.lineno - 1] for node in (call, *evidence) if hasattr(node, "lineno")]
    if not any("intp" in text for text in written):
        yield (
            call.lineno,
            f"{name} refuses int64 in the browser, where indices have 32 bits: give it "
            f"`{ast.unparse(index)}.astype(np.intp)`, or say in a comment why it is np.intp.",
        )


def assigned(index: ast.expr, scope: list[ast.AST]) -> Iterator[ast.AST]:
    """What the name that is used as an index stands for in the function."""
    if not isinstance(index, ast.Name):
        return
    for node in scope:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.For) else targets
        names = {getattr(one, "id", "") for target in targets for one in ast.walk(target)}
        if isinstance(node, ast.Assign | ast.For) and index.id in names:
            yield node.value if isinstance(node, ast.Assign) else node.iter


def calls(call: ast.Call) -> Iterator[tuple[int, str]]:
    """Layouts that warn, clocks that stand still, random numbers that nobody can repeat."""
    name = called(call)
    last = name.rpartition(".")[2]
    layouts = [word.value for word in call.keywords if word.arg == "layout"]
    layouts += call.args[:1] if last == "set_layout_engine" else []
    tight = any(isinstance(one, ast.Constant) and one.value == "tight" for one in layouts)
    if last == "tight_layout" or tight:
        yield call.lineno, 'a tight layout warns with colour bars: layout="constrained" does not.'
    if last in ("process_time", "process_time_ns"):
        yield call.lineno, f"{last} stands still in the browser: use runtime.cpu_seconds()."
    if last == "default_rng" and not call.args and not call.keywords:
        yield call.lineno, "default_rng() without a seed: two builds would give two pages."
    if name.startswith(("np.random.", "numpy.random.")) and last in LEGACY:
        yield (
            call.lineno,
            f"{name} uses a global state: pass a Generator, np.random.default_rng(0).",
        )


def imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[int, str]]:
    """The network: data is generated or shipped."""
    names = (
        [alias.name for alias in node.names]
        if isinstance(node, ast.Import)
        else [node.module or ""]
    )
    for name in names:
        if name.partition(".")[0] in NETWORK:
            yield node.lineno, f"{name} reaches for the network: data is generated or shipped."


def powers(node: ast.BinOp) -> Iterator[tuple[int, str]]:
    """A cube by `**`; a number's cube is fine."""
    exponent = node.right
    if not (isinstance(exponent, ast.Constant) and exponent.value == 3):
        return
    if not isinstance(node.left, ast.Constant):
        base = ast.unparse(node.left)
        yield node.lineno, f"`{base}**3` takes thirty times as long as `x * x * x` on an array."


def check_traps(page: Page) -> Iterator[tuple[int, str]]:
    """The traps in a page's cells, with the page's line numbers."""
    for cell in page.cells():
        _, source = split_cell(cell)
        try:
            tree = python_tree(source)
        except SyntaxError:
            continue  # the lint of the figures reports it
        for number, sentence in traps(source, tree):
            yield cell.number + number, sentence
