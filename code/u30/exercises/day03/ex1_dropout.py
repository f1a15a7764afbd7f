# /// u30
# id = "d03.1"
# title = "Dropout that needs no correction later"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["dropout", "expectation", "training and evaluation"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
In training, dropout sets each number of an array to 0 with probability p and *enlarges* the others,
so that the mean over all masks is the array itself. In evaluation it does nothing:

$$D(x) = x \odot m, \qquad
m = \begin{cases} 0 & \text{with probability } p\\ 1/(1-p) & \text{otherwise} \end{cases}$$

Write two functions. `dropout(x, p, rng, train)` returns the new array **and** the mask, and
`dropout_backward(dout, mask)` gives the gradient with respect to x. Take all chance from `rng`,
with a die of its own for every single entry.

| name | shape | meaning |
|---|---|---|
| `x` | any | what goes in, float32 or float64 |
| `p` | one number | probability of a zero, 0 ≤ p ≤ 1; at p = 1 everything is zero |
| `rng` | `numpy.random.Generator` | where the random numbers come from |
| `train` | `True` or `False` | `False`: nothing is dropped, the mask is all ones |
| `y`, `mask` | as `x`, same dtype | y = x ⊙ mask |
| `dout` | as `x` | $\partial L/\partial y$ |

One worked number: with p = 0.75 an entry 3.0 becomes 12.0 in a quarter of all draws and 0.0 in the
rest. The mean is 3.0.
"""
HINTS = (
    "If three of four pupils are silent, how much louder must the fourth speak for the class to be "
    "as loud as before? And who must never be told to speak louder: the class at its exam?",
    "Draw one number between 0 and 1 for every entry; the entry stays if that number is at least "
    "p. A mask of zeros and ones, divided by 1 − p, does both jobs. At p = 1 nothing stays and 1 − "
    "p is zero: treat it first. Backwards each entry passed through a multiplication by its mask.",
    "```python\n"
    "if not train:\n"
    "    mask = ...\n"
    "elif p == 1:\n"
    "    mask = np.zeros_like(x)\n"
    "else:\n"
    "    mask = (rng.random(x.shape) >= p).astype(x.dtype) / ...\n"
    "```",
)
AFTER = r"""
This form is called *inverted* dropout. The first papers on dropout multiplied the trained weights
by 1 − p in the evaluation instead: the same mean, but then the evaluation has to know p. Enlarging
in training keeps evaluation clean, and every framework does it today. Two things to remember for
the next exercises. The mean is right, yet each pass is noisy: an entry x gets a variance of
$x^2 p/(1-p)$. And the backward pass needs *this* mask, not a fresh one.
"""

# %% given
import numpy as np


# %% work
def dropout(x, p, rng, train):  # (...) -> (...), (...)
    """Zero entries with probability p, enlarge the rest; result and mask."""
    # >>> solution
    if not train:
        mask = np.ones_like(x)
    elif p == 1:
        mask = np.zeros_like(x)
    else:
        mask = (rng.random(x.shape) >= p).astype(x.dtype) / x.dtype.type(1 - p)
    return x * mask, mask
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def dropout_backward(dout, mask):  # (...), (...) -> (...)
    """What the loss sends to the input of the dropout."""
    # >>> solution
    return dout * mask
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close, holds


def pair(you, x, p, rng, train):
    """The learner's y and mask, if both have the shape of x and y = x mask."""
    got = you.dropout(x, p, rng, train)
    if not isinstance(got, tuple | list) or [np.shape(a) for a in got] != [x.shape] * 2:
        close(got, (x, x), ("y", "mask"))
    y, mask = got
    close(y, x * mask, "y")
    return y, mask


def allowed(mask, p):
    """Only 0 and 1/(1-p) may stand in a mask."""
    large = 1 / (1 - p)
    strange = ~(np.isclose(mask, 0, atol=1e-9) | np.isclose(mask, large, rtol=1e-5))
    holds(
        not strange.any(),
        f"With p = {p:g} a mask may hold two numbers only.",
        mask[strange][:1],
        f"0 or {large:.4g}",
    )


def statistics(you, rng, p, shape):
    mask = pair(you, np.ones(shape), p, rng, True)[1]
    allowed(mask, p)
    n, dropped = mask.size, float((mask == 0).mean())
    sigma = np.sqrt(p * (1 - p) / n)
    holds(
        abs(dropped - p) < 6 * sigma,
        f"With p = {p:g} the share of zeros among {n} entries is off.",
        f"{dropped:.3f}",
        f"{p:g} ± {6 * sigma:.3f}",
    )


def case_evaluation(you, rng, ref):
    """in evaluation nothing is dropped and nothing is scaled"""
    x = np.round(rng.normal(size=3), 1)
    y, mask = pair(you, x, 0.5, rng, False)
    close(y, x, "y")
    close(mask, np.ones(3), "mask")


def case_half(you, rng, ref):
    """p = 0.5: a mask of zeros and twos"""
    allowed(pair(you, np.round(1 + rng.random(8), 1), 0.5, rng, True)[1], 0.5)


def case_quarter_stays(you, rng, ref):
    """p = 0.75: three of four entries go, the others are four times as large"""
    statistics(you, rng, 0.75, (40, 50))


def case_rare(you, rng, ref):
    """p = 0.2: the share of zeros among 3,000 entries"""
    statistics(you, rng, 0.2, (3, 1000))


