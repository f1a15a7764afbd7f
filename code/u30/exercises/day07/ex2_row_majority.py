# /// u30
# id = "d07.2"
# title = "Flatten the border"
# kind = "implement"
# difficulty = 2
# minutes = 20
# concepts = ["quantisation", "border pixels", "unsigned integers"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
The blurred cup is rounded to a few greys before it is compressed. Where the blur lies close to the
line between two greys, the tiniest noise makes cells flicker, and the compressor has to describe
the flicker. Section 6.1 of the paper tries to cure this. Write both steps.

**1. `bucket(means, k)`**: the number of the grey, from 0 to k − 1. The greys are equally wide: the
first reaches from 0 up to 1/k, the last from (k − 1)/k to 1, **and 1 itself belongs to it**. Larger
values, which a cup with several particles to a cell can have, count as 1.

**2. `row_majority(q)`**: in each row, find the commonest grey; of several that are equally common,
the smallest. Every cell within **one** grey of it becomes that grey. The others stay.

| name | shape | meaning |
|---|---|---|
| `means` | `(H, W)` | numbers from 0, mostly up to 1 |
| `k` | whole number | how many greys |
| `q` | `(H, W)` | greys 0, 1, 2, … as whole numbers, **unsigned** ones too (`uint8`) |
| results | `(H, W)` | greys, as whole numbers |

One worked number: the row `[2, 3, 2, 1, 0]` has majority 2. Cells 3 and 1 are one grey away and
become 2, the 0 is two away and stays: `[2, 2, 2, 2, 0]`.
"""
HINTS = (
    "What is 1 − 2 in `uint8`? Try it. And into which grey does a mean of exactly 1 fall if you "
    "multiply by k and cut off the decimals?",
    "Cut off the decimals of means · k, then replace every k or more by k − 1. For a row, "
    "`np.bincount(row)` counts each grey, and `argmax` takes the first of several largest counts. "
    "Turn the row into ordinary integers before you subtract.",
    "```python\n"
    "out = q.copy()\n"
    "for row in out:                           # a view: writing into it changes out\n"
    "    majority = np.bincount(row).argmax()\n"
    "    near = np.abs(row.astype(int) - majority) <= 1\n"
    "    row[...] = majority                   # which of its cells?\n"
    "```",
)
AFTER = r"""
In the paper this repair flattened the bump of the independent walkers and kept that of the
interacting ones, which looked like the proof that interaction makes complexity. Days later Brent
Werness found that what was kept is artefact as well: a cell that is *two* greys from the majority
by chance survives the snap. You can see it on the page: a cup of pure chance passes this filter
with some flicker left. The lesson reaches beyond coffee: a correction that removes most of an
artefact leaves a smaller artefact, not a result.
"""

# %% given
import numpy as np


# %% work
def bucket(means, k):  # (H,W) -> (H,W) whole numbers
    """The number of the grey, 0 to k-1, that each mean belongs to."""
    # >>> solution
    return np.minimum((means * k).astype(int), k - 1)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def row_majority(q):  # (H,W) whole numbers -> (H,W) whole numbers
    """Cells within one grey of their row's commonest grey take that grey."""
    # >>> solution
    out = q.astype(int)
    for row in out:
        majority = np.bincount(row).argmax()
        row[np.abs(row - majority) <= 1] = majority
    return out
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


def agree_bucket(you, ref, means, k):
    H, W = means.shape
    close(you.bucket(means, k), ref.bucket(means, k), "the greys", H=H, W=W)


def agree(you, ref, q):
    if q.dtype.kind == "i":
        q = q.astype(int)  # rng draws int64, which np.bincount refuses where int is 32 bits wide
    H, W = q.shape
    want = ref.row_majority(q)
    close(np.asarray(you.row_majority(q)), want, "the flattened greys", H=H, W=W)


def inside(rng, k, shape):
    """Means that are not close to a line between two greys."""
    return (rng.integers(0, k, size=shape) + rng.uniform(0.1, 0.9, size=shape)) / k


def case_three_greys(you, rng, ref):
    """means into three greys"""
    agree_bucket(you, ref, inside(rng, 3, (1, 5)), 3)


def case_seven_greys(you, rng, ref):
    """means into seven greys, both axes different"""
    agree_bucket(you, ref, inside(rng, 7, (4, 6)), 7)


def case_black_and_white(you, rng, ref):
    """means of exactly 0 and exactly 1"""
    agree_bucket(you, ref, np.array([[0.0, 1.0, 0.4]]), 4)


