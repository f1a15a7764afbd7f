# /// u30
# id = "engine.2"
# title = "Undo broadcasting"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["broadcasting", "gradient of a sum", "shapes"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Add a bias of shape `(3,)` to a batch of shape `(2, 3)` and NumPy quietly repeats the bias for both
rows. The gradient that comes back has the shape of the *result*, `(2, 3)`, and an optimiser cannot
subtract that from a bias of three numbers. So, what is the gradient of an input that was repeated?

Every copy was used, and gradients add up: it is the **sum over the copies**. NumPy makes copies in
two ways: it puts new axes in front, and it stretches axes of size 1. Write `unbroadcast(g, shape)`,
which turns the gradient of a result into the gradient of an input of that shape.

| name | shape | meaning |
|---|---|---|
| `g` | any | gradient of the result, $\partial L / \partial y$ |
| `shape` | tuple | shape of the input; it can be broadcast to `g.shape` |
| result | `shape` | gradient of the input, same dtype as `g` |

One worked number: `g = [[1, 2, 3], [10, 20, 30]]` and `shape = (3,)` give `[11, 22, 33]`. For
`shape = (2, 1)` they give `[[6], [60]]`, and for `shape = ()` the number 66.
"""
HINTS = (
    "Write both shapes below each other, lined up at the **right**. Which axes of the result has "
    "the input never had, and which did it have with size 1?",
    "Two sums. First over the axes that NumPy has put in front: there are `g.ndim - len(shape)` of "
    "them. Then over every axis where `shape` says 1, and that axis has to stay, with size 1: "
    "`keepdims=True`.",
    "```python\n"
    "extra = g.ndim - len(shape)\n"
    "g = g.sum(axis=tuple(range(extra)))\n"
    "repeated = tuple(i for i, n in enumerate(shape) if ...)\n"
    "return g.sum(axis=repeated, keepdims=True)\n"
    "```",
)
AFTER = r"""
This is `fit` in `u30/tensor.py`, and the place where home-made engines fail most often: without it
a gradient has the wrong shape, and NumPy broadcasts *that* too, without a word. The mean in place
of the sum, or the axis from the wrong end of a square array, gives the right shape and the wrong
numbers. There is a symmetry worth keeping: forwards a copy, backwards a sum; and for `x.sum()` it
is the other way round, forwards a sum, backwards a copy.
"""

# %% given
import numpy as np


# %% work
def unbroadcast(g, shape):  # (...), input's shape -> gradient of that shape
    """Sum g over all axes along which an input of this shape was repeated."""
    # >>> solution
    extra = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(extra)))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=repeated, keepdims=True)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, grad, holds


def agree(you, ref, g, shape):
    got, want = you.unbroadcast(g, shape), ref.unbroadcast(g, shape)
    close(got, want, "the gradient", exact_dtype=True, absolute=1e-9)  # a sum may be 0


def numbers(rng, *shape):
    return np.round(rng.normal(size=shape), 2)


def case_bias(you, rng, ref):
    """a bias: (3,) was added to (2, 3)"""
    agree(you, ref, numbers(rng, 2, 3), (3,))


def case_column(you, rng, ref):
    """a column: (2, 1) was added to (2, 3)"""
    agree(you, ref, numbers(rng, 2, 3), (2, 1))


def case_same_shape(you, rng, ref):
    """nothing was repeated"""
    agree(you, ref, numbers(rng, 2, 3), (2, 3))


def case_square(you, rng, ref):
    """(4,) and (4, 4): shapes are lined up at the right"""
    agree(you, ref, numbers(rng, 4, 4), (4,))


def case_row(you, rng, ref):
    """a row (1, 4): its first axis stays, with size 1"""
    agree(you, ref, numbers(rng, 3, 4), (1, 4))


def case_number(you, rng, ref):
    """one number was added to every entry"""
    agree(you, ref, numbers(rng, 2, 3), ())


def case_two_axes_in_front(you, rng, ref):
    """(5,) and (3, 4, 5): two new axes in front"""
    agree(you, ref, numbers(rng, 3, 4, 5), (5,))


def case_both_ways(you, rng, ref):
    """new axes in front and stretched ones: (3, 1, 5) and (2, 3, 4, 5)"""
    agree(you, ref, numbers(rng, 2, 3, 4, 5), (3, 1, 5))


def case_all_stretched(you, rng, ref):
    """(1, 1, 1) and (2, 3, 4)"""
    agree(you, ref, numbers(rng, 2, 3, 4), (1, 1, 1))


def case_size_one_on_both_sides(you, rng, ref):
    """(1, 3) and (2, 1, 3): an axis of size 1 that was not repeated"""
    agree(you, ref, numbers(rng, 2, 1, 3), (1, 3))


def case_float32_view(you, rng, ref):
    """a float32 view of a larger array stays float32"""
    g = rng.normal(size=(6, 5, 8)).astype(np.float32)[::2, :, ::-2]
    agree(you, ref, g, (5, 1))


def case_slope(you, rng, ref):
    """the slope of a real loss: nudge every entry of the input"""
    a, w, shape = rng.normal(size=(3, 2, 4)), rng.normal(size=(3, 2, 4)), (2, 1)
    b = rng.normal(size=shape)

    def loss(b):
        return (w * np.tanh(a + b)).sum()

    g = w * (1 - np.tanh(a + b) ** 2)
    grad(loss, b, you.unbroadcast(g, shape), "the gradient")


def case_nothing_lost(you, rng, ref):
    """blame is only collected: the sum of all entries does not change"""
    g = rng.normal(size=(4, 3, 2))
    got = you.unbroadcast(g, (3, 1)).sum()
    message = "The entries of your gradient do not add up to those of `g`."
    holds(abs(got - g.sum()) < 1e-9, message, got, g.sum())


# %% wrong
EDITS = (
    (
        "axis_lost",
        "The stretched axes are summed away, but the input has them, with size 1. "
        "`keepdims=True` keeps them.",
        "axis=repeated, keepdims=True",
        "axis=repeated",
    ),
    (
        "only_in_front",
        "The axes in front are summed, those that were stretched from size 1 are not.",
        "return g.sum(axis=repeated, keepdims=True)",
        "return g",
    ),
    (
        "only_stretched",
        "The stretched axes are summed, but the new axes in front are still there: the input has "
        "fewer axes than the result.",
        "    g = g.sum(axis=tuple(range(extra)))\n"
        "    repeated = tuple(i for i, n in enumerate(shape) if n == 1)\n",
        "    repeated = tuple(extra + i for i, n in enumerate(shape) if n == 1)\n",
    ),
    (
        "stretched_axes_counted_too_early",
        "You sum over the stretched axes while the new axes still stand in front of them, so every "
        "index is off by their number. Sum over the axes in front first.",
        """    g = g.sum(axis=tuple(range(extra)))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=repeated, keepdims=True)
