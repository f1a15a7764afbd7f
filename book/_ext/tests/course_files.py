"""A small course of three days and an interlude for the tests, as text and as files."""

from __future__ import annotations

from pathlib import Path

import yaml


def course_data() -> dict:
    """Return a valid days.yml, loaded."""

    def day(number: int, slug: str, short: str, unit: int, builds_on: list[int]) -> dict:
        return {
            "day": number,
            "slug": slug,
            "title": f"On {short}",
            "short": short,
            "authors": "A. Author",
            "year": 2000 + number,
            "links": {"paper": f"https://example.org/{slug}"},
            "unit": unit,
            "idea": "One idea in five words",
            "difficulty": number,
            "minutes": 60,
            "builds_on": builds_on,
        }

    return {
        "units": [
            {"id": 1, "title": "Memory", "about": "About memory."},
            {"id": 2, "title": "Depth", "about": "About depth."},
        ],
        "days": [
            day(1, "char_rnn", "RNNs that write", 1, []),
            day(2, "lstm", "LSTMs", 1, [1]),
            day(3, "resnet", "ResNet", 2, [1, 2]),
        ],
        "interludes": [
            {
                "id": "engine",
                "before": 3,
                "title": "Build the engine",
                "short": "Build the engine",
                "links": {"survey": "https://example.org/survey"},
                "idea": "One idea in five words",
                "difficulty": 3,
                "minutes": 60,
                "builds_on": [1],
            }
        ],
    }


def write_days(folder: Path) -> Path:
    path = folder / "days.yml"
    path.write_text(yaml.safe_dump(course_data(), sort_keys=False), encoding="utf-8")
    return path


SECTIONS = """
## In one sentence

One sentence.

## ELI5

```{eli5}
A story about **one** sticky note.
```

## Before this paper

Text.

## The idea, piece by piece

$$h = x W$$ (the-equation)

```{derivation} Why $h$ is linear in $x$
Because **it is** $x$ times a constant.
```

```{source} u30.small.double
:eq: the-equation
:caption: the *only* line
```

## Build it

Text.

## The headline experiment

Text.

## Play with it

Text.

## What people get wrong

Text.

## Exercises

EXERCISES

## Quick start

Text.

## Cheat sheet

```{cheatsheet}
Short.
```

## Recall

```{recall}
Q: What is $h$?
A: The *state*.
```

## Where next

Text.
"""


def day_page(day: int, exercises: str | None = None) -> str:
    """Return a day page that has everything."""
    if exercises is None:
        exercises = "\n".join(f"```{{exercise-file}} d{day:02d}.{n}\n```" for n in range(1, 6))
    card = f"# Day {day}: a title\n\n```{{day-card}} {day}\n```\n"
    return card + SECTIONS.replace("EXERCISES", exercises)


def interlude_page() -> str:
    """Return the page of the interlude, with everything."""
    exercises = "\n".join(f"```{{exercise-file}} engine.{n}\n```" for n in range(1, 6))
    return "# A title\n\n```{day-card} engine\n```\n" + SECTIONS.replace("EXERCISES", exercises)
