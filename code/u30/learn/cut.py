"""Sections of an exercise file, and the cuts that turn its solution into its starter.

A cut keeps the lines above `# --- starter` in the solution and the lines below it, with one level
of comment removed, in the starter:

    # >>> solution
    return np.exp(x)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<
"""

import ast
import re
from pathlib import Path

SECTIONS = ("given", "work", "check", "wrong")

Lines = list[tuple[int, str]]  # (line number in the file, text)


class ExerciseError(Exception):
    """A mistake in an exercise file; the message starts with file and line."""

    def __init__(self, path: Path, line: int, text: str):
        super().__init__(f"{path.parent.name}/{path.name}:{line}: {text}")
        self.path, self.line, self.text = path, line, text


def cut(path: Path, work: Lines, keep: str) -> Lines:
    """The lines of `work` for `keep` = "solution" or "starter", markers removed."""
    kept: Lines = []
    state, opened = "both", 0
    follows = {"# >>> solution": "both", "# --- starter": "solution", "# <<<": "starter"}
    becomes = {"# >>> solution": "solution", "# --- starter": "starter", "# <<<": "both"}
    for number, line in work:
        mark = line.strip()
        if mark in follows:
            if state != follows[mark]:
                order = "`# >>> solution`, `# --- starter`, `# <<<`"
                raise ExerciseError(path, number, f"`{mark}` out of order; the order is {order}")
            state, opened = becomes[mark], number
        elif state == "starter" and mark:
            comment = re.fullmatch(r"(\s*)# ?(.*)", line)
            if not comment:
                raise ExerciseError(path, number, "starter lines are written as comments (`# ...`)")
            if keep == "starter":
                kept.append((number, (comment[1] + comment[2]).rstrip()))
        elif state in ("both", keep):
            kept.append((number, line))
    if state != "both":
        raise ExerciseError(path, opened, "this cut is never closed with `# <<<`")
    return kept


def python(path: Path, source: str, first_line: int | list[int]) -> ast.Module:
    """The syntax tree of a part of the file, with errors at the file's own line."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        line = error.lineno or 1
        if isinstance(first_line, list):
            number = first_line[min(line, len(first_line)) - 1]
        else:
            number = first_line + line
        raise ExerciseError(path, number, f"not valid Python: {error.msg}") from None


def split(path: Path, text: str) -> dict[str, Lines]:
    sections: dict[str, Lines] = {}
    current: Lines = []
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.fullmatch(r"# %% (\w+)\s*", line)
        if mark:
            expected = SECTIONS[len(sections)] if len(sections) < 4 else "nothing"
            if mark[1] != expected:
                raise ExerciseError(path, number, f"section `{mark[1]}`, expected `{expected}`")
            current = sections[mark[1]] = []
        else:
            current.append((number, line))
    for name in SECTIONS:
        if not any(line.strip() for _, line in sections.get(name, [])):
            raise ExerciseError(path, 1, f"the section `# %% {name}` is missing or empty")
    return sections


def joined(lines: Lines) -> tuple[str, list[int]]:
    return "\n".join(line for _, line in lines) + "\n", [number for number, _ in lines]


def tidy(lines: Lines) -> str:
    return joined(lines)[0].strip("\n") + "\n"