""",
        """    repeated = tuple(i for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=repeated, keepdims=True).sum(axis=tuple(range(extra)))
""",
    ),
    (
        "one_axis_in_front",
        "You sum over axis 0 only. NumPy may have put several axes in front: as many as "
        "`g.ndim - len(shape)`.",
        "g = g.sum(axis=tuple(range(extra)))",
        "g = g.sum(axis=0) if extra else g",
    ),
    (
        "lined_up_at_the_left",
        "You sum over the last axes, as if shapes were lined up at the left. NumPy lines them up "
        "at the right and adds axes in *front*.",
        "axis=tuple(range(extra))",
        "axis=tuple(range(len(shape), g.ndim))",
    ),
)


def unbroadcast__mean(g, shape):
    """You take the mean of the copies. Each copy was really used, so their gradients are added, not
    averaged: a bias that serves 100 rows gets 100 times the blame."""
    total = unbroadcast(g, shape)
    return total * (total.size / g.size)


def unbroadcast__first_copy(g, shape):
    """You keep the gradient of one copy and drop the others. All copies are the same input, so
    their gradients are added."""
    extra = g.ndim - len(shape)
    g = g[(0,) * extra]
    return g[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]


def unbroadcast__reshape(g, shape):
    """`reshape` cannot make few numbers of many: it only arranges them anew. The gradients of the
    copies have to be added."""
    return g.reshape(shape)


def unbroadcast__everything_summed(g, shape):
    """Every entry holds the sum of all of `g`. Sum only over the axes along which the input was
    repeated."""
    return np.full(shape, g.sum(), g.dtype)
