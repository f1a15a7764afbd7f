# /// u30
# id = "d04.3"
# title = "The expected squared error"
# kind = "derive"
# difficulty = 4
# minutes = 40
# concepts = ["variance of a product", "independence", "expected loss"]
# needs = ["d04.2"]
# timeout = 5
# ///
PROMPT = r"""
A network with one hidden layer of ReLUs and one linear output, in which every weight is an
independent normal variable:

$$y = \sum_h \mathrm{relu}\Big(\sum_d X_d W_{dh}\Big)\, w_h, \qquad
W_{dh} \sim N(\text{W\_mu}, \text{W\_sig}^2), \quad w_h \sim N(\text{w\_mu}, \text{w\_sig}^2)$$

Derive its expected squared error for each case: over all noise, on average, how far is y from the
target d? Do it with paper and pencil first.

1. $\sum_d X_d W_{dh}$ is normal. What is its mean, and what its variance?
2. `relu_moments(mu, var)` is given and turns these into mean $m_h$ and variance $V_h$ of the hidden
   unit. Given X, the units are independent of each other and of w.
3. What are mean and variance of a *product* of two independent variables? Then sum over h.
4. $\langle(d-y)^2\rangle$, the mean of $(d-y)^2$ over the noise, follows from mean and variance of
   y.

Write `expected_sq_error(X, W_mu, W_sig, w_mu, w_sig, d)`. Do not draw random numbers: the check
does, and your result has to be exact.

| name | shape | meaning |
|---|---|---|
| `X` | `(N, D)` | N cases |
| `W_mu`, `W_sig` | `(D, H)` | mean and standard deviation of the first weights |
| `w_mu`, `w_sig` | `(H,)` | the same for the second |
| `d` | `(N,)` | targets |
| result | `(N,)` | expected squared error of each case |

One worked number: X = [[1]], one unit with W_mu = 2, W_sig = 0, w_mu = 3, w_sig = 0.5, d = [5]. The
unit is 2 exactly, y has mean 6 and standard deviation 1, so the result is (5 − 6)² + 1 = 2.
"""
HINTS = (
    "If two independent variables have means a, b and variances A, B: what is the mean of the "
    "product's square? Can you write it with a, b, A, B only?",
    "$\\langle (uv)^2\\rangle = \\langle u^2\\rangle\\langle v^2\\rangle = (a^2+A)(b^2+B)$; take "
    "off $(ab)^2$ and three terms are left: $a^2B + b^2A + AB$. Variances of independent terms add "
    "up, so the sum over h is a matrix product for each. In step 1 the variance of $X_dW_{dh}$ is "
    "$X_d^2$ times the variance of the weight.",
    "```python\n"
    "m, V = relu_moments(X @ W_mu, ...)            # (N,H) each\n"
    "mean = m @ w_mu\n"
    "Vy = V @ w_mu**2 + ... + ...\n"
    "return (d - mean) ** 2 + Vy\n"
    "```",
)
AFTER = r"""
These are the paper's equations 10 to 12. The first part of the error is the usual one, for the
*mean* output. The second, Vy, is what noise costs, and it is what each weight's precision is paid
for with: a weight may be as noisy as it likes where X is zero, and hardly at all where it matters.
The formula is exact because nothing in this network is used twice: with a second hidden layer the
units would share their noise, and dice (Day 4's sampled gradient, Day 23) would be needed.
"""

# %% given
import numpy as np


# %% work
def expected_sq_error(X, W_mu, W_sig, w_mu, w_sig, d):  # (N,D), ... -> (N,)
    """Expected squared error of each case, over the noise of all weights."""
    # >>> solution
    m, V = relu_moments(X @ W_mu, X**2 @ W_sig**2)
    mean = m @ w_mu
    Vy = V @ w_mu**2 + m**2 @ w_sig**2 + V @ w_sig**2
    return (d - mean) ** 2 + Vy
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def network(rng, N, D, H):
    return (
        rng.choice([-1, 1], size=(N, D)) * rng.uniform(0.5, 2, size=(N, D)),
        rng.normal(size=(D, H)),
        rng.uniform(0.2, 1.0, size=(D, H)),
        rng.normal(size=H),
        rng.uniform(0.2, 1.0, size=H),
        rng.normal(size=N),
    )


def agree(you, ref, arguments):
    N, D = arguments[0].shape
    want = ref.expected_sq_error(*arguments)
    close(you.expected_sq_error(*arguments), want, "the error", N=N, D=D, H=len(arguments[3]))


def case_one_of_each(you, rng, ref):
    """one case, one input, one unit"""
    X, W_mu, W_sig, w_mu, w_sig, d = (np.round(a, 1) for a in network(rng, 1, 1, 1))
    agree(you, ref, (X, 0.5 * X, W_sig, w_mu + np.sign(w_mu), w_sig, d))


def case_first_layer_exact(you, rng, ref):
    """noise in the second layer only"""
    X, W_mu, W_sig, *rest = network(rng, 2, 2, 3)
    agree(you, ref, (X, W_mu, 0 * W_sig, *rest))


def case_second_layer_exact(you, rng, ref):
    """noise in the first layer only"""
    X, W_mu, W_sig, w_mu, w_sig, d = network(rng, 2, 2, 3)
    agree(you, ref, (X, W_mu, W_sig, w_mu, 0 * w_sig, d))


