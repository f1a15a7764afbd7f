"""Numbers, arrays and shapes in a few words."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def number(value: Any) -> str:
    """A number with six significant digits; anything else by its repr."""
    if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0:
        value = value.item()
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return f"{value + 0.0:.6g}"  # -0.0 becomes 0
    if isinstance(value, complex):
        return f"{value.real:.6g}" if value.imag == 0 else f"{value:.6g}"
    return repr(value)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def describe(value: Any) -> str:
    """What something is: "a list of 3", "an array of shape (2, 3)", "the number 4"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | int | float | complex | np.generic):
        return f"the number {number(value)}"
    if isinstance(value, list | tuple | dict | set):
        return f"a {type(value).__name__} of {len(value)}"
    if callable(value):
        return "a function (is it called?)"
    text = repr(value)
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} {text if len(text) <= 40 else ''}".strip()


def named(name: str) -> str:
    """A name at the start of a sentence: "`dx`", "The gradient"."""
    return name[:1].upper() + name[1:] if " " in name else f"`{name}`"


def show(value: Any, room: int = 120) -> str:
    """A value as it may be written in a call, or what it is when it is too long for that."""
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.ndarray):
        if value.size <= 24:
            text = np.array2string(value, precision=4, separator=", ", max_line_width=10_000)
            text = " ".join(text.split()).replace("[ ", "[")
            if len(text) <= room:
                return text
        return f"{value.dtype} {value.shape}"
    if isinstance(value, dict):
        inner = ", ".join(f"{key}: {show(item, room // 2)}" for key, item in value.items())
        return "{" + inner + "}"
    if isinstance(value, tuple | list):
        inner = ", ".join(show(item, room // 2) for item in value)
        comma = "," if len(value) == 1 else ""
        return f"({inner}{comma})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, float | np.generic):
        return number(value)
    text = repr(value)
    if len(text) <= max(room, 20):
        return text
    return f"{text[: max(room // 2, 20)]}... ({len(text)} characters)"


def axis_names(shape: Sequence[int], sizes: dict[str, int]) -> list[str]:
    """The letter of each axis where exactly one letter has that size, else ""."""
    return [one[0] if len(one := [k for k, v in sizes.items() if v == n]) == 1 else ""
            for n in shape]  # fmt: skip
