# /// u30
# id = "d07.4"
# title = "How fast do neighbours part?"
# kind = "derive"
# difficulty = 3
# minutes = 30
# concepts = ["Lyapunov exponent", "chaos", "fixed points"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Two starts that differ by a hair: does the map $x \to f(x) = r x (1 - x)$ bring them together or
drive them apart? After one step their distance is multiplied by the slope $|f'(x)|$; after many, by
a product of slopes. The *Lyapunov exponent* is the mean of its logarithm:

$$\lambda = \frac1n \sum_{t=b}^{b+n-1} \ln |f'(x_t)|, \qquad x_{t+1} = r x_t (1 - x_t)$$

Here b stands for `burn`. λ < 0: they meet. λ > 0: chaos.

**1. `lyapunov(r, x0, n, burn)`**: measure it. Begin at x0, make `burn` steps that do not count, and
take the mean over the next `n` points, the first of which is the one that the `burn` steps reach.
Where the slope is smaller than 1e-300, count it as 1e-300: its logarithm would be −∞.

**2. `settled(r)`**: for 1 < r < 3 every start ends at a point that does not move, $x^* = f(x^*)$.
Derive λ there and return it in closed form, without iterating. (A slope of 0 counts as 1e-300 here,
too.)

| name | type | meaning |
|---|---|---|
| `r` | number | from 0 to 4 |
| `x0` | number | between 0 and 1 |
| `n`, `burn` | whole numbers | points that count, steps that do not |
| results | one number | λ, natural logarithm |

One worked number: r = 4, x0 = 0.1, n = 1, burn = 0 gives the slope 4 · (1 − 0.2) = 3.2 and
λ = ln 3.2 = 1.1632.
"""
HINTS = (
    "What is the slope of r x (1 − x)? In the sum: is the logarithm taken of each slope, or of "
    "their mean? And which x solves x = r x (1 − x), apart from 0?",
    "The slope is r (1 − 2x). Take ln of its absolute value at each point and average. Dividing "
    "x = r x (1 − x) by x gives 1 = r (1 − x), so the point is 1 − 1/r. Put it into the slope.",
    "```python\n"
    "x, total = x0, 0.0\n"
    "for t in range(burn + n):\n"
    "    if t >= burn:\n"
    "        total += np.log(max(..., 1e-300))\n"
    "    x = r * x * (1 - x)\n"
    "```",
)
AFTER = r"""
At r = 4 your measurement gives ln 2 = 0.693 to three digits: the map doubles every small
difference, on average, so it reads one bit of its start per step. At r = 2 the slope at the resting
point is exactly 0, and λ would be −∞. Between them, at r near 3.57, λ crosses zero: the edge of
chaos. The same idea reappears in a deep network, with a layer as a step: a ReLU layer multiplies
squared signals by σ_w²/2 on average, so its exponent is ½ ln(σ_w²/2), which is zero at σ_w = √2.
That is the initialisation that deep networks need.
"""

# %% given
import numpy as np


# %% work
def lyapunov(r, x0, n, burn):  # numbers -> number
    """Mean of ln|f'(x_t)| over n points of the orbit, after `burn` steps."""
    # >>> solution
    x, total = x0, 0.0
    for t in range(burn + n):
        if t >= burn:
            total += np.log(max(abs(r * (1 - 2 * x)), 1e-300))
        x = r * x * (1 - x)
    return float(total / n)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def settled(r):  # number -> number
    """The exponent at the resting point, for 1 < r < 3."""
    # >>> solution
    return float(np.log(max(abs(2 - r), 1e-300)))
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close, holds


def agree(you, ref, r, x0, n, burn):
    close(you.lyapunov(r, x0, n, burn), ref.lyapunov(r, x0, n, burn), "λ", absolute=1e-7)


def case_one_point(you, rng, ref):
    """the slope at one point"""
    agree(you, ref, 4.0, float(rng.uniform(0.05, 0.4)), 1, 0)


def case_two_points(you, rng, ref):
    """the mean over two points"""
    agree(you, ref, float(rng.uniform(3, 4)), float(rng.uniform(0.05, 0.4)), 2, 0)


def case_one_step_burned(you, rng, ref):
    """one step that does not count, one point that does"""
    agree(you, ref, float(rng.uniform(3, 4)), float(rng.uniform(0.05, 0.4)), 1, 1)


def case_short(you, rng, ref):
    """three steps that do not count, five points that do"""
    agree(you, ref, float(rng.uniform(2.2, 4)), float(rng.uniform(0.05, 0.95)), 5, 3)


def case_dying_out(you, rng, ref):
    """r below 1: everything goes to 0, where the slope is r"""
    agree(you, ref, float(rng.uniform(0.3, 0.9)), float(rng.uniform(0.1, 0.9)), 50, 100)


def case_resting(you, rng, ref):
    """r = 2.5: the orbit comes to rest"""
    agree(you, ref, 2.5, float(rng.uniform(0.1, 0.9)), 40, 60)


