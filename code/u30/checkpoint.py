"""Checkpoints: one .npz of arrays with a note that says whose it is. No pickle."""

from __future__ import annotations

import io
import json
import os
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]

_NOTE = "u30"  # the array that holds the note
_VERSION = 1


class CheckpointError(ValueError):
    """A checkpoint cannot be read or written. The message is one sentence for the user."""


def save_checkpoint(path: str | Path, kind: str, arrays: Arrays, info: dict[str, Any]) -> None:
    """Write arrays and JSON-able information to `path`, completely or not at all.

    An existing file is replaced only if it is a checkpoint of the same kind; anything else is an
    error.
    """
    path = Path(path).resolve()  # a link stays a link
    check_can_write(path, kind)
    note = json.dumps({"kind": kind, "version": _VERSION, "info": info})
    buffer = io.BytesIO()
    np.savez(buffer, **{_NOTE: np.array(note)}, **arrays)  # type: ignore[arg-type]
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(buffer.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise CheckpointError(f"Cannot write {path}: {_reason(error)}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def load_checkpoint(path: str | Path, kind: str) -> tuple[Arrays, dict[str, Any]]:
    """Read what `save_checkpoint` wrote, or raise CheckpointError with one sentence."""
    path = Path(path)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            if not isinstance(archive, np.lib.npyio.NpzFile) or _NOTE not in archive:
                raise CheckpointError(f"{path} is not a checkpoint of this course.")
            note = json.loads(str(archive[_NOTE]))
            arrays = {name: archive[name] for name in archive.files if name != _NOTE}
    except OSError as error:
        raise CheckpointError(f"Cannot read {path}: {_reason(error)}.") from error
    except CheckpointError:
        raise
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile, RuntimeError, TypeError) as error:
        raise CheckpointError(
            f"{path} is damaged or not a checkpoint: it cannot be read."
        ) from error
    if not isinstance(note, dict) or note.get("version") != _VERSION:
        raise CheckpointError(f"{path} was written by another version of this course.")
    if note.get("kind") != kind:
        raise CheckpointError(f"{path} is a checkpoint of {note.get('kind')!r}, not of {kind!r}.")
    return arrays, note["info"]


def check_can_write(path: str | Path, kind: str) -> None:
    """Raise CheckpointError if a checkpoint cannot go to `path`, before any work is done for it."""
    path = Path(path).resolve()
    if not path.parent.is_dir():
        raise CheckpointError(f"Cannot write {path}: there is no folder {path.parent}.")
    if path.is_dir():
        raise CheckpointError(f"Cannot write {path}: it is a folder.")
    if not os.access(path.parent, os.W_OK):
        raise CheckpointError(f"Cannot write {path}: no permission to write in {path.parent}.")
    if path.exists():
        try:
            load_checkpoint(path, kind)
        except CheckpointError as error:
            raise CheckpointError(
                f"{path} exists and is not a checkpoint of {kind!r}, so it is left alone: "
                "choose another name with --out."
            ) from error


def keep_old_checkpoint(path: str | Path) -> Path | None:
    """Move an existing file out of the way under the first free number; return its new name."""
    path = Path(path)
    if not path.exists():
        return None
    number = 1
    while (kept := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    path.rename(kept)
    return kept


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
