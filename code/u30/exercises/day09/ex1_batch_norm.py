# /// u30
# id = "d09.1"
# title = "Batch normalisation, forwards and backwards"
# kind = "implement"
# difficulty = 2
# minutes = 30
# concepts = ["batch normalisation", "backpropagation", "running statistics"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Every convolution of a ResNet is followed by batch normalisation. It gives each of the C features
the mean 0 and the variance 1 **over the B rows of the batch**, then scales and shifts it:

$$z = \frac{a - \mu}{\sqrt{v + \epsilon}}, \qquad y = \gamma \odot z + \beta, \qquad
\mu = \frac1B\sum_b a_b, \quad v = \frac1B\sum_b (a_b - \mu)^2$$

Backwards, with $d = \partial L/\partial y$ and a bar for the mean over the batch:

$$\frac{\partial L}{\partial a} = \frac{\gamma}{\sqrt{v + \epsilon}}
\Big(d - \bar d - z \odot \overline{d \odot z}\Big)$$

A single row has no batch, so a trained net uses *running* statistics. They start anywhere and take
a step after each batch: the share `momentum` of the way to what this batch measured. The running
variance is an estimate for all data, so here (and only here) the sum of squares is divided by
B − 1.

| function | result |
|---|---|
| `bn_forward(a, gamma, beta, eps)` | `(y, cache)`; you decide what is in `cache` |
| `bn_backward(d, cache)` | `(da, dgamma, dbeta)` |
| `bn_running(running, a, momentum)` | the new `(mean, var)` |
| `bn_eval(a, gamma, beta, running, eps)` | `y`, with the running statistics for μ and v |

| name | shape | meaning |
|---|---|---|
| `a`, `y`, `d`, `da` | `(B, C)` | a batch of B rows, C features, B ≥ 2 |
| `gamma`, `beta` | `(C,)` | scale and shift |
| `running` | tuple | `(mean, var)`, each `(C,)` |

One worked number: the feature [1, 3] has μ = 2 and v = 1, so z = [−1, 1]. Starting from the running
mean 0 and variance 1, a momentum of 0.1 gives the mean 0.2; the estimated variance is 2 and the
running one becomes 1.1.
"""
HINTS = (
    "Which axis is the batch? And if you add 5 to one feature of *every* row, y does not change: "
    "what must the sum of that column of da be, then?",
    "All statistics run over axis 0 and have shape (C,). Keep z, the root and gamma in the cache. "
    "gamma is multiplied with z in every row, and beta is added in every row: their gradients are "
    "sums over the batch. A step of the share m from old to new is old + m (new − old).",
    "```python\n"
    "std = np.sqrt(a.var(axis=0) + eps)             # (C,)\n"
    "z = ...                                        # (B,C)\n"
    "cache = z, std, gamma\n"
    "\n"
    "# backwards\n"
    "da = gamma / std * (d - d.mean(axis=0) - ...)\n"
    "dgamma = (d * z).sum(axis=0)\n"
    "\n"
    "# running: a.var(axis=0, ddof=1) divides by B - 1\n"
    "```",
)
AFTER = r"""
He et al. put this after each convolution and before the ReLU (section 3.4). Two directions are
missing from the gradient: one that shifts a feature in all rows, one that stretches it, for y would
notice neither. So scaling a layer's weights by ten changes nothing that comes out, and that is how
both passes stay healthy through dozens of layers, plain or residual. Which is the authors' point:
with batch normalisation their plain 34-layer net does *not* suffer from vanishing gradients, and it
is still worse than the one with 18 layers (section 4.1). Day 3's layer normalisation is the same
formula along the other axis, and needs no running statistics.
"""

# %% given
import numpy as np


# %% work
def bn_forward(a, gamma, beta, eps):  # (B,C), (C,), (C,) -> (B,C), cache
    """Each feature with mean 0 and variance 1 over the batch, then rescaled."""
    # >>> solution
    std = np.sqrt(a.var(axis=0) + eps)
    z = (a - a.mean(axis=0)) / std
    return gamma * z + beta, (z, std, gamma)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def bn_backward(d, cache):  # (B,C), cache -> (B,C), (C,), (C,)
    """Gradients of the input, the scale and the shift."""
    # >>> solution
    z, std, gamma = cache
    da = gamma / std * (d - d.mean(axis=0) - z * (d * z).mean(axis=0))
    return da, (d * z).sum(axis=0), d.sum(axis=0)
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def bn_running(running, a, momentum):  # two of (C,), (B,C) -> two of (C,)
    """The running mean and variance after one more batch."""
    # >>> solution
    mean, var = running
    mean = mean + momentum * (a.mean(axis=0) - mean)
    return mean, var + momentum * (a.var(axis=0, ddof=1) - var)
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


def bn_eval(a, gamma, beta, running, eps):  # (B,C), four of (C,) -> (B,C)
    """With running statistics: what becomes of a row is its own affair."""
    # >>> solution
    mean, var = running
    return gamma * (a - mean) / np.sqrt(var + eps) + beta
    # --- starter
    # raise NotImplementedError("fourth part")
    # <<<


# %% check
from u30.learn.cases import close, grad, holds

EPS = 1e-5


def problem(rng, B, C, dtype=float):
    """a, gamma, beta, d."""
    a, gamma = 2 + 3 * rng.normal(size=(B, C)), 0.5 + rng.random(C)
    return [x.astype(dtype) for x in (a, gamma, rng.normal(size=C), rng.normal(size=(B, C)))]


def statistics(rng, C):
    """A running mean and variance."""
    return rng.normal(size=C), 0.5 + rng.random(C)


def forward(you, ref, a, gamma, beta, eps=EPS):
    """The learner's y and cache, after a look at y."""
    B, C = a.shape
    got = you.bn_forward(a, gamma, beta, eps)
    want = ref.bn_forward(a, gamma, beta, eps)
    if not isinstance(got, tuple | list) or len(got) != 2:
        close(got, want, ("y", "cache"), B=B, C=C)
    close(got[0], want[0], "y", B=B, C=C)
    return got


