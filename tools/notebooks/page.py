"""One page on its way to a notebook: what it may refer to, and what was counted so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from u30book.days import Course

from .citations import Bibliography
from .index import Index
from .problem import PageError

DEFINITION = re.compile(
    r"^\[(?P<label>[^\]^][^\]]*)\]:\s+<?(?P<address>[^\s>]+)>?.*$", re.MULTILINE
)


@dataclass
class Page:
    """A page, by its name without ending ("days/day01_char_rnn")."""

    name: str
    index: Index
    course: Course
    bibliography: Bibliography
    glued: dict[str, str] = field(default_factory=dict)  # values of the run, as text
    definitions: dict[str, str] = field(default_factory=dict)  # [label]: address
    footnotes: list[str] = field(default_factory=list)  # labels, in the order of first use
    cited: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.index.address(self.name)

    def problem(self, line: int, message: str) -> PageError:
        return PageError(self.name, line, message)

    def note_definitions(self, text: str) -> None:
        """Remember `[label]: address` lines: they hold for the whole page, not for one cell."""
        for found in DEFINITION.finditer(text):
            self.definitions[found["label"].lower()] = found["address"]

    def footnote(self, label: str) -> int:
        """Return a footnote's number."""
        if label not in self.footnotes:
            self.footnotes.append(label)
        return self.footnotes.index(label) + 1

    def cite(self, keys: list[str], line: int) -> list[str]:
        """Note what is cited, so that the page can list it."""
        for key in keys:
            if key not in self.bibliography:
                raise self.problem(line, f"{key} is not in the bibliography.")
            if key not in self.cited:
                self.cited.append(key)
        return keys
