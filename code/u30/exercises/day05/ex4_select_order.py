# /// u30
# id = "d05.4"
# title = "Which order?"
# kind = "implement"
# difficulty = 3
# minutes = 35
# concepts = ["model selection", "AIC", "BIC", "prequential code", "Markov chains"]
# needs = ["d05.2"]
# timeout = 5
# ///
PROMPT = r"""
How many past symbols does a string remember? A model of order k has $K = 2^k$ coins, one for every
context of k symbols; the context says which coin throws the next symbol. Let order 0 to `kmax`
compete on a fair footing: **every order codes the same symbols**, all but the first `kmax`. Write N
for their number. In bits:

| `crit` | score of order k |
|---|---|
| `"AIC"` | data + $K / \ln 2$ |
| `"BIC"` | data + $\frac K2 \log_2 N$ |
| `"KT"` | sum over contexts of the KT length of the symbols that follow it |

where data is the sum over contexts of the length of the symbols that follow it under their best
coin: if a context is followed by m symbols, $m_0$ zeros and $m_1$ ones, that is
$-m_0\log_2 (m_0/m) - m_1\log_2 (m_1/m)$. All $2^k$ coins count as parameters, also those of
contexts that never come.

Write `select_order(x, kmax, crit)`, which returns `(k, scores)`: the order with the smallest score
(the smaller order if two are equal) and all scores.

| name | shape | meaning |
|---|---|---|
| `x` | `(n,)` | zeros and ones, n > kmax |
| `kmax` | whole number, 0 or more | highest order |
| `k` | whole number | the choice |
| `scores` | `(kmax + 1,)` | bits, for each order |

`kt_length(x)` of exercise 2 is given, and `ml_length(x)`, the length under the best coin.

One worked number: `x = [0,1,0,1,0,1]` and kmax = 1. Symbols 1, 0, 1, 0, 1 are coded, N = 5. Order
0: data = 4.8548 and AIC = 4.8548 + 1.4427 = 6.2975. Order 1: after 0 always 1, after 1 always 0, so
data = 0 and AIC = 2.8854. Order 1 wins.
"""
HINTS = (
    "At which position does the first *coded* symbol stand, for order 0 and for order kmax? Which "
    "symbols are its context under order 2?",
    "For each order make a dictionary from context to the list of symbols that follow. Loop t from "
    "kmax to the end, for every order; the context is x[t-k:t] as a tuple. Then add up ml_length "
    "or kt_length over the lists, and for AIC and BIC the price of 2^k coins.",
    "```python\n"
    "N = len(x) - kmax\n"
    "for k in range(kmax + 1):\n"
    "    after = {}\n"
    "    for t in range(kmax, len(x)):\n"
    "        after.setdefault(tuple(x[t - k : t]), []).append(x[t])\n"
    "    length = kt_length if crit == 'KT' else ml_length\n"
    "    bits = sum(...)\n"
    "    # add the price of 2**k coins, by `crit`\n"
    "```",
)
AFTER = r"""
Three criteria on the same symbols, in the same unit, each with a different idea of a parameter's
price: 1.44 bits, half a logarithm of N bits, and whatever learning it online really costs. The last
notices what the others cannot: a context that comes once costs one bit, not half a logarithm, and
one that never comes costs nothing. Now repeat the page's showdown with your own function. And look
for published comparisons in which order k codes the last n − k symbols: skipping symbols is the
cheapest compression there is.
"""

# %% given
import numpy as np


def ml_length(x):
    """Bits of a list of symbols under the coin that fits it best."""
    n, n1 = len(x), sum(x)
    return -sum(k * np.log2(k / n) for k in (n1, n - n1) if k)


# %% work
def select_order(x, kmax, crit):  # (n,) -> order, (kmax+1,)
    """The order with the smallest score, and the scores of all, in bits."""
    # >>> solution
    N = len(x) - kmax
    scores = np.zeros(kmax + 1)
    for k in range(kmax + 1):
        after = {}
        for t in range(kmax, len(x)):
            after.setdefault(tuple(x[t - k : t]), []).append(x[t])
        length = kt_length if crit == "KT" else ml_length
        price = {"AIC": 1 / np.log(2), "BIC": np.log2(N) / 2, "KT": 0.0}[crit]
        bits = sum(length(symbols) for symbols in after.values())
        scores[k] = bits + 2**k * price
    return int(np.argmin(scores)), scores
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from math import lgamma

from u30.learn.cases import close, holds

PARTS = ("k", "scores")
RULE = {(0, 0): 0.2, (0, 1): 0.7, (1, 0): 0.45, (1, 1): 0.8}


def brute(x, kmax, crit):
    """The scores from a table of counts, written without the functions that are given."""
    n = len(x)
    scores = []
    for k in range(kmax + 1):
        table = np.zeros((2**k, 2))
        for t in range(kmax, n):
            table[sum(int(x[t - j]) << (j - 1) for j in range(1, k + 1)), int(x[t])] += 1
        if crit == "KT":
            bits = 0.0
            for a, b in table:
                log_gammas = lgamma(a + 0.5) + lgamma(b + 0.5) - lgamma(a + b + 1)
                bits -= (log_gammas - np.log(np.pi)) / np.log(2)
        else:
            whole = table.sum(axis=1, keepdims=True)
            share = np.where(table > 0, table / np.maximum(whole, 1), 1.0)
            bits = -(table * np.log2(share)).sum()
            bits += 2**k * (1 / np.log(2) if crit == "AIC" else 0.5 * np.log2(n - kmax))
        scores.append(bits)
    return int(np.argmin(np.round(scores, 9))), np.array(scores)


