# /// u30
# id = "d07.1"
# title = "Take the cup out of focus"
# kind = "implement"
# difficulty = 2
# minutes = 20
# concepts = ["coarse-graining", "moving average", "borders"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Somebody looks at the cup from a few steps away: each cell is seen as the average of the cells
around it. Write the paper's coarse-graining (section 5.1),

$$\bar s_{ij} = \frac{1}{|W_{ij}|} \sum_{(a, b) \in W_{ij}} s_{ab},$$

where the window $W_{ij}$ is the g × g square **centred at** cell (i, j), as far as it lies inside
the cup. At a wall the window is smaller, and so is the number that you divide by.

| name | shape | meaning |
|---|---|---|
| `s` | `(H, W)` | cream in each cell, whole numbers or not |
| `g` | odd whole number | side of the window: 1 is the cell alone |
| result | `(H, W)` | the average in each cell's window |

One worked number: for `s = [[1, 0, 1]]` and g = 3, the window of the first cell holds two cells, 1
and 0, so its average is 0.5. The three averages are 0.5, 0.6667 and 0.5.
"""
HINTS = (
    "How many cells has the window of a corner, for g = 3? And of a cell in the middle of a wall? "
    "What would a cup full of ones look like if you always divided by 9?",
    "Half the window reaches `g // 2` cells to each side. Rows from `max(i - g // 2, 0)` up to, "
    "but not including, `i + g // 2 + 1`; columns likewise. A slice may end beyond the array, but "
    "it must not begin at a negative place: -1 means the last one.",
    "```python\n"
    "out = np.zeros(s.shape)\n"
    "for i in range(H):\n"
    "    for j in range(W):\n"
    "        window = s[max(i - h, 0) : i + h + 1, ...]     # columns likewise\n"
    "        out[i, j] = window.mean()\n"
    "```",
)
AFTER = r"""
This is the whole of what makes the measure one of *complexity*: zipping the sharp cup measures its
disorder, zipping the blurred one measures what an observer with weak eyes would have to describe.
The clipped window is what figure 1 of the paper shows. It matters: with zeros beyond the walls a
uniform cup would get a dark frame, and the compressor would be paid to describe the frame. The
version on the page needs no loop: it takes the sum over any rectangle from four corners of a
running sum.
"""

# %% given
import numpy as np


# %% work
def coarse_grain(s, g):  # (H,W) -> (H,W)
    """Mean over the g x g window centred at each cell, clipped at the walls."""
    # >>> solution
    H, W = s.shape
    h = g // 2
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            window = s[max(i - h, 0) : i + h + 1, max(j - h, 0) : j + h + 1]
            out[i, j] = window.mean()
    return out
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def agree(you, ref, s, g):
    H, W = s.shape
    close(you.coarse_grain(s, g), ref.coarse_grain(s, g), "the blurred cup", H=H, W=W)


def case_one_row(you, rng, ref):
    """one row of four cells, window 3"""
    agree(you, ref, rng.integers(0, 2, size=(1, 4)) + np.array([[1, 0, 0, 2]]), 3)


def case_one_column(you, rng, ref):
    """one column of five cells, window 3"""
    agree(you, ref, rng.normal(size=(5, 1)), 3)


def case_figure_1(you, rng, ref):
    """the 5 x 5 cup of figure 1, window 3"""
    rows = "01001 01101 01010 10111 10100".split()
    agree(you, ref, np.array([[int(c) for c in row] for row in rows]), 3)


def case_every_axis(you, rng, ref):
    """a cup that is not square, window 3"""
    agree(you, ref, rng.integers(0, 2, size=(4, 7)), 3)


def case_window_5(you, rng, ref):
    """window 5, both axes different"""
    agree(you, ref, rng.normal(size=(9, 6)), 5)


def case_window_7(you, rng, ref):
    """several particles to a cell, window 7"""
    agree(you, ref, rng.integers(0, 4, size=(8, 11)), 7)


def case_window_1(you, rng, ref):
    """window 1: nothing changes"""
    s = rng.normal(size=(3, 5))
    close(you.coarse_grain(s, 1), s, "the blurred cup", H=3, W=5)


def case_full(you, rng, ref):
    """a cup that is all cream stays all cream, also at the walls"""
    close(you.coarse_grain(np.ones((5, 6)), 3), np.ones((5, 6)), "the blurred cup", H=5, W=6)


def case_larger_than_the_cup(you, rng, ref):
    """a window larger than the cup sees everything from everywhere"""
    s = rng.integers(0, 2, size=(3, 4))
    close(you.coarse_grain(s, 9), np.full((3, 4), s.mean()), "the blurred cup", H=3, W=4)


def case_small_numbers(you, rng, ref):
    """cream as uint8, nearly full: 9 times 200 is more than 255"""
    agree(you, ref, rng.integers(150, 250, size=(5, 4)).astype(np.uint8), 3)


def case_view(you, rng, ref):
    """a view of a larger array, mirrored"""
    agree(you, ref, rng.normal(size=(8, 12))[::2, ::-2], 3)


def case_mean_of_two(you, rng, ref):
    """blurring a sum of two cups is the sum of the blurred cups"""
    a, b = rng.normal(size=(2, 5, 6))
    gap = you.coarse_grain(a + b, 3) - you.coarse_grain(a, 3) - you.coarse_grain(b, 3)
    largest = np.abs(gap).max()
    holds(largest < 1e-9, "Blurring a sum is not the sum of the blurred cups.", largest, "0")


# %% wrong
def coarse_grain__zeros_beyond_the_walls(s, g):
    """You count cells beyond the wall as coffee: you divide by g² everywhere, although the window
    of a corner holds fewer cells. A cup full of cream would get a dark frame."""
    H, W = s.shape
    padded = np.zeros((H + g - 1, W + g - 1))
    padded[g // 2 : g // 2 + H, g // 2 : g // 2 + W] = s
    return np.array([[padded[i : i + g, j : j + g].mean() for j in range(W)] for i in range(H)])


def coarse_grain__wraps_round(s, g):
    """Your window leaves the cup on one side and comes in on the other. This cup has walls: clip
    the window there."""
    h = range(-(g // 2), g // 2 + 1)
    return sum(np.roll(s.astype(float), (-a, -b), (0, 1)) for a in h for b in h) / g**2


def coarse_grain__window_begins_at_the_cell(s, g):
    """Your window begins at the cell. It has to be centred: g // 2 cells to each side."""
    H, W = s.shape
    return np.array([[s[i : i + g, j : j + g].mean() for j in range(W)] for i in range(H)])


