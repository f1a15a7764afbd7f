# /// u30
# id = "d07.3"
# title = "The cup that loses cream"
# kind = "debug"
# difficulty = 3
# minutes = 25
# concepts = ["conservation", "views", "parallel updates"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
One sweep offers every pair of neighbours a swap. To do many swaps at once, neighbours are sorted
into *matchings*: sets of pairs in which no cell occurs twice. Along each axis there are two, pairs
that begin at an even place and pairs that begin at an odd one. Somebody else has tossed the coins;
`sweep` only carries out what they say.

A colleague has written it, and the cup is never right: cream appears from nowhere, or vanishes.
Find out why and repair it. The count of cream has to be **exactly** the same before and after, a
cup has walls, and the caller's cup must stay as it was.

| name | shape | meaning |
|---|---|---|
| `s` | `(H, W)` | the cup, whole numbers |
| `matchings` | list of triples | `(axis, start, swapped)`, to be done in this order |
| `axis` | 0 or 1 | pairs along the first axis (one above the other) or the second (side by side) |
| `start` | 0 or 1 | the first pair begins at this place, the next two further on |
| `swapped` | `(pairs, length of the other axis)` | True where the pair changes places |
| result | `(H, W)` | the cup after the last matching |

For axis = 1, row k of `swapped` is still about the k-th pair: it has one entry for each row of the
cup.

One worked number: `s = [[1], [0], [2]]` with `(0, 0, [[True]])` swaps the first two cells:
`[[0], [1], [2]]`. The third has no partner in this matching.
"""
HINTS = (
    "Run it on a cup of two cells. After `first[...] = ...` has been written, what does `second` "
    "get? `first` is a slice of `lines`: is it a copy or a window onto the same memory?",
    "Two things go wrong. A slice is a view, so overwriting `lines` changes what `first` says "
    "before it has been read a second time: keep a copy. And `lines` is a view of the caller's "
    "cup as long as nobody copies that.",
    "```python\n"
    "mixed = ...                              # a copy: the caller's cup stays\n"
    "for axis, start, swapped in matchings:\n"
    "    lines = mixed if axis == 0 else mixed.T\n"
    "    first, second = lines[start:-1:2], lines[start + 1 :: 2]\n"
    "    kept = ...                           # what first held\n"
    "    first[swapped] = second[swapped]\n"
    "    second[swapped] = kept[swapped]\n"
    "```",
)
AFTER = r"""
The first law of this cup is not thermodynamics but bookkeeping: a swap permutes cells, so the count
of cream cannot change. Test that before anything else. A simulation that leaks one particle in a
thousand sweeps draws pretty pictures and measures nonsense. Notice why the pairs of one matching
must not share a cell: with overlapping pairs "swap all at once" has no meaning, and whoever writes
it anyway copies one cell into two places. The paper swaps one pair per step and has no such
problem; it needs thousands of steps for what one sweep does.
"""

# %% given
import numpy as np


# %% work
def sweep(s, matchings):  # (H,W), list of (axis, start, swapped) -> (H,W)
    """Swap the pairs that `swapped` names, matching after matching."""
    # >>> solution
    mixed = s.copy()
    # --- starter
    # mixed = s
    # <<<
    for axis, start, swapped in matchings:
        lines = mixed if axis == 0 else mixed.T
        first, second = lines[start:-1:2], lines[start + 1 :: 2]
        # >>> solution
        kept = first.copy()
        first[swapped] = second[swapped]
        second[swapped] = kept[swapped]
        # --- starter
        # first[...] = np.where(swapped, second, first)
        # second[...] = np.where(swapped, first, second)
        # <<<
    return mixed


# %% check
from u30.learn.cases import close, holds


def tosses(rng, shape, order=((0, 0), (0, 1), (1, 0), (1, 1)), chance=0.5):
    """Coins for the matchings of a cup, in the order given."""
    matchings = []
    for axis, start in order:
        pairs = (shape[axis] - start) // 2
        matchings.append((axis, start, rng.random((pairs, shape[1 - axis])) < chance))
    return matchings


def agree(you, ref, s, matchings):
    H, W = s.shape
    got, want = you.sweep(s, matchings), ref.sweep(s, matchings)
    if isinstance(got, np.ndarray) and got.shape == want.shape and got.dtype.kind in "iu":
        before, after = int(s.sum()), int(got.sum())
        holds(before == after, "The cup does not hold as much cream as before.", after, before)
    close(got, want, "the cup", H=H, W=W)


def case_two_cells(you, rng, ref):
    """two cells, one above the other, that change places"""
    agree(you, ref, np.array([[1], [0]]), [(0, 0, np.array([[True]]))])


def case_three_cells(you, rng, ref):
    """three cells side by side: one pair, begun at the second"""
    agree(you, ref, np.array([[1, 2, 3]]), [(1, 1, np.array([[True]]))])


def case_rows(you, rng, ref):
    """pairs along the first axis, an even number of rows"""
    s = rng.permutation(24).reshape(6, 4)
    agree(you, ref, s, tosses(rng, s.shape, ((0, 0),)))


def case_odd_start(you, rng, ref):
    """pairs that begin at an odd place, an even number of rows: the first and last row rest"""
    s = rng.permutation(24).reshape(6, 4)
    agree(you, ref, s, tosses(rng, s.shape, ((0, 1),)))


def case_columns(you, rng, ref):
    """pairs along the second axis, an odd number of columns"""
    s = rng.permutation(35).reshape(5, 7)
    agree(you, ref, s, tosses(rng, s.shape, ((1, 0),)))


def case_both(you, rng, ref):
    """all four matchings, both axes different"""
    s = rng.permutation(40).reshape(5, 8)
    agree(you, ref, s, tosses(rng, s.shape))


def case_other_order(you, rng, ref):
    """the matchings in another order, and one of them twice"""
    s = rng.permutation(42).reshape(6, 7)
    agree(you, ref, s, tosses(rng, s.shape, ((1, 1), (0, 1), (1, 0), (0, 1), (0, 0))))


def case_every_pair(you, rng, ref):
    """every coin says swap"""
    s = rng.permutation(30).reshape(5, 6)
    agree(you, ref, s, tosses(rng, s.shape, chance=2))


def case_nobody(you, rng, ref):
    """no coin says swap, and a list without matchings"""
    s = rng.integers(0, 2, size=(4, 5))
    close(you.sweep(s, tosses(rng, s.shape, chance=-1)), s, "the cup", H=4, W=5)
    close(you.sweep(s, []), s, "the cup", H=4, W=5)


def case_cream(you, rng, ref):
    """a cup of cream and coffee, twenty sweeps: not one particle is lost"""
    s = rng.integers(0, 2, size=(7, 6))
    agree(you, ref, s, tosses(rng, s.shape, ((0, 0), (1, 1), (0, 1), (1, 0)) * 20))


def case_not_the_same_array(you, rng, ref):
    """the result is an array of its own: writing into it leaves the caller's cup alone"""
    s = rng.integers(0, 2, size=(3, 4))
    kept = s.copy()
    result = you.sweep(s, [])
    shared = isinstance(result, np.ndarray) and np.shares_memory(result, s)
    holds(not shared, "The result and the caller's cup are the same memory.")
    close(s, kept, "the caller's cup", H=3, W=4)


