# /// u30
# id = "engine.5"
# title = "How far to nudge"
# kind = "experiment"
# difficulty = 3
# minutes = 30
# concepts = ["gradient check", "floating point", "cancellation"]
# needs = []
# timeout = 10
# ///
PROMPT = r"""
A gradient check nudges an input and looks at the result. But how far? Mathematics says: the smaller
the step, the nearer to the slope. The computer keeps 7 digits of a float32 and 16 of a float64, and
it disagrees. Measure it.

**1. `check_error(f, slope, x, eps, dtype)`**: compute the central difference

$$\frac{f(x + \epsilon) - f(x - \epsilon)}{2\,\epsilon}$$

at all points x at once, with **every number of it in `dtype`**. Return its largest distance from
`slope(x)`, divided by the largest absolute value of `slope(x)`. Compute `slope(x)` and that last
comparison in float64: the slope is what we know, the difference is what we test.

**2. `experiment(f, slope, x, dtype, steps)`**: return `(best, error)`, the entry of `steps` with
the smallest error, and that error.

| name | type | meaning |
|---|---|---|
| `f`, `slope` | functions | a formula and its derivative, for arrays of any float type |
| `x` | `(n,)` array, float64 | where to look |
| `eps`, `steps` | number, tuple of numbers | how far to nudge |
| `dtype` | `"float32"` or `"float64"` | what to compute in |

One worked number: for f(x) = x³ at x = 1 and eps = 0.5, in float64, the central difference is
1.5³ − 0.5³ = 3.25 instead of 3, so the error is 0.25 / 3 = 0.0833.

Now guess, and write the guesses down: which step is best for float64, and which for float32? How
many digits of the slope can either of them get right? And what does a float32 check with the usual
step of 0.00001 make of a gradient that is *correct*? Then run it; `softplus` and its slope are
given:

```python
x = np.linspace(-3, 3, 601)
steps = tuple(10.0**-k for k in range(1, 13))
for dtype in ("float32", "float64"):
    print(dtype, experiment(softplus, sigmoid, x, dtype, steps))
    errors = [check_error(softplus, sigmoid, x, eps, dtype) for eps in steps]
    print([f"{error:.0e}" for error in errors])
```
"""
HINTS = (
    "Two numbers agree in their first six digits, and you know seven digits of each. How many "
    "digits of their difference do you know? What does dividing by a small eps do to the rest?",
    "Turn x and eps into `dtype` first; then x + eps and f(x + eps) are of that type by "
    "themselves. Mind that a NumPy float64 *number* turns a float32 array into float64, while a "
    "plain Python number does not. Turn the finished difference back into float64 before you "
    "compare. The experiment is a list of errors and its minimum.",
    "```python\n"
    "points = x.astype(dtype)\n"
    "step = points.dtype.type(eps)\n"
    "difference = (f(points + step) - ...) / (2 * step)\n"
    "right = slope(x)\n"
    "return np.abs(difference.astype(np.float64) - right).max() / ...\n"
    "```",
)
AFTER = r"""
Two errors pull in opposite directions. The formula is off by about eps² (a smaller step helps); the
rounding of f is divided by eps (a smaller step hurts). With u the rounding of one number, their sum
is smallest near eps = u^(1/3), and there it is about u^(2/3): **a third of your digits is lost,
whatever you do.** Of your steps, float64 likes 0.00001 best and gets 10 or 11 digits; float32 likes
0.01, which looks absurdly coarse, and gets four or five. With the usual 0.00001 a float32 check is
off by about a per cent, and with 0.000000001 it sees no slope at all, because x + eps *is* x: it
calls a correct gradient wrong. That is why `u30.gradcheck` computes in float64 even for a float32
model.
"""

# %% given
import numpy as np


def softplus(x):
    """log(1 + e^x), a smooth step."""
    return np.log1p(np.exp(x))


def sigmoid(x):
    """The slope of softplus."""
    return 1 / (1 + np.exp(-x))


# %% work
def check_error(f, slope, x, eps, dtype):  # (n,) -> ()
    """Error of central differences in dtype, relative to the largest slope."""
    # >>> solution
    points = x.astype(dtype)
    step = points.dtype.type(eps)
    difference = (f(points + step) - f(points - step)) / (2 * step)
    right = slope(x)
    errors = np.abs(difference.astype(np.float64) - right)
    return errors.max() / np.abs(right).max()
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def experiment(f, slope, x, dtype, steps):  # -> best step, its error
    """The step with the smallest error, and that error."""
    # >>> solution
    errors = [check_error(f, slope, x, eps, dtype) for eps in steps]
    best = int(np.argmin(errors))
    return steps[best], errors[best]
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close, holds

