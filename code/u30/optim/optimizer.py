"""Parameters and gradients in flat arrays: what all optimisers share, and gradient clipping.

The gradients and the state of all parameters lie in flat arrays, so that a step is a few operations
on long arrays instead of a few on each small one. Parameters come in two forms:

- a dict of arrays, and `step(grads)` with a dict of gradients under the same names;
- a Module, or Tensors. Their `.data` become views of one flat array. After `loss.backward()` a call
  of `step()` collects each `.grad`. A Tensor without one counts as having a gradient of zeros.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np

Arrays = dict[str, np.ndarray]


class Trainable(Protocol):
    """What an optimiser needs of a Tensor."""

    data: np.ndarray
    grad: np.ndarray | None


class Optimizer:
    """Holds the parameters and one flat gradient. Subclasses turn a gradient into a step."""

    moments: tuple[str, ...] = ()  # names of the flat arrays that make up the state

    def __init__(self, params: Any, lr: float):
        if not lr > 0:
            raise ValueError(f"The learning rate must be above 0, but is {lr}.")
        self.params, self.lr, self.t = params, lr, 0
        self._tensors = _tensors(params)
        self._arrays = [p.data for p in self._tensors] or list(params.values())
        self.size = sum(p.size for p in self._arrays)
        self.dtype = np.result_type(*self._arrays)
        self._g, self._scratch = self._zeros(), self._zeros()
        self._places: list[np.ndarray] = []
        self._grad_places: list[np.ndarray] = []
        for name in self.moments:
            setattr(self, name, self._zeros())
        if self._tensors:
            self._flatten()

    def _zeros(self) -> np.ndarray:  # () -> (size,)
        return np.zeros(self.size, dtype=self.dtype)

    def _flatten(self) -> None:
        """Move all Tensors into one array: each one's data is now a view of its piece."""
        if any(p.data.dtype != self.dtype for p in self._tensors):
            kinds = sorted({str(p.data.dtype) for p in self._tensors})
            raise ValueError(f"All parameters must have one float type, but have {kinds}.")
        flat = self._zeros()
        self._places = list(self._pieces(flat))
        self._grad_places = list(self._pieces(self._g))
        self._move_in()
        self._arrays = [flat]

    def _move_in(self) -> None:
        """Take over data that is not in the flat array: at the start, or replaced since."""
        for p, place in zip(self._tensors, self._places):
            if p.data is place:
                continue
            if (p.data.shape, p.data.dtype) != (place.shape, self.dtype):
                raise ValueError(
                    f"A parameter was {self.dtype} of shape {place.shape} and now is "
                    f"{p.data.dtype} of shape {p.data.shape}: make a new optimiser for it."
                )
            place[...] = p.data
            p.data = place

    def _pieces(self, flat: np.ndarray) -> Iterator[np.ndarray]:
        """The pieces of a flat array, one for each of our arrays and in its shape."""
        start = 0
        for p in self._arrays:
            yield flat[start : start + p.size].reshape(p.shape)
            start += p.size

    def gradient(self) -> np.ndarray:  # () -> (size,)
        """The gradients of all Tensors in one flat array, of which each `.grad` becomes a view."""
        if all(p.grad is None for p in self._tensors):
            raise ValueError("There is no gradient yet: call backward() on the loss first.")
        for p, place in zip(self._tensors, self._grad_places):
            if p.grad is None:
                place.fill(0)
            elif p.grad is not place:
                place[...] = p.grad
                p.grad = place
        return self._g

    def clip(self, max_norm: float) -> float:
        """`clip_global_norm` for the gradients of all Tensors, between backward() and step()."""
        return _limit_norm([self.gradient()], max_norm)

    def zero_grad(self) -> None:
        """Forget the gradients of all Tensors. Without it, the next backward() adds to them."""
        for p in self._tensors:
            p.grad = None

    def step(self, grads: Arrays | None = None) -> None:
        """Change every parameter in place. A dict of arrays needs its gradients as `grads`."""
        if self._tensors:
            if grads is not None:
                raise TypeError("Tensors hold their own gradients: call step() without any.")
            g = self.gradient()
            self._move_in()
        elif grads is None:
            raise TypeError("Parameters that are plain arrays need step(grads) with a dict.")
        else:
            g = self._g
            np.concatenate([grads[name].ravel() for name in self.params], out=g)
        self.t += 1
        for p, change in zip(self._arrays, self._pieces(self._change(g))):
            p -= change
        for tensor, place in zip(self._tensors, self._places):
            tensor.data = place  # assigned, so that a graph that used the old values notices

    def _change(self, g: np.ndarray) -> np.ndarray:  # (size,) -> (size,)
        """What to subtract from the parameters. Leaves `g` as it is; may use `_scratch`."""
        raise NotImplementedError

    def state(self) -> Arrays:
        """The arrays to save in order to continue exactly where this optimiser is."""
        return {**{name: getattr(self, name) for name in self.moments}, "t": np.array(self.t)}

    def load_state(self, state: Arrays) -> None:
        """Continue from the arrays that `state()` returned."""
        for name in (*self.moments, "t"):
            shape = (self.size,) if name in self.moments else ()
            if name not in state or state[name].shape != shape:
                raise ValueError(f"This state does not fit: it needs {name!r} of shape {shape}.")
        for name in self.moments:
            getattr(self, name)[...] = state[name]
        self.t = int(state["t"])


def clip_global_norm(grads: Arrays, max_norm: float) -> float:
    """Scale all gradients in place so that their joint norm is at most `max_norm`; return the norm.

    The direction of the whole gradient is kept, unlike with element-wise clipping.
    """
    return _limit_norm(list(grads.values()), max_norm)


def _limit_norm(grads: list[np.ndarray], max_norm: float) -> float:
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return norm


def _tensors(params: Any) -> list[Trainable]:
    """The Tensors among what an optimiser is given, each once; none for a dict of arrays."""
    named = isinstance(params, dict)
    if named:
        params = params.values()
    elif hasattr(params, "parameters"):
        params = params.parameters()
    found = list({id(p): p for p in params}.values())
    if not found:
        raise ValueError("There is nothing to train: no parameters were given.")
    tensors = [p for p in found if not isinstance(p, np.ndarray)]
    if not tensors and not named:
        raise TypeError("Arrays need names: pass them as a dict, or as Tensors.")
    return tensors
