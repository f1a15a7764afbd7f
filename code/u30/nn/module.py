"""Module: something with parameters, and what can be done with all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from u30.checkpoint import Arrays, load_checkpoint, save_checkpoint
from u30.runtime import FLOAT
from u30.tensor import Tensor


class Parameter(Tensor):
    """A Tensor that is to be learned. float32, whatever it is made from."""

    __slots__ = ()

    def __init__(self, data: ArrayLike):
        super().__init__(np.array(data, FLOAT), requires_grad=True)


def uniform(rng: np.random.Generator, bound: float, *shape: int) -> Parameter:
    """Uniform between -bound and bound."""
    return Parameter(rng.uniform(-bound, bound, shape))


class Module:
    """Something with parameters: its attributes that are Parameters, Modules, or lists of Modules.

    Subclasses write `forward`. `buffers` names arrays that are saved but not learned.
    """

    buffers: tuple[str, ...] = ()
    training = True

    def forward(self, *args: Any, **options: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} has no forward().")

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.forward(*args, **options)

    def children(self) -> Iterator[tuple[str, Module]]:
        """Modules inside this one, with their names, in the order of definition."""
        for name, value in vars(self).items():
            if isinstance(value, Module):
                yield name, value
            elif isinstance(value, (list, tuple)):
                for i, item in enumerate(value):
                    if isinstance(item, Module):
                        yield f"{name}.{i}", item

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        for name, value in vars(self).items():
            if isinstance(value, Parameter):
                yield prefix + name, value
        for name, child in self.children():
            yield from child.named_parameters(f"{prefix}{name}.")

    def parameters(self) -> list[Parameter]:
        """Each once, even if two layers share it."""
        return list({id(p): p for _, p in self.named_parameters()}.values())

    @property
    def size(self) -> int:
        """Numbers to learn."""
        return sum(p.size for p in self.parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, np.ndarray]]:
        for name in self.buffers:
            yield prefix + name, getattr(self, name)
        for name, child in self.children():
            yield from child.named_buffers(f"{prefix}{name}.")

    def train(self, training: bool = True) -> Module:
        """Switch to training: dropout drops, batch normalisation uses the batch's statistics."""
        self.training = training
        for _, child in self.children():
            child.train(training)
        return self

    def eval(self) -> Module:
        """Switch to evaluation."""
        return self.train(False)

    def zero_grad(self) -> None:
        for p in self.parameters():
            p.grad = None

    def astype(self, dtype: DTypeLike) -> Module:
        """Change the float type of everything, for example to float64 for a gradient check."""
        for p in self.parameters():
            p.data = p.data.astype(dtype)
        for module in self.modules():
            for name in module.buffers:
                setattr(module, name, getattr(module, name).astype(dtype))
        return self

    def modules(self) -> Iterator[Module]:
        """This module and all inside it."""
        yield self
        for _, child in self.children():
            yield from child.modules()

    def _arrays(self) -> Arrays:
        return {name: p.data for name, p in self.named_parameters()} | dict(self.named_buffers())

    def state_dict(self) -> Arrays:
        """Copies of all parameters and buffers by name."""
        return {name: array.copy() for name, array in self._arrays().items()}

    def load_state_dict(self, state: Arrays) -> None:
        """Take over what `state_dict` returned. Nothing changes unless everything fits."""
        own = self._arrays()
        problems = [f"{name} is missing" for name in own if name not in state]
        problems += [f"{name} is unknown" for name in state if name not in own]
        problems += [
            f"{name} has shape {np.shape(state[name])} instead of {array.shape}"
            for name, array in own.items()
            if name in state and np.shape(state[name]) != array.shape
        ]
        if problems:
            raise ValueError(
                f"This state does not fit {type(self).__name__}: {', '.join(problems)}."
            )
        for name, array in own.items():
            array[...] = state[name]  # in place: an optimiser may hold it
        for p in self.parameters():
            p.data = p.data  # a graph that used the old values will notice

    def save(self, path: str | Path) -> None:
        """Write all parameters and buffers to an .npz file."""
        save_checkpoint(path, f"weights of {type(self).__name__}", self.state_dict(), {})

    def load(self, path: str | Path) -> None:
        """Read what `save` wrote."""
        self.load_state_dict(load_checkpoint(path, f"weights of {type(self).__name__}")[0])

    def __repr__(self) -> str:
        own = [f"{n} {p.shape}" for n, p in vars(self).items() if isinstance(p, Parameter)]
        inside = [f"{name}: {child!r}" for name, child in self.children()]
        if not inside:
            return f"{type(self).__name__}({', '.join(own)})"
        lines = "\n".join(own + inside).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {lines}\n)"
