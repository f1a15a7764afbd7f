"""Small wrong changes to a solution: `mutants(source)` lists every one this mutator can make.

A check is worth what it rejects. Each mutant is the solution with one change a tired person could
make (an axis, a sign, a dropped term); a check that lets one through has a hole, or the change
makes no difference, and then the exercise says why (`u30.learn.survivors`).
"""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from u30.learn.mutations import Spot, changes


@dataclass(frozen=True)
class Mutant:
    """A changed solution. `what` shows the line before and after; it is the mutant's name."""

    what: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Every mutant of this source, in the order of the code, none of them twice."""
    tree = ast.parse(source)
    before = ast.unparse(tree)
    found: list[Mutant] = []
    seen, names = {before}, set()
    for spot in _spots(tree):
        old = spot.node
        for new in changes(spot):
            spot.put(new)
            ast.fix_missing_locations(new)
            text = ast.unparse(tree)
            spot.put(old)
            if text in seen or not _is_python(text):
                continue
            seen.add(text)
            what = name = _change(before, text)
            count = 1
            while name in names:  # the same line stands in two places
                count += 1
                name = f"{what} (place {count})"
            names.add(name)
            found.append(Mutant(name, text))
    return found


def _spots(tree: ast.AST, holders: tuple[ast.AST, ...] = ()) -> Iterator[Spot]:
    """Every node with the place it stands in, outermost first, in the order of the code."""
    holders = (*holders, tree)
    for field, value in ast.iter_fields(tree):
        if isinstance(value, ast.AST):
            yield Spot(value, holders, field, None)
            yield from _spots(value, holders)
        elif isinstance(value, list):
            for index, item in enumerate(list(value)):
                if isinstance(item, ast.AST):
                    yield Spot(item, holders, field, index)
                    yield from _spots(item, holders)


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `1 is x`, `3(4)`: odd, but it runs
            compile(text, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _change(before: str, after: str) -> str:
    """ "x = a - b -> x = a + b": the lines that differ, without their indentation."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return f"{_in_one_line(old)} -> {_in_one_line(new)}"


def _in_one_line(lines: list[str]) -> str:
    texts = [line.strip() for line in lines if line.strip()]
    return "; ".join(texts) if texts else "(nothing)"
