# /// u30
# id = "d03.3"
# title = "How much noise reaches the answer?"
# kind = "derive"
# difficulty = 3
# minutes = 25
# concepts = ["dropout", "variance", "paths through time"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A symbol enters an LSTM of L layers and k steps later it decides the output. On the way the
information climbs L layers and goes k steps to the right, in any order, and leaves at the top. A
mask is met

* with `"between"`: on entering each layer, and on leaving the last;
* with `"cell"`: at each step to the right;
* with `"both"`: in all of these places.

Every mask is a fresh inverted dropout: 0 with probability p, else 1/(1 − p). Derive three formulas
on paper, then write them down.

1. `corruptions(L, k, place)`: how many masks n lie on the path?
2. `noise(p, n)`: the number 1 is multiplied by n independent masks. Its mean stays 1; what is its
   variance?
3. `reach(p, L, place, limit)`: the longest gap k with a variance of at most `limit`. Return
   `np.inf` if every gap will do, and −1 if not even k = 0 does.

| name | meaning |
|---|---|
| `p` | probability of a zero, 0 ≤ p < 1 |
| `L`, `k` | layers, at least 1; steps, at least 0 |
| `limit` | a variance, at least 0 |

One worked number: one mask with p = 0.5 is 0 or 2, so its variance is 1. Two of them: the product
is 4 in a quarter of the cases, so the variance is 16/4 − 1 = 3.