def case_period_two(you, rng, ref):
    """r = 3.3: the orbit hops between two points"""
    agree(you, ref, 3.3, float(rng.uniform(0.1, 0.9)), 100, 300)


def case_chaos(you, rng, ref):
    """r = 4: λ is ln 2"""
    got = you.lyapunov(4.0, float(rng.uniform(0.1, 0.4)), 4000, 100)
    close(got, ref.lyapunov(4.0, 0.3, 1, 0) * 0 + np.log(2), "λ", absolute=0.01)


def case_slope_zero(you, rng, ref):
    """r = 2: the slope becomes 0, and λ very negative but finite"""
    got = you.lyapunov(2.0, float(rng.uniform(0.2, 0.4)), 50, 50)
    holds(np.isfinite(got) and got < -20, "λ should be finite and far below zero.", got, "< -20")


def case_exactly_zero(you, rng, ref):
    """x0 = 1/2: the first slope is exactly 0 and counts as 1e-300"""
    agree(you, ref, float(rng.uniform(3.1, 3.9)), 0.5, 1, 0)


def case_settled(you, rng, ref):
    """the closed form, on both sides of r = 2"""
    for r in (float(rng.uniform(1.05, 1.95)), float(rng.uniform(2.05, 2.95))):
        close(you.settled(r), ref.settled(r), "λ at rest")


def case_settled_at_two(you, rng, ref):
    """the closed form at r = 2"""
    close(you.settled(2.0), float(np.log(1e-300)), "λ at rest")


def case_both_agree(you, rng, ref):
    """measured and derived are the same"""
    r = float(rng.uniform(1.4, 1.9))
    measured, derived = you.lyapunov(r, 0.3, 200, 400), you.settled(r)
    close(measured, derived, "λ measured", absolute=1e-6)


# %% wrong
def lyapunov__log_of_the_mean(r, x0, n, burn):
    """You take the logarithm of the mean slope. Distances are multiplied by the *product* of the
    slopes, and its logarithm is the sum of logarithms: average those."""
    x, total = x0, 0.0
    for t in range(burn + n):
        if t >= burn:
            total += abs(r * (1 - 2 * x))
        x = r * x * (1 - x)
    return float(np.log(max(total / n, 1e-300)))


def lyapunov__bits(r, x0, n, burn):
    """This is the exponent in bits, with the logarithm to base 2. The natural one is asked for."""
    return lyapunov(r, x0, n, burn) / float(np.log(2))


def lyapunov__no_burn(r, x0, n, burn):
    """The first `burn` steps are part of your mean. They only serve to reach the place where the
    orbit stays."""
    return lyapunov(r, x0, n, 0)


def lyapunov__absolute_value_missing(r, x0, n, burn):
    """The slope is negative to the right of 1/2, and a negative number has no logarithm. Distances
    do not care about the sign: take the absolute value."""
    x, total = x0, 0.0
    for t in range(burn + n):
        if t >= burn:
            total += np.log(max(r * (1 - 2 * x), 1e-300))
        x = r * x * (1 - x)
    return float(total / n)


def lyapunov__divided_by_all(r, x0, n, burn):
    """You divide by all steps, including those that do not count. The mean is over n points."""
    return lyapunov(r, x0, n, burn) * n / (n + burn)


def lyapunov__one_step_late(r, x0, n, burn):
    """You step first and measure then, so the point that the `burn` steps reached is left out and
    one too many comes in at the end."""
    return lyapunov(r, x0, n, burn + 1)


def settled__slope_at_zero(r):
    """You use the slope at x = 0, which is r. For r > 1 that point drives neighbours away; the
    orbit rests at 1 - 1/r."""
    return float(np.log(r))


def settled__sign(r):
    """The exponent has the wrong sign: near rest neighbours come closer, so λ is negative, the
    logarithm of a slope below 1."""
    return -settled(r)


SURVIVORS = {
    "total += np.log(max(abs(r * (1 - 2 * x)), 1e-300)) -> "
    "total += np.log(max(1e-300, abs(r * (1 - 2 * x))))": "a maximum has no order",
    "total += np.log(max(abs(r * (1 - 2 * x)), 1e-300)) -> "
    "total += np.log(max(abs(r * (2 * x - 1)), 1e-300))": "the absolute value forgets the sign",
    "return float(total / n) -> return total / n": "a NumPy number is a number as well",
    "return float(np.log(max(abs(2 - r), 1e-300))) -> "
    "return np.log(max(abs(2 - r), 1e-300))": "a NumPy number is a number as well",
    "return float(np.log(max(abs(2 - r), 1e-300))) -> "
    "return float(np.log(max(1e-300, abs(2 - r))))": "a maximum has no order",
    "return float(np.log(max(abs(2 - r), 1e-300))) -> "
    "return float(np.log(max(abs(r - 2), 1e-300)))": "the absolute value forgets the sign",
}
