"""Day 1, the headline experiment: does a network that only predicts characters learn to keep track?

The toy language (u30/data/toy_language.py) closes a quote with " and a bracket with ], any number
of words after the opener. Its entropy is known, so three numbers can be compared: n-grams, which
see the last few characters; the RNN, which sees whatever it keeps in h; and the entropy, which
nothing can beat except by a mistake of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from u30.baselines.ngram import witten_bell
from u30.claims import Claim, ClaimTable
from u30.data.text import Vocabulary, chunks
from u30.data.toy_language import CLOSERS, ToyText, entropy_rate, generate, inside
from u30.kernels.rnn import Params, rnn_forward, rnn_state_gradients
from u30.kernels.softmax import softmax_cross_entropy
from u30.papers.d01_char_rnn import Training, hidden_states, predict, train
from u30.probing import linear_probe, unit_auc

# 1. The experiment


@dataclass(frozen=True)
class Headline:
    """What the experiment measured. Every bits-per-character value is on the validation text."""

    run: Training
    train_text: ToyText
    validation_text: ToyText
    ngram_bpc: np.ndarray  # (7,) for orders 0..6
    ngram_closer: np.ndarray  # (7,) share of right closers
    rnn_closer: float  # share of right closers
    unit_auc: np.ndarray  # (H,) how well each unit tells inside a quote from elsewhere
    probe_auc: float  # the same for all units together
    which_auc: np.ndarray  # (H,) while something is open: how well each unit tells " from [
    which_probe_auc: float  # the same for all units together

    @property
    def vocab(self) -> Vocabulary:
        return self.run.vocab

    @property
    def params(self) -> Params:
        return self.run.params

    @property
    def rnn_bpc(self) -> float:
        return self.run.bpc

    @property
    def best_ngram(self) -> int:
        """The order with the fewest bits per character."""
        return int(self.ngram_bpc.argmin())

    @property
    def entropy_rate(self) -> float:
        """Bits per character of the language, in closed form."""
        return entropy_rate()


def headline(
    seed: int = 0,
    *,
    train_chars: int = 30_000,
    validation_chars: int = 6_000,
    steps: int = 800,
    hidden: int = 96,
    batch: int = 16,
    seq: int = 40,
    lr: float = 5e-3,
    snapshots: Iterable[int] = (0, 50, 150, 300, 800),
) -> Headline:
    """Train the RNN and the n-grams on the toy language and measure both. About 2 s of CPU time."""
    rng = np.random.default_rng(seed)
    train_text, validation_text = generate(train_chars, rng), generate(validation_chars, rng)
    run = train(
        train_text.text,
        validation_text.text,
        steps=steps,
        hidden=hidden,
        batch=batch,
        seq=seq,
        lr=lr,
        seed=seed,
        evaluate_every=25,
        snapshots=snapshots,
    )
    vocab, text = run.vocab, validation_text.text
    ids, train_ids = vocab.encode(text), vocab.encode(train_text.text)
    V = len(vocab)
    p_true = witten_bell(train_ids, ids, V)  # (7,N)
    p_closers = witten_bell(train_ids, ids, V, candidates=_closer_ids(vocab, len(ids)))  # (7,N,2)
    states = hidden_states(run.params, ids)  # (N,H)
    state = inside(text)
    in_quote, is_open = state == '"', state != ""
    return Headline(
        run,
        train_text,
        validation_text,
        ngram_bpc=-np.log2(p_true).mean(axis=1),
        ngram_closer=np.array([right_closers(text, p) for p in p_closers]),
        rnn_closer=closer_accuracy(run.params, vocab, text),
        unit_auc=unit_auc(states, in_quote),
        probe_auc=linear_probe(states, in_quote).auc,
        which_auc=unit_auc(states[is_open], in_quote[is_open]),
        which_probe_auc=linear_probe(states[is_open], in_quote[is_open]).auc,
    )


# 2. Right closers


def _closer_ids(vocab: Vocabulary, N: int) -> np.ndarray:  # -> (N,2)
    return np.tile(vocab.encode("".join(CLOSERS.values())), (N, 1))


def right_closers(text: str, scores: np.ndarray) -> float:  # (N,2) -> share
    """How often the right closer scores above the wrong one, where the text closes something.

    `scores[i]` are for " and ] standing at position i, from what comes before i. A tie counts half.
    """
    state = inside(text)
    before = np.concatenate([[""], state[:-1]])
    closes = np.flatnonzero((before != "") & (state == ""))
    right = (before[closes] == "[").astype(int)  # column of the right closer
    rows = scores[closes]
    won = rows[np.arange(len(rows)), right] - rows[np.arange(len(rows)), 1 - right]
    return float(np.mean((won > 0) + 0.5 * (won == 0)))


def closer_accuracy(params: Params, vocab: Vocabulary, text: str) -> float:
    """Share of right closers for the RNN."""
    logits = predict(params, vocab.encode(text))  # (N,V), row i is for position i+1
    scores = logits[:, vocab.encode("".join(CLOSERS.values()))]
    return right_closers(text, np.concatenate([np.zeros((1, 2)), scores[:-1]]))


# 3. How far back the gradient reaches


def gradient_flow(params: Params, ids: np.ndarray, T: int = 40) -> np.ndarray:  # (N,) -> (pieces,T)
    """Norms of dL_T/dh_t for t = 1..T, where L_T is the loss of the last prediction alone.

    The text is cut into pieces of T characters, each read from an empty state. Look at the median
    over pieces: in a few of them the gradient grows instead of fading.
    """
    pieces = (len(ids) - 1) // T
    X, Y = next(chunks(ids, pieces, T))  # (T,pieces)
    h0 = np.zeros((pieces, len(params["bh"])), dtype=params["bh"].dtype)
    logits, cache = rnn_forward(X, h0, params)
    dlogits = np.zeros_like(logits)
    dlogits[-1] = (
        softmax_cross_entropy(logits[-1], Y[-1])[1] * pieces
    )  # a sum over pieces, not a mean
    dh, _ = rnn_state_gradients(dlogits, cache)  # (T,pieces,H)
    return np.linalg.norm(dh, axis=-1).T


# 4. Claims


def claims(result: Headline) -> ClaimTable:
    """The post's claim in numbers. The post itself shows samples and cells, no table."""
    best = result.best_ngram
    ngram = result.ngram_bpc[best]
    true = result.validation_text.bits_per_character
    closer = result.ngram_closer.max()
    auc = result.unit_auc.max()
    return ClaimTable(
        1,
        [
            Claim(
                "Trained to predict the next character, an RNN picks up structure that nobody "
                "programmed (samples, no numbers)",
                "At least 0.02 bits per character better than the best n-gram of order 0 to 6",
                f"RNN {result.rnn_bpc:.3f}, best n-gram {ngram:.3f} (order {best}), "
                f"uniform {np.log2(len(result.vocab)):.3f}",
                result.rnn_bpc < ngram - 0.02,
            ),
            Claim(
                "Not in the post: a check on us",
                "The RNN does not beat the text's true information content",
                f"RNN {result.rnn_bpc:.3f}, this text {true:.3f}, "
                f"the language {result.entropy_rate:.3f} bits per character",
                result.rnn_bpc >= true,
            ),
            Claim(
                "It closes the quotes and brackets that it opened, over long distances (samples)",
                "Prefers the right closer in at least 95 % of cases; no n-gram in more than 75 %",
                f"RNN {100 * result.rnn_closer:.1f} %, best n-gram {100 * closer:.1f} %, always "
                f"the more frequent closer {100 * result.ngram_closer[0]:.1f} %",
                result.rnn_closer >= 0.95 and closer <= 0.75,
            ),
            Claim(
                "An LSTM has single cells that one can read, such as one that is on inside quotes; "
                "about 5 % of cells are like that",
                "Not in this plain RNN: no unit is a switch for being inside a quote (AUC at most "
                "0.9), though all units together know what is open (linear probe at least 0.95)",
                f"best of {len(result.unit_auc)} units {auc:.2f}; all units together, while "
                f"something is open, {result.which_probe_auc:.3f}",
                auc <= 0.9 and result.which_probe_auc >= 0.95,
            ),
        ],
    )
