# /// u30
# id = "d04.2"
# title = "Noise through a ReLU"
# kind = "implement"
# difficulty = 3
# minutes = 25
# concepts = ["rectified Gaussian", "moments", "numerical stability"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
The input of a hidden unit is a sum of noisy weights, so it is a normal variable $x$ with mean $\mu$
and variance $v$. What are mean and variance of $\max(x, 0)$? Nothing has to be drawn at random.
With $s=\sqrt v$ and $a=\mu/s$, and $\mathbb E$ for a mean,

$$\mathbb E[\mathrm{relu}(x)] = \mu\,\Phi(a) + s\,\varphi(a), \qquad
\mathbb E[\mathrm{relu}(x)^2] = (\mu^2+v)\,\Phi(a) + \mu\,s\,\varphi(a)$$

where $\varphi(a)=e^{-a^2/2}/\sqrt{2\pi}$ is the standard normal density and $\Phi$ its integral
from $-\infty$. Both are given as `phi` and `Phi`.

Write `relu_moments(mu, var)`. It must also be right for `var` = 0 (then nothing is random), and
never return a negative variance, wherever rounding leads.

| name | shape | meaning |
|---|---|---|
| `mu`, `var` | `(N, H)` | mean and variance of what goes in |
| `mean`, `variance` | `(N, H)` each | of what comes out |

