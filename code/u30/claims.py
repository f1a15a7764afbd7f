"""Claims of a paper beside what we measured: shown in the page and asserted in the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

MIME = "application/vnd.u30.claims+json"

_HEADINGS = ("What the paper reports", "What we test", "What we measured", "Holds")
_CELL = "text-align:left;vertical-align:top;padding:0.4em 0.8em;border-bottom:1px solid #8886"


def listed(values: Iterable[float], form: str = ".0f") -> str:
    """Numbers for a sentence: "293, 371, 316"."""
    return ", ".join(format(value, form) for value in values)


def percents(shares: Iterable[float]) -> str:
    """Shares for a sentence: "98, 100 %"."""
    return listed(100 * share for share in shares) + " %"


@dataclass(frozen=True)
class Claim:
    """What the paper reports, the inequality we test, what we measured, whether it holds."""

    paper: str
    test: str
    measured: str
    holds: bool

    def __post_init__(self) -> None:
        # A comparison of NumPy numbers gives numpy.bool, which JSON does not know.
        object.__setattr__(self, "holds", bool(self.holds))


class ClaimTable:
    """The claims of one day. Iterate over it, ask `.hold`, or let a notebook display it.

    `day` is a day's number, or the name of an interlude, such as "engine".
    """

    def __init__(self, day: int | str, claims: Iterable[Claim]):
        self.day, self.claims = day, tuple(claims)

    @property
    def title(self) -> str:
        return f"Day {self.day}" if isinstance(self.day, int) else "Interlude"

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    @property
    def hold(self) -> bool:
        """True if every claim holds. An empty table proves nothing: False."""
        return bool(self.claims) and all(claim.holds for claim in self.claims)

    def to_json(self) -> dict[str, Any]:
        return {"day": self.day, "claims": [asdict(claim) for claim in self.claims]}

    def __str__(self) -> str:
        lines = [f"{self.title}: claims"]
        for claim in self.claims:
            lines += [
                f"[{'holds' if claim.holds else 'DOES NOT HOLD'}] {claim.test}",
                f"    paper:    {claim.paper}",
                f"    measured: {claim.measured}",
            ]
        return "\n".join(lines)

    __repr__ = __str__

    def to_html(self) -> str:
        """A plain table with inline styles, for notebooks outside the book."""
        head = "".join(f'<th scope="col" style="{_CELL}">{text}</th>' for text in _HEADINGS)
        rows = "".join(_html_row(claim) for claim in self.claims)
        return (
            '<table style="border-collapse:collapse">'
            f"<caption>{self.title}: the paper's claims and ours</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self.to_html(), MIME: self.to_json()}


def _html_row(claim: Claim) -> str:
    verdict = "✓ holds" if claim.holds else "✗ does not hold"
    texts = (claim.paper, claim.test, claim.measured, verdict)
    return "<tr>" + "".join(f'<td style="{_CELL}">{escape(text)}</td>' for text in texts) + "</tr>"
