"""Day 13, table 1 of the paper: what a layer costs, counted on running code.

                            multiplications     one after the other     longest path
    self-attention          n^2 d               1                       1
    recurrent               n d^2               n                       n
    convolution             k n d^2             1                       log_k(n), if dilated
    restricted attention    r n d               1                       n / r

n positions, d numbers at each, k width of the kernel, r neighbours. The paper gives orders of
growth. We count factors, too: attention multiplies twice (scores, then values), a recurrent layer
as well (input, then state). Neither table 1 nor we count the projections WQ, WK, WV and WO here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from u30.nn import LSTM, RNN, Module
from u30.papers.d13_attention import MultiHead
from u30.runtime import cpu_seconds
from u30.tensor import Tensor

# 1. Four layers, x (n,d) -> (n,d)


def softmax(scores: np.ndarray) -> np.ndarray:  # over the last axis
    """Not in place, as that of the kernels is: an array that counts cannot be written to."""
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def self_attention(x: np.ndarray) -> np.ndarray:  # (n,d) -> (n,d)
    return softmax(x @ x.T / math.sqrt(x.shape[1])) @ x


def recurrent(x: np.ndarray, Wx: np.ndarray, Wh: np.ndarray) -> np.ndarray:  # (n,d) -> (1,d)
    h = np.zeros_like(x[:1])
    for t in range(len(x)):
        h = np.tanh(x[t : t + 1] @ Wx + h @ Wh)
    return h  # the last one, which had to wait for all others


def convolution(x: np.ndarray, W: np.ndarray) -> np.ndarray:  # (n,d), (k,d,d) -> (n-k+1,d)
    n = len(x) - len(W) + 1
    return sum(x[i : i + n] @ W[i] for i in range(len(W)))


def restricted_attention(x: np.ndarray, r: int) -> np.ndarray:  # (n,d) -> (n-r+1,d)
    """Each query sees its r neighbours (here: the r - 1 before it, and itself)."""
    near = np.lib.stride_tricks.sliding_window_view(x, r, axis=0).swapaxes(1, 2)  # (.., r,d)
    scores = (near @ x[r - 1 :, :, None]).swapaxes(1, 2)  # (.., 1,r)
    return (softmax(scores / math.sqrt(x.shape[1])) @ near)[:, 0]


def layers(n: int, d: int, k: int = 3, r: int = 16, seed: int = 0) -> dict[str, Callable]:
    """Name -> a function of x, with small random weights."""
    rng = np.random.default_rng(seed)
    W = (rng.standard_normal((2 + k, d, d)) / math.sqrt(d)).astype(np.float32)
    return {
        "self-attention": self_attention,
        "recurrent": lambda x: recurrent(x, W[0], W[1]),
        "convolution": lambda x: convolution(x, W[2:]),
        "restricted": lambda x: restricted_attention(x, min(r, n)),
    }


# 2. Counting: an array that keeps a tally


@dataclass
class Tally:
    """What a calculation has cost so far."""

    multiplications: int = 0


class Counted(np.ndarray):
    """An array that counts the multiplications of matrix products, and how many had to wait.

    `depth` is the length of the longest chain of products that this array depends on: what remains
    if all products that do not need each other's results are done at the same time.
    """

    depth: int
    tally: Tally

    def __array_finalize__(self, source: Any) -> None:
        self.depth = getattr(source, "depth", 0)
        self.tally = getattr(source, "tally", None) or Tally()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(x) for x in inputs]
        result = getattr(ufunc, method)(*plain, **options).view(Counted)
        result.tally = self.tally
        result.depth = max(getattr(x, "depth", 0) for x in inputs)
        if ufunc is np.matmul:
            self.tally.multiplications += result.size * plain[0].shape[-1]
            result.depth += 1
        return result


@dataclass(frozen=True)
class Work:
    """What one layer costs."""

    multiplications: int
    sequential: int  # matrix products that had to wait for one another


def work(kind: str, n: int, d: int, k: int = 3, r: int = 16) -> Work:
    """Run the layer once on a counting array."""
    x = np.zeros((n, d), np.float32).view(Counted)
    y = layers(n, d, k, r)[kind](x)
    return Work(x.tally.multiplications, y.depth)


def times(
    kinds: Iterable[str], lengths: Iterable[int], d: int, repeats: int = 9
) -> dict[str, list[float]]:
    """CPU seconds of each layer at each length: the fastest of some repetitions."""
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for n in lengths:
        x = np.random.default_rng(n).standard_normal((n, d)).astype(np.float32)
        made = layers(n, d)
        for kind, results in seconds.items():
            layer, took = made[kind], []
            for _ in range(repeats):
                start = cpu_seconds()
                layer(x)
                took.append(cpu_seconds() - start)
            results.append(min(took))
    return seconds


# 3. Paths: how many layers, or steps, until the last position has heard of the first?


def path_length(kind: str, n: int, k: int = 3, r: int = 16) -> int:
    """Count it, by letting word spread: each position hears what those it looks at have heard.

    Kernels and neighbourhoods end at the position itself, as in the layers above. Layer l of the
    dilated convolution, from 0, looks at places k^l apart.
    """
    heard, hops = np.eye(n, dtype=bool), 0
    while not heard[-1, 0]:
        looks_back = {
            "self-attention": range(n),
            "recurrent": range(2),
            "convolution": range(k),
            "dilated convolution": range(0, k ** (hops + 1), k**hops),
            "restricted": range(r),
        }[kind]
        news = np.zeros_like(heard)
        for back in looks_back:
            news[back:] |= heard[: max(n - back, 0)]
        heard, hops = news, hops + 1
    return hops


def reach(lengths: Iterable[int] = (8, 32, 128), d: int = 32, seed: int = 0) -> dict[str, list]:
    """Norm of the gradient at the first input of a random sum of the last output, untrained."""
    found: dict[str, list[float]] = {"RNN": [], "LSTM": [], "self-attention": []}
    for n in lengths:
        rng = np.random.default_rng((seed, n))
        inputs, direction = rng.standard_normal((n, 1, d)), rng.standard_normal(d)
        nets: dict[str, Module] = {
            "RNN": RNN(rng, d, d),
            "LSTM": LSTM(rng, d, d),
            "self-attention": MultiHead(rng, d, 4),
        }
        for name, net in nets.items():
            x = Tensor(inputs, requires_grad=True)  # float64, for tiny gradients
            net.astype(np.float64)
            if name == "self-attention":
                sequence = x.swapaxes(0, 1)  # (1,n,d)
                last = net(sequence, sequence, sequence)[0, -1]
            else:
                last = net(x)[0][-1, 0]
            (last * direction).sum().backward()
            found[name].append(float(np.linalg.norm(x.grad[0])))
    return found
