# /// u30
# id = "d06.1"
# title = "The price of a leaf"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["two-part code", "counting", "entropy"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A block of a picture has N cells, and k of them are ones. To tell somebody exactly which picture it
is, say k first, and then which of the $\binom Nk$ arrangements it is:

$$L = \underbrace{\log_2(N+1)}_{\text{how many ones}}
    + \underbrace{\log_2\binom Nk}_{\text{which ones}}$$

Write `enum_code(N, k)`, which returns these bits. A block can be large: for a million cells
$\binom Nk$ has 300,000 digits, so add up logarithms instead of multiplying:

$$\log_2\binom Nk = \sum_{j=1}^{k} \log_2\frac{N-k+j}{j}$$

| name | type | meaning |
|---|---|---|
| `N` | whole number, 1 or more | cells of the block |
| `k` | whole number, 0 to N | ones among them |
| result | one number | bits, not rounded up |

One worked number: N = 4, k = 2 costs $\log_2 5 + \log_2 6$ = 2.3219 + 2.5850 = 4.9069 bits. A list
of the four cells would cost 4: a block this small is cheaper without counting.
"""
HINTS = (
    "How many different values can k take? And if everybody knows k, how many pictures are left?",
    "There are N + 1 values of k. For the arrangements, let j run over 1, 2, ..., k as an array, "
    "take the logarithm of every factor of the formula, and sum. With k = 0 the array is empty, "
    "and an empty sum is 0, as it should be.",
    "```python\n"
    "j = np.arange(1, ...)\n"
    "which = np.log2((N - k + j) / j).sum()\n"
    "return np.log2(N + 1) + which\n"
    "```",
)
AFTER = r"""
This one line is the dictionary of the whole day: $\log_2(N+1)$ are bits of *model*, the rest are
bits of *noise*. For a block of noise the second part is nearly N, and the first is a logarithm; for
a block of one colour the second part is 0. The popular shortcut $N\,H_2(k/N)$ forgets the first
part: such a code cannot be decoded, because the reader never learns k. And its second part is a
little too long, by about half a logarithm of N.
"""

# %% given
import numpy as np


# %% work
def enum_code(N, k):  # whole numbers -> bits
    """Bits that say how many of N cells are ones, and which."""
    # >>> solution
    j = np.arange(1, k + 1)
    which = np.log2((N - k + j) / j).sum()
    return np.log2(N + 1) + which
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from itertools import product

from u30.learn.cases import close, holds


def agree(you, ref, N, k):
    close(you.enum_code(N, k), ref.enum_code(N, k), "the bits")


def case_four_cells(you, rng, ref):
    """four cells, two ones"""
    close(you.enum_code(4, 2), np.log2(5) + np.log2(6), "the bits")


def case_small(you, rng, ref):
    """a few cells, some of them ones"""
    agree(you, ref, int(rng.integers(5, 9)), int(rng.integers(1, 5)))


def case_medium(you, rng, ref):
    """a block of 64 to 100 cells"""
    agree(you, ref, int(rng.integers(64, 101)), int(rng.integers(3, 30)))


def case_mostly_ones(you, rng, ref):
    """more ones than zeros"""
    N = int(rng.integers(20, 40))
    agree(you, ref, N, N - int(rng.integers(1, 4)))


def case_no_ones(you, rng, ref):
    """no ones at all: only the count is to be said"""
    N = int(rng.integers(5, 50))
    close(you.enum_code(N, 0), np.log2(N + 1), "the bits")


def case_all_ones(you, rng, ref):
    """nothing but ones"""
    N = int(rng.integers(5, 50))
    close(you.enum_code(N, N), np.log2(N + 1), "the bits")


def case_one_cell(you, rng, ref):
    """a single cell costs one bit"""
    close(you.enum_code(1, int(rng.integers(2))), 1.0, "the bits")


def case_a_million(you, rng, ref):
    """a million cells"""
    agree(you, ref, 1_000_000, int(rng.integers(400_000, 600_000)))


def case_symmetry(you, rng, ref):
    """ones and zeros may change places"""
    N = int(rng.integers(10, 60))
    k = int(rng.integers(1, N // 2))
    close(you.enum_code(N, k), float(you.enum_code(N, N - k)), "the bits")


def case_complete(you, rng, ref):
    """it is a code: over all pictures of one size, 2 to the minus bits sums to one"""
    N = int(rng.integers(3, 7))
    total = sum(2.0 ** -you.enum_code(N, sum(cells)) for cells in product((0, 1), repeat=N))
    holds(
        abs(total - 1) < 1e-9,
        "Over all pictures of one size, 2 to the minus bits does not sum to one. Less means wasted "
        "bits, more means a code that cannot be decoded.",
        total,
        "1",
    )


# %% wrong
def enum_code__count_forgotten(N, k):
    """You say which of the arrangements it is, but never how many ones there are. The reader needs
    k to know which list of arrangements is meant: add log2(N + 1)."""
    return enum_code(N, k) - np.log2(N + 1)


def enum_code__entropy_alone(N, k):
    """N times the entropy of k/N is not a code: k itself is never sent, and fractions of ones are
    not arrangements. Count the arrangements, and say k as well."""
    p = np.array([k, N - k]) / N
    return -N * (p * np.log2(np.where(p > 0, p, 1))).sum()


def enum_code__entropy_and_count(N, k):
    """k is paid for now. But N times the entropy is only an upper bound for the arrangements, too
    long by about half a logarithm of N: use the binomial coefficient itself."""
    p = np.array([k, N - k]) / N
    return np.log2(N + 1) - N * (p * np.log2(np.where(p > 0, p, 1))).sum()


def enum_code__n_values(N, k):
    """k runs from 0 to N, which is N + 1 values, not N."""
    return enum_code(N, k) - np.log2(N + 1) + np.log2(N)


def enum_code__nats(N, k):
    """These are nats, with the natural logarithm. Bits take the logarithm to base 2."""
    return enum_code(N, k) * np.log(2)


def enum_code__overflow(N, k):
    """The product over all factors is larger than any float can be. Take the logarithm of each
    factor, then sum."""
    j = np.arange(1.0, k + 1)
    return np.log2(N + 1) + np.log2(np.prod((N - k + j) / j))


def enum_code__cells_listed(N, k):
    """One bit per cell on top of k: then k is never used. Knowing k leaves fewer pictures than
    2 to the N, and that saves bits."""
    return np.log2(N + 1) + N