COARSE = (0.5, 0.4, 0.3, 0.2, 0.1)
DECADES = tuple(10.0**-k for k in range(1, 13))


class Formula:
    """A formula that shows itself in reports."""

    def __init__(self, text):
        self.text = f"lambda x: {text}"
        self.function = eval(self.text, {"np": np})

    def __repr__(self):
        return self.text

    def __call__(self, x):
        return self.function(x)


CUBE = Formula("x * x * x"), Formula("3 * x * x")
SINE = Formula("np.sin(x)"), Formula("np.cos(x)")
TANH = Formula("np.tanh(x)"), Formula("1 - np.tanh(x) ** 2")


def points(rng, n, low, high):
    """Points that float32 can hold exactly."""
    return np.round(rng.uniform(low, high, size=n) * 256) / 256


def same_size(got, want, what):
    """Errors that come from rounding agree in size, not digit by digit."""
    if got is None or np.ndim(got):
        close(got, want, what)
    about = f"about {10.0 ** np.round(np.log10(want)):g}"
    small = (
        f"{what} is too small for this type: something in it was computed with more digits. "
        "A NumPy float64 number turns a float32 array into float64; a plain Python number does not."
    )
    holds(not got < want / 3, small, got, about)
    holds(got < 3 * want, f"{what} is larger than rounding explains.", got, about)


def case_cube(you, rng, ref):
    """x³ at one point: the formula's own error"""
    x = points(rng, 1, 0.5, 2.0)
    eps = float(np.round(rng.uniform(0.2, 0.6), 2))
    want = ref.check_error(*CUBE, x, eps, "float64")
    close(you.check_error(*CUBE, x, eps, "float64"), want, "the error")


def case_many_points(you, rng, ref):
    """many points: the worst of them counts, beside the largest slope"""
    x = points(rng, 30, 0.5, 4.0)
    want = ref.check_error(*TANH, x, 0.25, "float64")
    close(you.check_error(*TANH, x, 0.25, "float64"), want, "the error", n=30)


def case_falling(you, rng, ref):
    """a function whose slope is negative"""
    f, slope = Formula("-np.exp(x)"), Formula("-np.exp(x)")
    x = points(rng, 9, -1.0, 1.0)
    want = ref.check_error(f, slope, x, 0.125, "float64")
    close(you.check_error(f, slope, x, 0.125, "float64"), want, "the error", n=9)


def case_tiny_in_float32(you, rng, ref):
    """float32 and a step of 1e-9: x + eps is x, and the slope seems to be 0"""
    x = points(rng, 40, 0.5, 2.0)
    got = you.check_error(*SINE, x, 1e-9, "float32")
    close(got, ref.check_error(*SINE, x, 1e-9, "float32"), "the error", n=40)


def case_small_in_float32(you, rng, ref):
    """float32 and a step of 0.0001: rounding is what you see"""
    x = points(rng, 400, 0.5, 3.0)
    want = ref.check_error(*TANH, x, 1e-4, "float32")
    same_size(you.check_error(*TANH, x, 1e-4, "float32"), want, "The error in float32")


def case_numpy_step(you, rng, ref):
    """the same with a step that is a NumPy number"""
    x, eps = points(rng, 400, 0.5, 3.0), np.float64(1e-4)
    want = ref.check_error(*SINE, x, eps, "float32")
    same_size(you.check_error(*SINE, x, eps, "float32"), want, "The error in float32")


def case_small_in_float64(you, rng, ref):
    """float64 and a step of 1e-8"""
    x = points(rng, 400, 0.5, 3.0)
    want = ref.check_error(*TANH, x, 1e-8, "float64")
    same_size(you.check_error(*TANH, x, 1e-8, "float64"), want, "The error in float64")


def case_coarse_steps(you, rng, ref):
    """the experiment on coarse steps, in any order: here the smallest is best"""
    x, steps = points(rng, 20, -2.0, 2.0), tuple(rng.permutation(COARSE).tolist())
    want = ref.experiment(*TANH, x, "float64", steps)
    close(you.experiment(*TANH, x, "float64", steps), want, ("best", "error"))


