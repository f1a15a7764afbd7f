"""Which file was saved? Asks each file's stat again and again: no event of the system is needed.

Such events do not arrive from Windows in WSL, in some Docker mounts and over networks. The current
file is looked at twenty times a second; its text (some mounts keep an old time stamp) and the other
files once a second.
"""

from __future__ import annotations

import time
from pathlib import Path

Stamp = tuple[int, int, int] | None  # time of change, size, inode; None: no such file

OFTEN, SELDOM, SETTLE = 0.05, 1.0, 0.01


class Saves:
    def __init__(self, paths: list[Path], current: Path):
        self.stamps = {path: stamp(path) for path in paths}
        self.follow(current)

    def follow(self, current: Path) -> None:
        """Look at this file most often; what it holds now counts as seen."""
        self.current = current
        self.stamps[current] = stamp(current)
        self._data = _read(current)
        self._last = time.monotonic()

    def look(self) -> Path | None:
        """A file that was saved since the last look and is no longer being written."""
        if stamp(self.current) != self.stamps[self.current]:
            return self._settled(self.current)
        if time.monotonic() - self._last < SELDOM:
            return None
        self._last = time.monotonic()
        if self._data is not None and _read(self.current) not in (self._data, None):
            return self._settled(self.current)
        for path, seen in self.stamps.items():
            if path != self.current and (now := stamp(path)) != seen and now is not None:
                return self._settled(path)
        return None

    def _settled(self, path: Path) -> Path:
        """Wait until the file stays as it is: editors may empty or move it before they write."""
        before, end = stamp(path), time.monotonic() + 1
        while time.monotonic() < end:
            time.sleep(SETTLE if before and before[1] else 10 * SETTLE)
            now = stamp(path)
            if now == before:
                break
            before = now
        self.stamps[path] = before
        if path == self.current:
            self._data = _read(path)
        return path


def stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
