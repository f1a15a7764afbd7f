# /// u30
# id = "d06.3"
# title = "The best way to cut a picture"
# kind = "implement"
# difficulty = 4
# minutes = 35
# concepts = ["two-part code", "dynamic programming", "minimum description length"]
# needs = []
# timeout = 10
# ///
PROMPT = r"""
Here is the day's measure of structure. A square block of a black-and-white picture is either kept
**whole** or **cut** into its four quarters, which are treated in the same way. The price, in bits:

| what | model | data |
|---|---|---|
| a whole block of N cells, k of them ones | $1 + \log_2(N+1)$ | $\log_2\binom Nk$ |
| a block that is cut | 1 + models of the four quarters | data of the four quarters |
| a single cell (it cannot be cut, so it needs no flag) | 1 | 0 |

The 1 is the flag that says "whole" or "cut". Write `quadtree_mdl(img)`, which returns
`(model, data)` of the partition with the **smallest sum** model + data. If both are equally long,
keep the block whole.

| name | shape | meaning |
|---|---|---|
| `img` | `(n, n)` | zeros and ones; n is 1, 2, 4, 8, ... |
| result | two numbers | bits of the model, bits of the data |

`which_ones(N, k)` is given: it returns $\log_2\binom Nk$.

One worked number: `[[0, 1], [1, 0]]` costs 1 + $\log_2 5$ + $\log_2 6$ = 5.91 bits when it is
whole, and 1 + 4 · 1 = 5 when it is cut into cells. So the answer is `(5.0, 0.0)`.
"""
HINTS = (
    "Look at a block whose four quarters each consist of four plain sub-quarters. Is one cut worth "
    "its price? Are two? Who has to know the answer for the quarters before you can decide?",
    "Let the function call itself on the four quarters first: it returns the *best* model and "
    "data of each. Add them up, plus 1 for the flag, and compare with the whole block. Deciding "
    "before you know the quarters' best prices misses cuts that pay off further down.",
    "```python\n"
    "if n == 1:\n"
    "    return 1.0, 0.0\n"
    "h = n // 2\n"
    "corners = [(i, j) for i in (0, h) for j in (0, h)]\n"
    "quarters = [quadtree_mdl(img[i : i + h, j : j + h]) for i, j in corners]\n"
    "cut_model = 1 + sum(model for model, data in quarters)\n"
    "cut_data = ...\n"
    "# the same two for the whole block; return the pair with the smaller sum\n"
    "```",
)
AFTER = r"""
The number of partitions of a 64 × 64 picture is beyond counting, and you searched all of them: each
block asks its quarters only once. That is dynamic programming, from the cells up. The first part of
the pair is what the page plots: bits that describe *structure*. On a checkerboard it is tiny,
although every child sees the pattern: in this family of models a fine pattern is noise. What counts
as structure depends on the models that are allowed, and on the time that may be spent in finding
them. Both bounds stand in Aaronson's definition, and for the same reason.
"""

# %% given
import numpy as np


def which_ones(N, k):
    """log2 of the number of ways to choose k of N cells."""
    j = np.arange(1, k + 1)
    return float(np.log2((N - k + j) / j).sum())


# %% work
def quadtree_mdl(img):  # (n,n) of 0 and 1 -> model bits, data bits
    """The parts of the shortest quadtree code of the picture."""
    # >>> solution
    n = len(img)
    if n == 1:
        return 1.0, 0.0
    h = n // 2
    corners = [(i, j) for i in (0, h) for j in (0, h)]
    quarters = [quadtree_mdl(img[i : i + h, j : j + h]) for i, j in corners]
    cut_model = 1 + sum(model for model, data in quarters)
    cut_data = sum(data for model, data in quarters)
    N = n * n
    whole_model = 1 + np.log2(N + 1)
    whole_data = which_ones(N, int(img.sum()))
    if whole_model + whole_data <= cut_model + cut_data:
        return whole_model, whole_data
    return cut_model, cut_data
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds

PARTS = ("model", "data")


def agree(you, ref, img):
    close(you.quadtree_mdl(img), ref.quadtree_mdl(img), PARTS)


def dust(rng, n, share=0.5):
    return (rng.random((n, n)) < share).astype(np.int64)


