# /// u30
# id = "d03.4"
# title = "A normalisation that looks at its neighbours"
# kind = "debug"
# difficulty = 3
# minutes = 30
# concepts = ["layer normalisation", "gradient check", "invariance"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Layer normalisation gives every row of x the mean 0 and the variance 1 *over its own H features*,
then scales and shifts each feature:

$$z = \frac{x - \mu}{\sqrt{v + \epsilon}}, \qquad y = \gamma \odot z + \beta, \qquad
\mu = \frac1H\sum_j x_j, \quad v = \frac1H\sum_j (x_j - \mu)^2$$

The code below runs. Its author reports: *"The result for a text depends on which other texts are in
the batch. When I send a single text, everything is zero. And the gradient check fails for dx,
though dgamma and dbeta seem fine."* There is one mistake in `layer_norm`, and one in
`layer_norm_backward`. Repair both; keep names and arguments.

| name | shape | meaning |
|---|---|---|
| `x`, `y`, `dy`, `dx` | `(B, H)` | B rows of H features |
| `gamma`, `beta` | `(H,)` | scale and shift of each feature |
| `cache` | tuple | what the forward pass keeps; you decide what is in it |
| result of `layer_norm` | `(y, cache)` | |
| result of `layer_norm_backward` | `(dx, dgamma, dbeta)` | |

One worked number: the row [1, 3] has mean 2 and variance 1; with γ = [1, 2], β = 0 and a tiny ε the
result is [−1, 2].
"""
HINTS = (
    "Which axis belongs to the batch, and which to the features of one row? And if you add the "
    "same "
    "number to a whole row, y does not change: what must the sum of a row of dx be, then?",
    "Mean and variance run over the last axis, and stay as a column. Backwards, x enters z in "
    "three "
    "ways: directly, through the mean, and through the variance. With dz = dy γ the result is dx = "
    "(dz − mean(dz) − z · mean(dz · z)) / std, both means over the row.",
    "```python\n"
    "mean = x.mean(axis=..., keepdims=True)          # (B,1)\n"
    "\n"
    "dz = dy * gamma\n"
    "through_mean = dz.mean(axis=1, keepdims=True)\n"
    "through_variance = ...\n"
    "dx = (dz - through_mean - through_variance) / std\n"
    "```",
)
AFTER = r"""
Ba, Kiros and Hinton (2016) proposed layer normalisation for exactly the networks of this week: a
recurrent network has no fixed batch statistics to rely on, since each step has its own. What you
repaired was half a *batch* normalisation. Look at the backward formula once more: two directions
are taken out of the gradient, the one that shifts the row and the one that scales it, because y
would not notice either. The page measures what it does as a regulariser, which the paper of today
does not claim and this exercise does not either.
"""

# %% given
import numpy as np


# %% work
def layer_norm(x, gamma, beta, eps):  # (B,H), (H,), (H,) -> (B,H), cache
    """Every row with mean 0 and variance 1, then scaled and shifted."""
    # >>> solution
    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    # --- starter
    # mean = x.mean(axis=0, keepdims=True)
    # std = np.sqrt(x.var(axis=0, keepdims=True) + eps)
    # <<<
    z = (x - mean) / std
    return gamma * z + beta, (z, std, gamma)


def layer_norm_backward(dy, cache):  # (B,H), cache -> (B,H), (H,), (H,)
    """Gradients of the input, the scale and the shift."""
    z, std, gamma = cache
    dz = dy * gamma
    # >>> solution
    through_mean = dz.mean(axis=1, keepdims=True)
    through_variance = z * (dz * z).mean(axis=1, keepdims=True)
    dx = (dz - through_mean - through_variance) / std
    # --- starter
    # dx = dz / std
    # <<<
    return dx, (dy * z).sum(axis=0), dy.sum(axis=0)


# %% check
from u30.learn.cases import close, grad, holds

EPS = 1e-5


def problem(rng, B, H, dtype=float):
    """x, gamma, beta, dy."""
    x, gamma = 2 + 3 * rng.normal(size=(B, H)), 0.5 + rng.random(H)
    return [a.astype(dtype) for a in (x, gamma, rng.normal(size=H), rng.normal(size=(B, H)))]


def forward(you, ref, x, gamma, beta, eps=EPS):
    """The learner's y and cache, after a look at y."""
    B, H = x.shape
    got = you.layer_norm(x, gamma, beta, eps)
    want = ref.layer_norm(x, gamma, beta, eps)
    if not isinstance(got, tuple | list) or len(got) != 2:
        close(got, want, ("y", "cache"), B=B, H=H)
    close(got[0], want[0], "y", B=B, H=H)
    return got


def agree(you, ref, x, gamma, beta, dy, eps=EPS):
    B, H = x.shape
    got = you.layer_norm_backward(dy, forward(you, ref, x, gamma, beta, eps)[1])
    want = ref.layer_norm_backward(dy, ref.layer_norm(x, gamma, beta, eps)[1])
    close(got, want, ("dx", "dgamma", "dbeta"), B=B, H=H)


