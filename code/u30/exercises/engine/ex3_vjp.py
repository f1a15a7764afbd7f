# /// u30
# id = "engine.3"
# title = "Backwards through a whole array"
# kind = "derive"
# difficulty = 4
# minutes = 35
# concepts = ["vector-Jacobian product", "matrix calculus", "normalisation"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
For arrays, an operation does not store its slopes: an (N, D) array as a function of another has
N²D² of them. It answers one question instead, its *vjp*: given d = ∂L/∂y, what is ∂L/∂x? Derive two
of them on paper.

**1. `matmul_vjp(d, A, B)`** for Y = A B. Start from one entry, $Y_{nm} = \sum_k A_{nk} B_{km}$, and
ask which entries of Y a single $A_{nk}$ reaches. Return `(dA, dB)`.

**2. `standardise_vjp(d, x, eps)`** for rows that are brought to mean 0 and variance 1
(`standardise` is given):

$$\mu = \frac1D\sum_k x_k, \qquad v = \frac1D\sum_k (x_k-\mu)^2, \qquad
z_k = \frac{x_k - \mu}{\sqrt{v + \epsilon}}$$

An entry $x_k$ reaches the loss on **three** ways: through its own $z_k$, through μ and through v.
Add up all three and simplify: what remains fits in one line.

| name | shape | meaning |
|---|---|---|
| `A`, `B` | `(N, D)`, `(D, M)` | the factors |
| `d` | `(N, M)`; then `(N, D)` | gradient of the result |
| `dA`, `dB` | as `A`, `B` | gradients of the factors |
| `x`, `dx` | `(N, D)` | rows to standardise, and their gradient |
| `eps` | number | keeps a row of equal entries finite |