def case_no_noise(you, rng, ref):
    """no noise at all: the plain squared error"""
    X, W_mu, W_sig, w_mu, w_sig, d = network(rng, 3, 2, 4)
    want = (d - np.maximum(X @ W_mu, 0) @ w_mu) ** 2
    close(you.expected_sq_error(X, W_mu, 0 * W_sig, w_mu, 0 * w_sig, d), want, "the error", N=3)


def case_every_axis(you, rng, ref):
    """N, D and H of different size"""
    agree(you, ref, network(rng, 5, 3, 4))


def case_square(you, rng, ref):
    """N, D and H equal, where a wrong axis has the right shape"""
    agree(you, ref, network(rng, 4, 4, 4))


def case_zero_means(you, rng, ref):
    """all means zero: nothing but noise"""
    X, W_mu, W_sig, w_mu, w_sig, d = network(rng, 3, 2, 5)
    agree(you, ref, (X, 0 * W_mu, W_sig, 0 * w_mu, w_sig, 0 * d))


def case_zero_input(you, rng, ref):
    """an input of zeros: the noise of W does not reach the output"""
    X, *rest = network(rng, 3, 2, 4)
    agree(you, ref, (0 * X, *rest))


def case_dice(you, rng, ref):
    """the mean squared error of 6,000 drawn networks"""
    X, W_mu, W_sig, w_mu, w_sig, d = network(rng, 2, 3, 2)
    W = W_mu + W_sig * rng.standard_normal((6000, 3, 2))
    w = w_mu + w_sig * rng.standard_normal((6000, 2))
    errors = (np.einsum("snh,sh->sn", np.maximum(X @ W, 0), w) - d) ** 2
    got = np.asarray(you.expected_sq_error(X, W_mu, W_sig, w_mu, w_sig, d))
    holds(got.shape == (2,), "The result needs one number for each case.", got.shape, "(2,)")
    off = (np.abs(errors.mean(axis=0) - got) / (errors.std(axis=0) / np.sqrt(6000))).max()
    message = "Drawn networks have another mean error than yours, by more than chance allows."
    holds(off < 6.5, message, float(off), "less than 6.5 standard errors")


# %% wrong
SURVIVORS = {
    "mean = m @ w_mu -> mean = m @ w_mu.T": "a row of numbers is its own transpose",
    "Vy = V @ w_mu ** 2 + m ** 2 @ w_sig ** 2 + V @ w_sig ** 2 -> "
    "Vy = V @ (w_mu ** 2).T + m ** 2 @ w_sig ** 2 + V @ w_sig ** 2": "the same",
    "Vy = V @ w_mu ** 2 + m ** 2 @ w_sig ** 2 + V @ w_sig ** 2 -> "
    "Vy = V @ w_mu ** 2 + m ** 2 @ (w_sig ** 2).T + V @ w_sig ** 2": "the same",
    "Vy = V @ w_mu ** 2 + m ** 2 @ w_sig ** 2 + V @ w_sig ** 2 -> "
    "Vy = V @ w_mu ** 2 + m ** 2 @ w_sig ** 2 + V @ (w_sig ** 2).T": "the same",
    "return (d - mean) ** 2 + Vy -> return (mean - d) ** 2 + Vy": "a squared distance has no "
    "direction",
}
EDITS = (
    (
        "product_of_variances_forgotten",
        "The variance of a product has three terms. Yours lacks the product of the two variances: "
        "set both means to zero and your network has no noise at all.",
        " + V @ w_sig**2",
        "",
    ),
    (
        "unit_noise_forgotten",
        "The noise of the hidden units is missing: V times the square of w_mu.",
        "V @ w_mu**2 + ",
        "",
    ),
    (
        "output_noise_forgotten",
        "The noise of the second weights is missing: it is multiplied by the square of the unit's "
        "mean.",
        " + m**2 @ w_sig**2",
        "",
    ),
    (
        "sigma_as_variance",
        "`W_sig` is a standard deviation; the variance of a sum adds up squares.",
        "X**2 @ W_sig**2",
        "X**2 @ W_sig",
    ),
    (
        "input_not_squared",
        "A weight's noise is multiplied by X, so its *variance* is multiplied by X squared.",
        "X**2 @ W_sig**2",
        "np.abs(X) @ W_sig**2",
    ),
    (
        "noise_shared_by_all_units",
        "You treat the units as if one throw of the dice served them all. Independent noise adds "
        "up in the variance, not in the standard deviation.",
        "V @ w_mu**2",
        "(np.sqrt(V) @ w_mu) ** 2",
    ),
    (
        "error_of_the_mean_only",
        "This is the squared error of the mean output. The network is noisy, and its variance is "
        "part of the expected error.",
        "(d - mean) ** 2 + Vy",
        "(d - mean) ** 2 + 0 * Vy",
    ),
    (
        "network_of_the_means",
        "You use relu(mean), as if the first layer had no noise. The mean of a ReLU is larger: "
        "`relu_moments` gives it.",
        "mean = m @ w_mu",
        "mean = np.maximum(X @ W_mu, 0) @ w_mu",
    ),
    (
        "summed_over_cases",
        "This is the sum over all cases. Return one number for each.",
        "return (d - mean) ** 2 + Vy",
        "return np.sum((d - mean) ** 2 + Vy)",
    ),
)
