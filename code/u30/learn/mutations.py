"""What a mutator may do to one node of a syntax tree: `changes(spot)` yields the replacements."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from u30.learn.confusions import COMPARISONS, ONE_WAY, OPERATORS, SWAPS

DROPPED = (ast.Assign, ast.AugAssign, ast.Expr, ast.For, ast.While, ast.If, ast.Break, ast.Continue)


@dataclass
class Spot:
    """A node and where it stands: holders (outermost first), field, place in a list."""

    node: ast.AST
    holders: tuple[ast.AST, ...]
    field: str
    index: int | None

    @property
    def parent(self) -> ast.AST:
        return self.holders[-1]

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def changes(spot: Spot) -> Iterator[ast.AST]:
    """Everything that may stand here instead."""
    node = spot.node
    if isinstance(node, DROPPED) and not _is_docstring(spot):
        yield ast.Pass()
    make = MAKERS.get(type(node))
    if make and not any(isinstance(holder, ast.JoinedStr) for holder in spot.holders):
        yield from make(node, spot)


def _constant(node: ast.Constant, spot: Spot) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        yield ast.Constant(value - 1)
    elif isinstance(value, str):
        yield from map(ast.Constant, _other_texts(value, spot))


def _other_texts(value: str, spot: Spot) -> Iterator[str]:
    """Another key of the same code for `params["Whh"]`; axes in another order for an einsum."""
    if isinstance(spot.parent, ast.Subscript):
        keys = _keys(spot.holders[0])
        yield keys[(keys.index(value) + 1) % len(keys)]
    if "->" in value:
        axes, result = value.split("->")
        if len(result) > 1:
            yield f"{axes}->{result[:-2]}{result[-1]}{result[-2]}"
        first, comma, second = axes.partition(",")
        if len(second) > 1:
            yield f"{first}{comma}{second[:-2]}{second[-1]}{second[-2]}->{result}"


def _keys(tree: ast.AST) -> list[str]:
    found = (node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    return sorted({k.value for k in found if isinstance(k, ast.Constant) and type(k.value) is str})


def _binary(node: ast.BinOp, _spot: Spot) -> Iterator[ast.AST]:
    for op in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, op(), node.right)
    if isinstance(node.op, ONE_WAY):
        yield ast.BinOp(node.right, node.op, node.left)
    yield node.left
    yield node.right
    if isinstance(node.op, ast.MatMult):
        yield ast.BinOp(_transposed(node.left), node.op, node.right)
        yield ast.BinOp(node.left, node.op, _transposed(node.right))


def _transposed(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _unary(node: ast.UnaryOp, _spot: Spot) -> Iterator[ast.AST]:
    yield node.operand


def _attribute(node: ast.Attribute, spot: Spot) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value
    elif node.attr in SWAPS and spot.field == "func":
        yield ast.Attribute(node.value, SWAPS[node.attr], node.ctx)


def _name(node: ast.Name, spot: Spot) -> Iterator[ast.AST]:
    if spot.field == "func":
        if node.id in SWAPS:
            yield ast.Name(SWAPS[node.id], node.ctx)
    elif isinstance(node.ctx, ast.Load) and not _is_measured(spot):
        names = _variables(spot)
        if node.id in names:
            here = names.index(node.id)
            neighbours = names[max(here - 1, 0) : here] + names[here + 1 : here + 2]
            yield from (ast.Name(name, node.ctx) for name in neighbours)


def _is_measured(spot: Spot) -> bool:
    """Inside `len(...)`: another array of the same length would be just as good."""
    call = spot.parent
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "len"


def _variables(spot: Spot) -> list[str]:
    """Arguments and variables of the function around this place, as they appear."""
    functions = [holder for holder in spot.holders if isinstance(holder, ast.FunctionDef)]
    names: dict[str, None] = {}
    for node in _in_order(functions[-1]) if functions else ():
        if isinstance(node, ast.arg):
            names[node.arg] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = None
    return list(names)


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        yield from _in_order(child)


def _call(node: ast.Call, _spot: Spot) -> Iterator[ast.AST]:
    args, keywords = node.args, node.keywords
    for i in range(len(keywords)):
        yield ast.Call(node.func, args, keywords[:i] + keywords[i + 1 :])
    for i in range(len(args) - 1):
        swapped = [*args[:i], args[i + 1], args[i], *args[i + 2 :]]
        yield ast.Call(node.func, swapped, keywords)
    if len(args) == 1 and not isinstance(args[0], ast.Starred):
        yield args[0]  # f(x) becomes x
    if not args and isinstance(node.func, ast.Attribute):
        yield node.func.value  # x.copy() or x.sum(axis=0) becomes x
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        yield from _ranges(args)


def _ranges(args: list[ast.expr]) -> Iterator[ast.AST]:
    """One round fewer at either end."""
    start, stop = (ast.Constant(0), args[0]) if len(args) == 1 else args[:2]
    later: ast.expr = ast.BinOp(start, ast.Add(), ast.Constant(1))
    if isinstance(start, ast.Constant):
        later = ast.Constant(start.value + 1)  # type: ignore[operator]
    sooner = ast.BinOp(stop, ast.Sub(), ast.Constant(1))
    for first, last in ((later, stop), (start, sooner)):
        yield ast.Call(ast.Name("range", ast.Load()), [first, last, *args[2:]], [])


def _compare(node: ast.Compare, _spot: Spot) -> Iterator[ast.AST]:
    for i, old in enumerate(node.ops):
        for new in COMPARISONS[type(old)]:
            yield ast.Compare(node.left, [*node.ops[:i], new(), *node.ops[i + 1 :]],
                              node.comparators)  # fmt: skip


def _boolean(node: ast.BoolOp, _spot: Spot) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    yield from node.values


def _choice(node: ast.IfExp, _spot: Spot) -> Iterator[ast.AST]:
    yield node.body
    yield node.orelse
    yield ast.IfExp(node.test, node.orelse, node.body)


def _condition(node: ast.If, _spot: Spot) -> Iterator[ast.AST]:
    yield ast.If(ast.Constant(True), node.body, [])
    yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)


def _augmented(node: ast.AugAssign, _spot: Spot) -> Iterator[ast.AST]:
    for op in OPERATORS.get(type(node.op), ()):
        yield ast.AugAssign(node.target, op(), node.value)
    yield ast.Assign([node.target], node.value)


def _tuple(node: ast.Tuple, _spot: Spot) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts) - 1):
            elts = [*node.elts[:i], node.elts[i + 1], node.elts[i], *node.elts[i + 2 :]]
            yield ast.Tuple(elts, node.ctx)


def _slice(node: ast.Slice, _spot: Spot) -> Iterator[ast.AST]:
    for part in ("lower", "upper", "step"):
        if getattr(node, part) is not None:
            kept: dict[str, Any] = {"lower": node.lower, "upper": node.upper, "step": node.step}
            yield ast.Slice(**(kept | {part: None}))


def _comprehension(node: ast.comprehension, _spot: Spot) -> Iterator[ast.AST]:
    for i in range(len(node.ifs)):
        ifs = node.ifs[:i] + node.ifs[i + 1 :]
        yield ast.comprehension(node.target, node.iter, ifs, node.is_async)


MAKERS: dict[type, Any] = {
    ast.Constant: _constant,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Attribute: _attribute,
    ast.Name: _name,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _choice,
    ast.If: _condition,
    ast.AugAssign: _augmented,
    ast.Tuple: _tuple,
    ast.Slice: _slice,
    ast.comprehension: _comprehension,
}


def _is_docstring(spot: Spot) -> bool:
    return isinstance(spot.node, ast.Expr) and isinstance(spot.node.value, ast.Constant)
