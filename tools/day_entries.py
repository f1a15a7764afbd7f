"""A day's entries in the files that all days share: contents, bibliography, changelog.

Each function takes a file's text and returns it with the entry put in its place; every other line
stays as it was.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from drafts import MARK

from u30book.days import Course, Day, Unit

SMALL_WORDS = {"a", "an", "the", "on", "of", "in", "for", "to", "at", "and"}
CAPTION = re.compile(r'^  - caption: "?(?P<words>[^"\n]*)"?$')
FILE = re.compile(r"^      - file: (?P<page>\S+)$")
ENTRY = re.compile(r"^@\w+\{(?P<key>[^,]+),\n(?P<body>.*?)^\}\n", re.MULTILINE | re.DOTALL)


# book/_toc.yml


def contents_with(toc: str, day: Day, course: Course) -> str:
    """List the day's page under its unit's caption; write the caption where it is missing."""
    lines = toc.rstrip("\n").split("\n")
    unit = course.unit(day.unit)
    places = {found["words"]: at for at, line in enumerate(lines) if (found := CAPTION.match(line))}
    entry = f"      - file: {day.page}"
    if caption(unit) not in places:
        later = [caption(one) for one in course.units if one.id > unit.id] + ["Reference"]
        at = min((places[words] for words in later if words in places), default=len(lines))
        lines[at:at] = [f'  - caption: "{caption(unit)}"', "    chapters:", entry]
    else:
        order = [lesson.page for lesson in course.lessons]
        at = places[caption(unit)] + 2  # behind the line `chapters:`
        while at < len(lines) and (found := FILE.match(lines[at])):
            if order.index(found["page"]) > order.index(day.page):
                break
            at += 1
        lines.insert(at, entry)
    return "\n".join(lines) + "\n"


def caption(unit: Unit) -> str:
    return f"Unit {unit.id}: {unit.title}"


# book/references.bib


def cited_as(bib: str, day: Day) -> str | None:
    """The key under which the bibliography has the paper already."""
    for entry in ENTRY.finditer(bib):
        fields = dict(re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?$", entry["body"], re.MULTILINE))
        if fields.get("url") == day.links["paper"] or bare(fields.get("title", "")) == bare(
            day.title
        ):
            return entry["key"]
    return None


def bare(title: str) -> str:
    """A title as it is compared: its letters and digits, in lower case."""
    return re.sub(r"[^a-z0-9]", "", title.lower())


def key_of(day: Day) -> str:
    """The first author's last name, the year, and the title's first word that says something."""
    first = written_backwards(day.authors.split(",")[0].strip()).partition(",")[0]
    words = re.findall(r"\w+", day.title.lower())
    word = next(word for word in words if word not in SMALL_WORDS)
    ascii_only = first.translate(str.maketrans("äöüé", "aoue"))
    return f"{re.sub(r'[^a-z]', '', ascii_only.lower())}{day.year}{word}"


def written_backwards(name: str) -> str:
    """ "Drew van Camp" is "van Camp, Drew" in a bibliography."""
    words = name.split()
    last = next((at for at, word in enumerate(words) if word.islower()), len(words) - 1)
    return f"{' '.join(words[last:])}, {' '.join(words[:last])}"


def bibliography_with(bib: str, day: Day) -> str:
    """Add the paper with the fields that days.yml knows, in the order of the keys."""
    if cited_as(bib, day):
        return bib
    names = [name.strip() for name in day.authors.split(",")]
    authors = ["others" if name == "et al." else written_backwards(name) for name in names]
    address = day.links["paper"]
    fields = {"author": " and ".join(authors), "title": day.title}
    if "arxiv.org/abs/" in address:
        fields["howpublished"] = f"arXiv:{address.partition('/abs/')[2]}"
    fields |= {"year": str(day.year), "url": address}
    body = ",\n".join(f"  {name:12} = {{{value}}}" for name, value in fields.items())
    key = key_of(day)
    entry = (
        f"% {MARK} where it appeared, from the paper itself; capitals that matter in braces.\n"
        f"@misc{{{key},\n{body}\n}}\n"
    )
    after = next((one for one in ENTRY.finditer(bib) if one["key"] > key), None)
    if after is None:
        return f"{bib.rstrip()}\n\n{entry}"
    return f"{bib[: after.start()]}{entry}\n{bib[after.start() :]}"


# CHANGELOG.md


def changelog_with(changelog: str, day: Day) -> str:
    """Add a line to what is new, in the order of the days, behind the interludes before it."""
    words = f"- Day {day.day}: *{day.title}*, with five exercises."
    entry = textwrap.wrap(words, 100, subsequent_indent="  ", break_on_hyphens=False)
    lines = changelog.split("\n")
    at = lines.index("### Added") + 2
    place = at
    while at < len(lines) and lines[at]:
        end = at + 1
        while end < len(lines) and lines[end].startswith("  "):
            end += 1
        other = re.match(r"- (?:Day (\d+)|Interlude):", lines[at])
        if other and other[1] and int(other[1]) > day.day:
            break
        if other:
            place = end
        at = end
    lines[place:place] = entry
    return "\n".join(lines)


# The page's last section


def where_next(day: Day, course: Course, book_dir: Path) -> str:
    """A line for each day that this one builds on, and for each that builds on it."""
    lines = [way(course.day(number), book_dir, ", looking back") for number in day.builds_on]
    lines += [way(later, book_dir) for later in course.leads_to(day)]
    return "\n".join(lines)


def way(other: Day, book_dir: Path, how: str = "") -> str:
    """The line; only a page that is written has a link."""
    name = other.label
    if other.written(book_dir):
        name = f"{{doc}}`{name} <{other.page.rpartition('/')[2]}>`"
    return f"- **{name}** ({other.short}){how}: {MARK} what it does with the idea."
