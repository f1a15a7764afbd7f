"""The lines of JSON that a process gets, read without losing the ones that came together."""

import json
import os
import select

from u30.learn.protocol import Record


class Requests:
    def __init__(self, fd: int):
        self.fd = fd
        self._rest = b""
        self._waiting: list[Record] = []
        self._over = False

    def wait(self) -> Record | None:
        """The next request; None at the end, when the one who asks is gone."""
        while not self._waiting:
            if self._over:
                return None
            self._read()
        return self._waiting.pop(0)

    def stops(self, n: int) -> bool:
        """Whether request n is to be stopped, or nobody is left to hear its answer."""
        while not self._over and select.select([self.fd], [], [], 0)[0]:
            self._read()
        return self._over or {"stop": n} in self._waiting

    def close(self) -> None:
        os.close(self.fd)

    def _read(self) -> None:
        chunk = os.read(self.fd, 1 << 16)
        self._over = not chunk
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._waiting += [json.loads(line) for line in lines]