# %% wrong
def sweep__first_is_gone(s, matchings):
    """`first` is a view: after you have written into it, it no longer says what the first cells
    held, and the second cells get their own value back. One particle has become two, or none. Keep
    a copy of `first` before you write."""
    mixed = s.copy()
    for axis, start, swapped in matchings:
        lines = mixed if axis == 0 else mixed.T
        first, second = lines[start:-1:2], lines[start + 1 :: 2]
        first[...] = np.where(swapped, second, first)
        second[...] = np.where(swapped, first, second)
    return mixed


def sweep__columns_like_rows(s, matchings):
    """For axis 1 you still pair cells that stand above one another. Turn the cup: `mixed.T` is a
    view whose first axis runs along the rows."""
    turned = np.array(s)
    for axis, start, swapped in matchings:
        first, second = turned[start:-1:2], turned[start + 1 :: 2]
        part = np.resize(swapped, first.shape) if axis else swapped
        kept = first.copy()
        first[part] = second[part]
        second[part] = kept[part]
    return turned


def sweep__start_ignored(s, matchings):
    """Every matching begins at place 0. With `start` = 1 the first pair is the second and third
    cell; otherwise cells 1 and 2 never meet, and the cup falls into separate pairs."""
    mixed = s.copy()
    for axis, _, swapped in matchings:
        lines = mixed if axis == 0 else mixed.T
        n = len(swapped)
        first, second = lines[0 : 2 * n : 2], lines[1 : 2 * n : 2]
        kept = first.copy()
        first[swapped] = second[swapped]
        second[swapped] = kept[swapped]
    return mixed


def sweep__always_swapped(s, matchings):
    """You swap every pair of the matching, whatever the coin says. `first[swapped]` are the cells
    whose coin says yes."""
    return sweep(s, [(axis, start, np.ones_like(coins)) for axis, start, coins in matchings])


def sweep__not_kept(s, matchings):
    """The swaps are made in new arrays that nobody writes back: `first = …` gives a name to a new
    array, `first[...] = …` writes into the cup."""
    return s.copy()


SURVIVORS = {
    "first, second = (lines[start:-1:2], lines[start + 1::2]) -> "
    "first, second = (lines[start + 1::2], lines[start:-1:2])": "a swap has no direction",
}
