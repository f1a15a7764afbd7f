"""What `u30 dev new` writes: a small exercise that works, to be replaced piece by piece."""

TEMPLATE = '''# /// u30
# id = "{id}"
# title = "{title}"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = []
# needs = []
# timeout = 5
# ///
PROMPT = r"""
What to write, and what for: a formula in $...$, then the function by name: `centred(x)`.

| name | shape | meaning |
|---|---|---|
| `x` | `(N, D)` | numbers |
| result | `(N, D)` | the same numbers, with mean 0 in each column |

One worked number: `x = [[1], [3]]` gives `[[-1], [1]]`.
"""
HINTS = (
    "A question that leads on. What happens to a mean when you take the same number from all?",
    "The idea, or the formula, in words.",
    "```python\\n"
    "return x - ...   # the mean of each column\\n"
    "```",
)
AFTER = r"""
What this was in the paper (with the number of the equation), and why it matters.
"""

# %% given
import numpy as np


# %% work
def centred(x):  # (N,D) -> (N,D)
    """One line on what it does."""
    # >>> solution
    return x - x.mean(axis=0)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close


def agree(you, ref, x):
    N, D = x.shape
    close(you.centred(x), ref.centred(x), N=N, D=D)


def case_smallest(you, rng, ref):
    """the smallest readable case"""
    agree(you, ref, np.round(rng.normal(size=(2, 1)), 1))


def case_every_axis(you, rng, ref):
    """N and D of different size"""
    agree(you, ref, rng.normal(size=(5, 3)))


def case_float32_view(you, rng, ref):
    """float32, and a view of a larger array"""
    agree(you, ref, rng.normal(size=(6, 8)).astype(np.float32)[::2, ::-2])


# %% wrong
def centred__one_mean_for_all(x):
    """You take the mean of all numbers. Every column has a mean of its own (`axis=0`)."""
    return x - x.mean()


EDITS = (
    (
        "wrong_axis",
        "You take the mean of each row. The columns are to be centred: `axis=0`.",
        "x.mean(axis=0)",
        "x.mean(axis=1, keepdims=True)",
    ),
)
'''
