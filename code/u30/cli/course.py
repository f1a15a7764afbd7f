"""Finding exercises: by id, by day, by file, and the next one to do."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

from u30.cli.codes import BROKEN, Stop
from u30.learn.cut import ExerciseError
from u30.learn.parse import INTERLUDES, Exercise, load_all
from u30.learn.state import State


def course() -> list[Exercise]:
    """Every exercise; Stop where the installation has none that can be read."""
    try:
        exercises = load_all()
    except (ExerciseError, OSError, SyntaxError) as error:
        raise Stop(f"The package is damaged: {error}. Install it again.", BROKEN) from None
    if not exercises:
        raise Stop("The package contains no exercises. Install it again.", BROKEN)
    return exercises


def find(text: str, exercises: list[Exercise]) -> Exercise:
    """The exercise that "d01.1", "1.1", "engine.1" or the path of its file names."""
    match = re.fullmatch(r"(\w+?)[.\-_/ ](?:ex)?0*(\d{1,2})", text.strip().lower())
    series = _series(match[1]) if match else None
    wanted = f"{series}.{match[2]}" if match and series else _id_of_path(text)
    for exercise in exercises:
        if exercise.id == wanted:
            return exercise
    raise Stop(f'There is no exercise "{text}"{_like(wanted or text, exercises)}.')


def find_series(text: str) -> str:
    """ "d01" for "1", "01", "d01" or "day01"; "engine" for "engine"."""
    series = _series(text)
    if series is None:
        others = " or ".join(f'"{name}"' for name in INTERLUDES)
        raise Stop(f'"{text}" is not a day: days go from 1 to 30, and there is {others}.')
    return series


def name_of(series: str) -> str:
    """ "Day 1", or an interlude's own name."""
    return f"The interlude {series}" if series in INTERLUDES else f"Day {int(series[1:])}"


def select(texts: list[str], exercises: list[Exercise]) -> list[Exercise]:
    """The exercises that ids, files and days name, in the order of the course."""
    chosen = []
    for text in texts:
        if _series(text) or text.strip().isdigit():
            series = find_series(text)
            of_series = [exercise for exercise in exercises if exercise.series == series]
            if not of_series:
                raise Stop(f"{name_of(series)} has no exercises yet.")
            chosen += of_series
        else:
            chosen.append(find(text, exercises))
    return [exercise for exercise in exercises if exercise in chosen]


def _series(text: str) -> str | None:
    text = text.strip().lower()
    match = re.fullmatch(r"(?:d|day)? ?0*(\d{1,2})", text)
    if match and 1 <= int(match[1]) <= 30:
        return f"d{int(match[1]):02d}"
    return text if text in INTERLUDES else None


def current(state: State, exercises: list[Exercise]) -> Exercise:
    """The one the learner is at: as remembered, else the first that is not passed."""
    for exercise in exercises:
        if exercise.id == state.current:
            return exercise
    return following(state, exercises, None) or exercises[0]


def following(state: State, exercises: list[Exercise], after: Exercise | None) -> Exercise | None:
    """The next one that was never passed, after this one and then from the start."""
    place = exercises.index(after) + 1 if after else 0
    for exercise in exercises[place:] + exercises[:place]:
        if not state.entry(exercise.id).done and exercise != after:
            return exercise
    return None


def _id_of_path(text: str) -> str | None:
    match = re.search(r"([a-z]+)(\d\d)?[/\\]ex(\d+)\w*(?:\.py)?$", str(Path(text).absolute()))
    if not match:
        return None
    return f"d{match[2]}.{match[3]}" if match[2] else f"{match[1]}.{match[3]}"


def _like(text: str, exercises: list[Exercise]) -> str:
    ids = [exercise.id for exercise in exercises]
    close = difflib.get_close_matches(text.lower(), ids, n=1, cutoff=0.6)
    hint = f"did you mean {close[0]}?" if close else f"ids look like {ids[0]}."
    return f": {hint} `u30 list` shows all"
