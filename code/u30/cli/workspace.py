"""The learner's folder: one file per exercise, copies of what was replaced, and the progress.

u30-course/
    day01/ex1_softmax_cross_entropy.py      what the learner edits
    .u30/state.json                         progress
    .u30/copies/d01.1/001.py                what `reset` and `undo` replaced, oldest first
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from u30.cli.codes import BROKEN, Stop
from u30.cli.markdown import markdown
from u30.cli.site import exercise_address
from u30.cli.spans import plain
from u30.learn.parse import Exercise
from u30.learn.spaces import supplied

NAME = "u30-course"
HIDDEN = ".u30"
LARGEST = 1_000_000  # bytes of an answer; more than that is no answer


@dataclass(frozen=True)
class Workspace:
    folder: Path

    @property
    def state_path(self) -> Path:
        return self.folder / HIDDEN / "state.json"

    def path(self, exercise: Exercise) -> Path:
        return self.folder / exercise.path.parent.name / exercise.path.name

    def shown(self, exercise: Exercise) -> str:
        """The path as the learner would type it from where they are."""
        path = self.path(exercise)
        try:
            return os.path.relpath(path)
        except ValueError:  # another drive on Windows
            return str(path)

    def answer(self, exercise: Exercise) -> str:
        """What the learner has written: the whole file, so that line numbers are the file's own."""
        path = self.path(exercise)
        name = self.shown(exercise)
        try:
            if path.stat().st_size > LARGEST:
                raise Stop(f"{name} has more than a million bytes: that cannot be an answer.")
            data = path.read_bytes()
        except FileNotFoundError:
            raise Stop(
                f"{name} does not exist: `u30 reset {exercise.id}` brings its starter back."
            ) from None
        except OSError as error:
            raise Stop(f"{name} cannot be read: {error.strerror}.", BROKEN) from None
        return decode(data, name)

    def write_starters(self, exercises: list[Exercise]) -> list[Exercise]:
        """Write what is not there yet; return the exercises whose files are new."""
        new = []
        for exercise in exercises:
            path = self.path(exercise)
            if not path.exists():
                put(path, starter_file(exercise))
                new.append(exercise)
        return new

    def reset(self, exercise: Exercise) -> Path | None:
        """Put the starter back; return the copy of what was there, if it was something else."""
        starter = starter_file(exercise)
        copy = self._copy(exercise, unless=starter)
        put(self.path(exercise), starter)
        return copy

    def undo(self, exercise: Exercise) -> Path:
        """Swap the file with its latest copy, so that a second undo brings it back."""
        copies = self.copies(exercise)
        if not copies:
            raise Stop(
                f"There is no copy of {exercise.id} to go back to: nothing has been replaced yet."
            )
        latest, path = copies[-1], self.path(exercise)
        old = latest.read_bytes()
        if path.exists():
            put(latest, path.read_bytes())
        put(path, old)
        return latest

    def copies(self, exercise: Exercise) -> list[Path]:
        return sorted((self.folder / HIDDEN / "copies" / exercise.id).glob("[0-9]*.py"))

    def _copy(self, exercise: Exercise, unless: str) -> Path | None:
        path = self.path(exercise)
        if not path.exists():
            return None
        data = path.read_bytes()
        if data.replace(b"\r\n", b"\n") == unless.encode():
            return None
        copies = self.copies(exercise)
        number = int(copies[-1].stem) + 1 if copies else 1
        copy = self.folder / HIDDEN / "copies" / exercise.id / f"{number:03d}.py"
        put(copy, data)
        return copy


def find_workspace(start: Path | None = None) -> Workspace | None:
    """From `start`, else where U30_COURSE says, else from here: here, above, or in u30-course."""
    chosen = os.environ.get("U30_COURSE")
    if chosen and start is None:
        return Workspace(Path(chosen)) if (Path(chosen) / HIDDEN).is_dir() else None
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents, here / NAME):
        if (folder / HIDDEN).is_dir():
            return Workspace(folder)
    return None


def make_workspace(folder: Path) -> Workspace:
    try:
        (folder / HIDDEN).mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Stop(
            f"{folder} is in the way: a file has that name. Choose another folder."
        ) from None
    except OSError as error:
        raise Stop(f"{folder} cannot be made: {error.strerror}.", BROKEN) from None
    return Workspace(folder.absolute())


def starter_file(exercise: Exercise) -> str:
    """The text of a fresh file: what to write, where to read on, what is given, the starter."""
    prompt = plain(markdown(exercise.prompt, 90, ticks=True))
    parts = [
        f"{exercise.id}  {exercise.title}  ({exercise.kind}, about {exercise.minutes} minutes)",
        "",
        *prompt.splitlines(),
        "",
        f"The page:  {exercise_address(exercise)}",
        f"To check:  save this file while `u30` runs, or run  u30 check {exercise.id}",
    ]
    header = "\n".join(f"# {line}".rstrip() for line in parts)
    given = "\n".join([*supplied(exercise), exercise.given.strip("\n")])
    given = f"# %% given: the check brings its own copy of this\n{given}"
    return f"{header}\n\n{given}\n\n\n# %% your work\n{exercise.starter}"


def decode(data: bytes, name: str) -> str:
    """Bytes of an editor as text, with any kind of line end; Stop with a sentence if it is none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Stop(f"{name} is not UTF-8 text (line {line}): save it as UTF-8.") from None
    return re.sub(r"\r\n?", "\n", text)


def put(path: Path, data: str | bytes) -> None:
    """Write a file as a whole or not at all."""
    data = data.encode() if isinstance(data, str) else data
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Stop(f"{path} cannot be written: {error.strerror}.", BROKEN) from None
