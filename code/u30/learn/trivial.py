"""Answers that need no thought, which must fail, and right answers in another form, which must not.

Both are made from the solution: each takes one of its functions and returns a function.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from u30.learn import spaces
from u30.learn.check import check_functions
from u30.learn.copies import copy_of
from u30.learn.parse import Exercise

Functions = dict[str, Any]
RECORDED, TRIED = 0, 1  # seeds: constants are recorded on one and tried on another
ROUNDING = {"float16": 1e-4, "float32": 1e-6}  # relative noise; finer types: 1e-12


def trivial_answers(exercise: Exercise, solved: Functions) -> Iterator[tuple[str, Functions]]:
    """(what it does, functions) for every function of the exercise and every way to be lazy."""
    answers = _recorded(exercise, solved)
    for name in exercise.names:
        right = solved[name]
        if not callable(right):
            for value in (None, 0, 1, ""):
                if type(value) is not type(right) or value != right:
                    yield f"`{name} = {value!r}`", solved | {name: value}
            continue
        lazy: dict[str, Callable[..., Any]] = {"None": lambda *_, **__: None}
        lazy["zeros"] = lambda *args, right=right, **kw: _zero(right(*copy_of(args), **kw))
        lazy["the answers of another seed"] = _constant(answers[name])
        for place in range(4):
            lazy[f"input {place}"] = _input(place)
        for what, function in lazy.items():
            yield f"`{name}` returning {what}", solved | {name: function}


def other_forms(exercise: Exercise) -> Iterator[tuple[str, Functions]]:
    """The same answers as another style or another order of operations gives them."""
    rng = np.random.default_rng(0)
    forms: dict[str, Callable[[Any], Any]] = {
        "with rounding errors": lambda value: _noisy(value, rng),
        "as lists instead of tuples": _listed,
        "as NumPy numbers": lambda value: _numbers(value, np.asarray),
        "as NumPy scalars": lambda value: _numbers(value, lambda x: np.asarray(x)[()]),
        "as plain Python numbers": lambda value: _numbers(value, lambda x: np.asarray(x).item()),
        "in Fortran order": _fortran,
    }
    for what, form in forms.items():
        yield f"the right answer {what}", _formed(exercise, lambda x: x, form)
    yield "the right answer to inputs with rounding errors", _formed(exercise, _nudged, lambda x: x)


def _formed(
    exercise: Exercise, before: Callable[[Any], Any], after: Callable[[Any], Any]
) -> Functions:
    """The solution with every argument and every result changed, also where it calls itself."""
    space = spaces.reference(exercise)

    def wrap(right: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: after(right(*map(before, args), **_each(kwargs, before)))

    for name in exercise.names:
        if callable(space[name]) and not isinstance(space[name], type):
            space[name] = wrap(space[name])
    return space


def _recorded(exercise: Exercise, solved: Functions) -> dict[str, list[Any]]:
    """What the solution returns, call by call."""
    answers: dict[str, list[Any]] = {name: [] for name in exercise.names}

    def recording(name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            answers[name].append(solved[name](*args, **kwargs))
            return answers[name][-1]

        return call

    recorders = {name: recording(name) for name in exercise.names if callable(solved[name])}
    check_functions(exercise, solved | recorders, RECORDED)
    return answers


def _constant(answers: list[Any]) -> Callable[..., Any]:
    again = itertools.cycle(answers or [None])
    return lambda *_, **__: next(again)


def _input(place: int) -> Callable[..., Any]:
    return lambda *args, **_: args[min(place, len(args) - 1)]


def _zero(value: Any) -> Any:
    return _each(value, lambda x: x * 0)


def _noisy(value: Any, rng: np.random.Generator) -> Any:
    def shake(x: Any) -> Any:
        if np.asarray(x).dtype.kind not in "fc":
            return x
        name = np.asarray(x).dtype.name
        size = ROUNDING.get(name, 1e-12)
        shaken = x * (1 + size * rng.uniform(-1, 1, np.shape(x)))
        return shaken.astype(name) if isinstance(shaken, np.ndarray | np.generic) else shaken

    return _each(value, shake)


def _nudged(value: Any) -> Any:
    """The last digit of each number changed, equal ones alike; whole numbers and zeros stay."""

    def nudge(x: Any) -> Any:
        if np.asarray(x).dtype.kind != "f" or not np.all(np.isfinite(x)):
            return x
        size = np.finfo(np.asarray(x).dtype).eps
        return np.where(x == np.round(x), x, x + x * size * np.cos(1000 * x)).astype(x.dtype)

    return _each(value, lambda x: nudge(x) if isinstance(x, np.ndarray) else x)


def _listed(value: Any) -> Any:
    return list(value) if type(value) is tuple else value


def _numbers(value: Any, make: Callable[[Any], Any]) -> Any:
    return _each(value, lambda x: make(x) if np.ndim(x) == 0 else x)


def _fortran(value: Any) -> Any:
    return _each(value, lambda x: np.asfortranarray(x) if np.ndim(x) else x)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every number and array in it changed."""
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    if type(value) in (tuple, list):
        return type(value)(_each(item, change) for item in value)
    if isinstance(value, np.ndarray | np.generic | int | float | complex):
        return change(value)
    return value
