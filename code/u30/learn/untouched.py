"""NumPy as it was: the reference runs on the same module that the learner's code can write to."""

from collections.abc import Iterator
from contextlib import contextmanager
from operator import is_
from typing import Any

import numpy as np

MODULES = {"np": np, "np.random": np.random, "np.linalg": np.linalg}


class Touched(Exception):
    """The learner's code put something else in the place of a function of NumPy."""

    def __init__(self, name: str):
        self.name = name
        super().__init__(
            f"Your code puts something else in the place of `{name}`, which everybody else needs "
            "as it is. Choose another name for what is yours."
        )


class NumPy:
    def __init__(self) -> None:
        self._before: dict[str, dict[str, Any]] = {k: dict(vars(m)) for k, m in MODULES.items()}

    def look(self) -> None:
        """Raise Touched if something is no longer what it was."""
        for module, name, _ in self._changes():
            raise Touched(f"{module}.{name}")

    def restore(self) -> None:
        for module, name, value in list(self._changes()):
            setattr(MODULES[module], name, value)

    def _changes(self) -> Iterator[tuple[str, str, Any]]:
        for module, before in self._before.items():
            now = vars(MODULES[module])
            if len(now) == len(before) and all(map(is_, now.values(), before.values())):
                continue  # the usual case
            for name, value in before.items():
                if now.get(name) is not value and not name.startswith("__"):
                    yield module, name, value


@contextmanager
def untouched() -> Iterator[NumPy]:
    numpy = NumPy()
    try:
        yield numpy
    finally:
        numpy.restore()
