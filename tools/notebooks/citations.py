"""Citations as text: "(Karpathy, 2015)" with a link, from the book's bibliography."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

import latexcodec  # noqa: F401  (registers the codec)
from pybtex.database import Entry, parse_file


class Bibliography:
    """The entries of one or more .bib files."""

    def __init__(self, files: list[Path]) -> None:
        self.entries: dict[str, Entry] = {}
        for file in files:
            if file.is_file():
                self.entries.update(parse_file(str(file)).entries.items())

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def authors(self, key: str) -> str:
        """Return "Karpathy", "Hinton and van Camp" or "Zaremba et al."."""
        people: Any = self.entries[key].persons.get("author") or []
        names = [words(" ".join([*one.prelast_names, *one.last_names])) for one in people]
        if not names:
            return words(str(self.entries[key].fields.get("title", key)))
        if len(names) > 2:
            return f"{names[0]} et al."
        return " and ".join(names)

    def year(self, key: str) -> str:
        return str(self.entries[key].fields.get("year", "n.d."))

    def address(self, key: str) -> str:
        """Return where the work can be read, or nothing."""
        fields = self.entries[key].fields
        if "url" in fields:
            return str(fields["url"])
        if "doi" in fields:
            return f"https://doi.org/{fields['doi']}"
        if "eprint" in fields:
            return f"https://arxiv.org/abs/{fields['eprint']}"
        return ""

    def parenthetical(self, keys: list[str]) -> str:
        """Return "(Author, year; Author, year)"."""
        cited = [self._linked(f"{self.authors(key)}, {self.year(key)}", key) for key in keys]
        return f"({'; '.join(cited)})"

    def textual(self, keys: list[str]) -> str:
        """Return "Author (year)", several joined by commas."""
        return ", ".join(
            self._linked(f"{self.authors(key)} ({self.year(key)})", key) for key in keys
        )

    def reference(self, key: str) -> str:
        """Return a full line for a list of references."""
        title = words(str(self.entries[key].fields.get("title", "")))
        return f"{self.authors(key)} ({self.year(key)}). {self._linked(title or key, key)}."

    def _linked(self, text: str, key: str) -> str:
        address = self.address(key)
        return f"[{text}]({address})" if address else text


def words(latex: str) -> str:
    """Return BibTeX text without its commands and braces."""
    text: str = codecs.decode(latex, "ulatex")  # type: ignore[call-overload]
    return re.sub(r"[{}]", "", text).replace("\xa0", " ")
