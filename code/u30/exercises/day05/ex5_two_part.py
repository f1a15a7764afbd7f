# /// u30
# id = "d05.5"
# title = "How precise should a parameter be?"
# kind = "experiment"
# difficulty = 3
# minutes = 40
# concepts = ["two-part code", "precision of parameters", "luck"]
# needs = []
# timeout = 10
# ///
PROMPT = r"""
Send n tosses in two parts. First a coin, from a grid of $2^d$ coins: $\theta_j = (j+\frac12)/2^d$
for $j = 0, \dots, 2^d-1$. That takes d bits. Then the tosses under that coin. The sender takes the
coin with the shortest total.

**1. `two_part(n0, n1, d)`** returns that total in bits, for a string with n0 zeros and n1 ones:

$$d + \min_j\big[-n_1\log_2\theta_j - n_0\log_2(1-\theta_j)\big]$$

**2. `experiment(n, dmax)`** looks for the best precision in two ways. If the true chance of a one
can be anything from 0 to 1, then every number of ones, $0, 1, \dots, n$, is equally likely. So take
each of these n + 1 cases once, with every d from 0 to `dmax`, and return `(agreed, own)`:

- `agreed`: the d with the smallest *mean* total. Sender and receiver agree on it beforehand.
- `own`: the mean of the best d of *each case alone* (the smaller d if two are equal).

| name | type | meaning |
|---|---|---|
| `n0`, `n1` | whole numbers, 0 or more | zeros and ones |
| `d`, `dmax` | whole numbers, 0 or more | bits of precision |
| `agreed` | whole number | one d for all |
| `own` | one number | mean of the cases' own d |

Two worked numbers: a list is the code with d = 0, whose only coin is fair: `two_part(3, 5, 0)` = 8.
With d = 1 the coins are ¼ and ¾: `two_part(1, 3, 1)` = 1 − 3 log2 ¾ − log2 ¼ = 4.2451.

Now guess before you run `experiment(1024, 8)`: how many bits does a coin deserve that is to be used
1,024 times? Is `own` larger, equal or smaller than `agreed`?
"""
HINTS = (
    "Can a coin of the grid ever be exactly 0 or 1? So what happens to 0 · log 0? And in part 2: "
    "is the best of the means the same as the mean of the bests?",
    "theta is one array of 2^d midpoints, so the minimum is one line. For part 2 fill a table with "
    "a row for each number of ones and a column for each d. `agreed` is the argmin of the column "
    "means; `own` is the mean of the row argmins.",
    "```python\n"
    "theta = (np.arange(2**d) + 0.5) / 2**d\n"
    "return d + (...).min()\n"
    "# and in experiment:\n"
    "rows = [[two_part(n - n1, n1, d) for d in range(dmax + 1)] for n1 in ...]\n"
    "table = np.array(rows)\n"
    "```",
)
AFTER = r"""
For 1,024 tosses the agreed precision is 5 bits: *half* a logarithm of n, the term that reappears in
BIC, in COMP and in KT's regret. It is exactly that for n = 16, 64, ..., 65,536 as well. A coin's
chance cannot be estimated better than to $1/\sqrt n$, so finer digits describe noise.

But the cases' own best d averages 2.8. Luck: many shares happen to lie close to a midpoint of
*some* coarse grid, and a sender who may choose d picks that one. If d is not agreed beforehand, it
has to be sent, and that costs what the luck gains. A code with its parameters tuned to the data is
no code until the tuning is sent, too.
"""

# %% given
import numpy as np


# %% work
def two_part(n0, n1, d):  # whole numbers -> bits
    """d bits for the best coin of a grid, and the tosses under it."""
    # >>> solution
    theta = (np.arange(2**d) + 0.5) / 2**d
    return d + (-n1 * np.log2(theta) - n0 * np.log2(1 - theta)).min()
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def experiment(n, dmax):  # whole numbers -> order, bits
    """One best precision for all cases, and the mean of each case's own."""
    # >>> solution
    cases = [(n - n1, n1) for n1 in range(n + 1)]
    rows = [[two_part(n0, n1, d) for d in range(dmax + 1)] for n0, n1 in cases]
    table = np.array(rows)
    return int(table.mean(axis=0).argmin()), table.argmin(axis=1).mean()
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from math import comb

from u30.learn.cases import close, holds

PARTS = ("agreed", "own")


def search(n0, n1, d):
    """The same total by trying every coin in turn."""
    totals = []
    for j in range(2**d):
        theta = (2 * j + 1) / 2 ** (d + 1)
        totals.append(d - n1 * np.log2(theta) - n0 * np.log2(1 - theta))
    return min(totals)


def agree(you, n0, n1, d):
    close(you.two_part(n0, n1, d), search(n0, n1, d), "the length", n0=n0, n1=n1, d=d)


def both(you, n, dmax):
    table = [[search(n - n1, n1, d) for d in range(dmax + 1)] for n1 in range(n + 1)]
    table = np.round(table, 9)  # so that equal totals are equal
    want = int(table.mean(axis=0).argmin()), float(table.argmin(axis=1).mean())
    close(you.experiment(n, dmax), want, PARTS, n=n, dmax=dmax)


def case_list(you, rng, ref):
    """d = 0: a list of the tosses"""
    n0, n1 = (int(n) for n in rng.integers(1, 20, size=2))
    close(you.two_part(n0, n1, 0), float(n0 + n1), "the length")


