# /// u30
# id = "d05.3"
# title = "Bet on a line"
# kind = "derive"
# difficulty = 4
# minutes = 40
# concepts = ["prequential code", "Bayesian linear regression", "chain rule of probability"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Now the symbols are numbers: $y_t = \phi_t\cdot w + \text{noise}$, with noise of variance $s^2$.
Nobody knows the weights w; before the first number, each of them is normal with mean 0 and
variance $\tau^2$. After some numbers, what is known about w is normal again, with mean m and
covariance S (a matrix: variances on its diagonal, beside it how two weights vary together). So the
next number is bet on with a normal distribution, too:

$$y_t \mid \text{past} \sim N\big(\phi_t\cdot m,\ v_t\big), \qquad
L = \sum_t \tfrac12\Big(\ln 2\pi v_t + \frac{(y_t - \phi_t\cdot m)^2}{v_t}\Big)\ \text{nats}$$

Derive two things on paper. What is $v_t$? (Two sources of uncertainty.) And how do m and S change
when $y_t$ has been seen? For the second, use the rule for normal pairs: if a and b are jointly
normal, then seeing b moves the mean of a by $\mathrm{cov}(a,b)/\mathrm{var}(b)$ times the surprise
$b - \langle b\rangle$, and takes $\mathrm{cov}(a,b)\,\mathrm{cov}(a,b)^\top/\mathrm{var}(b)$ from
its covariance. Here a is w and b is $y_t$.

Write `prequential_linreg(Phi, y, tau2, s2)`, which returns L: a sum of bets, each made before its
number.

| name | shape | meaning |
|---|---|---|
| `Phi` | `(N, p)` | a row $\phi_t$ for each number; N and p may be 0 |
| `y` | `(N,)` | the numbers |
| `tau2`, `s2` | numbers above 0 | $\tau^2$ and $s^2$: variances, not standard deviations |
| result | one number | nats (a density, so it may be negative) |

