"""Day 3. Recurrent Neural Network Regularization (Zaremba, Sutskever and Vinyals, 2014),
arXiv:1409.2329.

Dropout in an LSTM, only where information goes from layer to layer, never from step to step.

    [i f g o] = D(h_t^{l-1}) Wx^l + h_{t-1}^l Wh^l + b^l      sigmoid, sigmoid, tanh, sigmoid
    c_t = f * c_{t-1} + i * g,     h_t^l = o * tanh(c_t)
    logits_t = D(h_t^L) Wy + by
    D(x) = x m,   m = 1 / (1 - p) with probability 1 - p, otherwise 0                   (dropout)
    LN(x) = gamma (x - mean) / sqrt(var + eps) + beta, over the H units              (layer-norm)

The paper writes this as its equations of section 3.2, with one matrix T_{2n,4n} for Wx and Wh side
by side. Every D has a new mask for each t and each l. The other places where a mask could stand are
here as well, so that one can see what they do:

    "between"   on the input of each layer and on the last output: the paper
    "state"     on h_{t-1} inside the gates
    "cell"      on c_{t-1}, the memory itself
    "tied"      on the inputs and on h_{t-1}, the same mask for all t (Gal and Ghahramani, 2016)

T time, B streams, V symbols, E embedding, H hidden, L layers. X (T,B) integers; embedding (V,E);
h and c (B,H); Wx (D,4H), Wh (H,4H), b (4H,); Wy (H,V), by (V,); masks of layer l: x (T,B,D),
h and c (T,B,H), None where nothing is dropped.

Beside this file: d03_training.py, one pipeline with every regulariser as an option; d03_memory.py,
what dropout does to memory; d03_headline.py, the experiment.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from u30.kernels.norm import NormCache, layer_norm_backward, layer_norm_forward
from u30.kernels.softmax import softmax_cross_entropy
from u30.runtime import FLOAT

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d03_headline import Headline
    from u30.papers.d03_quickstart import Comparison

Params = dict[str, np.ndarray]
Array = np.ndarray

PLACES = ("none", "between", "state", "cell", "tied")


def init_params(
    rng: np.random.Generator,
    V: int,
    E: int,
    H: int,
    L: int = 2,
    forget_bias: float = 1.0,
    dtype: type = FLOAT,
    K: int | None = None,
    norm: bool = False,
) -> Params:
    """Weights N(0, 1/fan-in), biases 0, but the forget gates' `forget_bias`. K outputs, else V.

    With `norm`, each layer's states pass a layer normalisation before they go on (eq. layer-norm).
    """
    K = V if K is None else K
    params = {"embedding": rng.standard_normal((V, E)) / math.sqrt(E)}
    for layer in range(1, L + 1):
        D = E if layer == 1 else H
        params[f"Wx{layer}"] = rng.standard_normal((D, 4 * H)) / math.sqrt(D)
        params[f"Wh{layer}"] = rng.standard_normal((H, 4 * H)) / math.sqrt(H)
        params[f"b{layer}"] = np.zeros(4 * H)
        params[f"b{layer}"][H : 2 * H] = forget_bias
        if norm:
            params[f"gamma{layer}"], params[f"beta{layer}"] = np.ones(H), np.zeros(H)
    params["Wy"] = rng.standard_normal((H, K)) / math.sqrt(H)
    params["by"] = np.zeros(K)
    return {name: value.astype(dtype) for name, value in params.items()}


def layers(params: Params) -> int:
    """How many LSTM layers these weights make up."""
    return sum(name.startswith("Wx") for name in params)


# Where the masks stand


class Masks(NamedTuple):
    """What multiplies the input, the old state and the old cell of one layer."""

    x: Array | None = None
    h: Array | None = None
    c: Array | None = None


def draw_mask(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    p: float,
    dtype: type,
) -> Array:
    """1 / (1 - p) with probability 1 - p, otherwise 0 (eq. dropout)."""
    keep = rng.random(shape, dtype=np.float32) >= p
    return keep.astype(dtype) / dtype(1 - p)


def draw_masks(
    rng: np.random.Generator, params: Params, T: int, B: int, p: float, place: str
) -> tuple[list[Masks], Array | None]:
    """Masks of every layer, and of the last output."""
    if place not in PLACES:
        raise ValueError(f"There is no place {place!r} for dropout; there are {', '.join(PLACES)}.")
    if not 0 <= p < 1:
        raise ValueError(f"The dropout probability must be at least 0 and below 1, but is {p}.")
    L, dtype = layers(params), params["Wy"].dtype.type
    if place == "none" or p == 0:
        return [Masks()] * L, None

    def draw(width: int) -> Array:  # (T,B,width)
        if place != "tied":
            return draw_mask(rng, (T, B, width), p, dtype)
        return np.broadcast_to(draw_mask(rng, (1, B, width), p, dtype), (T, B, width))

    masks = []
    for layer in range(1, L + 1):
        D, H = len(params[f"Wx{layer}"]), len(params[f"Wh{layer}"])
        masks.append(
            Masks(
                x=draw(D) if place in ("between", "tied") else None,
                h=draw(H) if place in ("state", "tied") else None,
                c=draw(H) if place == "cell" else None,
            )
        )
    return masks, draw(H) if place in ("between", "tied") else None


# One layer, forward and backward


def times(x: Array, mask: Array | None) -> Array:
    return x if mask is None else x * mask


class Tape(NamedTuple):
    """What the backward pass of a layer needs; time is the first axis."""

    x: Array  # (T,B,D), after its mask
    h: Array  # (T,B,H), h_{t-1} after its mask
    c: Array  # (T,B,H), c_{t-1} after its mask
    gates: Array  # (T,B,4H): i, f, g, o
    tanh_c: Array  # (T,B,H)
    masks: Masks


def layer_forward(
    x: Array, h: Array, c: Array, Wx: Array, Wh: Array, b: Array, masks: Masks
) -> tuple[Array, Array, Array, Tape]:
    """An LSTM layer with a mask in each of the three places.

    x (T,B,D), h and c (B,H) -> hs (T,B,H), the last h and c.
    """
    x = times(x, masks.x)
    (T, B, _), H = x.shape, h.shape[1]
    half = np.repeat(np.array([0.5, 0.5, 1, 0.5], dtype=x.dtype), H)
    gates = x @ Wx + b  # (T,B,4H), so far only what comes from below
    old_h, old_c, hs, tanh_cs = np.empty((4, T, B, H), dtype=x.dtype)
    for t in range(T):
        old_h[t] = h if masks.h is None else h * masks.h[t]
        old_c[t] = c if masks.c is None else c * masks.c[t]
        a = gates[t]
        a += old_h[t] @ Wh
        a *= half  # sigmoid(a) = 1/2 + 1/2 tanh(a/2): one tanh serves all four
        np.tanh(a, out=a)
        a *= half
        a += 1 - half
        i, f, g, o = (a[:, n * H : (n + 1) * H] for n in range(4))
        c = f * old_c[t] + i * g
        tanh_cs[t] = np.tanh(c)
        h = hs[t] = o * tanh_cs[t]
    return hs, h, c, Tape(x, old_h, old_c, gates, tanh_cs, masks)


def layer_backward(
    dhs: Array, tape: Tape, Wx: Array, Wh: Array
) -> tuple[Array, Array, Array, Array]:  # (T,B,H) -> dx (T,B,D), dWx, dWh, db
    """Backpropagation through time, with the masks of the way forward."""
    T, B, H = dhs.shape
    I, F, G, O = (slice(n * H, (n + 1) * H) for n in range(4))
    slopes = tape.gates * (1 - tape.gates)  # of the sigmoids
    slopes[..., G] = 1 - tape.gates[..., G] ** 2
    shown = tape.gates[..., O] * (1 - tape.tanh_c**2)
    das = np.empty((T, B, 4 * H), dtype=dhs.dtype)
    dh, dc = np.zeros((2, B, H), dtype=dhs.dtype)
    for t in reversed(range(T)):
        gates, da = tape.gates[t], das[t]
        dh = dh + dhs[t]
        dc = dc + dh * shown[t]
        np.multiply(dc, gates[:, G], out=da[:, I])
        np.multiply(dc, tape.c[t], out=da[:, F])
        np.multiply(dc, gates[:, I], out=da[:, G])
        np.multiply(dh, tape.tanh_c[t], out=da[:, O])
        da *= slopes[t]
        dh = da @ Wh.T
        dc = dc * gates[:, F]
        if tape.masks.h is not None:
            dh *= tape.masks.h[t]
        if tape.masks.c is not None:
            dc *= tape.masks.c[t]
    rows = das.reshape(T * B, 4 * H)
    dx = times((rows @ Wx.T).reshape(T, B, -1), tape.masks.x)
    dWx = tape.x.reshape(T * B, -1).T @ rows
    dWh = tape.h.reshape(T * B, -1).T @ rows
    return dx, dWx, dWh, rows.sum(axis=0)


# The whole stack


State = list[tuple[Array, Array]]  # (h, c) of each layer


def zero_state(params: Params, B: int) -> State:
    zeros = [np.zeros((B, len(params[f"Wh{n}"])), params["Wy"].dtype) for n in _numbers(params)]
    return [(h, h.copy()) for h in zeros]


def _numbers(params: Params) -> range:
    return range(1, layers(params) + 1)


@dataclass
class Pass:
    """A forward pass: logits, the state it ended in, and what the backward pass needs."""

    logits: Array  # (T,B,K)
    state: State
    X: Array
    tapes: list[Tape]
    norms: list[NormCache | None]
    top: Array  # (T,B,H), the last layer's states after their mask
    top_mask: Array | None


def forward(
    params: Params,
    X: Array,
    state: State | None = None,
    masks: list[Masks] | None = None,
    top_mask: Array | None = None,
) -> Pass:  # X (T,B)
    """Logits for every position. Without masks nothing is dropped: that is how one evaluates."""
    state = zero_state(params, X.shape[1]) if state is None else state
    masks = [Masks()] * layers(params) if masks is None else masks
    x = params["embedding"][X]  # (T,B,E)
    tapes, norms, ends = [], [], []
    for n, (h, c), mask in zip(_numbers(params), state, masks, strict=True):
        weights = (params[f"Wx{n}"], params[f"Wh{n}"], params[f"b{n}"])
        x, h, c, tape = layer_forward(x, h, c, *weights, mask)
        norm = None
        if (
            f"gamma{n}" in params
        ):  # on the way up only: the state that goes on in time stays as it is
            x, norm = layer_norm_forward(x, params[f"gamma{n}"], params[f"beta{n}"])
        tapes.append(tape)
        norms.append(norm)
        ends.append((h, c))
    top = times(x, top_mask)
    return Pass(top @ params["Wy"] + params["by"], ends, X, tapes, norms, top, top_mask)


def backward(params: Params, dlogits: Array, run: Pass) -> Params:  # (T,B,K) -> gradients
    """The gradient of every weight, from the gradient of the logits."""
    T, B, K = dlogits.shape
    rows = dlogits.reshape(T * B, K)
    grads = {"Wy": run.top.reshape(T * B, -1).T @ rows, "by": rows.sum(axis=0)}
    dx = times(dlogits @ params["Wy"].T, run.top_mask)
    for n in reversed(_numbers(params)):
        Wx, Wh, norm = params[f"Wx{n}"], params[f"Wh{n}"], run.norms[n - 1]
        if norm is not None:
            dx, grads[f"gamma{n}"], grads[f"beta{n}"] = layer_norm_backward(dx, norm)
        dx, grads[f"Wx{n}"], grads[f"Wh{n}"], grads[f"b{n}"] = layer_backward(
            dx, run.tapes[n - 1], Wx, Wh
        )
    grads["embedding"] = np.zeros_like(params["embedding"])
    np.add.at(grads["embedding"], run.X, dx)
    return grads


def loss_and_grads(
    params: Params, X: Array, Y: Array, state: State, masks: list[Masks], top_mask: Array | None
) -> tuple[float, Params, State]:  # (T,B), (T,B) -> nats a symbol, gradients, the last state
    """Mean cross-entropy of the next symbol under these masks."""
    run = forward(params, X, state, masks, top_mask)
    T, B, K = run.logits.shape
    loss, dlogits = softmax_cross_entropy(run.logits.reshape(T * B, K), Y.reshape(-1))
    return loss, backward(params, dlogits.reshape(T, B, K), run), run.state


# What every paper module offers. Imported late: these files import this one.


def main(
    place: str = "between",
    p: float = 0.5,
    decay: float = 0.0,
    norm: int = 0,
    steps: int = 300,
    hidden: int = 64,
    symbols: int = 1600,
    patience: int = 3,
    seed: int = 0,
) -> Comparison:
    """Train a two-layer LSTM on a short text, without a regulariser and with your choice."""
    options = dict(locals())
    from u30.papers import d03_quickstart

    return d03_quickstart.quickstart(**options)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d03_headline.headline()`."""
    from u30.papers import d03_headline

    return d03_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d03_quickstart

    sys.exit(d03_quickstart.command_line())