def blobs(rng, n, size):
    """Plain squares of the given size, each black or white, not all alike."""
    coarse = rng.integers(0, 2, size=(n // size, n // size))
    coarse[0, :2] = 0, 1
    return np.kron(coarse, np.ones((size, size), dtype=np.int64))


def case_two_by_two(you, rng, ref):
    """two by two"""
    agree(you, ref, rng.permutation(np.array([0, 1, 1, 0])).reshape(2, 2))


def case_one_cell(you, rng, ref):
    """a single cell"""
    close(you.quadtree_mdl(rng.integers(0, 2, size=(1, 1))), (1.0, 0.0), PARTS)


def case_four_by_four(you, rng, ref):
    """four by four, against every one of the 17 partitions"""
    img = dust(rng, 4, rng.uniform(0.1, 0.9))
    agree(you, ref, img)


def case_plain(you, rng, ref):
    """one colour: whole, and no data"""
    n = int(rng.choice([4, 8, 16]))
    img = np.full((n, n), int(rng.integers(2)))
    close(you.quadtree_mdl(img), (1 + np.log2(n * n + 1), 0.0), PARTS)


def case_checkerboard(you, rng, ref):
    """a checkerboard of 8 by 8 stays whole"""
    img = np.indices((8, 8)).sum(axis=0) % 2
    close(you.quadtree_mdl(img), (1 + np.log2(65), which_ones(64, 32)), PARTS)


def case_blobs(you, rng, ref):
    """plain squares of 4 by 4 cells in a picture of 16 by 16"""
    agree(you, ref, blobs(rng, 16, 4))


def case_deep(you, rng, ref):
    """one cut is too dear, two are worth it"""
    img = np.zeros((16, 16), dtype=np.int64)
    i, j = rng.integers(0, 2, size=2) * 4
    for row in (0, 8):
        for column in (0, 8):
            img[row + i : row + i + 4, column + j : column + j + 4] = 1
    agree(you, ref, img)


def case_half_and_half(you, rng, ref):
    """a plain half and a dusty half"""
    img = dust(rng, 16)
    img[:, : int(rng.choice([4, 8]))] = 0
    agree(you, ref, img)


def case_one_quarter_different(you, rng, ref):
    """three plain quarters and a fourth with a corner of its own"""
    img = np.zeros((16, 16), dtype=np.int64)
    i, j = rng.integers(0, 2, size=2) * 8
    img[i : i + 4, j : j + 4] = 1
    img[i + 4 : i + 8, j : j + 4] = dust(rng, 4)
    agree(you, ref, img)


def case_dust(you, rng, ref):
    """noise of 16 by 16: hardly any model"""
    model, data = you.quadtree_mdl(dust(rng, 16))
    holds(model < 60, "Noise has little structure: the model should be short.", model, "below 60")
    holds(model + data < 275, "No picture of 256 cells needs so many bits.", model + data)


def case_turned(you, rng, ref):
    """transposed, and with colours exchanged: the same bits"""
    img = blobs(rng, 8, 2)
    want = ref.quadtree_mdl(img)
    close(you.quadtree_mdl(img.T), want, PARTS)
    close(you.quadtree_mdl(1 - img), want, PARTS)


# %% wrong
def quadtree_mdl__greedy(img):
    """You cut a block only if *one* cut pays off at once. A cut may pay only together with the cuts
    below it: ask the quarters for their best prices first."""
    n = len(img)
    if n == 1:
        return 1.0, 0.0
    h = n // 2
    quarters = [img[i : i + h, j : j + h] for i in (0, h) for j in (0, h)]

    def whole(block):
        N = block.size
        return (N > 1) + np.log2(N + 1), which_ones(N, int(block.sum()))

    if sum(whole(img)) <= 1 + sum(sum(whole(quarter)) for quarter in quarters):
        return whole(img)
    best = [quadtree_mdl__greedy(quarter) for quarter in quarters]
    return 1 + sum(model for model, data in best), sum(data for model, data in best)


def quadtree_mdl__never_cut(img):
    """The block is always kept whole, so the model knows nothing but how many ones there are.
    Compare with the four quarters."""
    N = img.size
    if N == 1:
        return 1.0, 0.0
    return 1 + np.log2(N + 1), which_ones(N, int(img.sum()))


EDITS = (
    (
        "no_flag_for_a_cut",
        "A cut has a flag, too: the reader must be told, with 1 bit, that four quarters follow.",
        "1 + sum(model",
        "sum(model",
    ),
    (
        "no_flag_for_a_whole_block",
        "A whole block needs its flag as well: without that bit the reader may take it for a cut.",
        "1 + np.log2(N + 1)",
        "np.log2(N + 1)",
    ),
    (
        "flag_for_a_cell",
        "A single cell cannot be cut, so it needs no flag: 1 bit, for its colour.",
        "return 1.0, 0.0",
        "return 2.0, 0.0",
    ),
    (
        "smaller_data",
        "You choose the smaller *data*. That cuts down to the last cell and pays for it in the "
        "model; the sum of both decides.",
        "whole_model + whole_data <= cut_model + cut_data",
        "whole_data < cut_data",
    ),
    (
        "count_of_ones_forgotten",
        "The reader of a whole block needs to know how many ones it has: log2(N + 1) bits, one of "
        "N + 1 values.",
        "1 + np.log2(N + 1)",
        "1.0",
    ),
    (
        "longest_instead_of_shortest",
        "You return the longer of the two codes. The description length is the *minimum*.",
        "whole_model + whole_data <= cut_model + cut_data",
        "whole_model + whole_data > cut_model + cut_data",
    ),
)

SURVIVORS = {
    "corners = [(i, j) for i in (0, h) for j in (0, h)] -> "
    "corners = [(j, i) for i in (0, h) for j in (0, h)]": "the same quarters in another order",
    "corners = [(i, j) for i in (0, h) for j in (0, h)] -> "
    "corners = [(i, j) for i in (h, 0) for j in (0, h)]": "the same quarters in another order",
    "corners = [(i, j) for i in (0, h) for j in (0, h)] -> "
    "corners = [(i, j) for i in (0, h) for j in (h, 0)]": "the same quarters in another order",
    "quarters = [quadtree_mdl(img[i:i + h, j:j + h]) for i, j in corners] -> "
    "quarters = [quadtree_mdl(img[j:j + h, i:i + h]) for i, j in corners]": "the same quarters in "
    "another order",
    "whole_data = which_ones(N, int(img.sum())) -> whole_data = which_ones(N, img.sum())": "a "
    "NumPy integer counts as well",
    "if whole_model + whole_data <= cut_model + cut_data: -> if whole_model + whole_data < "
    "cut_model + cut_data:": "an exact tie between sums of logarithms does not come up here",
}
