# /// u30
# id = "d05.1"
# title = "The price of a coin"
# kind = "implement"
# difficulty = 2
# minutes = 20
# concepts = ["parametric complexity", "normalised maximum likelihood", "numerical stability"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Give every string y of n tosses the probability that its *own* best coin $\hat\theta(y) = k/n$
gives it, where k is its number of ones. Added up over all $2^n$ strings, that is more than 1, so
it is no distribution. The logarithm of the sum says by how much: it is the *parametric
complexity* of the class of all coins.

$$\mathrm{COMP}(n) = \log_2 \sum_{k=0}^{n} \binom nk
  \left(\frac kn\right)^{k} \left(\frac{n-k}{n}\right)^{n-k}, \qquad 0^0 = 1$$

Write `bernoulli_comp(n)`, which returns it in bits, exactly (no asymptotic formula), for n up to
100,000 and for n = 0, where nothing is tossed and the answer is 0. The binomial coefficients get
far larger than a float can be: stay in logarithms until the last line. Each summand is a
probability, so at the end there is nothing left to overflow.

| name | type | meaning |
|---|---|---|
| `n` | whole number, 0 or more | tosses |
| result | one number | bits |

One worked number: n = 2 has the summands 1, 2 · ½ · ½ and 1, so the sum is 2.5 and COMP is
$\log_2 2.5$ = 1.3219.
"""
HINTS = (
    "How would you get the logarithm of all n + 1 binomial coefficients from one table of "
    "logarithms? And what should k · log(k/n) be at k = 0?",
    "A running sum of log2(1), log2(2), ... is the table of log2 factorials, with a 0 in front. "
    "For the powers, k · log2(max(k, 1) / n) is 0 at k = 0 without a special case. Add the "
    "logarithms of each summand, take 2 to that power, sum, take log2.",
    "```python\n"
    "k = np.arange(n + 1)\n"
    "factorial = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, n + 1)))])\n"
    "ways = factorial[n] - ...\n"
    "best = k * np.log2(np.maximum(k, 1) / max(n, 1)) + ...\n"
    "return np.log2(np.exp2(ways + best).sum())\n"
    "```",
)
AFTER = r"""
This is the Shtarkov sum of the tutorial for its smallest example. It belongs to the *class*: no
data came in. Half a logarithm of n is the leading term, and the constant
$\log_2\int\sqrt{I} = \log_2\pi$ is what BIC forgets. At n = 1 the formula with both terms says
0.33 and the truth is 1: with one toss, every string is fitted perfectly. A bonus: write
$C_K(n)$ for the same sum for dice with K faces, before the logarithm. Then $C_3(n) = C_2(n) + n$,
and a recurrence goes on from there.
"""

# %% given
import numpy as np


# %% work
def bernoulli_comp(n):  # whole number -> bits
    """log2 of the sum of all maximised likelihoods of n tosses."""
    # >>> solution
    k = np.arange(n + 1)
    factorial = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, n + 1)))])
    ways = factorial[n] - factorial[k] - factorial[n - k]
    ones = k * np.log2(np.maximum(k, 1) / max(n, 1))
    return np.log2(np.exp2(ways + ones + ones[::-1]).sum())
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from math import comb

from u30.learn.cases import close, holds


def agree(you, n, want):
    close(you.bernoulli_comp(n), want, "COMP", n=n)


def case_two(you, rng, ref):
    """two tosses: log2 of 2.5"""
    agree(you, 2, np.log2(2.5))


def case_one(you, rng, ref):
    """one toss: both strings are fitted perfectly"""
    agree(you, 1, 1.0)


def case_none(you, rng, ref):
    """no toss at all"""
    agree(you, 0, 0.0)


def case_small(you, rng, ref):
    """3 to 9 tosses, added up string by string"""
    n = int(rng.integers(3, 10))
    total = sum(comb(n, k) * (k / n) ** k * ((n - k) / n) ** (n - k) for k in range(n + 1))
    agree(you, n, np.log2(total))


def case_hundred(you, rng, ref):
    """about a hundred tosses"""
    n = int(rng.integers(80, 130))
    agree(you, n, ref.bernoulli_comp(n))


def case_thousand(you, rng, ref):
    """a thousand tosses: 5.3328"""
    holds(
        abs(you.bernoulli_comp(1000) - 5.332823) < 1e-5,
        "At n = 1,000 COMP is 5.3328 bits.",
        you.bernoulli_comp(1000),
        "5.3328",
    )


def case_large(you, rng, ref):
    """tens of thousands: the binomial coefficients no longer fit into a float"""
    n = int(rng.integers(10_000, 100_001))
    agree(you, n, ref.bernoulli_comp(n))


def case_grows(you, rng, ref):
    """four times as many tosses cost about one bit more"""
    n = int(rng.integers(2000, 5000))
    more = you.bernoulli_comp(4 * n) - you.bernoulli_comp(n)
    holds(abs(more - 1) < 0.02, "Four times the tosses should cost about 1 bit.", more, "about 1")


def case_three_faces(you, rng, ref):
    """the sum for dice with three faces is this sum plus n"""
    n = int(rng.integers(4, 9))
    total = 0.0
    for a in range(n + 1):
        for b in range(n - a + 1):
            c = n - a - b
            ways = comb(n, a) * comb(n - a, b)
            total += ways * (a / n) ** a * (b / n) ** b * (c / n) ** c
    agree(you, n, np.log2(total - n))


# %% wrong
def bernoulli_comp__asymptotic(n):
    """This is the asymptotic formula. It is good for large n and far off for small ones, 0.33
    instead of 1 at n = 1: add up the sum itself."""
    return 0.5 * np.log2(max(n, 1) * np.pi / 2)


def bernoulli_comp__bic(n):
    """Half a logarithm of n is the leading term only, BIC's penalty. The sum has to be added up."""
    return 0.5 * np.log2(max(n, 1))


