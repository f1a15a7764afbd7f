"""Tidy text files: LF line ends, no space at the end of a line, one newline at the end of the file.

python tools/tidy_text.py FILE...      rewrites what is not tidy; exit status 1 if it did
"""

from __future__ import annotations

import sys
from pathlib import Path


def tidy(text: str) -> str:
    """Return the tidy text; an empty file stays empty.

    Two spaces at the end of a Markdown line would be a line break: write a backslash instead.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    body = "\n".join(lines).rstrip("\n")
    return body + "\n" if body else ""


def main(names: list[str]) -> int:
    """Tidy the named files and return the number of files that changed, at most 1."""
    changed = 0
    for name in names:
        path = Path(name)
        before = path.read_bytes()
        after = tidy(before.decode("utf-8")).encode("utf-8")
        if after != before:
            path.write_bytes(after)
            print(f"tidied {name}")
            changed = 1
    return changed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
