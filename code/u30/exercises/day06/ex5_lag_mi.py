# /// u30
# id = "d06.5"
# title = "A comb in the genome"
# kind = "experiment"
# difficulty = 4
# minutes = 40
# concepts = ["mutual information", "periodicity", "estimation bias"]
# needs = []
# timeout = 10
# ///
PROMPT = r"""
A sequence is neither plain order nor plain noise. Where is its structure? Ask each letter what it
says about the letter k places further on:

$$I(k) = \sum_{a,b} p_k(a,b)\,\log_2\frac{p_k(a,b)}{p_k(a)\,p_k(b)}$$

$p_k(a,b)$ is the share of places i, of all n - k of them, where letter a stands at i and b at
i + k; $p_k(a)$ and $p_k(b)$ are its row and column sums. The sequence is a line, not a ring.

**1. `lag_mi(seq, k)`** returns I(k) in bits.

**2. `experiment(seq, longest)`** returns `(period, contrast)`. For every candidate period from 2 to
7, take the lags 1 to `longest`; the contrast is the mean of I at the multiples of the candidate,
divided by the mean at all other lags. Return the candidate with the largest contrast.

| name | shape | meaning |
|---|---|---|
| `seq` | `(n,)` | letters as whole numbers 0, 1, 2, ... |
| `k` | whole number, 1 to n - 1 | the lag |
| `longest` | whole number, 7 or more | the last lag that is used |

One worked number: `seq = [0, 1, 0, 1, 0]`, k = 1: the pairs 01 and 10 occur twice each, so I is
1 bit.

Now guess, and write your guesses down. `gene(n, rng)` is given: like a real gene it is read in
threes, and the third position has a taste of its own in letters. Take
`g = gene(3000, np.random.default_rng(1))` and ask for `experiment(g, 30)`. Then damage it, and ask
again: (a) lose one letter in the middle, `np.delete(g, 1500)`, which makes nonsense of every
triplet after it; (b) lose every 20th letter, `np.delete(g, np.s_[::20])`; (c) exchange letters 0
and 3 and also 1 and 2 everywhere, `3 - g`. Which of these does the comb survive?
"""
HINTS = (
    "Which two slices of `seq` hold the first and the second letter of all pairs? How many pairs "
    "are there? What would `np.roll` do at the end of the line?",
    "First letters are `seq[:-k]`, second letters `seq[k:]`. Count each pair in a table of A rows "
    "and A columns, divide by their number, and leave out empty entries before the logarithm. For "
    "the experiment compute all I(k) once, then split them by `lags % period == 0`.",
    "```python\n"
    "A = seq.max() + 1\n"
    "table = np.zeros((A, A))\n"
    "np.add.at(table, (seq[:-k], seq[k:]), 1)\n"
    "p = table / table.sum()\n"
    "apart = ...                # the product of row sums and column sums, (A,A)\n"
    "seen = p > 0\n"
    "return (p[seen] * np.log2(p[seen] / apart[seen])).sum()\n"
    "```",
)
AFTER = r"""
Period 3, with a contrast of 3.47. The lost letter leaves 3.44: only the few pairs that span the gap
are out of step. To the living cell that same loss is a disaster, since everything after it is read
in the wrong threes. Losing every 20th letter destroys the comb, because nearly every pair at a
longer lag spans a gap: the winner is then period 7, by accident. And the exchange of letters
changes *nothing at all*: information does not care what letters are called.

Note that accident. Some period always wins, even in noise, and with a contrast well above 1. Only a
control, such as the shuffled sequence, says how much is nothing. On the page the same comb appears
in a real virus, with that control beside it.
"""

# %% given
import numpy as np

TASTES = np.array(
    [
        [0.3, 0.2, 0.3, 0.2],
        [0.3, 0.2, 0.3, 0.2],
        [0.1, 0.3, 0.1, 0.5],
    ]
)


def gene(n, rng):
    """n letters 0..3; place i draws from row i % 3 of TASTES."""
    return np.array([rng.choice(4, p=TASTES[i % 3]) for i in range(n)])


# %% work
def lag_mi(seq, k):  # (n,) -> bits
    """Mutual information between letters that are k places apart."""
    # >>> solution
    A = seq.max() + 1
    table = np.zeros((A, A))
    np.add.at(table, (seq[:-k], seq[k:]), 1)
    p = table / table.sum()
    apart = p.sum(axis=1, keepdims=True) * p.sum(axis=0)
    seen = p > 0
    return (p[seen] * np.log2(p[seen] / apart[seen])).sum()
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def experiment(seq, longest):  # (n,) -> period, contrast
    """The period from 2 to 7 whose multiples stand out most, and the factor."""
    # >>> solution
    lags = np.arange(1, longest + 1)
    information = np.array([lag_mi(seq, k) for k in lags])
    contrasts = {}
    for period in range(2, 8):
        on = lags % period == 0
        contrasts[period] = information[on].mean() / information[~on].mean()
    best = max(contrasts, key=contrasts.get)
    return best, contrasts[best]
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


def agree(you, ref, seq, k):
    seq = seq.astype(np.intp)  # the type that np.bincount takes on every machine
    close(you.lag_mi(seq, k), ref.lag_mi(seq, k), "the bits", absolute=1e-9)


def case_five_letters(you, rng, ref):
    """five letters that take turns"""
    close(you.lag_mi(np.array([0, 1, 0, 1, 0]), 1), 1.0, "the bits")


def case_short(you, rng, ref):
    """a dozen letters, lag 1"""
    agree(you, ref, rng.integers(0, 3, size=12), 1)