One worked number: `Phi = [[1]]`, `y = [2]`, `tau2 = 3`, `s2 = 1`: the bet is N(0, 4), and the cost
is ½ (ln 8π + 1) = 2.1121.
"""
HINTS = (
    "Before any number has been seen, what is the variance of one that is about to come, noise "
    "and weights together? And what is the covariance of w and that number?",
    "cov(w, y_t) = S φ, an array of shape (p,). The variance is v = s² + φ·Sφ. With e = y_t − φ·m: "
    "pay, then m ← m + Sφ e / v and S ← S − (Sφ)(Sφ)ᵀ / v. That is a rank-one update, no matrix "
    "is inverted.",
    "```python\n"
    "m, S, nats = np.zeros(p), tau2 * np.eye(p), 0.0\n"
    "for phi, target in zip(Phi, y):\n"
    "    gain = S @ phi                       # cov(w, y_t)\n"
    "    v = s2 + ...\n"
    "    error = target - phi @ m\n"
    "    nats += 0.5 * (np.log(2 * np.pi * v) + error**2 / v)\n"
    "    m = ...\n"
    "    S = ...\n"
    "return nats\n"
    "```",
)
AFTER = r"""
By the chain rule of probability, your sum of bets is exactly $-\ln N(y;\,0,\,s^2I +
\tau^2\Phi\Phi^\top)$, the Bayesian's evidence: the check compares the two. Hence any order of the
data costs the same, although every single bet differs. For this model class NML does not exist
(its normaliser diverges), so this, and not BIC under another name, is the honest code. The term
$\phi\cdot S\phi$ is what a plug-in estimate lacks: at the start it says "I do not know yet", which
is cheap, where the plug-in says something wrong with confidence, which is dear.
"""

# %% given
import numpy as np


# %% work
def prequential_linreg(Phi, y, tau2, s2):  # (N,p), (N,) -> nats
    """Length of the numbers, each bet on with what those before it taught."""
    N, p = Phi.shape
    # >>> solution
    m, S, nats = np.zeros(p), tau2 * np.eye(p), 0.0
    for phi, target in zip(Phi, y):
        gain = S @ phi
        v = s2 + phi @ gain
        error = target - phi @ m
        nats += 0.5 * (np.log(2 * np.pi * v) + error**2 / v)
        m = m + gain * error / v
        S = S - np.outer(gain, gain) / v
    return nats
    # --- starter
    # m, S = np.zeros(p), tau2 * np.eye(p)
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close


def evidence(Phi, y, tau2, s2):
    C = s2 * np.eye(len(y)) + tau2 * Phi @ Phi.T
    sign, log_det = np.linalg.slogdet(2 * np.pi * C)
    return 0.5 * (log_det + y @ np.linalg.solve(C, y))


def problem(rng, N, p, tau2, s2):
    Phi = rng.normal(size=(N, p))
    y = Phi @ (np.sqrt(tau2) * rng.normal(size=p)) + np.sqrt(s2) * rng.normal(size=N)
    return Phi, y, tau2, s2


def agree(you, Phi, y, tau2, s2):
    want = evidence(Phi, y, tau2, s2)
    got = you.prequential_linreg(Phi, y, tau2, s2)
    close(got, want, "the length", absolute=1e-8, N=len(y), p=Phi.shape[1])


def case_one_number(you, rng, ref):
    """one number, one weight"""
    agree(you, *problem(rng, 1, 1, rng.uniform(2, 5), rng.uniform(0.3, 0.8)))


def case_two_numbers(you, rng, ref):
    """two numbers, one weight: the first one teaches something"""
    agree(you, *problem(rng, 2, 1, rng.uniform(2, 5), rng.uniform(0.1, 0.4)))


def case_three_numbers(you, rng, ref):
    """three numbers: the covariance has to be brought up to date as well"""
    agree(you, *problem(rng, 3, 1, rng.uniform(2, 5), rng.uniform(0.1, 0.4)))


def case_every_axis(you, rng, ref):
    """eight numbers, three weights"""
    agree(you, *problem(rng, 8, 3, rng.uniform(1.5, 4), rng.uniform(0.1, 0.5)))


def case_more_weights_than_numbers(you, rng, ref):
    """four numbers, six weights"""
    agree(you, *problem(rng, 4, 6, rng.uniform(0.2, 0.7), rng.uniform(1.5, 3)))


def case_no_weights(you, rng, ref):
    """no weight at all: pure noise"""
    agree(you, *problem(rng, 5, 0, 1.0, rng.uniform(0.3, 3)))


def case_no_numbers(you, rng, ref):
    """no number costs nothing"""
    close(you.prequential_linreg(np.zeros((0, 2)), np.zeros(0), 1.3, 0.7), 0.0, "the length")


def case_polynomial(you, rng, ref):
    """columns that are nearly alike: powers of x"""
    x = rng.uniform(-1, 1, size=20)
    agree(you, np.vander(x, 4), np.sin(3 * x) + 0.1 * rng.normal(size=20), 4.0, 0.01)


def case_order(you, rng, ref):
    """the numbers in another order: the same length"""
    Phi, y, tau2, s2 = problem(rng, 7, 2, 2.0, 0.3)
    first = float(you.prequential_linreg(Phi, y, tau2, s2))
    order = rng.permutation(7)
    close(
        you.prequential_linreg(Phi[order], y[order], tau2, s2), first, "the length", absolute=1e-8
    )


# %% wrong
EDITS = (
    (
        "plug_in_variance",
        "Your bets are as wide as the noise alone. The weights are uncertain as well: the variance "
        "of the next number is s² + φ·Sφ.",
        "v = s2 + phi @ gain",
        "v = s2 + 0 * (phi @ gain)",
    ),
    (
        "peeked",
        "The mean is brought up to date before the bet, so the bet knows the number that is still "
        "to come. Pay first, then learn.",
        "        nats += 0.5 * (np.log(2 * np.pi * v) + error**2 / v)\n"
        "        m = m + gain * error / v\n",
        "        m = m + gain * error / v\n"
        "        error = target - phi @ m\n"
        "        nats += 0.5 * (np.log(2 * np.pi * v) + error**2 / v)\n",
    ),
    (
        "covariance_stays",
        "S never changes, so the bets stay as wide as before the first number. What is learned "
        "must be taken from it: (Sφ)(Sφ)ᵀ / v.",
        "S = S - np.outer(gain, gain) / v",
        "S = S - 0 * np.outer(gain, gain) / v",
    ),
    (
        "mean_stays",
        "The mean never moves: every number is bet on around 0, whatever came before.",
        "m = m + gain * error / v",
        "m = m + 0 * gain * error / v",
    ),
    (
        "standard_deviation",
        "You treat `tau2` as a standard deviation and square it. It is a variance already.",
        "tau2 * np.eye(p)",
        "tau2**2 * np.eye(p)",
    ),
    (
        "bits",
        "These are bits. The prompt asks for nats: the natural logarithm, nothing divided.",
        "return nats",
        "return nats / np.log(2)",
    ),
    (
        "noise_forgotten_in_the_gain",
        "The step of m is divided by φ·Sφ alone. The surprise is partly noise: divide by the whole "
        "variance v, which includes s².",
        "m = m + gain * error / v",
        "m = m + gain * error / (v - s2 + 1e-300)",
    ),
    (
        "no_normaliser",
        "The logarithm of 2πv is missing. Without it, a wide bet costs nothing, and that is no "
        "code.",
        "0.5 * (np.log(2 * np.pi * v) + error**2 / v)",
        "0.5 * (error**2 / v)",
    ),
    (
        "half_forgotten",
        "There is a ½ in front of both terms of the cost.",
        "nats += 0.5 * (",
        "nats += (",
    ),
)

SURVIVORS = {
    "gain = S @ phi -> gain = phi @ S": "S is symmetric",
    "gain = S @ phi -> gain = S.T @ phi": "S is symmetric",
    "gain = S @ phi -> gain = S @ phi.T": "one axis: no transpose, no order",
    "v = s2 + phi @ gain -> v = s2 + gain @ phi": "one axis: no transpose, no order",
    "v = s2 + phi @ gain -> v = s2 + phi.T @ gain": "one axis: no transpose, no order",
    "v = s2 + phi @ gain -> v = s2 + phi @ gain.T": "one axis: no transpose, no order",
    "error = target - phi @ m -> error = target - m @ phi": "one axis: no transpose, no order",
    "error = target - phi @ m -> error = target - phi.T @ m": "one axis: no transpose, no order",
    "error = target - phi @ m -> error = target - phi @ m.T": "one axis: no transpose, no order",
}
