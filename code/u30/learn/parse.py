"""Read an exercise file without running it.

One file is one exercise (`u30/exercises/day01/ex1_name.py`, id `d01.1`; those of an interlude are
`u30/exercises/engine/ex1_name.py`, id `engine.1`). It is valid Python with a metadata block, three
constants and four sections:

    # /// u30                        TOML in comments: id, title, kind, difficulty, minutes, ...
    # ///
    PROMPT, HINTS, AFTER             plain string literals
    # %% given                       what the learner gets and does not edit
    # %% work                        the solution, cut into the starter (`u30.learn.cut`)
    # %% check                       functions case_*(you, rng, ref)
    # %% wrong                       typical wrong versions, see `u30.learn.wrong`
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from u30.learn.cut import ExerciseError, cut, joined, python, split, tidy
from u30.learn.wrong import Wrong, read_wrong

FOLDER = Path(__file__).resolve().parent.parent / "exercises"
INTERLUDES = {"engine": 8}  # the day each comes before, as in book/days.yml (a test compares them)
ID = re.compile(rf"(d\d\d|{'|'.join(INTERLUDES)})\.(\d+)")
KINDS = ("predict", "implement", "derive", "debug", "experiment")
REQUIRED: dict[str, type] = {
    "id": str,
    "title": str,
    "kind": str,
    "difficulty": int,
    "minutes": int,
    "concepts": list,
}
OPTIONAL: dict[str, Any] = {"needs": [], "timeout": 5, "mutates": []}


@dataclass(frozen=True)
class CaseInfo:
    name: str  # function name without `case_`
    title: str  # its docstring, shown in reports


@dataclass(frozen=True)
class Exercise:
    """Everything an exercise file says. Source texts are Python, the other texts Markdown."""

    path: Path
    id: str
    title: str
    kind: str
    difficulty: int
    minutes: int
    concepts: tuple[str, ...]
    needs: tuple[str, ...]
    timeout: float
    mutates: tuple[str, ...]  # arguments that the learner's function is asked to change in place
    prompt: str
    hints: tuple[str, ...]
    after: str
    given: str
    solution: str
    starter: str
    check: str
    wrong: str
    names: tuple[str, ...]  # what the learner defines
    cases: tuple[CaseInfo, ...]
    wrongs: tuple[Wrong, ...]

    @property
    def series(self) -> str:
        """What its page's exercises share: "d01", "engine"."""
        return self.id.partition(".")[0]

    @property
    def number(self) -> int:
        return int(self.id.partition(".")[2])

    @property
    def order(self) -> tuple[float, int]:
        """Its place in the course; an interlude comes half a day before its day."""
        before = INTERLUDES.get(self.series)
        return (before - 0.5 if before else int(self.series[1:])), self.number


def folder_of(id: str) -> Path:
    """Where the file of an exercise lies: "d01.1" in day01, "engine.1" in engine."""
    series = id.partition(".")[0]
    return FOLDER / (series if series in INTERLUDES else f"day{series[1:]}")


def load(id: str) -> Exercise:
    """The exercise with this id, such as "d01.1"; KeyError with a sentence if there is none."""
    match = ID.fullmatch(id)
    if not match:
        raise KeyError(f'"{id}" is not an exercise id; ids look like "d01.1" (day 1, exercise 1)')
    found = sorted(folder_of(id).glob(f"ex{match[2]}_*.py"))
    if not found:
        raise KeyError(f'there is no exercise "{id}"')
    if len(found) > 1:
        raise ExerciseError(found[1], 1, f"a second file for {id} beside {found[0].name}")
    return read(found[0])


def load_all() -> list[Exercise]:
    """Every exercise, in the order of the course."""
    return sorted((read(path) for path in FOLDER.glob("*/ex*.py")), key=lambda e: e.order)