def case_lag_4(you, rng, ref):
    """forty letters, lag 4"""
    agree(you, ref, rng.integers(0, 4, size=40), 4)


def case_ends_differ(you, rng, ref):
    """a sequence whose end is unlike its beginning: a line, not a ring"""
    seq = np.concatenate([rng.integers(0, 2, size=15), rng.integers(2, 5, size=9)])
    agree(you, ref, seq, int(rng.integers(5, 9)))


def case_lopsided(you, rng, ref):
    """one letter follows another, but not the other way round"""
    seq = np.concatenate([np.zeros(int(rng.integers(6, 12)), dtype=np.int64), np.array([1, 2, 1])])
    agree(you, ref, seq, 2)


def case_one_pair(you, rng, ref):
    """the longest lag leaves one pair, which says nothing"""
    seq = rng.integers(0, 3, size=7).astype(np.intp)
    close(you.lag_mi(seq, 6), 0.0, "the bits", absolute=1e-9)


def case_letters_that_never_come(you, rng, ref):
    """letters 2, 5 and 6 only"""
    agree(you, ref, rng.choice([2, 5, 6], size=30), 3)


def case_names(you, rng, ref):
    """letters may be renamed"""
    seq = rng.integers(0, 4, size=60).astype(np.intp)
    want = ref.lag_mi(seq, 2)
    close(you.lag_mi(rng.permutation(4)[seq], 2), want, "the bits", absolute=1e-9)


def agree_on_the_experiment(you, ref, seq, longest):
    seq = seq.astype(np.intp)
    close(you.experiment(seq, longest), ref.experiment(seq, longest), ("period", "contrast"))


def case_experiment_noise(you, rng, ref):
    """the experiment on noise"""
    agree_on_the_experiment(you, ref, rng.integers(0, 4, size=150), 12)


def case_experiment_gene(you, rng, ref):
    """the experiment on a gene: period 3"""
    agree_on_the_experiment(you, ref, gene(400, rng), 18)


def case_experiment_longest(you, rng, ref):
    """the experiment where the last lag decides"""
    seq = np.tile(rng.permutation(7), 7)
    seq[rng.integers(0, 49, size=8)] = 0
    agree_on_the_experiment(you, ref, seq, 7)


def braid(rng, strands):
    """Strands that take turns; each keeps its letter for twelve turns."""
    letters = np.array([rng.permutation(4) for _ in range(strands)])
    return np.repeat(letters, 12, axis=1).T.ravel()


def case_experiment_two(you, rng, ref):
    """the experiment on two strands that take turns"""
    agree_on_the_experiment(you, ref, braid(rng, 2), 9)


def case_experiment_seven(you, rng, ref):
    """the experiment on seven strands"""
    agree_on_the_experiment(you, ref, braid(rng, 7), 21)


def case_experiment_eight(you, rng, ref):
    """the experiment on eight strands: 8 is not among the candidates"""
    agree_on_the_experiment(you, ref, braid(rng, 8), 24)


# %% wrong
EDITS = (
    (
        "ring",
        "You wrap round: the last letters are paired with the first ones. The sequence is a line, "
        "not a ring: use the two slices.",
        "(seq[:-k], seq[k:])",
        "(seq, np.roll(seq, -k))",
    ),
    (
        "nats",
        "These are nats. Bits take the logarithm to base 2.",
        "np.log2",
        "np.log",
    ),
    (
        "margins_of_the_whole_sequence",
        "p(a) and p(b) are the margins of the *pairs*, not the shares in the whole sequence: the "
        "first k letters have no partner before them and the last k none after.",
        "p.sum(axis=1, keepdims=True) * p.sum(axis=0)",
        "np.outer(*[np.bincount(seq, minlength=A) / len(seq)] * 2)",
    ),
    (
        "lag_minus_one",
        "The lag is one too small: at k = 1 you compare each letter with itself.",
        "(seq[:-k], seq[k:])",
        "(seq[: len(seq) - k + 1], seq[k - 1 :])",
    ),
    (
        "entropy_of_pairs",
        "This is the entropy of the pairs. Information is how far the pairs are from independence: "
        "divide by the product of the margins inside the logarithm.",
        "np.log2(p[seen] / apart[seen])",
        "-np.log2(p[seen])",
    ),
    (
        "contrast_with_all_lags",
        "The contrast divides by the mean of the *other* lags. You divide by the mean of all of "
        "them, the multiples included.",
        "information[~on].mean()",
        "information.mean()",
    ),
    (
        "difference_instead_of_ratio",
        "The contrast is a ratio, not a difference: it must not depend on how strong the "
        "information is in all.",
        "information[on].mean() / information[~on].mean()",
        "information[on].mean() - information[~on].mean()",
    ),
    (
        "longest_left_out",
        "The last lag is missing: `np.arange(1, longest)` stops one before it.",
        "longest + 1",
        "longest",
    ),
)

SURVIVORS = {
    "A = seq.max() + 1 -> A = seq.max() + 2": "a letter that never comes adds empty entries only",
    "np.add.at(table, (seq[:-k], seq[k:]), 1) -> np.add.at(table, (seq[k:], seq[:-k]), 1)": "the "
    "information is the same in both directions",
    "np.add.at(table, (seq[:-k], seq[k:]), 1) -> np.add.at(table, (seq[:-k], seq[k:]), 2)": "the "
    "table is divided by its sum afterwards",
    "seen = p > 0 -> seen = table > 0": "the same entries",
}