def nudge(you, ref, x, gamma, beta, dy):
    B, H = x.shape
    cache = forward(you, ref, x, gamma, beta)[1]
    dx, dgamma, dbeta = you.layer_norm_backward(dy, cache)

    def loss(x, gamma, beta):
        return (ref.layer_norm(x, gamma, beta, EPS)[0] * dy).sum()

    grad(lambda a: loss(a, gamma, beta), x, dx, "dx", B=B, H=H)
    grad(lambda a: loss(x, a, beta), gamma, dgamma, "dgamma", B=B, H=H)
    grad(lambda a: loss(x, gamma, a), beta, dbeta, "dbeta", B=B, H=H)


def case_one_row(you, rng, ref):
    """a single row must not come out as zeros"""
    x = np.array([[1.0, 3.0, 5.0]]) + np.round(rng.normal(), 1)
    forward(you, ref, x, np.ones(3), np.zeros(3))


def case_rows_alone(you, rng, ref):
    """each row as if it were alone in the batch"""
    x, gamma, beta, _ = problem(rng, 4, 3)
    together = you.layer_norm(x, gamma, beta, EPS)[0]
    alone = np.concatenate([ref.layer_norm(row[None], gamma, beta, EPS)[0] for row in x])
    close(together, alone, "y", B=4, H=3)


def case_statistics(you, rng, ref):
    """mean 0 and variance 1 in every row"""
    y = you.layer_norm(problem(rng, 5, 8)[0], np.ones(8), np.zeros(8), EPS)[0]
    worst = float(max(np.abs(y.mean(axis=1)).max(), np.abs(y.var(axis=1) - 1).max()))
    holds(worst < 1e-3, "Some row's mean is not 0 or its variance not 1.", worst, "below 0.001")


def case_gradient(you, rng, ref):
    """every number nudged, two rows of three features"""
    nudge(you, ref, *problem(rng, 2, 3))


def case_every_axis(you, rng, ref):
    """every number nudged, B and H of different size"""
    nudge(you, ref, *problem(rng, 5, 4))


def case_square(you, rng, ref):
    """as many rows as features, where a wrong axis has the right shape"""
    agree(you, ref, *problem(rng, 4, 4))


def case_constant_row(you, rng, ref):
    """a row of equal numbers: finite, thanks to eps"""
    x, gamma, beta, dy = problem(rng, 3, 4)
    x[1] = 7.0
    agree(you, ref, x, gamma, beta, dy)


def case_large_eps(you, rng, ref):
    """an eps that shows: it is added to the variance, under the root"""
    agree(you, ref, *problem(rng, 3, 5), eps=2.0)


def case_blind_directions(you, rng, ref):
    """shifting a row changes nothing, so each row of dx sums to zero"""
    x, gamma, beta, dy = problem(rng, 3, 6)
    dx = you.layer_norm_backward(dy, you.layer_norm(x, gamma, beta, EPS)[1])[0]
    worst = float(np.abs(dx.sum(axis=1)).max())
    holds(worst < 1e-9, "The rows of `dx` do not sum to zero.", worst, "0")


def case_float32(you, rng, ref):
    """float32 rows of 64 features"""
    agree(you, ref, *problem(rng, 3, 64, np.float32))


# %% wrong
EDITS = (
    (
        "over_the_batch",
        "Mean and variance still run over the batch: a row depends on its neighbours. The "
        "features of "
        "one row lie along the last axis.",
        """    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
""",
        """    mean = x.mean(axis=0, keepdims=True)
    std = np.sqrt(x.var(axis=0, keepdims=True) + eps)
""",
    ),
    (
        "one_for_all",
        "You take one mean and one variance of the whole batch. Every row has its own.",
        """    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
""",
        """    mean = x.mean(keepdims=True)
    std = np.sqrt(x.var(keepdims=True) + eps)
""",
    ),
    (
        "n_minus_one",
        "You divide the sum of squares by H - 1. Layer normalisation divides by H (`ddof=0`): it "
        "estimates nothing, it rescales this row.",
        "x.var(axis=1, keepdims=True)",
        "x.var(axis=1, keepdims=True, ddof=1)",
    ),
    (
        "eps_outside_the_root",
        "eps belongs under the root, with the variance; outside it the slope at a constant row "
        "would be infinite.",
        "np.sqrt(x.var(axis=1, keepdims=True) + eps)",
        "x.std(axis=1, keepdims=True) + eps",
    ),
    (
        "mean_and_variance_as_constants",
        "dx treats mean and variance as constants. Both were computed from x: two terms are "
        "missing.",
        "dx = (dz - through_mean - through_variance) / std",
        "dx = dz / std",
    ),
    (
        "way_through_the_variance_missing",
        "The way through the mean is there, the one through the variance is missing: z · mean(dz · "
        "z).",
        "dz - through_mean - through_variance",
        "dz - through_mean",
    ),
    (
        "way_through_the_mean_missing",
        "The way through the variance is there, the one through the mean is missing: mean(dz).",
        "dz - through_mean - through_variance",
        "dz - through_variance",
    ),
    (
        "scale_taken_twice",
        "dz is the gradient of z and already contains gamma; the means have to be taken of dz, not "
        "of dy.",
        """    through_mean = dz.mean(axis=1, keepdims=True)
    through_variance = z * (dz * z).mean(axis=1, keepdims=True)
""",
        """    through_mean = dy.mean(axis=1, keepdims=True)
    through_variance = z * (dy * z).mean(axis=1, keepdims=True)
""",
    ),
)