def bernoulli_comp__overflow(n):
    """A product of binomials and powers is inf times 0 for large n, which is NaN. Add logarithms,
    and take 2 to the power of the total."""
    with np.errstate(all="ignore"):
        k = np.arange(n + 1)
        ways = np.concatenate([[1.0], np.cumprod((n - k[1:] + 1) / k[1:])])
        share = k / max(n, 1)
        return np.log2((ways * share**k * (1 - share) ** (n - k)).sum())


def bernoulli_comp__zero_log_zero(n):
    """0 · log 0 is NaN in floating point, and one NaN spoils the sum. A power 0 to the 0 is 1, so
    its logarithm is 0: replace k by 1 inside the logarithm where k is 0."""
    with np.errstate(all="ignore"):
        k = np.arange(n + 1)
        factorial = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, n + 1)))])
        ways = factorial[n] - factorial[k] - factorial[n - k]
        ones = k * np.log2(k / n) if n else np.full(1, np.nan)
        return np.log2(np.exp2(ways + ones + ones[::-1]).sum())


EDITS = (
    (
        "strings_counted_once",
        "There are n over k strings with k ones, and each of them counts. You count one for each "
        "k.",
        "ways + ones + ones[::-1]",
        "ones + ones[::-1]",
    ),
    (
        "zeros_forgotten",
        "The likelihood of a string has a factor for its zeros as well: (n - k)/n to the power "
        "n - k.",
        "ways + ones + ones[::-1]",
        "ways + ones",
    ),
    (
        "nats",
        "These are nats, with the natural logarithm. Bits take the logarithm to base 2.",
        "return np.log2(",
        "return np.log(",
    ),
    (
        "no_logarithm",
        "This is the sum itself. COMP is its logarithm, in bits.",
        "return np.log2(np.exp2(ways + ones + ones[::-1]).sum())",
        "return np.exp2(ways + ones + ones[::-1]).sum()",
    ),
    (
        "mixed_strings_only",
        "Your k misses 0 or n. A string of equal symbols has probability 1 under its best coin, "
        "and counts like every other one.",
        "ways + ones + ones[::-1]).sum()",
        "ways + ones + ones[::-1])[: max(n, 1)].sum()",
    ),
)

SURVIVORS = {
    "factorial = np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, n + 1)))]) -> factorial = "
    "np.concatenate([[0.0], np.cumsum(np.log2(np.arange(1, n + 2)))])": "one more entry at the end "
    "of the table, which nobody reads",
    "ones = k * np.log2(np.maximum(k, 1) / max(n, 1)) -> ones = k * np.log2(np.maximum(1, k) / "
    "max(n, 1))": "the maximum of two numbers in either order",
    "ones = k * np.log2(np.maximum(k, 1) / max(n, 1)) -> ones = k * np.log2(np.maximum(k, 1) / "
    "max(1, n))": "the maximum of two numbers in either order",
}
