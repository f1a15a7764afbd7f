"""Day 5, which order? Models in which the last k symbols choose the coin for the next one.

A model of order k has 2^k coins, one for each context. Every model codes the same symbols, all but
the first `max_order`, and every criterion is in bits. So the bills can be compared:

    AIC  = sum over contexts of L(x_c | theta^_c) + 2^k / ln 2              (d05-aic)
    BIC  = the same                               + 2^k / 2 log2 n          (d05-bic)
    fNML = the same                               + sum of COMP(n_c)        (d05-fnml)
    KT   = sum over contexts of L_kt(x_c)
    two-part = log2 D + min over d < D of the sum of L_2p(x_c)

x_c are the n_c symbols that follow context c. AIC is usually written as twice this number, in nats.
A context that never occurs still has its coin: AIC and BIC charge for it, the other three do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from u30.papers.d05_mdl_tutorial import comp, kt_closed, ml_bits, two_part_bits

CRITERIA = ("ML", "AIC", "BIC", "two-part", "KT", "fNML")
PRECISIONS = 9  # the two-part code may give each coin 0 to 8 bits

FAIR = np.array([0.5])  # order 0: P(1)
RULE = np.array([0.2, 0.7, 0.45, 0.8])  # order 2: P(1 | the last two symbols, 00, 01, 10, 11)

# 1. Strings


def generate(rng: np.random.Generator, theta: np.ndarray, N: int, repeats: int) -> np.ndarray:
    """Strings (repeats,N) in which the last k symbols choose the coin theta (2^k,)."""
    burn_in, contexts = 50, len(theta)
    context = rng.integers(contexts, size=repeats)
    x = np.empty((repeats, N), dtype=np.int8)
    for t in range(-burn_in, N):
        bit = rng.random(repeats) < theta[context]
        context = (2 * context + bit) % contexts  # the latest symbol is the lowest binary digit
        if t >= 0:
            x[:, t] = bit
    return x


def counts(x: np.ndarray, k: int, start: int) -> np.ndarray:  # (R,N) -> (R,2^k,2)
    """How often 0 and 1 followed each context of k symbols, from position `start` on."""
    R, N = x.shape
    context = np.zeros((R, N - start), dtype=np.int64)
    for back in range(k, 0, -1):
        context = 2 * context + x[:, start - back : N - back]
    cells = (np.arange(R)[:, None] * 2**k + context) * 2 + x[:, start:]
    cells = cells.ravel().astype(np.intp)  # what bincount asks for
    return np.bincount(cells, minlength=R * 2 ** (k + 1)).reshape(R, 2**k, 2)


# 2. The bills


@dataclass(frozen=True)
class Bill:
    """What a string costs under one order: bits of data at the best coins, bits of model."""

    data: np.ndarray  # (R,)
    model: dict[str, np.ndarray]  # criterion -> (R,)

    def total(self, criterion: str) -> np.ndarray:  # -> (R,)
        return self.data + self.model[criterion]


def bill(x: np.ndarray, k: int, start: int) -> Bill:
    """Code each string, x (R,N), from symbol `start` on under order k."""
    table = counts(x, k, start)
    n0, n1 = table[..., 0], table[..., 1]  # (R,2^k)
    data = ml_bits(n0, n1).sum(axis=1)
    coded = x.shape[1] - start
    same = np.ones(len(x))
    each_d = [two_part_bits(n0, n1, d).sum(axis=1) for d in range(PRECISIONS)]
    two_part = np.min(each_d, axis=0)
    model = {
        "ML": 0 * same,
        "AIC": 2**k / np.log(2) * same,  # eq. d05-aic
        "BIC": 2**k / 2 * np.log2(coded) * same,  # eq. d05-bic
        "two-part": np.log2(PRECISIONS) + two_part - data,
        "KT": kt_closed(n0, n1).sum(axis=1) - data,
        "fNML": comp_table(coded)[n0 + n1].sum(axis=1),  # eq. d05-fnml
    }
    return Bill(data, model)


@cache
def comp_table(n: int) -> np.ndarray:  # -> (n+1,)
    """COMP(0), ..., COMP(n)."""
    return np.array([comp(m) for m in range(n + 1)])


def choose(
    x: np.ndarray, max_order: int, send_order: bool = False
) -> dict[str, np.ndarray]:  # (R,N) -> orders (R,)
    """The order with the smallest bill, for each criterion; a tie goes to the smaller order.

    With `send_order`, the order itself is on the bill as well. Without, all orders cost the same.
    """
    bills = [bill(x, k, start=max_order) for k in range(max_order + 1)]
    extra = order_bits(np.arange(max_order + 1)) * send_order
    return {
        name: np.argmin([b.total(name) + e for b, e in zip(bills, extra)], axis=0)
        for name in CRITERIA
    }


def order_bits(k: np.ndarray) -> np.ndarray:  # (...) -> (...)
    """A code for all whole numbers, as in the tutorial's section 2.4, beginning with 0 here."""
    return 2 * np.log2(k + 1) + 1


# 3. How well does the chosen order predict?


def excess_bits(x: np.ndarray, theta: np.ndarray, max_order: int) -> np.ndarray:
    """Bits per future symbol above the entropy rate: (R,N), (2^k,) -> (R, max_order + 1).

    The coins are the estimates (n1 + 1/2) / (n + 1). The mean over futures is exact: it runs over
    all contexts with their true long-run shares.
    """
    contexts = 2**max_order
    truth = np.tile(theta, contexts // len(theta))  # low digits are the latest symbols
    share = _long_run(truth)
    excess = np.empty((len(x), max_order + 1))
    for k in range(max_order + 1):
        table = counts(x, k, max_order)
        guess = (table[..., 1] + 0.5) / (table.sum(axis=2) + 1)  # (R,2^k)
        guess = np.tile(guess, (1, contexts // 2**k))
        surprise = truth * np.log2(truth / guess) + (1 - truth) * np.log2((1 - truth) / (1 - guess))
        excess[:, k] = surprise @ share
    return excess


def _long_run(theta: np.ndarray) -> np.ndarray:  # (C,) -> (C,)
    """How often each context occurs in the long run."""
    C = len(theta)
    share = np.full(C, 1 / C)
    after = 2 * np.arange(C) % C  # the context after a 0; after a 1 it is the next one
    for _ in range(500):
        new = np.zeros(C)
        np.add.at(new, after, share * (1 - theta))
        np.add.at(new, after + 1, share * theta)
        share = new
    return share
