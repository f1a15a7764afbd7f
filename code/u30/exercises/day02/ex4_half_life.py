# /// u30
# id = "d02.4"
# title = "The half-life of a memory"
# kind = "derive"
# difficulty = 2
# minutes = 20
# concepts = ["forget gate", "initialisation", "half-life"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Before training, the weights are small and the forget gate is about $\sigma(b_f)$ at every step. So
of what was in a cell at the start,

$$\text{retention}(b_f, T) = \sigma(b_f)^T, \qquad \sigma(b) = \frac1{1 + e^{-b}}$$

is left after T steps, and just as much of a gradient that travels back along the cell.

**Guess first**, and write it down: how much is left after 60 steps with $b_f = 0$ (what many
libraries start with)? With $b_f = 1$ (a common recommendation)? With $b_f = 5$? And which bias do
you need for a half-life of 1000 steps: 7, 70 or 700?

1. `retention(b, T)`: for a bias of any size, without a warning, a NaN, or a digit lost.
2. `bias_for_half_life(T)`: the bias with which exactly one half is left after T steps. Derive it:
   solve $\sigma(b)^T = \frac12$ for b, with pencil and paper.

| name | type | meaning |
|---|---|---|
| `b` | number or array | bias of the forget gate |
| `T` | number or array, at least 1 | time steps |
| `retention` | number or array | share that is left, between 0 and 1 |
| `bias_for_half_life` | number or array | bias |

Both take arrays and treat each entry by itself.