def case_every_axis(you, rng, ref):
    """a die for every entry: no whole row or column goes at once"""
    mask = pair(you, np.ones((20, 30, 40)), 0.5, rng, True)[1]
    for axis in range(3):
        same = float((np.diff(mask > 0.5, axis=axis) == 0).mean())
        holds(
            abs(same - 0.5) < 0.05,
            f"Neighbours along axis {axis} should share their fate half of the time.",
            f"{same:.2f}",
            "0.50",
        )


def case_mean(you, rng, ref):
    """the mean over 20,000 masks is the input itself"""
    x = np.round(1 + rng.random(), 2)
    y = pair(you, np.full(20_000, x), 0.4, rng, True)[0]
    sigma = x * np.sqrt(0.4 / 0.6 / 20_000)
    holds(abs(y.mean() - x) < 6 * sigma, "The mean has moved.", f"{y.mean():.3f}", f"{x:.3f}")


def case_nothing_dropped(you, rng, ref):
    """p = 0 in training: the input comes out as it is"""
    x = rng.normal(size=(2, 5))
    y, mask = pair(you, x, 0.0, rng, True)
    close(y, x, "y")
    close(mask, np.ones((2, 5)), "mask")


def case_all_dropped(you, rng, ref):
    """p = 1: zeros, and no division by zero"""
    y, mask = pair(you, rng.normal(size=(4, 3)), 1.0, rng, True)
    close(y, np.zeros((4, 3)), "y")
    close(mask, np.zeros((4, 3)), "mask")


def case_float32(you, rng, ref):
    """float32 stays float32"""
    x = rng.normal(size=(3, 4)).astype(np.float32)
    for p, train in ((0.5, True), (0.5, False), (1.0, True)):
        y, mask = pair(you, x, p, rng, train)
        holds(y.dtype == np.float32, "The dtype of `y` has changed.", y.dtype, "float32")
        holds(mask.dtype == np.float32, "The dtype of `mask` has changed.", mask.dtype, "float32")


def case_fresh(you, rng, ref):
    """all chance comes from rng"""
    x, seed = np.ones(200), int(rng.integers(1000))
    draws = [np.random.default_rng(n) for n in (seed, seed + 1, seed)]
    first, second, again = (you.dropout(x, 0.5, draw, True)[1] for draw in draws)
    holds(not np.allclose(first, second), "Two generators gave the same mask: draw from `rng`.")
    holds(np.allclose(first, again), "The same generator gave two masks: draw from `rng` only.")


def case_backward(you, rng, ref):
    """backwards: the mask that was used, nothing else"""
    dout = rng.normal(size=(3, 5))
    mask = 4.0 * (rng.random((3, 5)) > 0.6)
    close(you.dropout_backward(dout, mask), dout * mask, "the gradient")


# %% wrong
EDITS = (
    (
        "not_enlarged",
        "Half of the input is gone and nobody makes up for it: divide the mask by 1 - p, or the "
        "next "
        "layer sees smaller numbers in training than in evaluation.",
        " / x.dtype.type(1 - p)",
        "",
    ),
    (
        "evaluation_scaled",
        "You shrink in evaluation what was never enlarged, or was enlarged already. With the "
        "factor "
        "1/(1 - p) in training, evaluation changes nothing.",
        "mask = np.ones_like(x)",
        "mask = np.full_like(x, 1 - p)",
    ),
    (
        "p_is_what_stays",
        "p is the probability of a *zero*; yours is the share that stays. Some libraries call that "
        "the keep probability.",
        ">= p",
        "< p",
    ),
    (
        "divided_by_p",
        "The factor must make the mean right: a share of 1 - p stays, so divide by 1 - p.",
        "x.dtype.type(1 - p)",
        "x.dtype.type(max(p, 1e-9))",
    ),
    (
        "rows_share_a_die",
        "All entries along the first axis share a die: whole columns vanish together. Every entry "
        "needs its own, so draw an array of the shape of x.",
        "rng.random(x.shape) >= p)",
        "np.zeros_like(x) + rng.random(x.shape[1:] if x.ndim > 1 else x.shape) >= p)",
    ),
    (
        "noise_in_evaluation",
        "Evaluation must not be random: with `train=False` return x as it is, and a mask of ones.",
        "if not train:",
        "if False:",
    ),
    (
        "backward_only_zeros",
        "Entries that stayed were enlarged on the way forward, so their gradient is enlarged by "
        "the "
        "same factor: multiply by the mask itself, not by whether it is zero.",
        "return dout * mask",
        "return dout * (mask > 0)",
    ),
    (
        "backward_ignores_the_mask",
        "An entry that was dropped had no influence on the loss, so its gradient is zero.",
        "return dout * mask",
        "return dout + 0 * mask",
    ),
)

SURVIVORS = {
    "mask = (rng.random(x.shape) >= p).astype(x.dtype) / x.dtype.type(1 - p) -> mask = "
    "(rng.random(x.shape) > p).astype(x.dtype) / x.dtype.type(1 - p)": "a die that falls "
    "exactly on "
    "p is as rare as one in 2**53",
    "mask = (rng.random(x.shape) >= p).astype(x.dtype) / x.dtype.type(1 - p) -> mask = "
    "(rng.random(x.shape) >= p).astype(x.dtype) / (1 - p)": "a Python number does not change the "
    "dtype of an array",
}