def read(path: Path) -> Exercise:
    """Parse one file; the parsed form is kept until the file changes."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _read(path: Path, _changed: int) -> Exercise:
    exercise = parse(path.read_text(encoding="utf-8"), path)
    expected = f"{folder_of(exercise.id).name}/ex{exercise.number}_"
    if not f"{path.parent.name}/{path.name}".startswith(expected):
        raise ExerciseError(path, 2, f'id "{exercise.id}" does not belong to this file name')
    return exercise


def parse(text: str, path: Path = Path("exercise/ex.py")) -> Exercise:
    """Parse the text of an exercise file; `path` is for messages."""
    python(path, text, 0)
    meta = _metadata(path, text)
    texts = _texts(path, text)
    sections = split(path, text)
    solution, starter = (cut(path, sections["work"], keep) for keep in ("solution", "starter"))
    check = python(path, *joined(sections["check"]))
    names = tuple(_defined(python(path, *joined(starter))))
    missing = set(names) - set(_defined(python(path, *joined(solution))))
    if not names or missing:
        what = f"defines {sorted(missing)}, the solution does not" if missing else "defines nothing"
        raise ExerciseError(path, sections["work"][0][0] - 1, f"the starter {what}")
    cases = _cases(path, check)
    try:
        wrongs = read_wrong(joined(sections["wrong"])[0], joined(solution)[0], names)
    except ValueError as error:
        raise ExerciseError(path, sections["wrong"][0][0] - 1, str(error)) from None
    return Exercise(
        path=path,
        **meta,
        **texts,
        given=tidy(sections["given"]),
        solution=tidy(solution),
        starter=tidy(starter),
        check=joined(sections["check"])[0],
        wrong=joined(sections["wrong"])[0],
        names=names,
        cases=cases,
        wrongs=wrongs,
    )


def _metadata(path: Path, text: str) -> dict[str, Any]:
    lines = text.splitlines()
    if not lines or lines[0] != "# /// u30" or "# ///" not in lines:
        raise ExerciseError(path, 1, "the file starts with `# /// u30` and TOML up to `# ///`")
    block = lines[1 : lines.index("# ///")]
    try:
        data = tomllib.loads("\n".join(line.removeprefix("#").strip() for line in block))
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        raise ExerciseError(path, 1 + int(where[1] if where else 1), f"metadata: {error}") from None

    def at(key: str) -> int:
        return next((n for n, line in enumerate(lines, 1) if line.startswith(f"# {key} ")), 1)

    for key in data:
        if key not in REQUIRED and key not in OPTIONAL:
            raise ExerciseError(path, at(key), f'unknown key "{key}" in the metadata')
    for key, kind in REQUIRED.items():
        if key not in data:
            raise ExerciseError(path, 1, f'the metadata lacks "{key}"')
        if not isinstance(data[key], kind):
            raise ExerciseError(path, at(key), f'"{key}" should be {kind.__name__}')
    if not ID.fullmatch(data["id"]):
        raise ExerciseError(path, at("id"), f'id "{data["id"]}" should look like "d01.1"')
    if data["kind"] not in KINDS:
        raise ExerciseError(
            path, at("kind"), f'kind "{data["kind"]}" is none of {", ".join(KINDS)}'
        )
    if not 1 <= data["difficulty"] <= 5:
        raise ExerciseError(path, at("difficulty"), "difficulty goes from 1 to 5")
    data = OPTIONAL | data
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}


def _texts(path: Path, text: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("PROMPT", "HINTS", "AFTER") and name.lower() not in values:
                try:
                    values[name.lower()] = ast.literal_eval(node.value)
                except ValueError:
                    why = f"{name} must be a plain literal (no f-string, no call)"
                    raise ExerciseError(path, node.lineno, why) from None
    for name in ("prompt", "hints", "after"):
        if not values.get(name):
            raise ExerciseError(path, 1, f"{name.upper()} is missing or empty")
    if not isinstance(values["hints"], tuple) or len(values["hints"]) != 3:
        raise ExerciseError(path, 1, "HINTS is a tuple of three texts")
    values["hints"] = tuple(hint.strip() for hint in values["hints"])
    return values | {key: values[key].strip() for key in ("prompt", "after")}


def _defined(tree: ast.Module) -> list[str]:
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def _cases(path: Path, tree: ast.Module) -> tuple[CaseInfo, ...]:
    cases = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("case_"):
            title = (ast.get_docstring(node) or "").strip()
            if not title:
                raise ExerciseError(path, 1, f"{node.name} needs a docstring: its title in reports")
            if [a.arg for a in node.args.args] != ["you", "rng", "ref"]:
                raise ExerciseError(path, 1, f"{node.name} takes (you, rng, ref)")
            cases.append(CaseInfo(node.name.removeprefix("case_"), title))
    if not cases:
        raise ExerciseError(path, 1, "the section `# %% check` has no function case_*")
    return tuple(cases)
