"""Day 2, how far the blame reaches: the gradient of the state at every step back in time.

Backpropagation through time needs dL/dh_t only on its way. To look at it, the sequence is read one
step at a time with the same kernels: the gradient that a step sends to its first state is what the
step before receives. For the LSTM the state is the pair (h_t, c_t).
"""

from __future__ import annotations

import numpy as np

from u30.data.recall import recall_batch
from u30.kernels.softmax import softmax_cross_entropy
from u30.papers.d02_lstm import Params, backward, one_hot, read


def state_gradients(
    cell: str, params: Params, X: np.ndarray, key: np.ndarray
) -> np.ndarray:  # (T,B), (B,) -> norms (T,B)
    """Norm of dL/d(state after step t) for each sequence, where L is the loss of its answer."""
    x = one_hot(X, len(params["Wx"]), np.float64)
    weights = {name: value.astype(np.float64) for name, value in params.items()}  # for tiny norms
    state, caches = None, []
    for t in range(len(X)):
        hs, cache = read(cell, weights, x[t : t + 1], state)
        caches.append(cache)
        state = (hs[-1], cache.cs[-1]) if cell == "lstm" else (hs[-1],)
    _, dlogits = softmax_cross_entropy(hs[-1] @ weights["Wy"] + weights["by"], key)
    dstate = (dlogits * len(key) @ weights["Wy"].T, np.zeros_like(hs[-1]))[: len(state or ())]
    norms = []
    for cache in reversed(caches):
        norms.append(np.sqrt(sum((d * d).sum(axis=1) for d in dstate)))  # (B,)
        dstate, _ = backward(cell, dstate[0][None], cache, *dstate[1:])
    return np.array(norms[::-1])


def flow(cell: str, params: Params, gap: int, seed: int = 0) -> np.ndarray:  # -> (T,)
    """The median over 32 recall sequences of the gradient's norm, the last state's set to 1."""
    norms = state_gradients(cell, params, *recall_batch(np.random.default_rng(seed), 32, gap))
    return np.median(norms / norms[-1], axis=1)