def case_several_particles(you, rng, ref):
    """means above 1"""
    agree_bucket(you, ref, rng.uniform(0.9, 3, size=(2, 5)), 3)


def case_one_row(you, rng, ref):
    """a row with a clear majority, a near and a far cell"""
    m = int(rng.integers(2, 4))
    agree(you, ref, np.array([[m, m + 1, m, m - 1, m - 2, m + 3, m]]))


def case_rows_differ(you, rng, ref):
    """every row has its own majority"""
    agree(you, ref, rng.integers(0, 7, size=(6, 9)))


def case_columns_do_not_count(you, rng, ref):
    """rows of one grey each: nothing changes"""
    q = np.repeat(rng.permutation(7)[:, None], 4, axis=1)
    agree(you, ref, q)


def case_ties(you, rng, ref):
    """two greys equally common: the smaller one wins, wherever it stands"""
    low = int(rng.integers(0, 3))
    q = np.array([[low + 1, low, low, low + 1], [low, low + 3, low + 3, low], [4, 2, 0, 6]])
    agree(you, ref, q)


def case_majority_zero(you, rng, ref):
    """mostly black, with ones and twos"""
    agree(you, ref, np.array([[0, 0, 0, 0, 1, 2, 1], [2, 0, 1, 0, 0, 2, 0]]))


def case_unsigned(you, rng, ref):
    """greys as uint8, cells darker than the majority"""
    q = rng.integers(0, 7, size=(5, 8)).astype(np.uint8)
    q[:, ::2] = 4
    agree(you, ref, q)


def case_single_column(you, rng, ref):
    """one cell in each row is its own majority"""
    agree(you, ref, rng.integers(0, 7, size=(6, 1)))


def case_many_rows(you, rng, ref):
    """a wide cup with noise around a slope"""
    slope = np.linspace(0, 6, 13)[:, None]
    agree(you, ref, np.rint(slope + rng.normal(scale=0.7, size=(13, 40))).clip(0, 6).astype(int))


# %% wrong
def row_majority__of_columns(q):
    """You take the majority of each *column*. Cream begins on top, so it is the cells of a row that
    belong together."""
    return row_majority(q.T).T


def row_majority__everything(q):
    """You give the majority to every cell of the row. Only cells within one grey of it may move:
    what lies further away may be real structure."""
    return np.repeat([[np.bincount(row).argmax()] for row in q], q.shape[1], axis=1)


def row_majority__unsigned(q):
    """Unsigned numbers know nothing below 0: in uint8, 1 - 2 is 255. Turn the row into ordinary
    integers before you subtract, `row.astype(int)`."""
    out = q.copy()
    for row in out:
        majority = np.bincount(row).argmax().astype(q.dtype)
        row[np.abs(row - majority) <= 1] = majority
    return out


def row_majority__of_the_whole_cup(q):
    """You look for the commonest grey of the whole cup. Each row has its own."""
    majority = np.bincount(q.ravel()).argmax()
    return np.where(np.abs(q.astype(int) - majority) <= 1, majority, q)


def row_majority__median(q):
    """You use the median or the mean of the row. The commonest grey can be another one: `[0, 0, 5,
    6, 7]` has majority 0."""
    middle = np.sort(q.astype(int), axis=1)[:, (q.shape[1] - 1) // 2, None]
    return np.where(np.abs(q.astype(int) - middle) <= 1, middle, q)


def row_majority__largest_of_a_tie(q):
    """Of several equally common greys you take the largest. The smallest is asked for."""
    top = int(q.max())
    return top - row_majority(top - q.astype(int))


def bucket__one_more_grey(means, k):
    """A mean of exactly 1 falls into a grey of its own, number k: there are only 0 to k - 1, so the
    last one has to take it."""
    return np.minimum((means * k).astype(int), k)


def bucket__rounded(means, k):
    """You round to the nearest of the greys 0, 1/(k-1), 2/(k-1), …, so the first and the last are
    half as wide as the others. Here all greys are equally wide: multiply by k and cut off the
    decimals."""
    return np.minimum(np.rint(means * (k - 1)).astype(int), k - 1)


SURVIVORS = {
    "return np.minimum((means * k).astype(int), k - 1) -> "
    "return np.minimum(k - 1, (means * k).astype(int))": "a minimum has no order",
    "row[np.abs(row - majority) <= 1] = majority -> "
    "row[np.abs(majority - row) <= 1] = majority": "a distance has no direction",
}
