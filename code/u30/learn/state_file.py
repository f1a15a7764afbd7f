"""Reading and writing the progress file: one writer at a time, and nothing is thrown away."""

import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VERSION = 1
PATIENCE = 5.0  # seconds to wait for another process that is writing

Document = dict[str, Any]
KINDS: dict[str, tuple[type, ...]] = {
    "status": (str,),
    "tries": (int,),
    "first_passed": (str, type(None)),
    "helped": (bool,),
    "review": (str, type(None)),
    "failing_seed": (int, type(None)),
    "hints": (int,),
    "reviews": (int,),
}


class Newer(Exception):
    """The file was written by a later version of this program: not to be touched."""


def empty() -> Document:
    return {"version": VERSION, "exercises": {}}


def read(path: Path) -> tuple[Document, str]:
    """The document, and a sentence if it was damaged and is now aside under another name."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return empty(), ""
    except UnicodeDecodeError:
        text = ""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and type(document.get("version")) is int:
        if document["version"] > VERSION:
            raise Newer(
                f"{path} was written by a newer u30. Update u30 to go on with it; until then "
                "nothing is written down."
            )
        if isinstance(document.get("exercises"), dict):
            sound = {id: e for id, e in document["exercises"].items() if is_sound(e)}
            if len(sound) == len(document["exercises"]):
                return document, ""
            lost = ", ".join(sorted(document["exercises"].keys() - sound.keys()))
            kept = document | {"exercises": sound}
            return kept, f"{put_aside(path)} Lost is only what it said about {lost}."
    return empty(), f"{put_aside(path)} Progress starts anew."


def is_sound(entry: Any) -> bool:
    """Whether the keys that we know hold what they should; other keys may hold anything."""
    if not isinstance(entry, dict):
        return False
    return all(
        isinstance(entry[key], kinds) and (bool in kinds or not isinstance(entry[key], bool))
        for key, kinds in KINDS.items()
        if key in entry
    )


def put_aside(path: Path) -> str:
    """Rename a damaged file to the first free name; the sentence to show."""
    number = 1
    while True:
        aside = path.with_name(f"{path.stem}.broken-{number}{path.suffix}")
        if not aside.exists():
            break
        number += 1
    path.rename(aside)
    return f"The progress file could not be read; it is kept as {aside}."


def write(path: Path, document: Document) -> None:
    """Replace the file in one step: whoever reads it sees the old one or the new one, whole."""
    path = path.resolve()  # a link stays a link
    text = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _replace(Path(name), path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _replace(new: Path, old: Path) -> None:
    for attempt in range(20):
        try:
            new.replace(old)
            return
        except PermissionError:  # Windows, while somebody reads the old file
            if attempt == 19:
                raise
            time.sleep(0.05)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file beside `path`. The system drops it when this process ends, however.

    Where the file system knows no locks, or another process holds it for too long, go on without:
    a change of its may be lost then, the file cannot be damaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    with lock.open("a+b") as file:
        until = time.monotonic() + PATIENCE
        while not _try_lock(file.fileno()) and time.monotonic() < until:
            time.sleep(0.01)
        yield  # closing the file gives the lock back


def _try_lock(fd: int) -> bool:
    """False where somebody else holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(fd, 0, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except (OSError, ImportError):  # no locks here
        return True
    return True