One worked number each: `A = [[2]]`, `B = [[5]]` and `d = [[3]]` give `dA = [[15]]` and
`dB = [[6]]`. For `x = [[-1, 0, 1]]`, `eps = 0` and `d = [[1, 0, 0]]`, where √v = 0.8165, it is
`dx = [[0.2041, -0.4082, 0.2041]]`.
"""
HINTS = (
    "First part: what must be multiplied with what so that the shapes come out, and why is that "
    "product the right one? Second part: if you add the same number to all entries of a row, what "
    "happens to z? If you double the row? What does that say about the gradient?",
    "A single entry of A reaches one row of Y, and each entry there through another entry of B: dA "
    "sums d times B over M. For the rows, write s for √(v + ε) and pass d through each way. "
    "Directly: d/s. Through μ: the same amount is taken from every entry, so that the row sums to "
    "0. Through v: a multiple of z is taken. Both amounts are means over the row.",
    "```python\n"
    "def matmul_vjp(d, A, B):\n"
    "    return d @ B.T, ...\n"
    "\n"
    "def standardise_vjp(d, x, eps):\n"
    "    z = standardise(x, eps)\n"
    "    s = np.sqrt(x.var(axis=1, keepdims=True) + eps)\n"
    "    return (d - d.mean(axis=1, keepdims=True) - z * ...) / s\n"
    "```",
)
AFTER = r"""
`matmul_vjp` is the vjp of `@` in `u30/tensor.py`, and two of the three products that each layer of
each network costs; that is the reason why a training step costs about three times a prediction.
`standardise_vjp` is layer normalisation without its scale and shift, `layer_norm_backward` in
`u30/kernels/norm.py`. Read its result as geometry: whatever moves the row's mean or its size cannot
change z, so those two directions are taken out of d. Built from primitives the same is about ten
nodes, with an array each; derived once, it is one node. That is what *fused* means.
"""

# %% given
import numpy as np


def standardise(x, eps):  # (N,D) -> (N,D)
    """Each row with mean 0 and variance 1."""
    mean = x.mean(axis=1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps)


# %% work
def matmul_vjp(d, A, B):  # (N,M), (N,D), (D,M) -> (N,D), (D,M)
    """Gradients of A and B, from the gradient d of the product A @ B."""
    # >>> solution
    return d @ B.T, A.T @ d
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def standardise_vjp(d, x, eps):  # (N,D), (N,D) -> (N,D)
    """Gradient of the rows x, from the gradient d of standardise(x, eps)."""
    # >>> solution
    z = standardise(x, eps)
    s = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    mean_d = d.mean(axis=1, keepdims=True)
    mean_zd = (z * d).mean(axis=1, keepdims=True)
    return (d - mean_d - z * mean_zd) / s
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close, grad, holds


def factors(rng, N, D, M, dtype=float):
    shapes = ((N, M), (N, D), (D, M))
    return tuple(rng.normal(size=shape).astype(dtype) for shape in shapes)


def agree_matmul(you, ref, d, A, B):
    (N, D), M = A.shape, B.shape[1]
    want = ref.matmul_vjp(d, A, B)
    close(you.matmul_vjp(d, A, B), want, ("dA", "dB"), N=N, D=D, M=M)


def agree_rows(you, ref, d, x, eps):
    N, D = x.shape
    got, want = you.standardise_vjp(d, x, eps), ref.standardise_vjp(d, x, eps)
    close(got, want, "dx", absolute=1e-9, N=N, D=D)  # with eps = 0 and d like x it is 0


def case_matmul_numbers(you, rng, ref):
    """matrices of one entry: the product rule"""
    d, A, B = rng.choice([2.0, 3.0, 5.0, 7.0], size=(3, 1, 1), replace=False)
    agree_matmul(you, ref, d, A, B)


def case_matmul_every_axis(you, rng, ref):
    """N, D and M of different size"""
    agree_matmul(you, ref, *factors(rng, 2, 3, 4))


def case_matmul_square(you, rng, ref):
    """square matrices, where a forgotten transpose goes unnoticed"""
    agree_matmul(you, ref, *factors(rng, 3, 3, 3))


def case_matmul_slope(you, rng, ref):
    """nudge every entry of both factors"""
    w, A, B = factors(rng, 3, 2, 4)
    dA, dB = you.matmul_vjp(w, A, B)
    grad(lambda A: (w * (A @ B)).sum(), A, dA, "dA", N=3, D=2, M=4)
    grad(lambda B: (w * (A @ B)).sum(), B, dB, "dB", N=3, D=2, M=4)


def case_matmul_float32_views(you, rng, ref):
    """float32 factors that are views of larger arrays"""
    d, A, B = factors(rng, 8, 6, 10, np.float32)
    agree_matmul(you, ref, d[::2, ::-2], A[::2, ::3], B[::3, ::-2])


def case_one_row(you, rng, ref):
    """one row of four"""
    x = np.round(rng.normal(size=(1, 4)), 1) + np.array([[-1.0, 0.0, 0.5, 1.5]])
    agree_rows(you, ref, np.round(rng.normal(size=(1, 4)), 1), x, 0.0)


def case_rows_every_axis(you, rng, ref):
    """N and D of different size"""
    agree_rows(you, ref, rng.normal(size=(2, 5)), 3 * rng.normal(size=(2, 5)), 0.5)


def case_rows_square(you, rng, ref):
    """N equal to D: means run over the row"""
    agree_rows(you, ref, rng.normal(size=(4, 4)), 2 + rng.normal(size=(4, 4)), 1e-5)


def case_rows_slope(you, rng, ref):
    """nudge every entry of the rows"""
    w, x = rng.normal(size=(3, 5)), 2 * rng.normal(size=(3, 5)) + 1
    dx = you.standardise_vjp(w, x, 0.1)
    grad(lambda x: (w * standardise(x, 0.1)).sum(), x, dx, "dx", N=3, D=5)


def case_shift_is_free(you, rng, ref):
    """adding a number to a row changes nothing: its gradient sums to zero"""
    dx = you.standardise_vjp(rng.normal(size=(3, 6)), 5 + rng.normal(size=(3, 6)), 1e-5)
    close(dx.shape, (3, 6), ("the number of rows", "the number of columns"))
    largest = np.abs(dx.sum(axis=1)).max()
    holds(largest < 1e-9, "The rows of `dx` do not sum to zero.", largest, "0")


def case_equal_entries(you, rng, ref):
    """a row of equal entries: only eps keeps it finite"""
    x = np.array([[2.0, 2.0, 2.0, 2.0], [1.0, 2.0, 3.0, 5.0]])
    agree_rows(you, ref, rng.normal(size=(2, 4)), x, 0.01)


def case_rows_float32(you, rng, ref):
    """float32 rows far from zero"""
    d, x = (rng.normal(size=(4, 16)).astype(np.float32) for _ in range(2))
    agree_rows(you, ref, d, x + 8, 1e-5)


# %% wrong
def matmul_vjp__rule_for_numbers(d, A, B):
    """This is the product rule for numbers. An entry of A meets a whole row of B, so its blame is a
    sum over that row: a matrix product of d with B, transposed so that the shapes fit."""
    return d * B, d * A


EDITS = (
    (
        "first_factor_not_transposed",
        "Forwards a row of A meets the columns of B, so blame comes back through `B.T`.",
        "d @ B.T",
        "d @ B",
    ),
    (
        "second_factor_from_the_wrong_side",
        "`dB` comes out transposed: every entry of B is met by a *column* of A, which stands on "
        "the left, `A.T @ d`.",
        "A.T @ d",
        "d.T @ A",
    ),
    (
        "factors_swapped",
        "The two gradients are in the wrong order: dA has the shape of A and comes first.",
        "return d @ B.T, A.T @ d",
        "return A.T @ d, d @ B.T",
    ),
    (
        "mean_and_variance_constant",
        "This treats mean and variance as constants. Every entry of a row moves both, so it also "
        "reaches the loss through them.",
        "(d - mean_d - z * mean_zd) / s",
        "d / s",
    ),
    (
        "variance_constant",
        "The way through the variance is missing: a larger entry makes s larger, and with it all "
        "z smaller. It takes away z times the mean of z·d.",
        "(d - mean_d - z * mean_zd) / s",
        "(d - mean_d) / s",
    ),
    (
        "mean_constant",
        "The way through the mean is missing: raising one entry raises μ and lowers all z. It "
        "takes away the mean of d.",
        "(d - mean_d - z * mean_zd) / s",
        "(d - z * mean_zd) / s",
    ),
    (
        "through_the_variance_added",
        "The way through the variance has the wrong sign: a larger s makes every z *smaller*.",
        "- z * mean_zd",
        "+ z * mean_zd",
    ),
    (
        "x_in_place_of_z",
        "The way through the variance carries z, the standardised row. You use x - μ, which is "
        "s times as large.",
        "    z = standardise(x, eps)\n",
        "    z = x - x.mean(axis=1, keepdims=True)\n",
    ),
    (
        "times_s",
        "Standardising divides by s, and so does its gradient. You multiply.",
        "z * mean_zd) / s",
        "z * mean_zd) * s",
    ),
    (
        "eps_forgotten",
        "`eps` is missing in the root: s has to be the very number that the forward pass divided "
        "by, √(v + ε).",
        "keepdims=True) + eps)",
        "keepdims=True))",
    ),
    (
        "means_over_everything",
        "These means run over the whole array. Each row is standardised by itself, so they run "
        "over its D entries: `axis=1, keepdims=True`.",
        """    mean_d = d.mean(axis=1, keepdims=True)
    mean_zd = (z * d).mean(axis=1, keepdims=True)
""",
        """    mean_d = d.mean()
    mean_zd = (z * d).mean()
""",
    ),
    (
        "sums_not_means",
        "These are sums over the row. μ and v are means, so each entry moves them by 1/D only.",
        """    mean_d = d.mean(axis=1, keepdims=True)
    mean_zd = (z * d).mean(axis=1, keepdims=True)
""",
        """    mean_d = d.sum(axis=1, keepdims=True)
    mean_zd = (z * d).sum(axis=1, keepdims=True)
""",
    ),
)