def coarse_grain__blocks(s, g):
    """You cut the cup into blocks and give all cells of a block one average. The paper moves the
    window: each cell has a window of its own, and neighbours' windows overlap."""
    H, W = s.shape
    out = np.zeros((H, W))
    for i in range(0, H, g):
        for j in range(0, W, g):
            out[i : i + g, j : j + g] = s[i : i + g, j : j + g].mean()
    return out


def coarse_grain__one_short(s, g):
    """The window is one row and one column short: the end of a slice is not included, so it has to
    be i + g // 2 + 1."""
    H, W = s.shape
    h = g // 2
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            window = s[max(i - h, 0) : max(i + h, 1), max(j - h, 0) : max(j + h, 1)]
            out[i, j] = window.mean()
    return out


SURVIVORS = {
    "out = np.zeros((H, W)) -> out = np.ones((H, W))": "every cell is written over",
    "window = s[max(i - h, 0):i + h + 1, max(j - h, 0):j + h + 1] -> "
    "window = s[max(0, i - h):i + h + 1, max(j - h, 0):j + h + 1]": "a maximum has no order",
    "window = s[max(i - h, 0):i + h + 1, max(j - h, 0):j + h + 1] -> "
    "window = s[max(i - h, 0):i + h + 1, max(0, j - h):j + h + 1]": "a maximum has no order",
}