One worked number: for $\mu=0$, $v=1$ the mean is $1/\sqrt{2\pi}=0.3989$ and the variance
$1/2-1/2\pi=0.3408$.
"""
HINTS = (
    "The second formula is the mean of the *square*. How does a variance follow from it? And what "
    "would `mu / s` be where the variance is 0?",
    "Variance = mean of the square − square of the mean. Where v is 0, let s be a tiny positive "
    "number instead: a is then huge, Phi(a) is exactly 0 or 1, phi(a) exactly 0, and the formulas "
    "give relu(mu) and 0. Far to the left or right the subtraction can leave -1e-13: cut it off "
    "at 0.",
    "```python\n"
    "s = np.sqrt(np.maximum(var, 1e-300))\n"
    "a = mu / s\n"
    "mean = ...\n"
    "square = (mu**2 + var) * Phi(a) + ...\n"
    "return mean, np.maximum(..., 0)\n"
    "```",
)
AFTER = r"""
The paper has sigmoid units, for which no such formula exists, and looks the two moments up in a
table of 300 × 300 entries. With a ReLU they are exact. From here the mean and variance of the
output are sums, because given the input all hidden units are independent: that is why the paper can
say that exact derivatives cost no Monte Carlo simulation. The slopes are pretty, too: the
derivative of the mean with respect to $\mu$ is $\Phi(a)$, a ReLU's step made soft by the noise.
"""

# %% given
import numpy as np

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(64)


def phi(a):
    """Density of a standard normal number at a."""
    a = np.asarray(a, dtype=np.float64)
    return np.exp(-0.5 * a**2) / np.sqrt(2 * np.pi)


def Phi(a):
    """Probability that a standard normal number is below a: phi, integrated."""
    a = np.asarray(a, dtype=np.float64)
    end = np.clip(a, -9, 9)[..., None]
    heights = phi(end * (NODES + 1) / 2)
    area = 0.5 + np.sum(NODE_WEIGHTS * heights * end / 2, axis=-1)
    return np.where(a < -9, 0.0, np.where(a > 9, 1.0, area))


# %% work
def relu_moments(mu, var):  # (N,H), (N,H) -> (N,H), (N,H)
    """Mean and variance of max(x, 0) if x is normal, mean mu, variance var."""
    # >>> solution
    s = np.sqrt(np.maximum(var, 1e-300))
    a = mu / s
    mean = mu * Phi(a) + s * phi(a)
    square = (mu**2 + var) * Phi(a) + mu * s * phi(a)
    return mean, np.maximum(square - mean**2, 0)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds

NAMES = ("mean", "variance")


def agree(you, ref, mu, var):
    N, H = mu.shape
    want = ref.relu_moments(mu, var)
    close(you.relu_moments(mu, var), want, NAMES, N=N, H=H, absolute=1e-9)


def case_one_unit(you, rng, ref):
    """one number in"""
    agree(you, ref, np.round(rng.normal(size=(1, 1)), 1), np.array([[2.25]]))


def case_every_axis(you, rng, ref):
    """three cases, four units"""
    agree(you, ref, rng.normal(size=(3, 4)), rng.uniform(0.1, 4, size=(3, 4)))


def case_mostly_off(you, rng, ref):
    """units that are below zero most of the time"""
    agree(you, ref, -2 - rng.random((2, 5)), rng.uniform(0.2, 2, size=(2, 5)))


def case_mostly_on(you, rng, ref):
    """units that are nearly linear"""
    agree(you, ref, 3 + rng.random((2, 5)), rng.uniform(0.2, 2, size=(2, 5)))


def case_no_noise(you, rng, ref):
    """a variance of 0: exactly the ReLU, and no noise"""
    mu = np.round(rng.normal(size=(2, 3)), 2)
    mu[0, 0] = 0
    mean, variance = you.relu_moments(mu, np.zeros((2, 3)))
    close(mean, np.maximum(mu, 0), "mean", N=2, H=3)
    close(variance, np.zeros((2, 3)), "variance", N=2, H=3, absolute=1e-12)


def case_far_out(you, rng, ref):
    """40 standard deviations from zero, to both sides"""
    s = rng.uniform(0.5, 2.0, size=(1, 4))
    mu = np.array([[40.0, -40.0, 40.0, -40.0]]) * s
    mean, variance = you.relu_moments(mu, s**2)
    close(mean, np.maximum(mu, 0), "mean", N=1, H=4, absolute=1e-9)
    close(variance, np.where(mu > 0, s**2, 0), "variance", N=1, H=4, absolute=1e-9)


def case_never_negative(you, rng, ref):
    """units that are almost never on, where rounding can turn a variance negative"""
    s = 10 ** rng.uniform(0, 4, size=(40, 25))
    _, variance = you.relu_moments(rng.uniform(-15, -9, size=(40, 25)) * s, s**2)
    least = float(np.min(variance))
    message = "A variance is negative: rounding did it, cut it off at 0."
    holds(least >= 0, message, f"{least:.0e}", "0 or more")


def case_dice(you, rng, ref):
    """the moments of 40,000 rectified dice"""
    mu, var = rng.normal(size=(1, 2)), rng.uniform(0.3, 3, size=(1, 2))
    dice = np.maximum(mu + np.sqrt(var) * rng.standard_normal((40_000, 2)), 0)
    mean, variance = you.relu_moments(mu, var)
    holds(np.shape(mean) == (1, 2), "`mean` needs the shape of `mu`.", np.shape(mean), "(1, 2)")
    off = np.abs(dice.mean(axis=0) - mean).max() / np.sqrt(var.max() / 40_000)
    message = "`mean` is further from the mean of thrown dice than chance allows."
    holds(off < 6, message, float(off), "less than 6 standard errors")
    ratio = np.abs(dice.var(axis=0) / np.maximum(variance, 1e-9) - 1).max()
    message = "`variance` is not the variance of thrown dice."
    holds(ratio < 0.15, message, float(ratio), "within 15 %")


def case_scale(you, rng, ref):
    """twice the input is twice the output, and four times the variance"""
    mu, var = rng.normal(size=(2, 3)), rng.uniform(0.3, 3, size=(2, 3))
    mean, variance = you.relu_moments(mu, var)
    want = 2 * np.asarray(mean), 4 * np.asarray(variance)
    close(you.relu_moments(2 * mu, 4 * var), want, NAMES, N=2, H=3)


# %% wrong
SURVIVORS = {
    "s = np.sqrt(np.maximum(var, 1e-300)) -> s = np.sqrt(np.maximum(1e-300, var))": "the larger of "
    "two numbers, whichever is named first",
    "return (mean, np.maximum(square - mean ** 2, 0)) -> return (mean, np.maximum(0, square - mean "
    "** 2))": "the larger of two numbers, whichever is named first",
}
EDITS = (
    (
        "second_moment",
        "This is the mean of the square. The variance is that minus the square of the mean.",
        "square - mean**2",
        "square",
    ),
    (
        "divided_by_the_variance",
        "a is mu divided by the *standard deviation*. Take the square root of the variance first.",
        "s = np.sqrt(np.maximum(var, 1e-300))",
        "s = np.maximum(var, 1e-300)",
    ),
    (
        "no_noise_forgotten",
        "Where the variance is 0 you divide by 0. Let s be a tiny positive number there; the "
        "formulas then give relu(mu) and 0 by themselves.",
        "np.sqrt(np.maximum(var, 1e-300))",
        "np.sqrt(var)",
    ),
    (
        "negative_by_rounding",
        "Two nearly equal numbers are subtracted, and rounding makes some variances negative. Cut "
        "them off with `np.maximum(..., 0)`.",
        "np.maximum(square - mean**2, 0)",
        "square - mean**2",
    ),
    (
        "density_forgotten",
        "The term with the density is missing from the mean. A unit with mean 0 is above zero half "
        "of the time, so its mean output is not 0.",
        "mu * Phi(a) + s * phi(a)",
        "mu * Phi(a)",
    ),
    (
        "relu_of_the_mean",
        "This is the ReLU of the mean. Noise lifts the mean: values below zero are cut, those "
        "above are not.",
        "mean = mu * Phi(a) + s * phi(a)",
        "mean = np.maximum(mu, 0) + 0 * s * a",
    ),
    (
        "variance_passed_through",
        "You return the variance that came in. The ReLU cuts off the lower part of the noise.",
        "np.maximum(square - mean**2, 0)",
        "var + 0 * square",
    ),
)
