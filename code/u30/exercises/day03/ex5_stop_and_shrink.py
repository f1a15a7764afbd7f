# /// u30
# id = "d03.5"
# title = "Stop in time, shrink fairly"
# kind = "experiment"
# difficulty = 4
# minutes = 35
# concepts = ["early stopping", "weight decay", "Adam"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Two regularisers that need no masks. The first watches the loss on new text.

1. `early_stop(valid, patience)` returns `(best, stop)`: the number of the evaluation whose weights
   are kept, and the number of the one after which training ends. It ends as soon as `patience`
   evaluations in a row were not *strictly* better than the best so far, at the latest after the
   last one. Numbers count from 0. A loss that is NaN is never better; if no
   loss ever was a number, best is 0.

The second pulls weights towards zero. There are two ways to do that, and under plain gradient
descent they are the same. Under Adam they are not. With $\eta$ = `lr`, $\lambda$ = `decay`,
gradient $g_t$ and Adam's step $A$:

$$\text{L2 in the gradient:}\; w \leftarrow w - \eta A(g_t + \lambda w), \qquad
\text{decoupled:}\; w \leftarrow w - \eta\,(A(g_t) + \lambda w)$$

2. `shrink(w, grads, lr, decay, decoupled)` starts at w and applies T steps. `Adam` is given:
   `adam = Adam()`, then `adam(g)` returns A(g), once a step.
3. `experiment(rng)` uses `noisy(rng)`, which is given: w = (1, 1), and gradients of pure noise,
   1000 times as large for the second weight as for the first. Return what is left of both weights
   in both ways: an array of shape (2, 2), the row of L2 first, then decoupled.

| name | shape | meaning |
|---|---|---|
| `valid` | list of N numbers | losses on new text, N ≥ 1 |
| `w` | `(D,)` | weights at the start |
| `grads` | `(T, D)` | one gradient a step |
| result of `shrink` | `(D,)` | weights after T steps |

One worked number: `early_stop([3, 2, 2, 1, 4], 2)` is `(3, 4)`; with a patience of 1 it is `(1,
2)`, since 2 is not strictly better than 2.

