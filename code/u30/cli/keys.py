"""Single keys from the terminal, which is put back as it was whatever happens.

POSIX: no echo and no line buffer, but Ctrl-C stays a signal. A dumb terminal is read by lines: the
first letter counts. Windows: the console's own functions, looked at every 50 ms.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from types import TracebackType
from typing import Any


class Keys:
    """`with Keys(raw=True) as keys: keys.wait(0.1)` gives the keys pressed, or "" for none."""

    def __init__(self, raw: bool, read: bool = True):
        self.raw, self.read = raw, read
        self._old: Any = None
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)

    def wake(self) -> None:
        """Make `wait` return at once; may be called from another thread or a signal handler."""
        with contextlib.suppress(OSError):  # the pipe is full, or closed: it is awake already
            os.write(self._wake_write, b".")

    def wait(self, seconds: float) -> str:
        """Keys pressed within that time; "q" when the input has ended."""
        if sys.platform == "win32":
            return self._wait_windows(seconds)
        sources = [self._wake_read] + ([sys.stdin.fileno()] if self.read else [])
        ready, _, _ = select.select(sources, [], [], seconds)
        if self._wake_read in ready:
            self._drain()
        if len(sources) > 1 and sources[1] in ready:
            return self._typed(os.read(sources[1], 1024))
        return ""

    def _typed(self, data: bytes) -> str:
        if not data or data == b"\x04":  # the terminal is gone, or Ctrl-D
            return "q"
        text = data.decode(errors="ignore")
        if text.startswith("\x1b"):  # an arrow or another key that sends a sequence
            return ""
        return text if self.raw else text.strip()[:1]

    def _drain(self) -> None:
        with contextlib.suppress(OSError):
            os.read(self._wake_read, 1024)

    def __enter__(self) -> Keys:
        if self.raw and self.read and sys.platform != "win32":
            import termios

            self._old = termios.tcgetattr(sys.stdin)
            self._set()
        return self

    def _set(self) -> None:
        if sys.platform != "win32" and self._old is not None:
            import termios

            mode = termios.tcgetattr(sys.stdin)
            mode[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, mode)

    def resume(self) -> None:
        """After Ctrl-Z and fg, or after another program had the terminal."""
        self._set()

    def restore(self) -> None:
        if sys.platform != "win32" and self._old is not None:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._old)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.restore()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _wait_windows(self, seconds: float) -> str:
        if sys.platform != "win32":
            return ""
        import msvcrt

        end = time.monotonic() + seconds
        while True:
            if self.read and msvcrt.kbhit():
                key = msvcrt.getwch()
                if key in "\x00\xe0":
                    msvcrt.getwch()
                    return ""
                return "q" if key == "\x04" else key
            if time.monotonic() >= end:
                return ""
            time.sleep(min(0.05, seconds))
