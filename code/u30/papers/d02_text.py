"""Day 2, an LSTM that reads: the gates on real text, and the quote cell that Day 1 looked for.

The network of Day 1 with the cell exchanged: characters in as one-hot rows, logits of the next
character out, z_t = h_t Wy + by. Trained with truncated backpropagation: h and c are carried from
chunk to chunk, their gradients are not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from u30.data import toy_language
from u30.data.text import Vocabulary, chunks
from u30.kernels.lstm import lstm_backward, lstm_forward
from u30.kernels.softmax import log_softmax, softmax_cross_entropy
from u30.optim import Adam, clip_global_norm
from u30.papers.d02_lstm import Params, init_params, one_hot
from u30.probing import unit_auc

WEIGHTS = ("Wx", "Wh", "b")


@dataclass(frozen=True)
class Reading:
    """What a network did while it read a text of N characters, from an empty memory."""

    text: str
    gates: dict[str, np.ndarray]  # i, f, g and o, each (N,H)
    cs: np.ndarray  # (N,H)
    hs: np.ndarray  # (N,H)
    bpc: float  # bits per character


def train_on_text(
    text: str,
    vocab: Vocabulary,
    *,
    steps: int,
    hidden: int = 64,
    batch: int = 16,
    seq: int = 40,
    lr: float = 1.2e-2,
    keep_bias: float = 1.0,
    seed: int = 0,
) -> Params:
    """An LSTM that has learned to predict the next character."""
    V = len(vocab)
    params = init_params(np.random.default_rng(seed), "lstm", V, hidden, V, keep_bias)
    params["Wx"] *= params["Wx"].dtype.type(0.5 * math.sqrt(V))  # one row is active at a time
    optimizer = Adam(params, lr)
    batches = list(chunks(vocab.encode(text), batch, seq))
    for step in range(steps):
        if step % len(batches) == 0:
            h = c = np.zeros((batch, hidden), dtype=params["Wh"].dtype)
        X, Y = batches[step % len(batches)]  # (T,B)
        optimizer.lr = lr if step < 0.7 * steps else 0.2 * lr
        hs, h, c, cache = lstm_forward(one_hot(X, V), h, c, *(params[name] for name in WEIGHTS))
        rows = hs.reshape(-1, hidden)
        _, dlogits = softmax_cross_entropy(rows @ params["Wy"] + params["by"], Y.ravel())
        dhs = (dlogits @ params["Wy"].T).reshape(hs.shape)
        grads = dict(zip(WEIGHTS, lstm_backward(dhs, None, cache, need_dx=False)[3:]))
        grads |= {"Wy": rows.T @ dlogits, "by": dlogits.sum(axis=0)}
        clip_global_norm(grads, 1.0)
        optimizer.step(grads)
    return params


def read_text(params: Params, vocab: Vocabulary, text: str) -> Reading:
    """Let the network read, and keep everything that goes on in its cells."""
    ids = vocab.encode(text)
    zeros = np.zeros((1, len(params["Wh"])), dtype=params["Wh"].dtype)
    x = one_hot(ids[:, None], len(vocab))
    hs, *_, cache = lstm_forward(x, zeros, zeros, *(params[name] for name in WEIGHTS))
    log_p = log_softmax(hs[:-1, 0] @ params["Wy"] + params["by"]).astype(np.float64)
    bpc = -float(log_p[np.arange(len(ids) - 1), ids[1:]].mean()) / math.log(2)
    gates = dict(zip("ifgo", cache.gates[:, :, 0].transpose(1, 0, 2)))
    return Reading(text, gates, cache.cs[1:, 0], hs[:, 0], bpc)


# The quote cell


@dataclass(frozen=True)
class QuoteCell:
    """How well single cells know, in the toy language, whether a quote is open."""

    params: Params
    vocab: Vocabulary
    reading: Reading  # of text that was not trained on
    auc: np.ndarray  # (H,), 0.5 is chance, 1 a switch

    @property
    def cell(self) -> int:
        """The cell that knows it best."""
        return int(self.auc.argmax())


def quote_cell(seed: int = 0, steps: int = 400, hidden: int = 64) -> QuoteCell:
    """Train on the very texts of Day 1's experiment and look for a quote cell. 2 s of CPU time."""
    rng = np.random.default_rng(seed)
    text, new = (toy_language.generate(n, rng).text for n in (30_000, 6_000))
    vocab = Vocabulary(text + new)
    params = train_on_text(text, vocab, steps=steps, hidden=hidden, seed=seed)
    reading = read_text(params, vocab, new)
    return QuoteCell(params, vocab, reading, unit_auc(reading.cs, toy_language.inside(new) == '"'))
