"""The last look at every cell: nothing of MyST may be left in what a reader sees."""

from __future__ import annotations

import re

from .page import Page

CODE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<fence>`{3,}|~{3,})(?!\{).*?^(?P=indent)(?P=fence)[`~]*[ \t]*$"
    r"|(?P<ticks>`+)(?!`)[^`]+?(?P=ticks)(?!`)"
    r"|\$\$.+?\$\$|\$[^$\n]+\$",
    re.MULTILINE | re.DOTALL,
)
RAW = (
    ("a directive", re.compile(r"^[ \t>]*(?:`{3,}|:{3,}|~{3,})\s*\{[^}]*\}.*$", re.MULTILINE)),
    ("the end of a directive", re.compile(r"^[ \t>]*:{3,}\s*$", re.MULTILINE)),
    ("a role", re.compile(r"\{[a-zA-Z][\w:+.-]*\}`.*")),
    ("a label", re.compile(r"^\([\w:.-]+\)=\s*$", re.MULTILINE)),
    ("a substitution", re.compile(r"\{\{.*?\}\}")),
    ("a footnote mark", re.compile(r"\[\^[^\]]*\]")),
    ("an attribute list", re.compile(r"(?<=[\])`])\{[#.][^}\n]*\}|^\{[#.][^}\n]*\}", re.MULTILINE)),
)


def check(page: Page, markdown: str) -> None:
    """Raise PageError when a notebook's reader would meet raw MyST."""
    shown = CODE.sub(lambda found: "" if found["fence"] else "`code`", markdown)
    for what, pattern in RAW:
        found = pattern.search(shown)
        if found:
            words = found.group().strip()
            raise page.problem(1, f"{what} would stay raw in the notebook: {words}")
