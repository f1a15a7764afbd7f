"""The list of days: `book/days.yml`, read and checked. Nothing here knows Sphinx."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

SHORT_LENGTH = 28  # the longest short title that fits the map


class DaysError(ValueError):
    """What is wrong with days.yml, one sentence per mistake."""


@dataclass(frozen=True)
class Unit:
    """A group of days with one theme."""

    id: int
    title: str
    about: str


@dataclass(frozen=True)
class Lesson:
    """What a day and an interlude have in common."""

    title: str
    short: str
    links: dict[str, str]
    idea: str
    difficulty: int
    minutes: int
    builds_on: tuple[int, ...]

    @property
    def key(self) -> str:
        """What stands after `{day-card}`: "1", or an interlude's id."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        raise NotImplementedError

    @property
    def page(self) -> str:
        """The page's name in the book, without its ending."""
        raise NotImplementedError

    def written(self, book_dir: Path | str) -> bool:
        """Say whether the page exists; a lesson without a page is "coming"."""
        return (Path(book_dir) / f"{self.page}.md").is_file()


@dataclass(frozen=True)
class Day(Lesson):
    """One paper: what days.yml says about it."""

    day: int
    slug: str
    authors: str
    year: int
    unit: int

    @property
    def key(self) -> str:
        return str(self.day)

    @property
    def label(self) -> str:
        return f"Day {self.day}"

    @property
    def page(self) -> str:
        return f"days/day{self.day:02d}_{self.slug}"

    @property
    def module(self) -> str:
        """The module of the package that implements the paper."""
        return f"u30.papers.d{self.day:02d}_{self.slug}"


@dataclass(frozen=True)
class Interlude(Lesson):
    """A page between two days, about no paper."""

    id: str
    before: int

    @property
    def label(self) -> str:
        return "Interlude"

    @property
    def key(self) -> str:
        return self.id

    @property
    def page(self) -> str:
        return f"days/interlude_{self.id}"


@dataclass(frozen=True)
class Course:
    """All units, days and interludes, in order."""

    units: tuple[Unit, ...]
    days: tuple[Day, ...]
    interludes: tuple[Interlude, ...] = ()

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """All days, and each interlude in front of its day: the order of reading."""
        return tuple(one for unit in self.units for one in self.lessons_of(unit))

    def lesson(self, key: str) -> Lesson:
        """Return the day of this number or the interlude of this id; KeyError with a sentence."""
        if key.isdigit():
            return self.day(int(key))
        for interlude in self.interludes:
            if interlude.id == key:
                return interlude
        raise KeyError(f'days.yml has no interlude "{key}".')

    def day(self, number: int) -> Day:
        """Return one day; raise KeyError with a sentence when there is none of that number."""
        for day in self.days:
            if day.day == number:
                return day
        raise KeyError(f"days.yml has no day {number}; it has {len(self.days)} days.")

    def unit(self, number: int) -> Unit:
        """Return one unit."""
        return next(unit for unit in self.units if unit.id == number)

    def days_of(self, unit: Unit) -> tuple[Day, ...]:
        """Return a unit's days in order."""
        return tuple(day for day in self.days if day.unit == unit.id)

    def interludes_before(self, day: Day) -> tuple[Interlude, ...]:
        """Return what is read between the day before and this one."""
        return tuple(one for one in self.interludes if one.before == day.day)

    def lessons_of(self, unit: Unit) -> tuple[Lesson, ...]:
        """Return a unit's days in order, each with the interludes in front of it."""
        days = self.days_of(unit)
        return tuple(one for day in days for one in (*self.interludes_before(day), day))

    def place_of(self, lesson: Lesson) -> str:
        """Return where it stands: "Unit 1: Memory and complexity", or "before Day 8"."""
        if isinstance(lesson, Interlude):
            return f"before Day {lesson.before}"
        assert isinstance(lesson, Day)
        unit = self.unit(lesson.unit)
        return f"Unit {unit.id}: {unit.title}"

    def leads_to(self, day: Day) -> tuple[Day, ...]:
        """Return the later days that build on this one."""
        return tuple(later for later in self.days if day.day in later.builds_on)


KEYS = {"units", "days", "interludes"}
UNIT_TYPES = {"id": int, "title": str, "about": str}
LESSON_TYPES = {
    "title": str,
    "short": str,
    "links": dict,
    "idea": str,
    "difficulty": int,
    "minutes": int,
    "builds_on": list,
}
DAY_TYPES = LESSON_TYPES | {"day": int, "slug": str, "authors": str, "year": int, "unit": int}
INTERLUDE_TYPES = LESSON_TYPES | {"id": str, "before": int}
TYPE_NAMES = {int: "a whole number", str: "text", dict: "a mapping", list: "a list"}


