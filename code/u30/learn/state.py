"""The learner's progress: one versioned JSON file that no accident loses.

    {"version": 1,
     "current": "d01.2",
     "exercises": {
       "d01.1": {"status": "passed", "tries": 3, "first_passed": "2026-01-31T18:05:12+00:00",
                 "helped": false, "review": null, "failing_seed": null, "hints": 1,
                 "reviews": 0}}}

status        "tried", "helped" (the solution was read before the first pass) or "passed"; an
              exercise without an entry is new. A helped one becomes passed when it is passed again
              on or after its review date. It comes back 7 and 21 days later all the same; reading
              the solution when it is due makes it helped again.
tries         checks that did not end "todo"
first_passed  when, in UTC, or null
helped        whether the solution was ever read before the first pass
review        date from which it is on the review list, or null
failing_seed  the seed that failed last; tried again until it passes
hints         how many hints have been read
reviews       how many times it was passed when it was due, since the solution was read

Every change reads the file again under a lock, so two processes lose nothing of each other. Keys
and ids that this version does not know are kept. The page keeps the same document and changes it
in the same way (book/_ext/u30book/static/progress.js; a test compares them).
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from u30.learn import state_file, sync
from u30.learn.parse import Exercise
from u30.learn.report import Report
from u30.learn.state_file import Document

REVIEW_AFTER = (timedelta(days=3), timedelta(days=7), timedelta(days=21))  # each time longer
FOLDER, FILE = ".u30", "state.json"


@dataclass(frozen=True)
class Entry:
    """What is known about one exercise."""

    status: str = "new"  # new | tried | helped | passed
    tries: int = 0
    first_passed: str | None = None
    helped: bool = False
    review: str | None = None
    failing_seed: int | None = None
    hints: int = 0
    reviews: int = 0

    @property
    def done(self) -> bool:
        """Passed at least once, with or without help."""
        return self.first_passed is not None


class State:
    """Progress in a file, or in memory only where there is no place for one (`path` None)."""

    def __init__(self, path: Path | None = None):
        self.path = path
        self.notices: list[str] = []  # sentences to show the learner once
        self._document = state_file.empty()
        self._read_only = False
        if path is not None and path.exists():
            self._change(None)

    def entry(self, id: str) -> Entry:
        known = {field.name for field in fields(Entry)}
        values = self._document["exercises"].get(id, {})
        return Entry(**{key: value for key, value in values.items() if key in known})

    def entries(self) -> dict[str, Entry]:
        return {id: self.entry(id) for id in self._document["exercises"]}

    def reload(self) -> None:
        """Take notice of what another process has written."""
        if self.path is not None and self.path.exists():
            self._change(None)

    def seed(self, id: str) -> int | None:
        """The seed to try first: the one that failed last."""
        return self.entry(id).failing_seed

    def record(
        self, report: Report, now: datetime | None = None, passed_seed: int | None = None
    ) -> Entry:
        """Write down the outcome of a check. One that ended "todo" was no try.

        passed_seed  a seed that was tried just before, and passed: it need not be repeated"""
        now = now or datetime.now(UTC)

        def change(entry: dict[str, Any]) -> None:
            if entry["failing_seed"] == passed_seed or (
                report.passed and entry["failing_seed"] == report.seed
            ):
                entry["failing_seed"] = None
            if report.status == "todo":
                return
            entry["tries"] += 1
            if not report.passed:
                if any(case.status != "skipped" for case in report.cases):
                    entry["failing_seed"] = report.seed
                if entry["status"] == "new":
                    entry["status"] = "tried"
                return
            entry["first_passed"] = entry["first_passed"] or _moment(now)
            if _is_due(entry, now):
                entry["status"] = "passed"
                entry["reviews"] += 1
                more = REVIEW_AFTER[entry["reviews"] :]
                entry["review"] = _day(now + more[0]) if more else None
            elif entry["status"] != "helped":
                entry["status"] = "passed"

        return self._update(report.exercise, change)

    def hint(self, id: str, number: int) -> Entry:
        """Note that hints 1 to `number` have been read."""
        return self._update(id, lambda entry: entry.update(hints=max(entry["hints"], number)))

    def help(self, id: str, now: datetime | None = None) -> Entry:
        """Note that the solution was shown. Before the first pass, and when the exercise is due
        for review, that means a review in three days."""
        now = now or datetime.now(UTC)

        def change(entry: dict[str, Any]) -> None:
            first = entry["first_passed"] is None
            if first or entry["status"] == "helped" or _is_due(entry, now):
                review = _day(now + REVIEW_AFTER[0])
                entry.update(status="helped", helped=True, review=review, reviews=0)

        return self._update(id, change)

    def due(self, today: date | None = None) -> list[str]:
        """Exercises to review, the longest due first."""
        day = (today or date.today()).isoformat()
        due = [(e.review, id) for id, e in self.entries().items() if e.review and e.review <= day]
        return [id for _, id in sorted(due)]

    @property
    def current(self) -> str | None:
        """The exercise that the learner is at, or None at the very beginning."""
        current = self._document.get("current")
        return current if isinstance(current, str) else None

    @current.setter
    def current(self, id: str | None) -> None:
        self._change(lambda document: document.update(current=id))

    def export(self) -> str:
        """All progress as one short line of text, for another machine."""
        self.reload()
        return sync.to_text(self._document)

    def merge(self, text: str) -> int:
        """Take over the progress in a text from `export`; how many exercises it changed.

        ValueError with a sentence where the text cannot be used."""
        other = sync.from_text(text)
        changed = 0

        def change(document: Document) -> None:
            nonlocal changed
            for key, value in other.items():
                document.setdefault(key, value)
            if "cards" in other:
                document["cards"] = sync.merged_cards(document["cards"], other["cards"])
            for id, theirs in other["exercises"].items():
                ours = document["exercises"].get(id, {})
                both = sync.merged(ours, theirs)
                changed += both != ours
                document["exercises"][id] = both

        self._change(change)
        return changed

    def _update(self, id: str, change: Callable[[dict[str, Any]], None]) -> Entry:
        def change_entry(document: Document) -> None:
            before = document["exercises"].get(id, {})
            entry = asdict(Entry()) | before
            change(entry)
            if entry != asdict(Entry()) | before:
                document["exercises"][id] = entry

        self._change(change_entry)
        return self.entry(id)

    def _change(self, change: Callable[[Document], None] | None) -> None:
        """Read the file again, change what it says, write it if that differs; all under the lock.

        Never raises for a file: what cannot be written stays in memory, and a notice says so."""
        if self.path is None or self._read_only:
            if change:
                change(self._document)
            return
        changed = False
        try:
            with state_file.locked(self.path):
                self._document, damage = state_file.read(self.path)
                if damage:
                    self.notices.append(damage)
                before = json.dumps(self._document)
                if change:
                    change(self._document)
                changed = True
                if damage or json.dumps(self._document) != before:
                    state_file.write(self.path, self._document)
        except (state_file.Newer, OSError) as error:
            newer = isinstance(error, state_file.Newer)
            why = str(error) if newer else f"Progress cannot be written down: {error}."
            self.notices.append(why)
            self._read_only = True
            if change and not changed:
                change(self._document)


def default_path(start: Path | None = None) -> Path | None:
    """state.json of the workspace that `start` (or the current folder) lies in, if there is one."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / FOLDER).is_dir():
            return folder / FOLDER / FILE
    return None


class Check(Protocol):
    """`Worker.check` and `check_source` alike."""

    def __call__(self, exercise: Exercise, source: str, seed: int | None = None) -> Report: ...


def check_remembering(check: Check, state: State, exercise: Exercise, source: str) -> Report:
    """The inputs that failed last time first, then fresh ones; the outcome is written down."""
    remembered = state.seed(exercise.id)
    if remembered is not None:
        report = check(exercise, source, seed=remembered)
        if not report.passed:
            state.record(report)
            return report
    report = check(exercise, source)
    state.record(report, passed_seed=remembered)
    return report


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")


def _is_due(entry: dict[str, Any], now: datetime) -> bool:
    return bool(entry["review"]) and entry["review"] <= _day(now)


def _day(now: datetime) -> str:
    """The learner's own date, not Greenwich's."""
    return now.astimezone().date().isoformat()
