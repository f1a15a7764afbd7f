"""`{recall}`: questions to answer from memory; each answer is folded away under its question.

    Q: What does the network read at each step?
    A: One character and its own last state.

Pairs are separated by blank lines; an answer may go on over several lines and hold Markdown.

Each card has an id made of its page and its question, such as "d01.1a2b3c". A reader's reviews and
Anki's know the card by it: an answer may be improved, a reworded question is a new card.
"""

from __future__ import annotations

import hashlib
import re

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.application import Sphinx

from .element import element, tag

PAGE = re.compile(r"days/(?:day(?P<day>\d\d)|interlude)_(?P<name>\w+)")
START = re.compile(r"^(?P<mark>[QA]):\s*(?P<text>.*)$")


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Return (question, answer) pairs; raise ValueError when they do not alternate."""
    parts: list[tuple[str, list[str]]] = []
    for line in text.strip().splitlines():
        start = START.match(line)
        if start:
            expected = "A" if parts and parts[-1][0] == "Q" else "Q"
            if start["mark"] != expected:
                raise ValueError(f'expected a line that starts with "{expected}:", found "{line}".')
            parts.append((start["mark"], [start["text"]]))
        elif parts:
            parts[-1][1].append(line)
        elif line.strip():
            raise ValueError(f'expected a line that starts with "Q:", found "{line}".')
    if not parts:
        raise ValueError("there is no question in it.")
    if parts[-1][0] == "Q":
        raise ValueError(f'the question "{parts[-1][1][0]}" has no answer.')
    texts = ["\n".join(lines).strip() for _, lines in parts]
    if not all(texts):
        raise ValueError(f'a "{parts[texts.index("")][0]}:" is empty.')
    return list(zip(texts[::2], texts[1::2], strict=True))


def series_of(docname: str) -> str:
    """Return what a page's exercises and cards share: "d01" of a day, "engine" of an interlude."""
    found = PAGE.fullmatch(docname)
    if not found:
        return docname.rpartition("/")[2]
    return f"d{found['day']}" if found["day"] else found["name"]


def card_id(docname: str, question: str) -> str:
    """Return a card's id."""
    digest = hashlib.sha256(" ".join(question.split()).encode()).hexdigest()
    return f"{series_of(docname)}.{digest[:6]}"


class Recall(Directive):
    """Show question and answer pairs as folded cards."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            pairs = read_pairs("\n".join(self.content))
        except ValueError as problem:
            raise self.error(f"recall: {problem}") from problem
        cards = [self.card(*pair) for pair in pairs]
        if len({card["html"]["data-card"] for card in cards}) < len(cards):
            raise self.error("recall: a question stands twice.")
        return [tag("ol", *cards, class_="u30-recall", script="recall_add.js")]

    def card(self, question: str, answer: str) -> element:
        words, _ = self.state.inline_text(" ".join(question.split()), self.lineno)
        folded = tag("div", class_="u30-answer")
        lines = StringList(answer.splitlines(), source=str(self.state.document["source"]))
        self.state.nested_parse(lines, self.content_offset, folded)
        name = card_id(self.state.document.settings.env.docname, question)
        return tag("li", tag("details", tag("summary", *words), folded), data_card=name)


def setup(app: Sphinx) -> None:
    app.add_directive("recall", Recall)
