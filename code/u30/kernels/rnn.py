"""A vanilla recurrent network over a whole sequence, forward and backward, without autograd.

    h_t = tanh(a_t),  a_t = x_t Wxh + h_{t-1} Whh + bh                    (rnn-forward)
    logits_t = h_t Why + by                                               (rnn-output)

    dL/dh_t = dlogits_t Why^T + dL/da_{t+1} Whh^T                         (rnn-state-gradient)
    dL/da_t = dL/dh_t * (1 - h_t^2)                                       (rnn-backward)

T time, B batch, V vocabulary, H hidden. X (T,B) holds the index of each input symbol: x_t is that
index as a one-hot row, so x_t Wxh is a row of Wxh. The loss L is a sum over all steps.
params: Wxh (V,H), Whh (H,H), bh (H,), Why (H,V), by (V,).

Everything is here twice. The `_simple` functions say what is computed, one step at a time. The
others compute the same faster: a row of Wxh is looked up instead of multiplied, and everything that
does not wait for the previous step (the output layer, the weight gradients) leaves the loop and
becomes one matrix product over all steps.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from u30.runtime import mm

Params = dict[str, np.ndarray]


class RNNCache(NamedTuple):
    """What the backward pass needs. `hs[0]` is h0, `hs[-1]` the last state."""

    X: np.ndarray  # (T,B)
    hs: np.ndarray  # (T+1,B,H)
    params: Params


# 1. The definition, step by step


def one_hot(
    index: np.ndarray, V: int, dtype: DTypeLike = np.float64
) -> np.ndarray:  # (B,) -> (B,V)
    """Rows of zeros with a single one at each index."""
    x: np.ndarray = np.zeros((len(index), V), dtype=dtype)
    x[np.arange(len(index)), index] = 1
    return x


def rnn_forward_simple(
    X: np.ndarray, h0: np.ndarray, params: Params
) -> tuple[np.ndarray, RNNCache]:  # (T,B), (B,H) -> (T,B,V)
    """The forward pass as the equations say it; called like `rnn_forward`."""
    names = ("Wxh", "Whh", "bh", "Why", "by")
    Wxh, Whh, bh, Why, by = (params[name] for name in names)
    hs, logits = [h0], []
    for t in range(len(X)):
        x = one_hot(X[t], len(Wxh), Wxh.dtype)  # (B,V)
        h = np.tanh(x @ Wxh + hs[-1] @ Whh + bh)  # (B,H)
        hs.append(h)
        logits.append(h @ Why + by)  # (B,V)
    return np.array(logits), RNNCache(X, np.array(hs), params)


def rnn_backward_simple(
    dlogits: np.ndarray, cache: RNNCache
) -> tuple[Params, np.ndarray]:  # (T,B,V) -> grads, dh0 (B,H)
    """Backpropagation through time as the equations say it."""
    X, hs, params = cache
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dh_next = np.zeros_like(hs[0])  # what step t+1 sends back to h_t
    for t in reversed(range(len(X))):
        x = one_hot(X[t], len(params["Wxh"]), hs.dtype)
        h, h_before = hs[t + 1], hs[t]
        dh = dlogits[t] @ params["Why"].T + dh_next
        da = dh * (1 - h * h)  # through the tanh
        grads["Why"] += h.T @ dlogits[t]
        grads["by"] += dlogits[t].sum(axis=0)
        grads["Wxh"] += x.T @ da
        grads["Whh"] += h_before.T @ da
        grads["bh"] += da.sum(axis=0)
        dh_next = da @ params["Whh"].T
    return grads, dh_next


# 2. The same, fast


def rnn_states(
    X: np.ndarray, h0: np.ndarray, params: Params
) -> np.ndarray:  # (T,B), (B,H) -> (T+1,B,H)
    """Hidden states over a sequence, h0 first: the part that needs a loop."""
    Whh = params["Whh"]
    table = params["Wxh"] + params["bh"]  # (V,H), once for all steps
    hs = np.empty((len(X) + 1, *h0.shape), dtype=Whh.dtype)
    hs[0] = h0
    hs[1:] = table[X]
    for t in range(len(X)):
        h = hs[t + 1]
        h += mm(hs[t], Whh)
        np.tanh(h, out=h)
    return hs


def rnn_forward(
    X: np.ndarray, h0: np.ndarray, params: Params
) -> tuple[np.ndarray, RNNCache]:  # (T,B), (B,H) -> (T,B,V)
    """Logits for the next symbol at every step, and the cache that `rnn_backward` needs.

    `cache.hs[-1]` is the state to start the next piece of the sequence from.
    """
    hs = rnn_states(X, h0, params)  # eq. rnn-forward
    T, B, H = len(X), *h0.shape
    logits = mm(hs[1:].reshape(T * B, H), params["Why"])  # eq. rnn-output, all steps at once
    logits += params["by"]
    return logits.reshape(T, B, -1), RNNCache(X, hs, params)


def rnn_state_gradients(
    dlogits: np.ndarray, cache: RNNCache
) -> tuple[np.ndarray, np.ndarray]:  # (T,B,V) -> dh (T,B,H), da (T,B,H)
    """Gradient of the loss with respect to every state h_t, and to what went into its tanh.

    The loop is backpropagation through time: it carries one array from the last step to the first.
    """
    _, hs, params = cache
    T, B, V = dlogits.shape
    dh = mm(dlogits.reshape(T * B, V), params["Why"].T).reshape(T, B, -1)
    da = 1 - hs[1:] * hs[1:]  # the slope of tanh, for all steps
    Whh_T = np.ascontiguousarray(params["Whh"].T)
    for t in reversed(range(T)):
        if t + 1 < T:
            dh[t] += mm(da[t + 1], Whh_T)  # eq. rnn-state-gradient
        da[t] *= dh[t]  # eq. rnn-backward
    return dh, da


def rnn_backward(
    dlogits: np.ndarray, cache: RNNCache
) -> tuple[Params, np.ndarray]:  # (T,B,V) -> grads, dh0 (B,H)
    """Gradients of all parameters and of the initial state, from the gradient of the logits."""
    X, hs, params = cache
    T, B, V = dlogits.shape
    H = hs.shape[-1]
    _, da = rnn_state_gradients(dlogits, cache)
    da_rows = da.reshape(T * B, H)
    dlogits_rows = dlogits.reshape(T * B, V)
    x = one_hot(X.ravel(), V, da.dtype)  # (T*B,V); adds up the steps that read the same symbol
    grads = {
        "Wxh": mm(x.T, da_rows),
        "Whh": mm(hs[:-1].reshape(T * B, H).T, da_rows),
        "bh": da_rows.sum(axis=0),
        "Why": mm(hs[1:].reshape(T * B, H).T, dlogits_rows),
        "by": dlogits_rows.sum(axis=0),
    }
    return grads, mm(da[0], params["Whh"].T)
