"""How a worker and the process that asked talk: one pipe that carries records and output alike.

A record is the character RS, one line of JSON and a newline. Everything between records is what the
learner's code printed past Python's own `print`: the C library, a child process, a crash dump.
Because both travel in one pipe, their order is known without any waiting.
"""

import json
from collections.abc import Iterator
from typing import Any

from u30.learn.printed import MOST_OUTPUT, cap

RS = b"\x1e"

Record = dict[str, Any]


def encode(record: Record) -> bytes:
    return RS + json.dumps(record).encode("ascii") + b"\n"


class Splitter:
    """Bytes in, records out; the output since the last record "started" rides along in "raw"."""

    def __init__(self) -> None:
        self.raw, self.dropped = bytearray(), 0
        self._rest = b""

    def feed(self, chunk: bytes) -> Iterator[Record]:
        data = self._rest + chunk
        while data:
            before, mark, after = data.partition(RS)
            self._keep(before)
            if after and not after.startswith(b"{"):  # somebody printed an RS, it is no record
                self._keep(mark)
                data = after
                continue
            line, end, rest = after.partition(b"\n")
            if not end:
                self._rest = mark + after
                return
            record = _decoded(line)
            if record is None:
                self._keep(mark + line + end)
            else:
                if "started" in record:
                    self.raw, self.dropped = bytearray(), 0
                yield record | {"raw": self.text()}
            data = rest
        self._rest = b""

    def text(self) -> str:
        text = self.raw.decode("utf-8", "replace").replace("\r\n", "\n")
        return cap(text, self.dropped)

    def _keep(self, output: bytes) -> None:
        room = MOST_OUTPUT - len(self.raw)
        self.raw += output[:room]
        self.dropped += max(0, len(output) - room)


def _decoded(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