def agree(you, ref, a, gamma, beta, d, eps=EPS):
    B, C = a.shape
    got = you.bn_backward(d, forward(you, ref, a, gamma, beta, eps)[1])
    want = ref.bn_backward(d, ref.bn_forward(a, gamma, beta, eps)[1])
    close(got, want, ("da", "dgamma", "dbeta"), B=B, C=C)


def nudge(you, ref, a, gamma, beta, d, eps=EPS):
    B, C = a.shape
    got = you.bn_backward(d, forward(you, ref, a, gamma, beta, eps)[1])
    if not isinstance(got, tuple | list) or len(got) != 3:
        want = ref.bn_backward(d, ref.bn_forward(a, gamma, beta, eps)[1])
        close(got, want, ("da", "dgamma", "dbeta"), B=B, C=C)
    da, dgamma, dbeta = got

    def loss(a, gamma, beta):
        return (ref.bn_forward(a, gamma, beta, eps)[0] * d).sum()

    grad(lambda x: loss(a, gamma, x), beta, dbeta, "dbeta", B=B, C=C)
    grad(lambda x: loss(a, x, beta), gamma, dgamma, "dgamma", B=B, C=C)
    grad(lambda x: loss(x, gamma, beta), a, da, "da", B=B, C=C)


def case_two_rows(you, rng, ref):
    """one feature of two rows"""
    a = np.round(rng.normal(size=(2, 1)), 1) + np.array([[0.0], [2.0]])
    forward(you, ref, a, np.array([2.0]), np.array([1.0]))


def case_every_axis(you, rng, ref):
    """B and C of different size"""
    forward(you, ref, *problem(rng, 5, 3)[:3])


def case_square(you, rng, ref):
    """as many rows as features, where a wrong axis has the right shape"""
    forward(you, ref, *problem(rng, 4, 4)[:3])


def case_statistics(you, rng, ref):
    """mean 0 and variance 1 in every column"""
    y = you.bn_forward(problem(rng, 9, 4)[0], np.ones(4), np.zeros(4), EPS)[0]
    worst = float(max(np.abs(y.mean(axis=0)).max(), np.abs(y.var(axis=0) - 1).max()))
    holds(worst < 1e-3, "Some column's mean is not 0 or its variance not 1.", worst, "below 0.001")