def case_two_coins(you, rng, ref):
    """two coins, ¼ and ¾"""
    agree(you, int(rng.integers(1, 5)), int(rng.integers(6, 12)), 1)


def case_small(you, rng, ref):
    """three bits for the coin, more zeros than ones"""
    agree(you, int(rng.integers(10, 20)), int(rng.integers(2, 8)), 3)


def case_fine(you, rng, ref):
    """a fine grid and many tosses"""
    agree(you, int(rng.integers(100, 400)), int(rng.integers(500, 900)), 7)


def case_all_ones(you, rng, ref):
    """nothing but ones: no coin of the grid is sure of them"""
    agree(you, 0, int(rng.integers(5, 30)), int(rng.integers(2, 5)))


def case_all_zeros(you, rng, ref):
    """nothing but zeros"""
    agree(you, int(rng.integers(5, 30)), 0, int(rng.integers(2, 5)))


def case_nothing(you, rng, ref):
    """no toss: only the coin"""
    d = int(rng.integers(1, 6))
    close(you.two_part(0, 0, d), float(d), "the length")


def case_kraft(you, rng, ref):
    """it can be decoded: over all strings of 8 tosses, 2 to the minus bits is at most 1"""
    d = int(rng.integers(0, 5))
    total = sum(comb(8, k) * 2.0 ** -you.two_part(8 - k, k, d) for k in range(9))
    holds(
        total <= 1 + 1e-9,
        "Over all strings of 8 tosses, 2 to the minus bits adds up to more than 1: no code can be "
        "that short. Something that the receiver needs is not paid for.",
        total,
        "at most 1",
    )


def case_experiment_small(you, rng, ref):
    """the experiment with few tosses"""
    both(you, int(rng.integers(4, 9)), 3)


def case_experiment(you, rng, ref):
    """the experiment with 20 to 40 tosses"""
    both(you, int(rng.integers(20, 41)), 5)


def case_coarse(you, rng, ref):
    """the experiment where only coarse grids are allowed"""
    both(you, int(rng.integers(50, 70)), int(rng.integers(1, 3)))


def case_half_a_logarithm(you, rng, ref):
    """the experiment at n = 64 and 256: ½ log2 n"""
    n = int(rng.choice([64, 256]))
    close(int(you.experiment(n, 6)[0]), int(np.log2(n)) // 2, "agreed", n=n)


# %% wrong
EDITS = (
    (
        "coin_not_paid",
        "The coin is not paid for. The receiver has to be told which of the 2^d coins it is: d "
        "bits.",
        "return d + (",
        "return (",
    ),
    (
        "grid_with_sure_coins",
        "Your grid includes coins 0 and 1. A coin that is sure makes 0 · log 0 = NaN, or an "
        "infinite bill as soon as the other side comes up: use the midpoints (j + ½) / 2^d.",
        "theta = (np.arange(2**d) + 0.5) / 2**d",
        "theta = np.arange(2**d) / max(2**d - 1, 1)",
    ),
    (
        "off_centre",
        "Your coins do not stand in the middle of their cells, (j + ½) / 2^d, so the grid prefers "
        "one side.",
        "theta = (np.arange(2**d) + 0.5) / 2**d",
        "theta = (np.arange(2**d) + 0.25) / 2**d",
    ),
    (
        "nats",
        "The tosses are in nats and the coin in bits. Take both in bits: log2.",
        "(-n1 * np.log2(theta) - n0 * np.log2(1 - theta))",
        "(-n1 * np.log(theta) - n0 * np.log(1 - theta))",
    ),
    (
        "worst_coin",
        "You take the coin with the *longest* total.",
        ").min()",
        ").max()",
    ),
    (
        "mean_over_the_coins",
        "You average over the coins of the grid. The sender picks the best one.",
        ").min()",
        ").mean()",
    ),
    (
        "own_for_both",
        "`agreed` is the mean of the cases' own best d, rounded. Sender and receiver agree on one "
        "d before they see any case: average the *totals* over the cases first.",
        "int(table.mean(axis=0).argmin())",
        "int(round(table.argmin(axis=1).mean()))",
    ),
    (
        "lengths_instead_of_precisions",
        "`own` is a mean of bits. What is asked for is the mean of the best *d*: argmin, not min.",
        "table.argmin(axis=1).mean()",
        "table.min(axis=1).mean()",
    ),
    (
        "one_case_missing",
        "The number of ones runs from 0 to n: n + 1 cases.",
        "for n1 in range(n + 1)]",
        "for n1 in range(n)]",
    ),
)

SURVIVORS = {
    "cases = [(n - n1, n1) for n1 in range(n + 1)] -> cases = [(n1, n - n1) for n1 "
    "in range(n + 1)]": "zeros and ones may change places: the cases and the grid are symmetric",
    "rows = [[two_part(n0, n1, d) for d in range(dmax + 1)] for n0, n1 in cases] -> "
    "rows = [[two_part(n1, n0, d) for d in range(dmax + 1)] for n0, n1 in cases]": "zeros and ones "
    "may change places: the cases and the grid are symmetric",
    "return (int(table.mean(axis=0).argmin()), table.argmin(axis=1).mean()) -> "
    "return (table.mean(axis=0).argmin(), table.argmin(axis=1).mean())": (
        "a NumPy integer is a precision as well"
    ),
    "return (int(table.mean(axis=0).argmin()), table.argmin(axis=1).mean()) -> "
    "return (int(table.sum(axis=0).argmin()), table.argmin(axis=1).mean())": (
        "the sum is smallest where the mean is"
    ),
}
