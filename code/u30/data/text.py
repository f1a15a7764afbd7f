"""Texts to learn from, and the way from characters to integers and batches.

The fables were written for this course (two files of about 50 KB, plain ASCII). Python's own
library is a second corpus that every reader already has.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np

# Long, readable modules that have been in the library for decades.
_PYTHON_MODULES = (
    "argparse calendar cmd csv datetime difflib fractions ftplib gettext heapq html.parser inspect "
    "ipaddress json.decoder json.encoder optparse pprint random shlex smtplib statistics string "
    "tarfile textwrap threading tokenize traceback turtle urllib.parse uuid zipfile"
).split()


def fables() -> str:
    """The corpus of short fables that comes with the course, about 100,000 characters."""
    folder = resources.files("u30.data")
    parts = sorted(
        (part for part in folder.iterdir() if part.name.startswith("fables_")),
        key=lambda part: part.name,
    )
    return "\n\n".join(part.read_text(encoding="utf-8").strip("\n") + "\n" for part in parts)


def python_source(max_chars: int = 500_000) -> str:
    """Source code of Python's own library, at most `max_chars` characters, plain ASCII.

    The text depends on the version of Python, so no claim rests on it.
    """
    parts: list[str] = []
    size = 0
    for name in _PYTHON_MODULES:
        try:
            spec = importlib.util.find_spec(name)
        except ModuleNotFoundError:
            continue
        loader = spec.loader if spec else None
        source = loader.get_source(name) if hasattr(loader, "get_source") else None  # type: ignore[union-attr]
        if source and source.isascii():
            parts.append(source)
            size += len(source)
        if size >= max_chars:
            break
    if not parts:
        raise ValueError("This Python comes without the source of its library: use another corpus.")
    return "".join(parts)[:max_chars]


def read_text(path: str | Path) -> str:
    """Read a user's text file. ValueError with one sentence if it cannot serve as text."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a text in UTF-8 (byte {error.start} is not).") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ValueError(f"Cannot read {path}: {reason.lower()}.") from error
    if "\0" in text:
        raise ValueError(f"{path} is a binary file, not a text.")
    if not text.strip():
        raise ValueError(f"{path} is empty.")
    return text


class Vocabulary:
    """The sorted characters of a text, and the map between characters and integers 0..V-1."""

    def __init__(self, text: str):
        self.chars = "".join(sorted(set(text)))
        self._codes = _code_points(self.chars)

    def __len__(self) -> int:
        return len(self.chars)

    def __repr__(self) -> str:
        return f"Vocabulary({self.chars!r})"

    def encode(self, text: str) -> np.ndarray:  # len(text) characters -> (N,) intp
        """The index of each character. ValueError names a character that the vocabulary lacks."""
        codes = _code_points(text)
        if not len(self):
            raise ValueError("The vocabulary is empty.")
        ids = np.minimum(np.searchsorted(self._codes, codes), len(self) - 1)
        unknown = np.flatnonzero(self._codes[ids] != codes)
        if len(unknown):
            where = int(unknown[0])
            raise ValueError(
                f"The character {text[where]!r} (position {where}) is not in the vocabulary."
            )
        return ids.astype(np.intp)

    def decode(self, ids: np.ndarray) -> str:  # (N,) -> N characters
        """The text that the indices stand for."""
        return "".join(self.chars[int(i)] for i in ids)


def _code_points(text: str) -> np.ndarray:  # N characters -> (N,) uint32
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def chunks(
    ids: np.ndarray, B: int, T: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:  # (N,) -> X (T,B), Y (T,B)
    """One pass over a text as B parallel streams, T characters at a time; Y is X shifted by one.

    Column b of a chunk continues column b of the chunk before, so that a hidden state can be
    carried over. What does not fill a whole chunk at the end is left out.
    """
    L = (len(ids) - 1) // B  # characters per stream
    if B < 1 or T < 1 or L < T:
        raise ValueError(
            f"A text of {len(ids)} characters does not give {B} streams of {T} characters: "
            f"it needs at least {B * T + 1}. Use a longer text, or a smaller batch or sequence."
        )
    inputs = ids[: B * L].reshape(B, L).T  # (L,B)
    targets = ids[1 : B * L + 1].reshape(B, L).T
    for start in range(0, L - T + 1, T):
        yield inputs[start : start + T], targets[start : start + T]
