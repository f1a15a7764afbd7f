"""A cell of the page's notebook, run as Jupyter would: outputs in order, the last value shown.

All cells share one namespace, until the worker is started anew. An output is {"mime", "data"}:
a MIME type with what belongs to it, "stream" with printed text, or "error" with
{"name", "message", "hint", "trace": [{"cell", "line", "code", "function"}]}.
"""

import ast
import contextlib
import json
import linecache
import logging
import re
import sys
import traceback
import warnings
from typing import Any

from u30.learn.explain import explain
from u30.learn.printed import Printed
from u30.page.show import Shown, figures, shown

# Its note that the first figure takes a moment is for people who look at a terminal.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
MOST_LINES = 8  # of a traceback
SPACE: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}


class Outputs:
    """What a cell has shown so far, in order."""

    def __init__(self) -> None:
        self.items: list[Shown] = []
        self.printed = Printed(echo=self._stream)

    def _stream(self, text: str) -> None:
        if self.items and self.items[-1]["mime"] == "stream":
            self.items[-1]["data"] += text
        else:
            self.items.append({"mime": "stream", "data": text})

    def display(self, *values: Any, **_: Any) -> None:
        self.items += [shown(value) for value in values]

    def finish(self) -> list[Shown]:
        if self.printed.dropped:
            self._stream(f"\n... and {self.printed.dropped:,} more characters")
        return self.items


def run_cell(source: str, number: int = 0) -> str:
    """{"ok": true, "outputs": [{"mime": "text/plain", "data": "2"}]}, as JSON."""
    outputs = Outputs()
    SPACE["display"] = outputs.display
    ok = True
    with (
        contextlib.redirect_stdout(outputs.printed),
        contextlib.redirect_stderr(outputs.printed),
        warnings.catch_warnings(),
    ):
        # A figure is shown when its cell ends: there is no window for plt.show() to open.
        warnings.filterwarnings("ignore", message=".*is non-interactive")
        try:
            _run(source, number, outputs)
            outputs.items += figures()
        except (Exception, SystemExit) as error:
            ok = False
            outputs.items.append({"mime": "error", "data": _error(error, number)})
    return json.dumps({"ok": ok, "outputs": outputs.finish()})


def _run(source: str, number: int, outputs: Outputs) -> None:
    name = f"<cell {number}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    tree = ast.parse(source, name)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or source.rstrip().endswith(";"):
        exec(compile(tree, name, "exec"), SPACE)
        return
    expression = compile(ast.Expression(last.value), name, "eval")
    exec(compile(ast.Module(tree.body[:-1], []), name, "exec"), SPACE)
    value = eval(expression, SPACE)
    if value is not None:
        outputs.display(value)


def _error(error: BaseException, number: int) -> dict[str, Any]:
    trace: list[dict[str, Any]] = []
    for frame in traceback.extract_tb(error.__traceback__):
        if cell := re.fullmatch(r"<cell (\d+)>", frame.filename):
            line, code = frame.lineno or 0, (frame.line or "").strip()
            place = {"cell": int(cell[1]), "line": line, "code": code, "function": frame.name}
            trace.append(place)
    message = str(error)
    if isinstance(error, SyntaxError) and error.filename == f"<cell {number}>":
        line, code = error.lineno or 1, (error.text or "").strip()
        trace.append({"cell": number, "line": line, "code": code, "function": ""})
        message = error.msg
    return {
        "name": type(error).__name__,
        "message": message,
        "hint": _hint(error),
        "trace": trace[-MOST_LINES:],
    }


def _hint(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.split(".")[0]
        if package not in sys.stdlib_module_names:
            return (
                f"`{package}` is not part of what runs in the page, or this part of it is not: "
                "open the notebook in Colab or Binder."
            )
    if isinstance(error, NameError):
        return f"`{error.name}` does not exist yet. Has the cell that makes it been run?"
    if isinstance(error, OSError) and "does not support processes" in str(error):
        return "The page cannot start other programs: open the notebook in Colab or Binder."
    if isinstance(error, MemoryError):
        return "That is more memory than Python may use in the page."
    return explain(error)