def case_far_from_zero(you, rng, ref):
    """features around a million"""
    a, gamma, beta, _ = problem(rng, 6, 3)
    forward(you, ref, 1e6 + a, gamma, beta)


def case_gradient(you, rng, ref):
    """every number nudged, four rows of two features"""
    nudge(you, ref, *problem(rng, 4, 2))


def case_gradient_every_axis(you, rng, ref):
    """every number nudged, more features than rows"""
    nudge(you, ref, *problem(rng, 3, 5))


def case_gradient_two_rows(you, rng, ref):
    """two rows and a large eps: it is added to the variance, under the root"""
    nudge(you, ref, *problem(rng, 2, 3), eps=2.0)


def case_gradient_square(you, rng, ref):
    """gradients for as many rows as features"""
    agree(you, ref, *problem(rng, 4, 4))


def case_constant_feature(you, rng, ref):
    """a feature that is the same in all rows: finite, thanks to eps"""
    a, gamma, beta, d = problem(rng, 5, 3)
    a[:, 1] = 7.0
    agree(you, ref, a, gamma, beta, d)


def case_float32(you, rng, ref):
    """float32, a larger batch"""
    agree(you, ref, *problem(rng, 64, 3, np.float32))


def case_first_update(you, rng, ref):
    """running statistics after the first batch of two rows, from 0 and 1"""
    a = np.round(problem(rng, 2, 1)[0], 1)
    start = np.zeros(1), np.ones(1)
    want = ref.bn_running(start, a, 0.1)
    close(you.bn_running(start, a, 0.1), want, ("mean", "var"), C=1)


def case_update(you, rng, ref):
    """running statistics with a momentum of any size"""
    running, a, momentum = statistics(rng, 4), problem(rng, 3, 4)[0], rng.uniform(0.05, 0.3)
    want = ref.bn_running(running, a, momentum)
    close(you.bn_running(running, a, momentum), want, ("mean", "var"), C=4)


def case_whole_way(you, rng, ref):
    """momentum 1 forgets the past, momentum 0 the batch"""
    running, a = statistics(rng, 3), problem(rng, 5, 3)[0]
    for momentum in (1.0, 0.0):
        want = ref.bn_running(running, a, momentum)
        close(you.bn_running(running, a, momentum), want, ("mean", "var"), C=3)


def case_eval(you, rng, ref):
    """a batch with running statistics"""
    a, gamma, beta, _ = problem(rng, 5, 3)
    running = statistics(rng, 3)
    want = ref.bn_eval(a, gamma, beta, running, EPS)
    close(you.bn_eval(a, gamma, beta, running, EPS), want, "y", B=5, C=3)


def case_eval_one_row(you, rng, ref):
    """a single row with running statistics, and a large eps"""
    a, gamma, beta, _ = problem(rng, 1, 4)
    running = statistics(rng, 4)
    want = ref.bn_eval(a, gamma, beta, running, 0.5)
    close(you.bn_eval(a, gamma, beta, running, 0.5), want, "y", B=1, C=4)


