"""The graph behind automatic differentiation: the walk back through it, and how it is watched.

    y = f(a, b)      dL/da = dL/dy dy/da,   dL/db = dL/dy dy/db          (chain rule)

A node is a Tensor that remembers its parents and its vjp (vector-Jacobian product), the function
that turns the gradient of the output, d = dL/dy, into one gradient for each parent. The walk goes
from the newest node to the oldest. That order is always right, because whatever used a tensor was
made after it: a clock that ticks with every tensor is all the sorting there is.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from typing import Any

import numpy as np

clock = itertools.count()


class Mode(threading.local):
    """What is switched on in this thread."""

    recording = True
    nan_guard = False


mode = Mode()


def walk_back(root: Any, gradient: np.ndarray) -> None:
    """Carry the gradient of `root` to every leaf below; free the graph."""
    sums = {root: gradient}
    ours = set()  # tensors whose sum is an array that nobody else holds
    queue = [(-root._time, root)]
    guard = mode.nan_guard
    while queue:
        node = heappop(queue)[1]  # the newest: everything that used it is done
        d = sums.pop(node)
        if node._keep:
            node.grad = d
        for parent, g in zip(node._parents, node._vjp(d), strict=True):
            if g is None or not parent.requires_grad:
                continue
            if parent._time > node._time or guard:
                _check(node, parent, g)
            new = g is not d and g.base is None
            if parent._vjp is None:  # a leaf keeps its array: Adam holds it
                if parent.grad is None:
                    parent.grad = _first_gradient(parent, g, new)
                else:
                    parent.grad = _plus(parent.grad, g, in_place=True)
            elif parent in sums:
                sums[parent] = _plus(sums[parent], g, parent in ours)
                ours.add(parent)
            else:
                heappush(queue, (-parent._time, parent))
                sums[parent] = g.dense(parent.data) if type(g) is Part else g
                if new:
                    ours.add(parent)
        node._parents, node._vjp = (), _freed  # its memory serves the next ones


class Part:
    """Gradient of `x[index]` with respect to x: a value at an index, and zeros nobody stores."""

    __slots__ = ("index", "value")
    base = None  # as of an array that is nobody's view

    def __init__(self, index: Any, value: np.ndarray):
        self.index, self.value = index, value

    def dense(self, x: np.ndarray) -> np.ndarray:
        return self.add_to(np.zeros_like(x))

    def add_to(self, total: np.ndarray) -> np.ndarray:
        index = self.index if isinstance(self.index, tuple) else (self.index,)
        if any(isinstance(i, (list, np.ndarray)) for i in index):
            np.add.at(total, self.index, self.value)  # the same place may occur twice
        else:
            total[self.index] += self.value
        return total


def _plus(total: Any, g: Any, in_place: bool) -> Any:
    if type(g) is Part:
        return g.add_to(total if in_place else total.copy())
    if in_place:
        total += g
        return total
    return total + g


def _first_gradient(leaf: Any, g: Any, new: bool) -> np.ndarray:
    """An array that belongs to this leaf alone."""
    if type(g) is Part:
        return g.dense(leaf.data)
    if g.shape != leaf.shape:
        raise ValueError(f"The gradient of a tensor of shape {leaf.shape} has shape {g.shape}.")
    return np.array(g, leaf.dtype, copy=None if new else True)


def _check(node: Any, parent: Any, g: Any) -> None:
    if parent._time > node._time:
        raise RuntimeError(
            f"A tensor of shape {parent.shape} was changed after {node.name} had used it, so its "
            "gradient would be wrong: call backward() first, then change it."
        )
    if np.isnan(g.value if type(g) is Part else g).any():
        raise FloatingPointError(
            f"{node.name} gave NaN in the gradient of its input of shape {parent.shape}."
        )


def _freed(d: np.ndarray) -> tuple:
    raise RuntimeError(
        "backward() has been through this part of the graph already, and has freed it: add up the "
        "losses and call backward() once, or compute the forward pass again."
    )


def nodes(root: Any) -> list[Any]:
    """All tensors that `root` was computed from, and itself: oldest first."""
    found, todo = {root}, [root]
    while todo:
        for parent in todo.pop()._parents:
            if parent not in found:
                found.add(parent)
                todo.append(parent)
    return sorted(found, key=lambda tensor: tensor._time)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without making a graph: for evaluation and sampling."""
    before, mode.recording = mode.recording, False
    try:
        yield
    finally:
        mode.recording = before


@contextmanager
def detect_nan() -> Iterator[None]:
    """Stop at the first operation that gives NaN, forward or backward, and name it. Slower."""
    before, mode.nan_guard = mode.nan_guard, True
    try:
        yield
    finally:
        mode.nan_guard = before