def agree(you, x, kmax, crit):
    got = you.select_order(x, kmax, crit)
    close(got, brute(x, kmax, crit), PARTS, absolute=1e-8, n=len(x), kmax=kmax)


def remembering(rng, n):
    x = [0, 0]
    while len(x) < n + 2:
        x.append(int(rng.random() < RULE[x[-2], x[-1]]))
    return np.array(x[2:])


def case_alternating(you, rng, ref):
    """0 and 1 in turn: one symbol of memory is enough"""
    x = (np.arange(int(rng.integers(10, 16))) + int(rng.integers(2))) % 2
    agree(you, x, 1, "AIC")


def case_aic(you, rng, ref):
    """AIC on 60 symbols"""
    agree(you, remembering(rng, 60), 3, "AIC")


def case_bic(you, rng, ref):
    """BIC on 45 symbols: N is the number of coded symbols"""
    agree(you, remembering(rng, 45), 4, "BIC")


def case_kt(you, rng, ref):
    """KT on 50 symbols"""
    agree(you, remembering(rng, 50), 3, "KT")


def case_order_two(you, rng, ref):
    """a long string with two symbols of memory"""
    x = remembering(rng, 600)
    for crit in ("AIC", "KT"):
        agree(you, x, 3, crit)


def case_constant(you, rng, ref):
    """nothing but equal symbols: under KT all orders cost the same, and the smallest wins"""
    x = np.full(int(rng.integers(12, 30)), int(rng.integers(2)))
    for crit in ("AIC", "BIC", "KT"):
        agree(you, x, 4, crit)
    close(you.select_order(x, 4, "KT")[0], 0, "k")


def case_one_symbol_to_code(you, rng, ref):
    """n = kmax + 1: a single symbol is coded"""
    kmax = int(rng.integers(2, 5))
    for crit in ("AIC", "BIC", "KT"):
        agree(you, rng.integers(2, size=kmax + 1), kmax, crit)


def case_no_memory(you, rng, ref):
    """kmax = 0: one score"""
    for crit in ("AIC", "BIC", "KT"):
        agree(you, rng.integers(2, size=20), 0, crit)


def case_unseen_contexts(you, rng, ref):
    """contexts that never come: AIC and BIC charge for their coins, KT does not"""
    x = np.tile([0, 1, 1], 9)[int(rng.integers(3)) :]
    for crit in ("AIC", "BIC", "KT"):
        agree(you, x, 4, crit)


def case_turned_round(you, rng, ref):
    """zeros and ones exchanged: the same scores"""
    x = remembering(rng, 40)
    for crit in ("AIC", "KT"):
        first = np.asarray(you.select_order(x, 2, crit)[1], dtype=float)
        second = np.asarray(you.select_order(1 - x, 2, crit)[1], dtype=float)
        same = first.shape == second.shape and np.allclose(first, second)
        holds(same, "Exchanging zeros and ones changed the scores.", second, first)


# %% wrong
EDITS = (
    (
        "different_symbols",
        "Order k codes the last n - k symbols, so higher orders have fewer to pay for. Let all "
        "orders begin at position kmax.",
        "for t in range(kmax, len(x))",
        "for t in range(k, len(x))",
    ),
    (
        "nats_and_bits",
        "AIC's penalty is one *nat* for each coin, and your data are in bits. One nat is 1 / ln 2 "
        "bits: without the factor, a coin is too cheap.",
        "1 / np.log(2)",
        "1.0",
    ),
    (
        "natural_logarithm_in_bic",
        "Your data are in bits, but BIC's logarithm is natural. Both have to be in bits: log2 N.",
        "np.log2(N) / 2",
        "np.log(N) / 2",
    ),
    (
        "whole_logarithm",
        "BIC charges *half* a logarithm of N for each coin.",
        "np.log2(N) / 2",
        "np.log2(N)",
    ),
    (
        "length_of_the_whole_string",
        "N is the number of coded symbols, n - kmax, not the length of the whole string.",
        "N = len(x) - kmax",
        "N = len(x)",
    ),
    (
        "unseen_contexts_free",
        "You charge for the contexts that were seen. The model has 2^k coins, whether they are "
        "used or not: AIC and BIC charge for all of them.",
        "+ 2**k * price",
        "+ len(after) * price",
    ),
    (
        "k_parameters",
        "A model of order k has 2^k coins, one for each context, not k.",
        "+ 2**k * price",
        "+ k * price",
    ),
    (
        "kt_pays_twice",
        "KT gets BIC's penalty on top. Its bets already contain the price of learning.",
        '"KT": 0.0',
        '"KT": np.log2(N) / 2',
    ),
    (
        "largest_score",
        "You choose the largest score. A score is a length: the smallest wins.",
        "np.argmin(scores)",
        "np.argmax(scores)",
    ),
    (
        "later_of_equals",
        "Where two orders cost the same, the smaller order wins: your choice is the larger one.",
        "int(np.argmin(scores))",
        "int(kmax - np.argmin(scores[::-1].round(9)))",
    ),
    (
        "context_too_short",
        "The context of order k has k symbols, x[t-k:t]. Yours is one shorter.",
        "tuple(x[t - k : t])",
        "tuple(x[t - k + 1 : t])",
    ),
    (
        "context_includes_the_symbol",
        "The context contains the symbol that is to be coded, so it always knows the answer. End "
        "it before t.",
        "tuple(x[t - k : t])",
        "tuple(x[t - k : t + 1])",
    ),
)

SURVIVORS = {
    "scores = np.zeros(kmax + 1) -> scores = np.ones(kmax + 1)": "every entry is overwritten",
    "return (int(np.argmin(scores)), scores) -> return (np.argmin(scores), scores)": "a NumPy "
    "integer is an order as well",
}
