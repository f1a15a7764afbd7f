"""Python as it was at the start. All checks and cells of a tab share one process, so what one of
them puts in the place of a function of NumPy, of this package or of Python must not reach the next.

The terminal forks a process for each check; a page has nothing to fork. Starting the worker anew
would take seconds, and this takes milliseconds.
"""

import builtins
import math
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np

_before: dict[str, tuple[ModuleType, dict[str, Any]]] = {}
_recursion = sys.getrecursionlimit()
_options: dict[str, Any] = {}


def begin() -> None:
    """Note how everything is now."""
    global _recursion
    _recursion = sys.getrecursionlimit()
    _options.update(np.get_printoptions())
    for name, module in sorted(sys.modules.items()):
        watched = module in (builtins, math, random) or name.split(".")[0] in ("numpy", "u30")
        if watched and isinstance(module, ModuleType):
            _before[name] = (module, dict(vars(module)))


def restore() -> list[str]:
    """Put everything back; the names of what had been changed."""
    changed = []
    for name, (module, before) in _before.items():
        now = vars(module)
        for key, value in before.items():
            if now.get(key, _before) is not value and key != "_":
                setattr(module, key, value)
                changed.append(f"{name}.{key}")
    sys.setrecursionlimit(_recursion)
    return changed


@contextmanager
def as_it_was() -> Iterator[None]:
    """Run a check as if nothing had run before it, and leave nothing of it behind."""
    restore()
    try:
        with np.printoptions(**_options):
            yield
    finally:
        restore()
