"""Day 2. Understanding LSTM Networks (C. Olah, 27 Aug 2015),
https://colah.github.io/posts/2015-08-Understanding-LSTMs/

A gated, additive cell state carries information over gaps that a plain recurrent net forgets.

    [a^i a^f a^g a^o] = x_t Wx + h_{t-1} Wh + b                             (lstm-gates)
    i, f, o = sigmoid(a^i, a^f, a^o),   g = tanh(a^g)
    c_t = f * c_{t-1} + i * g                                               (lstm-cell)
    h_t = o * tanh(c_t)                                                     (lstm-state)
    left of c_0 after T steps with f = sigmoid(b_f):  sigmoid(b_f)^T        (lstm-retention)

B sequences side by side, T steps, D symbols, H hidden units, K answers. x_t (B,D) one-hot;
h_t, c_t and every gate (B,H); Wx (D,4H), Wh (H,4H), b (4H,); the answer is read from the last
state: logits = h_T Wy + by, Wy (H,K), by (K,).

The cell and its backpropagation through time are u30/kernels/lstm.py, the GRU's gru.py, the plain
network's rnn_layer.py. This file trains all three on recall across noise (u30/data/recall.py).
Beside it: d02_flow.py, how far gradients reach; d02_ablation.py, gates removed; d02_one_cell.py, a
single cell; d02_text.py, a cell that reads; d02_headline.py, the experiment.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from u30.data.recall import KEYS, SYMBOLS, recall_batch
from u30.kernels.gru import gru_backward, gru_forward
from u30.kernels.lstm import lstm_backward, lstm_forward
from u30.kernels.rnn_layer import rnn_layer_backward, rnn_layer_forward
from u30.kernels.softmax import softmax_cross_entropy
from u30.optim import Adam, clip_global_norm
from u30.runtime import FLOAT

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d02_headline import Headline

Params = dict[str, np.ndarray]
Batches = Callable[[np.random.Generator, int, int], tuple[np.ndarray, np.ndarray]]

BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4}  # column blocks of Wx and Wh
KEEP_BIAS = {"rnn": 0.0, "gru": 3.0, "lstm": 5.0}  # of the gate that multiplies the old state

# 1. Three cells under one roof


def init_params(
    rng: np.random.Generator,
    cell: str,
    D: int,
    H: int,
    K: int,
    keep_bias: float | None = None,
    dtype: type = FLOAT,
) -> Params:
    """Weights N(0, 1/fan-in), biases 0, but `keep_bias` for the gate that keeps the old state.

    For the LSTM that is the forget gate f, for the GRU the update gate z (in PyTorch's form, where
    z keeps). None stands for the value in KEEP_BIAS.
    """
    G = BLOCKS[cell]
    params = {
        "Wx": rng.standard_normal((D, G * H)) / math.sqrt(D),
        "Wh": rng.standard_normal((H, G * H)) / math.sqrt(H),
        "Wy": rng.standard_normal((H, K)) / math.sqrt(H),
        "by": np.zeros(K),
    }
    b = np.zeros(G * H)
    if G > 1:
        b[H : 2 * H] = KEEP_BIAS[cell] if keep_bias is None else keep_bias
    params |= {"bx": b, "bh": np.zeros(G * H)} if cell == "gru" else {"b": b}
    return {name: value.astype(dtype) for name, value in params.items()}


def read(
    cell: str, params: Params, x: np.ndarray, state: tuple[np.ndarray, ...] | None = None
) -> tuple[np.ndarray, Any]:  # (T,B,D), states (B,H) -> hs (T,B,H), cache
    """The states after every step, from `state`, which is (h, c) for the LSTM, else (h,)."""
    if state is None:
        zeros = np.zeros((x.shape[1], len(params["Wh"])), dtype=x.dtype)
        state = (zeros, zeros)[: 2 if cell == "lstm" else 1]
    h0, Wx, Wh = state[0], params["Wx"], params["Wh"]
    if cell == "lstm":
        hs, _, _, cache = lstm_forward(x, h0, state[1], Wx, Wh, params["b"])
        return hs, cache
    if cell == "gru":
        return gru_forward(x, h0, Wx, Wh, params["bx"], params["bh"])
    return rnn_layer_forward(x, h0, Wx, Wh, params["b"])


def backward(
    cell: str, dhs: np.ndarray, cache: Any, dc: np.ndarray | None = None
) -> tuple[tuple[np.ndarray, ...], Params]:  # (T,B,H) -> gradients of the first state and weights
    """What the loss sends back to the state before the first step, and to the weights."""
    if cell == "lstm":
        _, dh0, dc0, dWx, dWh, db = lstm_backward(dhs, dc, cache, need_dx=False)
        return (dh0, dc0), {"Wx": dWx, "Wh": dWh, "b": db}
    if cell == "gru":
        _, dh0, dWx, dWh, dbx, dbh = gru_backward(dhs, cache)
        return (dh0,), {"Wx": dWx, "Wh": dWh, "bx": dbx, "bh": dbh}
    _, dh0, dWx, dWh, db = rnn_layer_backward(dhs, cache)
    return (dh0,), {"Wx": dWx, "Wh": dWh, "b": db}


# 2. Recall across noise


def one_hot(X: np.ndarray, D: int, dtype: type = FLOAT) -> np.ndarray:  # (T,B) -> (T,B,D)
    """Each symbol as a row of D numbers, one of which is 1."""
    return np.eye(D, dtype=dtype)[X]


def answer(cell: str, params: Params, X: np.ndarray) -> np.ndarray:  # (T,B) -> logits (B,K)
    """One score for each key, read from the state after the question mark."""
    hs, _ = read(cell, params, one_hot(X, len(params["Wx"]), params["Wx"].dtype.type))
    return hs[-1] @ params["Wy"] + params["by"]


def accuracy(cell: str, params: Params, X: np.ndarray, key: np.ndarray) -> float:
    """Share of right answers."""
    return float((answer(cell, params, X).argmax(axis=1) == key).mean())


def loss_and_grads(
    cell: str, params: Params, X: np.ndarray, key: np.ndarray
) -> tuple[float, Params]:  # (T,B), (B,) -> nats, gradients
    """The loss of the one answer at the end, and the gradient of every weight."""
    hs, cache = read(cell, params, one_hot(X, len(params["Wx"]), params["Wx"].dtype.type))
    loss, dlogits = softmax_cross_entropy(hs[-1] @ params["Wy"] + params["by"], key)
    dhs = np.zeros_like(hs)  # nobody asks before the end
    dhs[-1] = dlogits @ params["Wy"].T
    _, grads = backward(cell, dhs, cache)
    return loss, grads | {"Wy": hs[-1].T @ dlogits, "by": dlogits.sum(axis=0)}


@dataclass
class Run:
    """A training run on recall: what it has learned and how it went."""

    cell: str
    gap: int
    params: Params
    losses: list[float] = field(default_factory=list)  # nats, one a step
    accuracy: float = math.nan  # on 400 sequences that were not trained on
    interrupted: bool = False

    @property
    def steps(self) -> int:
        return len(self.losses)


def train(
    cell: str,
    gap: int,
    *,
    steps: int = 150,
    hidden: int = 32,
    batch: int = 32,
    lr: float = 1e-2,
    keep_bias: float | None = None,
    clip: float = 1.0,
    seed: int = 0,
    enough: float = 0.05,
    batches: Batches = recall_batch,
    prepare: Callable[[Params], None] = lambda params: None,
    change: Callable[[Params], None] = lambda grads: None,
    after_step: Callable[[Run], bool] | None = None,
) -> Run:
    """Train until the mean loss of ten steps is below `enough` nats, or for `steps` steps.

    `prepare` may change the first weights and `change` the gradients, in place (d02_ablation.py).
    `after_step(run)` may return True to stop.
    """
    rng = np.random.default_rng(seed)
    run = Run(cell, gap, init_params(rng, cell, SYMBOLS, hidden, KEYS, keep_bias))
    prepare(run.params)
    optimizer = Adam(run.params, lr)
    while run.steps < steps and not (run.steps > 9 and np.mean(run.losses[-10:]) < enough):
        loss, grads = loss_and_grads(cell, run.params, *batches(rng, batch, gap))
        change(grads)
        clip_global_norm(grads, clip)
        optimizer.step(grads)
        run.losses.append(loss)
        if after_step and after_step(run):
            run.interrupted = True
            break
    run.accuracy = accuracy(cell, run.params, *batches(np.random.default_rng((seed, 1)), 400, gap))
    return run


# 3. How long a cell remembers by itself


def sigmoid(a: np.ndarray | float) -> Any:
    """1 / (1 + e^-a), for a of any size."""
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(a))


def retention(bias: float, T: float) -> float:
    """What T steps with f = sigmoid(bias) leave of a cell, eq. lstm-retention."""
    return float(sigmoid(bias) ** T)


def half_life(bias: float) -> float:
    """Steps until one half is left: ln 2 / -ln sigmoid(bias)."""
    return math.log(2) / math.log1p(math.exp(-bias))


# 4. What every paper module offers. Imported late: these files import this one.


def main(
    cell: str = "all",
    gap: int = 80,
    steps: int = 300,
    hidden: int = 32,
    batch: int = 32,
    lr: float = 1e-2,
    bias: float | None = None,
    seed: int = 0,
) -> list[Run]:
    """Train an LSTM, a GRU and a plain RNN to recall a key across noise, and compare them."""
    options = dict(locals())
    from u30.papers import d02_quickstart

    return d02_quickstart.quickstart(**options)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d02_headline.headline()`."""
    from u30.papers import d02_headline

    return d02_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d02_quickstart

    sys.exit(d02_quickstart.command_line())
