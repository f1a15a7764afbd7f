# /// u30
# id = "d05.2"
# title = "Bet, then pay"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["prequential code", "Krichevsky-Trofimov", "Kraft sum"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Sender and receiver see the symbols of a string one after the other, and both count. *Before* each
symbol, they turn the counts so far into a bet, as if they had seen half a one and half a zero more
than they have:

$$P(1 \mid n_0, n_1) = \frac{n_1 + \frac12}{n_0 + n_1 + 1}$$

The symbol that comes then costs $-\log_2$ of what was bet on it. Write `kt_length(x)`, which
returns the bits of the whole string.

| name | shape | meaning |
|---|---|---|
| `x` | `(n,)` | zeros and ones; n may be 0 |
| result | one number | bits |

One worked number: `x = [1, 1, 0]` is bet on with ½, then ¾ (one of 1 seen), then 1 − ⅚ for the
zero. It costs 1 + 0.4150 + 2.5850 = 4 bits: one more than a list of its symbols.
"""
HINTS = (
    "Which counts does the receiver know before the third symbol? Could the bet on it depend on "
    "the third symbol itself?",
    "Keep a list of two counts, both 0.5 at the start. For each symbol, pay minus log2 of its "
    "count over the sum of both. Only then add 1 to its count.",
    "```python\n"
    "counts, bits = [0.5, 0.5], 0.0\n"
    "for symbol in x:\n"
    "    bits -= np.log2(counts[symbol] / ...)\n"
    "    counts[symbol] += 1\n"
    "return bits\n"
    "```",
)
AFTER = r"""
Nobody estimated a parameter and nobody sent one: the price of learning the coin is in the bets.
Yet the length depends on the counts alone, so any order of the symbols costs the same, and over
all strings $2^{-L}$ adds up to 1: it is a code without waste. Its price above the best coin is
within a bit of COMP, for every string. And the half is no accident. It is what a Bayesian with
Jeffreys' prior would bet; a whole count (Laplace's rule) pays about $\log_2 n$ instead of half of
that when one symbol hardly ever comes.
"""

# %% given
import numpy as np


# %% work
def kt_length(x):  # (n,) of 0 and 1 -> bits
    """Length of the string, each symbol bet on with the counts before it."""
    # >>> solution
    counts = [0.5, 0.5]
    bits = 0.0
    for symbol in x:
        bits -= np.log2(counts[symbol] / sum(counts))
        counts[symbol] += 1
    return bits
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from itertools import product
from math import lgamma

from u30.learn.cases import close, holds


def gamma_form(n0, n1):
    nats = lgamma(n0 + 0.5) + lgamma(n1 + 0.5) - np.log(np.pi) - lgamma(n0 + n1 + 1)
    return -nats / np.log(2)


def string(rng, n0, n1):
    return rng.permutation(np.repeat([0, 1], [n0, n1]))


def case_three(you, rng, ref):
    """two ones and a zero: 4 bits"""
    close(you.kt_length(string(rng, 1, 2)), 4.0, "the length", absolute=1e-9)


def case_empty(you, rng, ref):
    """an empty string costs nothing"""
    close(you.kt_length(np.zeros(0, dtype=np.int64)), 0.0, "the length")


def case_one(you, rng, ref):
    """a single symbol costs a bit"""
    close(you.kt_length(rng.integers(2, size=1)), 1.0, "the length")


def case_small(you, rng, ref):
    """a few symbols, more ones than zeros"""
    n0, n1 = int(rng.integers(1, 4)), int(rng.integers(5, 9))
    close(you.kt_length(string(rng, n0, n1)), gamma_form(n0, n1), "the length", n0=n0, n1=n1)


def case_more_zeros(you, rng, ref):
    """more zeros than ones"""
    n0, n1 = int(rng.integers(30, 60)), int(rng.integers(2, 9))
    close(you.kt_length(string(rng, n0, n1)), gamma_form(n0, n1), "the length", n0=n0, n1=n1)


def case_only_one_kind(you, rng, ref):
    """nothing but zeros, or nothing but ones"""
    n = int(rng.integers(5, 40))
    x = np.full(n, int(rng.integers(2)))
    close(you.kt_length(x), gamma_form(n, 0), "the length", n=n)


def case_long(you, rng, ref):
    """a thousand symbols"""
    n1 = int(rng.integers(100, 400))
    close(you.kt_length(string(rng, 1000 - n1, n1)), gamma_form(1000 - n1, n1), "the length")


def case_order(you, rng, ref):
    """sorted or shuffled: the same bits"""
    x = string(rng, int(rng.integers(3, 9)), int(rng.integers(3, 9)))
    close(you.kt_length(np.sort(x)), float(you.kt_length(x)), "the length", absolute=1e-9)


def case_complete(you, rng, ref):
    """it is a code without waste: over all strings of one length, 2 to the minus bits is 1"""
    n = int(rng.integers(6, 9))
    total = sum(2.0 ** -you.kt_length(np.array(x)) for x in product((0, 1), repeat=n))
    holds(
        abs(total - 1) < 1e-9,
        "Over all strings of one length, 2 to the minus bits does not add up to 1. More means that "
        "nobody could decode it: a bet has used what only the sender knows.",
        total,
        "1",
    )


# %% wrong
EDITS = (
    (
        "laplace",
        "You begin with a whole count of each symbol. That is Laplace's rule, a fine code, but the "
        "formula has a half: begin with 0.5 and 0.5.",
        "[0.5, 0.5]",
        "[1.0, 1.0]",
    ),
    (
        "peeked",
        "The count is raised before the bet, so the bet knows the symbol. The receiver does not: "
        "pay first, then count.",
        "bits -= np.log2(counts[symbol] / sum(counts))\n        counts[symbol] += 1",
        "counts[symbol] += 1\n        bits -= np.log2(counts[symbol] / sum(counts))",
    ),
    (
        "nats",
        "These are nats, with the natural logarithm. Bits take the logarithm to base 2.",
        "np.log2(",
        "np.log(",
    ),
    (
        "negative",
        "The sign is turned round: a bet is below 1, its logarithm below 0, and the cost is minus "
        "that.",
        "bits -=",
        "bits +=",
    ),
    (
        "mean",
        "This is the mean for each symbol. The length is the sum.",
        "return bits",
        "return bits / max(len(x), 1)",
    ),
    (
        "never_counted",
        "The counts never change, so every symbol costs one bit. Add 1 to the count of what came.",
        "counts[symbol] += 1",
        "counts[symbol] += 0",
    ),
    (
        "always_bets_on_one",
        "You pay for the bet on a *one* whatever comes. A zero costs minus log2 of the bet on "
        "zero.",
        "np.log2(counts[symbol]",
        "np.log2(counts[1]",
    ),
)


def kt_length__best_coin(x):
    """This is the length under the best coin for the whole string. The receiver would have to know
    that coin before the first symbol: bet with the counts *so far*."""
    n, n1 = len(x), sum(x)
    return -sum(k * np.log2(k / n) for k in (n1, n - n1) if k)


def kt_length__no_half(x):
    """Without the halves, the first symbol of its kind gets a bet of 0 and costs infinity. Begin
    with half a count of each."""
    counts, bits = [0.0, 0.0], 0.0
    for symbol in x:
        bet = counts[symbol] / sum(counts) if sum(counts) else 0.5
        bits -= np.log2(bet) if bet else -np.inf
        counts[symbol] += 1
    return bits
