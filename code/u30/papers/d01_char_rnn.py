"""Day 1. The Unreasonable Effectiveness of Recurrent Neural Networks (A. Karpathy, 21 May 2015),
https://karpathy.github.io/2015/05/21/rnn-effectiveness/

A recurrent network that only learns to predict the next character picks up words and structure.

    h_t = tanh(x_t Wxh + h_{t-1} Whh + bh)                                  (rnn-forward)
    p_t = softmax(h_t Why + by)                                             (rnn-output)
    L   = -1/(BT) sum log p_t[y_t],    bits per character = L / ln 2        (loss)
    p^(tau) = softmax(logits / tau)                                         (temperature)

B streams of text side by side, T steps between updates, V characters, H hidden units.
x_t (B,V) one-hot input, in the code its index X (T,B); y_t the next character, Y (T,B);
h_t (B,H) state; Wxh (V,H), Whh (H,H), bh (H,), Why (H,V), by (V,).

The forward and backward passes are
u30/kernels/rnn.py. Beside this file: d01_classic.py, the well-known loop over one stream;
d01_headline.py, the experiment on a language of known entropy; d01_quickstart.py, the command.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from u30.data import text as texts
from u30.data.text import Vocabulary
from u30.kernels.rnn import Params, rnn_backward, rnn_forward, rnn_states
from u30.kernels.softmax import log_softmax, softmax, softmax_cross_entropy
from u30.optim import Adam, clip_global_norm
from u30.runtime import FLOAT

if TYPE_CHECKING:
    from u30.claims import ClaimTable
    from u30.papers.d01_headline import Headline

# 1. The model


def init_params(rng: np.random.Generator, V: int, H: int, dtype: type = FLOAT) -> Params:
    """Random parameters. Whh is 0.9 times a rotation: it neither blows up nor forgets at once."""
    rotation, _ = np.linalg.qr(rng.standard_normal((H, H)))
    params = {
        "Wxh": 0.5 * rng.standard_normal((V, H)),  # one row is active at a time: no 1/sqrt(V)
        "Whh": 0.9 * rotation,  # differs from the post: 0.01 * normal
        "bh": np.zeros(H),
        "Why": rng.standard_normal((H, V)) / math.sqrt(H),
        "by": np.zeros(V),
    }
    return {name: value.astype(dtype) for name, value in params.items()}


def hidden_states(params: Params, ids: np.ndarray) -> np.ndarray:  # (N,) -> (N,H)
    """The state after each character of a text, from an empty state at its start."""
    return rnn_states(ids[:, None], _no_memory(params), params)[1:, 0]


def predict(params: Params, ids: np.ndarray) -> np.ndarray:  # (N,) -> logits (N,V)
    """Logits of the character after each character of a text."""
    return hidden_states(params, ids) @ params["Why"] + params["by"]


def evaluate(params: Params, ids: np.ndarray) -> float:  # (N,) -> bits per character
    """Mean of -log2 p over all characters of a text but the first, read from an empty state."""
    piece, h, bits = 4096, _no_memory(params), 0.0
    for start in range(0, len(ids) - 1, piece):
        Y = ids[start + 1 : start + piece + 1]
        X = ids[start : start + len(Y)]
        logits, cache = rnn_forward(X[:, None], h, params)
        h = cache.hs[-1]
        log_p = log_softmax(logits[:, 0])
        bits -= float(log_p[np.arange(len(Y)), Y].sum(dtype=np.float64)) / math.log(2)
    return bits / (len(ids) - 1)


def _no_memory(params: Params, B: int = 1) -> np.ndarray:
    return np.zeros((B, len(params["Whh"])), dtype=params["Whh"].dtype)


# 2. Sampling


def temperature_probabilities(logits: np.ndarray, tau: float) -> np.ndarray:  # (..., V) -> (..., V)
    """p^(tau), eq. temperature. Low tau: the likeliest character only; high tau: any character."""
    return softmax((logits.astype(np.float64) - logits.max()) / tau)


def sample(
    params: Params,
    vocab: Vocabulary,
    n: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
    start: str = "",
) -> str:
    """Read `start`, write `n` characters, each drawn from p^(tau) and read in.

    The result does not contain `start`. An empty `start` stands for a new line.
    """
    newline = "\n" if "\n" in vocab.chars else vocab.chars[0]
    read = vocab.encode(start or newline)[:, None]
    logits, cache = rnn_forward(read, _no_memory(params), params)
    written = np.empty(n, dtype=np.intp)
    for i in range(n):
        p = temperature_probabilities(logits[-1, 0], temperature)
        written[i] = rng.choice(len(p), p=p)
        last = written[i : i + 1, None]
        logits, cache = rnn_forward(last, cache.hs[-1], params)
    return vocab.decode(written)


# 3. Training


@dataclass
class Training:
    """A training run: what it has learned, where it stands, and what it has recorded."""

    vocab: Vocabulary
    params: Params
    optimizer: Adam
    h: np.ndarray  # (B,H), carried from chunk to chunk
    step: int = 0
    history: list[tuple[int, float, float]] = field(default_factory=list)  # step, train, validation
    snapshots: dict[int, str] = field(default_factory=dict)  # step -> text written at that step
    interrupted: bool = False

    @property
    def bpc(self) -> float:
        """Bits per character on the validation text at the last evaluation."""
        return self.history[-1][2] if self.history else math.nan


def new_training(vocab: Vocabulary, *, hidden: int, batch: int, lr: float, seed: int) -> Training:
    """A network with random weights that has read nothing."""
    params = init_params(np.random.default_rng(seed), len(vocab), hidden)
    return Training(vocab, params, Adam(params, lr), _no_memory(params, batch))


def train(
    train_text: str,
    validation_text: str,
    *,
    steps: int = 600,
    hidden: int = 96,
    batch: int = 32,
    seq: int = 40,
    lr: float = 5e-3,
    clip: float = 1.0,
    seed: int = 0,
    evaluate_every: int = 50,
    snapshots: Iterable[int] = (),
    snapshot_chars: int = 200,
    temperature: float = 1.0,
    resume: Training | None = None,
    after_step: Callable[[Training, float], bool] | None = None,
) -> Training:
    """Train with truncated backpropagation through time on `batch` streams of the text.

    The state is carried from chunk to chunk, its gradient is not. `snapshots` names steps at which
    to keep a sample (0 is before training). `after_step(run, train_bpc)` may return True to stop.
    With `resume`, continue that run.
    """
    vocab = resume.vocab if resume else Vocabulary(train_text + validation_text)
    run = resume or new_training(vocab, hidden=hidden, batch=batch, lr=lr, seed=seed)
    validation = vocab.encode(validation_text)
    batches = list(texts.chunks(vocab.encode(train_text), batch, seq))
    wanted = set(snapshots)
    run.interrupted = False
    _record(run, wanted, None, snapshot_chars, temperature, seed)
    while run.step < steps:
        X, Y = batches[run.step % len(batches)]  # (T,B)
        if run.step % len(batches) == 0:
            run.h = np.zeros_like(run.h)  # a new pass over the text starts with an empty memory
        run.optimizer.lr = lr if run.step < 0.7 * steps else 0.2 * lr
        bpc = train_step(run, X, Y, clip)
        due = run.step % evaluate_every == 0 or run.step == steps
        _record(run, wanted, (bpc, validation) if due else None, snapshot_chars, temperature, seed)
        if after_step and after_step(run, bpc):
            run.interrupted = run.step < steps
            break
    return run


def train_step(
    run: Training,
    X: np.ndarray,
    Y: np.ndarray,
    clip: float,
) -> float:
    """Read a chunk (T,B), learn from it, return bits per character."""
    logits, cache = rnn_forward(X, run.h, run.params)  # (T,B,V)
    rows = logits.reshape(-1, logits.shape[-1])  # (T*B,V)
    loss, drows = softmax_cross_entropy(rows, Y.ravel())
    if not math.isfinite(loss):
        where = f"The loss is {loss} at step {run.step}"
        raise ValueError(f"{where}: lower the learning rate.")
    grads, _ = rnn_backward(drows.reshape(logits.shape), cache)
    clip_global_norm(grads, clip)  # the post: each by itself
    run.optimizer.step(grads)
    run.h = cache.hs[-1]
    run.step += 1
    return loss / math.log(2)


def _record(
    run: Training,
    wanted: set[int],
    measure: tuple[float, np.ndarray] | None,
    snapshot_chars: int,
    temperature: float,
    seed: int,
) -> None:
    """Note the validation loss and write a sample, where this step asks for them."""
    if measure:
        train_bpc, validation = measure
        run.history.append((run.step, train_bpc, evaluate(run.params, validation)))
    if run.step in wanted and run.step not in run.snapshots:
        rng = np.random.default_rng((seed, run.step))
        run.snapshots[run.step] = sample(run.params, run.vocab, snapshot_chars, rng, temperature)


# 4. What every paper module offers. Imported late: these two files import this one.


def main(
    corpus: str | None = None,
    steps: int | None = None,
    hidden: int | None = None,
    batch: int | None = None,
    seq: int | None = None,
    lr: float | None = None,
    temperature: float | None = None,
    seed: int | None = None,
    out: str | None = None,
    resume: str | None = None,
) -> Training:
    """Train a character RNN, print samples on the way, and keep it in a checkpoint.

    The corpus is fables, toy, python or the path of a text file. An option that is left out has its
    default or, with `resume`, the checkpoint's value. ValueError says in one sentence what cannot
    be done.
    """
    options = dict(locals())
    from u30.papers import d01_quickstart

    return d01_quickstart.quickstart(**options)


def claims(result: Headline) -> ClaimTable:
    """The claims of this day, from the result of `d01_headline.headline()`."""
    from u30.papers import d01_headline

    return d01_headline.claims(result)


if __name__ == "__main__":
    from u30.papers import d01_quickstart

    sys.exit(d01_quickstart.command_line())