Now guess, and write it down. After 400 steps of noise, both weights have been pulled towards zero
by the same λ. Which of the four numbers is still close to 1? Then run
`experiment(np.random.default_rng(0))`.
"""
HINTS = (
    "What does Adam divide a gradient by? If you hide the pull towards zero inside the gradient, "
    "what happens to that pull when the gradients are large?",
    "Early stopping: keep the best loss and its number; an evaluation that is strictly lower "
    "replaces both, any other one may use up the patience: stop when it is `patience` evaluations "
    "after the best. NaN < anything is False, so start with infinity. Shrink: one Adam for all "
    "steps; the only difference is whether decay · w goes into it or stays outside.",
    "```python\n"
    "best, lowest = 0, np.inf\n"
    "for n, loss in enumerate(valid):\n"
    "    if loss < lowest:\n"
    "        ...\n"
    "    elif n - best >= patience:\n"
    "        return best, n\n"
    "return best, len(valid) - 1\n"
    "```",
)
AFTER = r"""
Decoupled, both weights have shrunk alike, to about e⁻¹ = 0.37. With L2 in the gradient, the quiet
weight is down to a quarter or so, while the noisy one has hardly moved: Adam divides the whole sum
by the size of recent gradients, and the pull is divided with it. So a weight with large gradients
is regularised *less*. Loshchilov and Hutter (2019) made this point and named the second way AdamW;
it is what the page calls weight decay. And early stopping? It is the cheapest regulariser there is,
and it has one trap: keep a *copy* of the best weights. Those at the stop are `patience` evaluations
too old.
"""

# %% given
import numpy as np


class Adam:
    """What Adam makes of g, with its usual settings; `adam(g)` once a step."""

    def __init__(self):
        self.t, self.m, self.v = 0, 0.0, 0.0

    def __call__(self, g):  # (D,) -> (D,)
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * g
        self.v = 0.999 * self.v + 0.001 * g**2
        m, v = self.m / (1 - 0.9**self.t), self.v / (1 - 0.999**self.t)
        return m / (np.sqrt(v) + 1e-8)


def noisy(rng):
    """Two weights, 400 gradients that say nothing: w (2,), grads (400,2)."""
    return np.ones(2), rng.normal(size=(400, 2)) * np.array([0.03, 30.0])


# %% work
def early_stop(valid, patience):  # N numbers -> (best, stop)
    """Which evaluation to keep, and after which to stop."""
    # >>> solution
    best, lowest = 0, np.inf
    for n, loss in enumerate(valid):
        if loss < lowest:
            best, lowest = n, loss
        elif n - best >= patience:
            return best, n
    return best, len(valid) - 1
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def shrink(w, grads, lr, decay, decoupled):  # (D,), (T,D) -> (D,)
    """Weights after T steps of Adam; decay decoupled, or in the gradient."""
    # >>> solution
    adam = Adam()
    for g in grads:
        if decoupled:
            w = w - lr * (adam(g) + decay * w)
        else:
            w = w - lr * adam(g + decay * w)
    return w
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def experiment(rng):  # -> (2,2)
    """What is left of two weights: L2 in the gradient, then decoupled."""
    # >>> solution
    w, grads = noisy(rng)
    l2 = shrink(w, grads, 0.0025, 1.0, decoupled=False)
    decoupled = shrink(w, grads, 0.0025, 1.0, decoupled=True)
    return np.array([l2, decoupled])
    # --- starter
    # w, grads = noisy(rng)
    # raise NotImplementedError("third part, with lr = 0.0025 and decay = 1")
    # <<<


# %% check
from u30.learn.cases import close, holds


def stop(you, ref, valid, patience):
    valid = [float(v) for v in valid]
    want = ref.early_stop(valid, patience)
    close(you.early_stop(valid, patience), want, ("best", "stop"))


def case_stop_example(you, rng, ref):
    """down, up, up, up: with a patience of two"""
    stop(you, ref, np.round(np.array([3, 2, 4, 5, 6]) + rng.random(), 1), 2)


def case_stop_single(you, rng, ref):
    """one evaluation only"""
    stop(you, ref, [round(float(rng.random()), 2)], 3)


def case_stop_falling(you, rng, ref):
    """a loss that falls to the end never stops early"""
    stop(you, ref, np.sort(rng.random(int(rng.integers(4, 9))))[::-1], 1)


def case_stop_rising(you, rng, ref):
    """a loss that rises from the start"""
    stop(you, ref, np.sort(rng.random(9)), int(rng.integers(1, 5)))


def case_stop_ties(you, rng, ref):
    """equal losses are not better"""
    stop(you, ref, [2, 1, 1, 1, 0.5, 1], 2)
    stop(you, ref, [2, 1, 1, 1, 0.5, 1], 3)


def case_stop_nan(you, rng, ref):
    """NaN is never better, not even in the first place"""
    nan = float("nan")
    stop(you, ref, [2, 1, nan, nan, 0.5], 3)
    stop(you, ref, [2, 1, nan, nan, 0.5], 2)
    stop(you, ref, [nan, 1, 0.9, 2], 2)
    stop(you, ref, [nan, nan, nan, nan], 2)


def case_stop_random(you, rng, ref):
    """zigzag losses, every patience"""
    for patience in range(1, 7):
        valid = np.round(rng.random(14) + np.linspace(0, 0.3, 14), 1)
        stop(you, ref, valid, patience)


def case_stop_late_luck(you, rng, ref):
    """a better loss that comes after the patience is over does not count"""
    stop(you, ref, [3, 2, 4, 4, 4, 0.1], 3)


def case_shrink_one_step(you, rng, ref):
    """one step of one weight"""
    w, grads = np.round(1 + rng.random(1), 1), np.round(rng.normal(size=(1, 1)), 1)
    for decoupled in (True, False):
        want = ref.shrink(w, grads, 0.1, 0.5, decoupled)
        close(you.shrink(w, grads, 0.1, 0.5, decoupled), want, f"shrink(..., {decoupled})", D=1)


def case_shrink_every_axis(you, rng, ref):
    """five weights, seven steps, gradients of different size"""
    w, grads = rng.normal(size=5), rng.normal(size=(7, 5)) * 10.0 ** rng.integers(-2, 3, size=5)
    for decoupled in (True, False):
        want = ref.shrink(w, grads, 0.05, 0.3, decoupled)
        close(you.shrink(w, grads, 0.05, 0.3, decoupled), want, f"shrink(..., {decoupled})", D=5)


def case_shrink_same_without_decay(you, rng, ref):
    """with decay = 0 both ways are Adam"""
    w, grads = rng.normal(size=3), rng.normal(size=(4, 3))
    want = ref.shrink(w, grads, 0.05, 0.0, True)
    for decoupled in (True, False):
        close(you.shrink(w, grads, 0.05, 0.0, decoupled), want, f"shrink(..., {decoupled})", D=3)


def case_experiment(you, rng, ref):
    """what is left of a quiet and of a noisy weight"""
    seed = int(rng.integers(1000))
    want = ref.experiment(np.random.default_rng(seed))
    got = you.experiment(np.random.default_rng(seed))
    close(got, want, "the result")
    holds(np.shape(got) == (2, 2), "The result has the wrong shape.", np.shape(got), "(2, 2)")


# %% wrong
EDITS = (
    (
        "last_instead_of_best",
        "You return the last evaluation, not the best: those weights have been getting worse "
        "for as "
        "long as the patience lasted.",
        "            return best, n\n",
        "            return n, n\n",
    ),
    (
        "ties_count_as_better",
        "An equal loss is not strictly better. With <=, a loss that has stopped falling would "
        "renew "
        "the patience for ever.",
        "if loss < lowest:",
        "if loss <= lowest:",
    ),
    (
        "one_too_patient",
        "One evaluation too many: stop *at* the one that makes it `patience` evaluations without "
        "progress.",
        "n - best >= patience",
        "n - best > patience",
    ),
    (
        "best_of_all",
        "You look at losses that come after the stop. Nobody has measured them: training has "
        "ended.",
        "            return best, n\n",
        "            return int(np.nanargmin(valid)), n\n",
    ),
    (
        "begins_with_the_first",
        "If the first loss is NaN, nothing is ever smaller than it. Begin with infinity, which "
        "every number beats.",
        "best, lowest = 0, np.inf\n",
        "best, lowest = 0, valid[0]\n",
    ),
    (
        "decay_always_in_the_gradient",
        "With `decoupled=True` the pull must not go through Adam: add decay · w to what Adam "
        "returns.",
        "adam(g) + decay * w",
        "adam(g + decay * w)",
    ),
    (
        "a_new_adam_each_step",
        "A fresh Adam at every step has no memory: its first step is always the sign of the "
        "gradient. Make one before the loop.",
        "    for g in grads:\n",
        "    for g in grads:\n        adam = Adam()\n",
    ),
    (
        "decay_without_lr",
        "The pull is part of the step, so the learning rate multiplies it as well.",
        "w = w - lr * (adam(g) + decay * w)",
        "w = w - lr * adam(g) - decay * w",
    ),
    (
        "grows_instead_of_shrinking",
        "The sign of the pull is wrong: weights with decay grow away from zero.",
        "adam(g) + decay * w",
        "adam(g) - decay * w",
    ),
    (
        "rows_exchanged",
        "The first row belongs to L2 in the gradient, the second to the decoupled way.",
        "np.array([l2, decoupled])",
        "np.array([decoupled, l2])",
    ),
)
