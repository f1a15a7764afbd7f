"""The learner's functions as a case sees them: every call is made on copies and remembered."""

import inspect
from dataclasses import dataclass
from typing import Any

from u30.learn.compare import Mismatch
from u30.learn.copies import copy_of, same
from u30.learn.words import describe, show

LONGEST = 500  # characters of a call in a report


class LearnerError(Exception):
    """The learner's function raised; the cause is `error`."""

    def __init__(self, error: Exception):
        super().__init__(str(error))
        self.error = error


@dataclass
class Call:
    """One call (or `times` equal calls in a row) and what came of it."""

    name: str
    args: tuple
    kwargs: dict[str, Any]
    arguments: tuple[str, ...]  # the names of the positional arguments
    times: int | None = None
    result: Any = None
    error: Exception | None = None
    changed: tuple[str, ...] = ()  # arguments changed in place

    def inputs(self) -> dict[str, Any]:
        return dict(zip(self.arguments, self.args, strict=False)) | self.kwargs

    def text(self) -> str:
        """The call with its values, or with shapes where the values would fill the screen."""
        for room in (120, 30, 0):
            inner = ", ".join(f"{name}={show(v, room)}" for name, v in self.inputs().items())
            if len(inner) <= 160:
                break
        if len(inner) > LONGEST:  # a whole model: say what it is, not all that is in it
            items = self.inputs().items()
            inner = ", ".join(f"{name}={_in_brief(value)}" for name, value in items)
        return f"{self.name}({inner})"

    def make(self, function: Any, mutates: tuple[str, ...] = ()) -> "Call":
        """The same call on another function (also used for the first time)."""
        args, kwargs = copy_of((self.args, self.kwargs), generators=True)
        return perform(Call(self.name, args, kwargs, self.arguments, self.times), function, mutates)


def perform(call: Call, function: Any, mutates: tuple[str, ...] = ()) -> Call:
    """Run a call whose arguments nobody else needs, and write down what happened."""
    names = call.arguments
    args = tuple(
        value if i < len(names) and names[i] in mutates else copy_of(value)
        for i, value in enumerate(call.args)
    )
    kwargs = {k: v if k in mutates else copy_of(v) for k, v in call.kwargs.items()}
    try:
        if call.times is None:
            call.result = function(*args, **kwargs)
        else:
            call.result = [function(*args, **kwargs) for _ in range(call.times)]
    except NotImplementedError:
        raise
    except Exception as error:
        call.error = error
    after = dict(zip(call.arguments, args, strict=False)) | kwargs
    before = call.inputs()
    call.changed = tuple(
        name
        for name, value in before.items()
        if name not in mutates and not same(value, after[name], exact=True)
    )
    return call


def _in_brief(value: Any) -> str:
    return describe(value) if isinstance(value, dict | list | tuple) else show(value, 0)


class Learner:
    """`you` in a case: attribute access gives the learner's functions, recorded."""

    def __init__(self, functions: dict[str, Any], model: dict[str, Any], mutates: tuple[str, ...]):
        self._functions, self._model, self._mutates = functions, model, mutates
        self._calls: list[Call] = []
        self._parameters: dict[str, tuple[str, ...]] = {}

    def parameters_of(self, name: str, function: Any) -> tuple[str, ...]:
        """The names of a function's arguments; a case may call it hundreds of times."""
        if name not in self._parameters:
            self._parameters[name] = parameters(self._model.get(name, function))
        return self._parameters[name]

    def __getattr__(self, name: str) -> Any:
        if name not in self._functions:
            raise Mismatch(f"`{name}` is not defined in your code.")
        value = self._functions[name]
        return Recorded(self, name, value) if callable(value) else value


class Recorded:
    """One of the learner's functions."""

    def __init__(self, learner: Learner, name: str, function: Any):
        self.learner, self.name, self.function = learner, name, function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._run(args, kwargs, None)

    def times(self, n: int, *args: Any, **kwargs: Any) -> list:
        """n calls with the same arguments; a generator among them moves on from call to call."""
        return self._run(args, kwargs, n)

    def _run(self, args: tuple, kwargs: dict[str, Any], times: int | None) -> Any:
        mutates = self.learner._mutates
        names = self.learner.parameters_of(self.name, self.function)
        kept_args, kept_kwargs = copy_of((args, kwargs), generators=True)
        call = Call(self.name, kept_args, kept_kwargs, names, times)
        self.learner._calls.append(call)
        live = perform(Call(self.name, args, kwargs, names, times), self.function, mutates)
        call.result, call.error, call.changed = copy_of(live.result), live.error, live.changed
        if call.error is not None:
            raise LearnerError(call.error)
        if call.changed:
            which = " and ".join(f"`{name}`" for name in call.changed)
            raise Mismatch(
                f"`{self.name}` changed its input {which}. Whoever calls it still needs the old "
                "values: `x = x - m` makes a new array, `x -= m` and `x[i] = ...` do not."
            )
        return live.result


def parameters(function: Any) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()
