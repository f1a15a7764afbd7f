"""The namespaces a check needs: the learner's, the reference's, a wrong version's, the cases'."""

import ast
import linecache
from functools import lru_cache
from types import CodeType
from typing import Any

from u30.learn.parse import Exercise, load
from u30.learn.wrong import Wrong

YOURS = "<your code>"  # file name of the learner's code in tracebacks


@lru_cache(maxsize=1024)
def compiled(source: str, filename: str) -> CodeType:
    return compile(source, filename, "exec")


def given(exercise: Exercise) -> dict[str, Any]:
    """What stands before the learner's code: solutions of earlier exercises, then `given`."""
    space: dict[str, Any] = {"__name__": f"u30_exercise_{exercise.id.replace('.', '_')}"}
    for id in exercise.needs:
        earlier = load(id)
        solved = reference(earlier)
        space |= {name: solved[name] for name in earlier.names}
    exec(compiled(exercise.given, f"<given of {exercise.id}>"), space)
    return space


def reference(exercise: Exercise) -> dict[str, Any]:
    space = given(exercise)
    exec(compiled(exercise.solution, f"<solution of {exercise.id}>"), space)
    return space


def solved(id: str, name: str) -> Any:
    """The function `name` from the solution of an earlier exercise."""
    return reference(load(id))[name]


def supplied(exercise: Exercise) -> list[str]:
    """Lines of Python that bring what earlier exercises supply to a file that runs on its own."""
    lines = [
        f'{name} = solved("{id}", "{name}")' for id in exercise.needs for name in load(id).names
    ]
    return ["from u30.learn.spaces import solved", "", *lines, ""] if lines else []


def cases(exercise: Exercise) -> dict[str, Any]:
    space = given(exercise)
    exec(compiled(exercise.check, f"<check of {exercise.id}>"), space)
    return space


def wrong_version(exercise: Exercise, wrong: Wrong) -> dict[str, Any]:
    space = given(exercise)
    exec(compiled(wrong.source, f"<wrong {wrong.name} of {exercise.id}>"), space)
    functions = {name: space[name] for name in exercise.names}
    return functions | {name: space[alias] for name, alias in wrong.replaces}


@lru_cache(maxsize=64)
def work(source: str) -> CodeType:
    """The learner's code. Calls that belong to the notebook are left out."""
    tree = ast.parse(source, YOURS)
    tree.body = [node for node in tree.body if not _of_the_notebook(node)]
    return compile(tree, YOURS, "exec")


def learner(exercise: Exercise, source: str) -> dict[str, Any]:
    """Run the learner's code after `given`."""
    code = work(source)
    lines = source.splitlines(keepends=True)
    linecache.cache[YOURS] = (len(source), None, lines, YOURS)
    space = given(exercise)
    exec(code, space)
    return space


def _of_the_notebook(node: ast.stmt) -> bool:
    """`u30.check(...)`, `check(...)`, IPython's own calls: a check must not run itself."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    root: ast.expr = node.value.func
    while isinstance(root, ast.Attribute | ast.Call):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    return isinstance(root, ast.Name) and root.id in ("u30", "check", "get_ipython")