# %% wrong
EDITS = (
    (
        "over_the_features",
        "Mean and variance run over the features of one row: that is layer normalisation. Here "
        "every *column* gets the mean 0 and the variance 1: axis 0.",
        """    std = np.sqrt(a.var(axis=0) + eps)
    z = (a - a.mean(axis=0)) / std
""",
        """    std = np.sqrt(a.var(axis=1, keepdims=True) + eps)
    z = (a - a.mean(axis=1, keepdims=True)) / std
""",
    ),
    (
        "one_for_all",
        "You take one mean and one variance of the whole array. Each feature has its own.",
        """    std = np.sqrt(a.var(axis=0) + eps)
    z = (a - a.mean(axis=0)) / std
""",
        """    std = np.sqrt(a.var() + eps) + 0 * gamma
    z = (a - a.mean()) / std
""",
    ),
    (
        "n_minus_one",
        "To normalise, the sum of squares is divided by B, not B - 1 (`ddof=0`): nothing is "
        "estimated, these B numbers are rescaled. B - 1 belongs into the running variance.",
        "a.var(axis=0) + eps",
        "a.var(axis=0, ddof=1) + eps",
    ),
    (
        "mean_of_squares_minus_square_of_the_mean",
        "The mean of the squares minus the square of the mean is the variance on paper. For "
        "numbers around a million both are 10^12, and their difference has lost its digits: "
        "subtract the mean first.",
        "a.var(axis=0) + eps",
        "(a * a).mean(axis=0) - a.mean(axis=0) ** 2 + eps",
    ),
    (
        "eps_outside_the_root",
        "eps belongs under the root, with the variance: sqrt(v + eps).",
        "np.sqrt(a.var(axis=0) + eps)",
        "a.std(axis=0) + eps",
    ),
    (
        "mean_and_variance_as_constants",
        "da treats mean and variance as constants. Both were computed from `a`: two terms are "
        "missing.",
        "(d - d.mean(axis=0) - z * (d * z).mean(axis=0))",
        "d",
    ),
    (
        "variance_as_a_constant",
        "The way through the mean is there, the one through the variance is missing: z times the "
        "mean of d z.",
        "(d - d.mean(axis=0) - z * (d * z).mean(axis=0))",
        "(d - d.mean(axis=0))",
    ),
    (
        "mean_as_a_constant",
        "The way through the variance is there, the one through the mean is missing: the mean of "
        "d.",
        "(d - d.mean(axis=0) - z * (d * z).mean(axis=0))",
        "(d - z * (d * z).mean(axis=0))",
    ),
    (
        "sums_for_means",
        "The two terms that are taken away are *means* over the batch. With sums the gradient of "
        "a batch of 128 rows is far too large.",
        "(d - d.mean(axis=0) - z * (d * z).mean(axis=0))",
        "(d - d.sum(axis=0) - z * (d * z).sum(axis=0))",
    ),
    (
        "gamma_missing_backwards",
        "z was multiplied by gamma on the way forward, so its gradient is multiplied by gamma on "
        "the way back.",
        "gamma / std * (d",
        "1 / std * (d",
    ),
    (
        "means_for_gamma_and_beta",
        "gamma and beta are used in every row, so their gradients are *sums* over the batch.",
        "(d * z).sum(axis=0), d.sum(axis=0)",
        "(d * z).mean(axis=0), d.mean(axis=0)",
    ),
    (
        "share_of_the_past",
        "Your `momentum` is the share of the past. Here it is the share of the *new* batch: with "
        "0.1, nine tenths of the old value stay. (Frameworks disagree on this.)",
        """    mean = mean + momentum * (a.mean(axis=0) - mean)
    return mean, var + momentum * (a.var(axis=0, ddof=1) - var)
""",
        """    mean = a.mean(axis=0) + momentum * (mean - a.mean(axis=0))
    new = a.var(axis=0, ddof=1)
    return mean, new + momentum * (var - new)
""",
    ),
    (
        "biased_running_variance",
        "The running variance stands for all data, so this batch's sum of squares is divided by B "
        "- 1: `ddof=1`. For two rows the difference is a factor of 2.",
        "a.var(axis=0, ddof=1)",
        "a.var(axis=0)",
    ),
    (
        "standard_deviation_kept",
        "You keep a running standard deviation. The running statistic is the variance; the root "
        "is taken when it is used.",
        "a.var(axis=0, ddof=1)",
        "a.std(axis=0, ddof=1)",
    ),
    (
        "eval_looks_at_the_batch",
        "`bn_eval` still normalises with the batch it is given. A single row would become beta, "
        "whatever it says: use the running mean and variance.",
        "gamma * (a - mean) / np.sqrt(var + eps) + beta",
        "gamma * (a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + eps) + beta",
    ),
    (
        "eval_divides_by_the_variance",
        "You divide by the running variance. It is its root, the standard deviation, that has the "
        "unit of `a`.",
        "np.sqrt(var + eps)",
        "(var + eps)",
    ),
)
