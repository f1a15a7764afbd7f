"""What `u30 dev new` writes: a small exercise that works, to be replaced piece by piece.

"DRAFT:" marks what is to be replaced; `make lint` refuses a course that still has it.
"""

TEMPLATE = '''# /// u30
# id = "{id}"
# title = "{title}"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["DRAFT: the ideas it trains"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
DRAFT: what to write, and what for: a formula in $...$, then the function by name: `centred(x)`.

| name | shape | meaning |
|---|---|---|
| `x` | `(N, D)` | numbers |
| result | `(N, D)` | the same numbers, with mean 0 in each column |

One worked number: `x = [[1], [3]]` gives `[[-1], [1]]`.
"""
HINTS = (
    "A question that leads on. DRAFT: what is left of a mean if you take it from all?",
    "DRAFT: the idea, or the formula, in words.",
    "```python\\nreturn x - ...   # the mean of each column\\n```",
)
AFTER = r"""
DRAFT: what this was in the paper (with the number of the equation), and why it matters. Here:
whatever adds one number to all of a column is taken out again, half of what normalisation does.
"""

# %% given
import numpy as np


# %% work
def centred(x):  # (N,D) -> (N,D)
    """DRAFT: one line on what it does."""
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
    """DRAFT: You take the mean of all numbers. Every column has a mean of its own (`axis=0`)."""
    return x - x.mean()


EDITS = (
    (
        "wrong_axis",
        "DRAFT: You take the mean of each row. The columns are to be centred: `axis=0`.",
        "x.mean(axis=0)",
        "x.mean(axis=1, keepdims=True)",
    ),
)
'''