def load_days(path: Path | str) -> Course:
    """Read days.yml and return the course, or raise DaysError naming every mistake in it."""
    path = Path(path)
    return _load(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(path: Path, _modified: int) -> Course:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DaysError(f"{path.name} is not valid YAML: {error}") from error
    return parse_days(raw)


def parse_days(raw: Any) -> Course:
    """Turn the loaded YAML into a course; raise DaysError when anything in it is wrong."""
    if not isinstance(raw, dict) or not {"units", "days"} <= set(raw) <= KEYS:
        raise DaysError('days.yml has the keys "units", "days" and, if any, "interludes".')
    mistakes: list[str] = []
    raw_units = _entries(raw["units"], UNIT_TYPES, "unit", "id", mistakes)
    raw_days = _entries(raw["days"], DAY_TYPES, "day", "day", mistakes)
    between = _entries(raw.get("interludes", []), INTERLUDE_TYPES, "interlude", "id", mistakes)
    if not mistakes:
        mistakes += _check_days(raw_days, {unit["id"] for unit in raw_units})
        mistakes += _check_interludes(between, len(raw_days))
    if not mistakes:
        mistakes += _check_numbers("unit", [unit["id"] for unit in raw_units])
    if mistakes:
        raise DaysError("\n".join(mistakes))
    units = tuple(Unit(**unit) for unit in raw_units)
    days = tuple(Day(**{**day, "builds_on": tuple(day["builds_on"])}) for day in raw_days)
    interludes = tuple(
        Interlude(**{**one, "builds_on": tuple(one["builds_on"])}) for one in between
    )
    return Course(units, days, interludes)


def _entries(
    raw: Any, types: dict[str, type], noun: str, key: str, mistakes: list[str]
) -> list[dict]:
    """Return the entries, and note unknown keys, missing keys and wrong types."""
    if not isinstance(raw, list) or not all(isinstance(entry, dict) for entry in raw):
        mistakes.append(f'"{noun}s" must be a list of mappings.')
        return []
    for position, entry in enumerate(raw, start=1):
        name = f"{noun} {entry.get(key, f'at position {position}')}"
        for unknown in sorted(set(entry) - set(types)):
            mistakes.append(f'{name}: unknown key "{unknown}".')
        for missing in sorted(set(types) - set(entry)):
            mistakes.append(f'{name}: the key "{missing}" is missing.')
        for field, kind in types.items():
            if field in entry and (
                not isinstance(entry[field], kind) or isinstance(entry[field], bool)
            ):
                mistakes.append(f'{name}: "{field}" must be {TYPE_NAMES[kind]}.')
    return raw


def _check_numbers(noun: str, numbers: list[int]) -> list[str]:
    if numbers != list(range(1, len(numbers) + 1)):
        return [f"The {noun}s must be numbered 1, 2, 3 … in order; they are {numbers}."]
    return []


def _check_days(days: list[dict], units: set[int]) -> list[str]:
    mistakes = _check_numbers("day", [day["day"] for day in days])
    slugs: dict[str, int] = {}
    for day in days:
        name, slug = f"day {day['day']}", day["slug"]
        if not slug.isidentifier() or slug != slug.lower():
            mistakes.append(f'{name}: the slug "{slug}" must be lower case with underscores.')
        if slug in slugs:
            mistakes.append(f'{name}: the slug "{slug}" is already that of day {slugs[slug]}.')
        slugs.setdefault(slug, day["day"])
        if day["unit"] not in units:
            mistakes.append(f"{name}: there is no unit {day['unit']}.")
        if "paper" not in day["links"]:
            mistakes.append(f'{name}: "links" needs a link named "paper".')
        mistakes += _check_lesson(name, day, day["day"])
    return mistakes


def _check_interludes(interludes: list[dict], days: int) -> list[str]:
    mistakes = []
    ids = [one["id"] for one in interludes]
    for one in interludes:
        name = f"interlude {one['id']}"
        if not re.fullmatch("[a-z_]+", one["id"]):
            mistakes.append(f"{name}: its id must be lower-case letters and underscores.")
        if ids.count(one["id"]) > 1:
            mistakes.append(f"{name}: another interlude has this id.")
        if not 1 <= one["before"] <= days:
            mistakes.append(f"{name}: it comes before day {one['before']}, which does not exist.")
        mistakes += _check_lesson(name, one, one["before"])
    return mistakes


def _check_lesson(name: str, lesson: dict, next_day: int) -> list[str]:
    """Check what days and interludes share; `next_day` is the first that it cannot build on."""
    mistakes = []
    if len(lesson["short"]) > SHORT_LENGTH:
        mistakes.append(
            f"{name}: the short title has {len(lesson['short'])} characters, "
            f"{SHORT_LENGTH} is the most that fits."
        )
    if not 1 <= lesson["difficulty"] <= 5:
        mistakes.append(f"{name}: the difficulty must be 1 to 5, not {lesson['difficulty']}.")
    if lesson["minutes"] <= 0:
        mistakes.append(f"{name}: the reading time must be more than 0 minutes.")
    for kind, address in lesson["links"].items():
        if not str(address).startswith(("https://", "http://")):
            mistakes.append(f'{name}: the link "{kind}" is no web address: {address}')
    for earlier in lesson["builds_on"]:
        if not isinstance(earlier, int) or not 1 <= earlier < next_day:
            mistakes.append(f"{name}: it builds on {earlier!r}, which is not an earlier day.")
    if len(set(map(str, lesson["builds_on"]))) < len(lesson["builds_on"]):
        mistakes.append(f'{name}: "builds_on" names a day twice.')
    return mistakes


assert {field.name for field in fields(Day)} == set(DAY_TYPES)
assert {field.name for field in fields(Interlude)} == set(INTERLUDE_TYPES)
