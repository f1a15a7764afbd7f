"""Drive a program through a pseudo-terminal."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from pathlib import Path

from .screen import Screen


class Session:
    """`with Session(...) as s: s.wait("ready")`; `screen` is what a person would see."""

    def __init__(
        self, command: list[str], folder: Path, screen: Screen, environment: dict[str, str]
    ):
        self.screen = screen
        self.master, slave = pty.openpty()
        size = struct.pack("HHHH", screen.rows, screen.columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def wait(self, text: str, seconds: float = 60) -> None:
        """Read until the screen shows this text."""
        end = time.monotonic() + seconds
        while text not in self.screen.text():
            if time.monotonic() > end:
                raise TimeoutError(f"{text!r} did not appear; the screen:\n{self.screen.text()}")
            self._read(0.1)
        while self._read(0.2):
            pass

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def _read(self, seconds: float) -> bool:
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the program has ended
            return False
        self.screen.feed(self._decoder.decode(data))
        return bool(data)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