A variance that equals the limit up to rounding counts as allowed: compare with
`limit * (1 + 1e-9)`.
"""
HINTS = (
    "Draw two layers and four steps as a grid. Walk from the lower left to the upper right on "
    "three "
    "different paths. What do all of them have in common? And if dice are independent, what is the "
    "mean of a product of squares?",
    "Every path has L + 1 vertical arrows, the way out included, and k horizontal ones. The "
    "variance is the mean of the square minus the square of the mean. One mask: mean of the square "
    "(1 − p) · 1/(1 − p)² = 1/(1 − p). Independent factors multiply. For the reach, ask "
    "how many masks fit into the limit, with logarithms or by trying, and take off those that are "
    "met even without a gap; watch for the two cases in which k does not matter.",
    "```python\n"
    "def noise(p, n):\n"
    "    return ...                     # mean of the square, n times, minus 1\n"
    "\n"
    "def reach(p, L, place, limit):\n"
    "    fits = lambda k: noise(p, corruptions(L, k, place)) <= limit * (1 + 1e-9)\n"
    "    if not fits(0):\n"
    "        return -1\n"
    "    if ...:                        # k makes no difference\n"
    "        return np.inf\n"
    "    ...\n"
    "```",
)
AFTER = r"""
The paper says it in one sentence of section 3.2: the information is corrupted exactly L + 1 times,
*and this number is independent of the number of timesteps it travels*. Your formula says what is at
stake. With p = 0.5, two layers and 30 steps, the variance is 7 with masks between layers and about
a thousand million with masks on the cell. No training can average that away. In between lies a
curious case: with p = 0.01 a cell reaches 68 steps before the noise is as large as the signal.
Small doses on the memory are possible, and later papers have found milder ways to do it.
"""

# %% given
import numpy as np


# %% work
def corruptions(L, k, place):  # -> whole number
    """How many masks lie between a symbol and the output k steps later."""
    # >>> solution
    up = L + 1 if place in ("between", "both") else 0
    right = k if place in ("cell", "both") else 0
    return up + right
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def noise(p, n):  # -> number
    """The variance of the product of n independent masks."""
    # >>> solution
    return (1 - p) ** -n - 1
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def reach(p, L, place, limit):  # -> whole number, or inf
    """The longest gap with a variance up to `limit`; -1 if there is none."""
    # >>> solution
    allowed = limit * (1 + 1e-9)
    if noise(p, corruptions(L, 0, place)) > allowed:
        return -1
    if p == 0 or place == "between":
        return np.inf
    masks = np.log1p(allowed) / -np.log1p(-p)
    return int(masks) - corruptions(L, 0, place)
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


# %% check
from u30.learn.cases import close

PLACES = ("between", "cell", "both")


def case_two_layers(you, rng, ref):
    """two layers, no gap and a gap of five"""
    for place in PLACES:
        for k in (0, 5):
            name = f'corruptions(2, {k}, "{place}")'
            close(you.corruptions(2, k, place), ref.corruptions(2, k, place), name)


def case_many_counts(you, rng, ref):
    """any number of layers and steps"""
    for _ in range(10):
        L, k, place = int(rng.integers(1, 9)), int(rng.integers(0, 40)), str(rng.choice(PLACES))
        name = f'corruptions({L}, {k}, "{place}")'
        close(you.corruptions(L, k, place), ref.corruptions(L, k, place), name)


def case_one_mask(you, rng, ref):
    """the noise of one mask is p/(1-p)"""
    p = round(float(0.1 + 0.8 * rng.random()), 2)
    close(you.noise(p, 1), p / (1 - p), f"noise({p}, 1)")


def case_noise_by_enumeration(you, rng, ref):
    """the noise of up to eight masks, against all their zeros and ones"""
    p = round(float(0.1 + 0.8 * rng.random()), 2)
    for n in range(2, 9):
        # The product is (1-p)^-n if all n stay, which has probability (1-p)^n; else it is 0.
        stay = (1 - p) ** n
        close(you.noise(p, n), stay * (1 / stay) ** 2 - 1, f"noise({p}, {n})")


def case_noise_by_dice(you, rng, ref):
    """no masks, or masks that never drop, make no noise"""
    close(you.noise(0.5, 0), 0.0, "noise(0.5, 0)")
    close(you.noise(0.0, 7), 0.0, "noise(0.0, 7)")


def ask(you, ref, p, L, place, limit):
    name = f'reach({p}, {L}, "{place}", {limit})'
    got, want = you.reach(p, L, place, limit), ref.reach(p, L, place, limit)
    close(float(got) if np.ndim(got) == 0 and got is not None else got, float(want), name)


def case_reach_between(you, rng, ref):
    """between layers: every gap, or none"""
    ask(you, ref, 0.5, 2, "between", 7.0)
    ask(you, ref, 0.5, 2, "between", 6.9)
    ask(you, ref, 0.2, int(rng.integers(2, 6)), "between", 1.0)


def case_reach_cell(you, rng, ref):
    """on the cell: a few steps, fewer with more dropout"""
    for p in (0.01, 0.1, 0.3, 0.5, 0.8):
        ask(you, ref, p, 2, "cell", round(float(0.2 + 9 * rng.random()), 1))


def case_reach_exact(you, rng, ref):
    """a limit that is met exactly is allowed"""
    for k in (1, 2, 5):
        ask(you, ref, 0.5, 1, "cell", 2.0**k - 1)
        ask(you, ref, 0.5, 1, "both", 2.0 ** (k + 2) - 1)
    ask(you, ref, 0.5, 3, "cell", 0.0)


def case_reach_rounded(you, rng, ref):
    """a limit that is met but for rounding is allowed as well"""
    for p, n in ((0.1, 3), (0.3, 4), (0.7, 5)):
        limit = float((1 - p) ** -n - 1) * (1 - 1e-11)
        ask(you, ref, p, 2, "cell", limit)
        ask(you, ref, p, n - 1, "between", limit)


def case_reach_both(you, rng, ref):
    """in both places: what the layers use up is lost for the gap"""
    for L in (1, 2, 4):
        ask(you, ref, 0.1, L, "both", round(float(0.2 + 3 * rng.random()), 1))


def case_nothing_dropped(you, rng, ref):
    """p = 0: every gap will do, wherever the masks stand"""
    for place in PLACES:
        ask(you, ref, 0.0, 2, place, round(float(rng.random()), 1))


# %% wrong
EDITS = (
    (
        "way_out_forgotten",
        "L arrows lead *into* the L layers; one more leads out of the last one to the output.",
        "up = L + 1 if",
        "up = L if",
    ),
    (
        "layers_times_steps",
        "A path does not visit every place of the grid: it goes up L + 1 times, no matter at which "
        "steps. Whether it climbs early or late makes no difference.",
        "up = L + 1 if",
        "up = (L + 1) * (k + 1) if",
    ),
    (
        "cell_counts_the_layers",
        "On the cell a mask is met at each step to the *right*: k times, in whichever layer the "
        "path happens to be.",
        'right = k if place in ("cell", "both")',
        'right = L * k if place in ("cell", "both")',
    ),
    (
        "one_step_too_many",
        "From one step to the k-th after it there are k arrows to the right, not k + 1.",
        'right = k if place in ("cell", "both")',
        'right = k + 1 if place in ("cell", "both")',
    ),
    (
        "variances_added",
        "Variances add up for *sums* of independent numbers. Here they are multiplied: multiply "
        "the "
        "means of the squares.",
        "return (1 - p) ** -n - 1",
        "return n * p / (1 - p)",
    ),
    (
        "variances_multiplied",
        "The variance of a product is not the product of the variances. The mean of the square is "
        "multiplicative; take the squared mean off at the end.",
        "return (1 - p) ** -n - 1",
        "return (p / (1 - p)) ** n if n else 0.0",
    ),
    (
        "mean_of_the_square",
        "This is the mean of the square. The variance is that minus the square of the mean, which "
        "is 1.",
        "return (1 - p) ** -n - 1",
        "return (1 - p) ** -n",
    ),
    (
        "layers_not_taken_off",
        "Your masks are all spent on the gap. With masks in both places the layers use up L + 1 of "
        "them first.",
        "return int(masks) - corruptions(L, 0, place)",
        "return int(masks)",
    ),
    (
        "one_step_too_far",
        "Your last step is the first that no longer fits. The longest gap *within* the limit is "
        "one "
        "less.",
        "return int(masks) - corruptions(L, 0, place)",
        "return int(masks) - corruptions(L, 0, place) + 1",
    ),
    (
        "nothing_fits_is_not_zero",
        "If even a gap of 0 is too noisy, the answer is -1: a reach of 0 would be a promise.",
        "return -1",
        "return 0",
    ),
)

SURVIVORS = {
    "up = L + 1 if place in ('between', 'both') else 0 -> up = L + 1 if place in ('both', "
    "'between') "
    "else 0": "membership has no order",
    "right = k if place in ('cell', 'both') else 0 -> right = k if place in ('both', 'cell') "
    "else 0": ("membership has no order"),
    "if noise(p, corruptions(L, 0, place)) > allowed: -> if noise(p, corruptions(L, -1, place)) > "
    "allowed:": "where this lets one gap too many pass, the last line finds -1 as well",
}