def whole_experiment(you, ref, x, dtype):
    best, error = you.experiment(*SINE, x, dtype, DECADES)
    step = next((step for step in DECADES if abs(best - step) < 1e-6 * step), None)
    holds(step is not None, "`best` is none of the steps.", best, "one of them")
    lowest = ref.experiment(*SINE, x, dtype, DECADES)[1]
    there = ref.check_error(*SINE, x, step, dtype)
    message = "Another step has a much smaller error than `best`."
    holds(there < 3 * lowest, message, step, "the step with the smallest error")
    same_size(error, lowest, "The smallest error")


def case_float64(you, rng, ref):
    """the experiment in float64, twelve steps"""
    whole_experiment(you, ref, points(rng, 300, 0.5, 3.0), "float64")


def case_float32(you, rng, ref):
    """the experiment in float32, twelve steps"""
    whole_experiment(you, ref, points(rng, 300, 0.5, 3.0), "float32")


# %% wrong
SURVIVORS = {
    "errors = np.abs(difference.astype(np.float64) - right) -> "
    "errors = np.abs(right - difference.astype(np.float64))": "a distance has no direction",
    "best = int(np.argmin(errors)) -> best = np.argmin(errors)": "a NumPy integer is a place, too",
}
EDITS = (
    (
        "one_sided",
        "This nudges to one side only. The error of a one-sided difference shrinks with eps, that "
        "of a central one with eps²: f(x + eps) - f(x - eps), over 2 eps.",
        "(f(points + step) - f(points - step)) / (2 * step)",
        "(f(points + step) - f(points)) / step",
    ),
    (
        "divided_by_one_step",
        "From x - eps to x + eps it is two steps, so the difference is divided by 2 eps. Yours is "
        "twice the slope.",
        "/ (2 * step)",
        "/ step",
    ),
    (
        "always_float64",
        "The arithmetic is done in float64, whatever `dtype` says: `x.astype(dtype)` first.",
        "points = x.astype(dtype)",
        "points = x.astype(np.float64)",
    ),
    (
        "numpy_number_promotes",
        "A NumPy float64 number turns a float32 array into float64, and with it everything that "
        "follows. Turn the step into `dtype` too.",
        "step = points.dtype.type(eps)",
        "step = eps",
    ),
    (
        "only_the_result_rounded",
        "f is computed in float64 and only then rounded. The digits are lost when the *inputs* and "
        "the two values of f are rounded: compute everything in `dtype`.",
        """    points = x.astype(dtype)
    step = points.dtype.type(eps)
    difference = (f(points + step) - f(points - step)) / (2 * step)
""",
        """    difference = ((f(x + eps) - f(x - eps)) / (2 * eps)).astype(dtype)
""",
    ),
    (
        "mean_not_largest",
        "This is the mean over the points. One wrong entry makes a gradient wrong, so a check "
        "looks at the worst.",
        "errors.max()",
        "errors.mean()",
    ),
    (
        "not_relative",
        "The error is not divided by the largest slope. An error of 0.001 is much for a slope of "
        "0.002 and nothing for a slope of 500.",
        " / np.abs(right).max()",
        "",
    ),
    (
        "each_by_its_own_slope",
        "You divide each error by the slope at its own point. Where the slope is nearly 0, that "
        "says nothing: divide the largest error by the largest slope.",
        "errors.max() / np.abs(right).max()",
        "(errors / np.abs(right)).max()",
    ),
    (
        "sign_forgotten",
        "The largest slope is meant without its sign: for a function that falls, the largest value "
        "of the slope is the one nearest to zero.",
        "np.abs(right).max()",
        "right.max()",
    ),
    (
        "place_of_the_step",
        "`best` is the place of the step in the list; return the step itself.",
        "return steps[best],",
        "return best,",
    ),
    (
        "smallest_step",
        "You return the smallest step. That it is not the best is what this experiment is about: "
        "take the step with the smallest *error*.",
        "int(np.argmin(errors))",
        "int(np.argmin(steps))",
    ),
    (
        "largest_error",
        "This is the worst step. Look for the smallest error, not the largest.",
        "np.argmin(errors)",
        "np.argmax(errors)",
    ),
)