One worked number: with b = 0 each step halves, so retention(0, 1) = 0.5, retention(0, 3) = 0.125,
and bias_for_half_life(1) = 0. And retention(ln 3, 2) = 0.75² = 0.5625.
"""
HINTS = (
    "If σ(b) is to be s, what is b? (Take the reciprocal of both sides first.) And which s has "
    "the property that s to the power T is one half?",
    "$\\sigma(b) = 2^{-1/T}$ means $1 + e^{-b} = 2^{1/T}$. Solve for b. For the first function "
    "stay in logarithms: $\\log\\sigma(b) = -\\log(1 + e^{-b})$, which NumPy computes safely as "
    "`-np.logaddexp(0, -b)`.",
    "```python\n"
    "def retention(b, T):\n"
    "    return np.exp(-T * np.logaddexp(0, -b))\n"
    "\n"
    "def bias_for_half_life(T):\n"
    "    return -np.log(...)        # e^-b = 2^(1/T) - 1\n"
    "```",
)
AFTER = r"""
σ(0)^60 is 9e-19 and σ(1)^60 is 7e-9: an LSTM initialised like that forgets the key of the page's
experiment long before the question, and gets no gradient that would teach it otherwise. σ(5)^60 is
0.67. For long half-lives b is close to ln(T / ln 2), so **each unit of bias multiplies the memory
by e**: 1000 steps need a bias of 7.3. The formula is also a design rule turned round. If you know
how far your data reach, you know the bias. Gers, Schmidhuber and Cummins proposed to start with
the forget gate open when they invented it (2000); Jozefowicz et al. (2015) found that a bias of 1
alone makes up for most of what better architectures seem to gain.
"""

# %% given
import numpy as np


# %% work
def retention(b, T):  # any shape -> the same shape
    """The share of a cell left after T steps with forget gate sigmoid(b)."""
    # >>> solution
    return np.exp(-T * np.logaddexp(0, -b))
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def bias_for_half_life(T):  # any shape -> the same shape
    """The bias with which one half of a cell is left after T steps."""
    # >>> solution
    return -np.log(np.expm1(np.log(2) / T))
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


def case_one_step(you, rng, ref):
    """one step: retention is the sigmoid"""
    b = float(np.round(rng.normal(), 1))
    close(you.retention(b, 1), ref.retention(b, 1), "retention")


def case_many_steps(you, rng, ref):
    """many steps, one bias"""
    b, T = float(rng.uniform(1, 5)), int(rng.integers(5, 60))
    close(you.retention(b, T), ref.retention(b, T), "retention")


def case_arrays(you, rng, ref):
    """an array of biases and an array of steps"""
    b, T = rng.uniform(-2, 6, size=5), rng.integers(1, 40, size=5).astype(float)
    close(you.retention(b, T), ref.retention(b, T), "retention")


def case_one_bias_many_steps(you, rng, ref):
    """one bias, a whole curve of steps"""
    b, T = float(rng.uniform(0, 4)), np.arange(1.0, 30.0)
    close(you.retention(b, T), ref.retention(b, T), "retention")


def case_far_out(you, rng, ref):
    """biases of -1,000 and +1,000: nothing is left, or everything"""
    b, T = np.array([-1000.0, 1000.0]), float(rng.integers(2, 9))
    close(you.retention(b, T), np.array([0.0, 1.0]), "retention")


def case_half_life_of_one(you, rng, ref):
    """a half-life of one step needs a bias of 0"""
    close(you.bias_for_half_life(1), 0.0, "the bias")


def case_half_life(you, rng, ref):
    """half-lives of a few steps"""
    T = float(rng.integers(2, 12))
    close(you.bias_for_half_life(T), ref.bias_for_half_life(T), "the bias")


def case_half_lives(you, rng, ref):
    """an array of half-lives from 1 to 1,000"""
    T = np.array([1.0, 10.0, 1000.0]) * np.array([1, rng.uniform(1, 2), 1])
    close(you.bias_for_half_life(T), ref.bias_for_half_life(T), "the bias")


def case_one_undoes_the_other(you, rng, ref):
    """retention at the half-life is one half"""
    T = np.array([1.0, 10.0, 1000.0, rng.uniform(1, 100)])
    b = you.bias_for_half_life(T)
    close(you.retention(b, T), np.full(4, 0.5), "retention at the half-life")


# %% wrong
def retention__sigmoid_forgotten(b, T):
    """You raise the bias itself to the power T. The gate is sigmoid(b), a share between 0 and 1."""
    return b**T


def retention__times_instead_of_power(b, T):
    """This divides by T. Each step *multiplies* what is left by the gate, so T steps are a power:
    sigmoid(b) to the T."""
    return np.exp(-np.logaddexp(0, -b)) / T


def retention__one_step_too_many(b, T):
    """There is one multiplication too many: after one step sigmoid(b) is left, after T steps its
    T-th power."""
    return np.exp(-(T + 1) * np.logaddexp(0, -b))


def retention__what_is_lost(b, T):
    """This is the share that is *lost*. Retention is what is left."""
    return -np.expm1(-T * np.logaddexp(0, -b))


def retention__bias_turned_round(b, T):
    """The sign of the bias is turned round: a large positive bias opens the forget gate, and an
    open forget gate keeps."""
    return np.exp(-T * np.logaddexp(0, b))


def retention__overflow(b, T):
    """For a bias of 1000 this is inf/inf, which is NaN. Stay in logarithms: -np.logaddexp(0, -b) is
    the logarithm of the sigmoid."""
    return (np.exp(b) / (1 + np.exp(b))) ** T


def bias_for_half_life__only_for_long_ones(T):
    """ln(T / ln 2) is close for long half-lives and wrong for short ones: at T = 1 it gives 0.37
    instead of 0. Solve the equation exactly; nothing has to be neglected."""
    return np.log(T / np.log(2))


def bias_for_half_life__log_T(T):
    """The half-life does grow like e^b, but this is not the exact solution: ln(T) leaves less than
    one half. Start from 1 + e^-b = 2^(1/T)."""
    return np.log(T)


def bias_for_half_life__life_to_one_over_e(T):
    """With this bias 1/e is left after T steps, not 1/2: e^-b = 2^(1/T) - 1."""
    return -np.log(np.expm1(1 / T))


def bias_for_half_life__turned_round(T):
    """The sign is turned round: a longer half-life needs a *larger* bias."""
    return np.log(np.expm1(np.log(2) / T))


def bias_for_half_life__gate_not_bias(T):
    """This is the gate, 2^(-1/T). The bias is what goes into the sigmoid: one more step, the
    inverse of the sigmoid."""
    return 2.0 ** (-1 / T)


SURVIVORS = {
    "return np.exp(-T * np.logaddexp(0, -b)) -> return np.exp(-T * np.logaddexp(-b, 0))": "a sum "
    "has no order",
}
