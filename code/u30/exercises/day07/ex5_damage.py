# /// u30
# id = "d07.5"
# title = "One flipped cell"
# kind = "experiment"
# difficulty = 4
# minutes = 40
# concepts = ["cellular automata", "damage spreading", "chaos"]
# needs = []
# timeout = 10
# ///
PROMPT = r"""
Run a cellular automaton twice, from starts that differ in one cell, and count how many cells differ
later. That count is the *damage*, the Lyapunov exponent's cousin for worlds made of bits.

**1. `eca_step(rule, x)`**: one step of one of Wolfram's 256 rules. A cell, its left and its right
neighbour make a number 4·left + 2·own + right from 0 to 7; the new cell is that bit of `rule`
(bit 0 is the last binary digit, worth 1). The cells form a ring.

**2. `damage(rule, x, T)`**: for steps 0 to T the number of cells in which the run from `x` differs
from the run from `x` with cell W // 2 flipped, averaged over the N rows of `x`.

**3. `experiment(rules, x, T)`**: return two arrays, one entry for each rule. `at_end`: the damage
at step T. `lasting`: its mean over the steps T//2, …, T.

| name | shape | meaning |
|---|---|---|
| `rule` | whole number | 0 to 255 |
| `x` | `(N, W)` | N starts of W cells, 0 or 1 |
| `T` | whole number | steps |
| results | `(N, W)`; `(T+1,)`; two of `(len(rules),)` | new cells; damage; both instruments |

One worked number: rule 2 is binary 00000010, so only neighbourhood 1 (left 0, own 0, right 1) gives
a 1. From `[[0, 0, 1, 0]]` it makes `[[0, 1, 0, 0]]`.

Now guess, and write the guesses down. `STARTS` holds 20 random rows of 256 cells. Rule 184 is a
model of road traffic and counts as orderly (class II); rules 30 and 90 count as chaotic (class
III). Which of the three has the **least** damage after 64 steps? And on average over the last half?
Then run `experiment([184, 90, 30], STARTS, 64)`.
"""
HINTS = (
    "For `np.roll(x, 1)`: does the cell at place 3 now see its left or its right neighbour's "
    "value? And how do you get bit k out of a whole number?",
    "`rule >> k & 1` is bit k, and it works for an array k. `np.roll(x, 1, axis=1)` brings each "
    "cell its *left* neighbour. For the damage keep two arrays, step both, and count `a != b` in "
    "each row before every step.",
    "```python\n"
    "left, right = np.roll(x, 1, axis=1), np.roll(x, -1, axis=1)\n"
    "new = rule >> (4 * left + 2 * x + right) & 1\n"
    "# damage: two runs side by side\n"
    "y = x.copy()\n"
    "y[:, x.shape[1] // 2] ^= ...\n"
    "```",
)
AFTER = r"""
The chaotic rule 90 has the *least* damage after 64 steps: **two** cells, while orderly traffic has
about ten. Rule 90 is the exclusive or of both neighbours, so its damage is Pascal's triangle modulo
2: exactly $2^k$ cells at step t, where k is the number of ones in t's binary form. At step 63 it is
64 cells, one step later 2. Averaged over the last half, 90 overtakes 184, but it never grows like
rule 30. So "does damage grow?" needs an average over times, and no single number sorts rules into
Wolfram's classes. The page puts a second instrument beside it, the compressed size of the history.
"""

# %% given
import numpy as np

STARTS = np.random.default_rng(0).integers(0, 2, size=(20, 256))


# %% work
def eca_step(rule, x):  # (N,W) bits -> (N,W) bits
    """One step of an elementary cellular automaton on a ring."""
    # >>> solution
    left, right = np.roll(x, 1, axis=1), np.roll(x, -1, axis=1)
    return rule >> (4 * left + 2 * x + right) & 1
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def damage(rule, x, T):  # (N,W) bits -> (T+1,)
    """Mean number of cells that differ after the middle cell was flipped."""
    # >>> solution
    y = x.copy()
    y[:, x.shape[1] // 2] ^= 1
    counts = []
    for _ in range(T + 1):
        counts.append((x != y).sum(axis=1).mean())
        x, y = eca_step(rule, x), eca_step(rule, y)
    return np.array(counts)
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def experiment(rules, x, T):  # list, (N,W) -> (len(rules),), (len(rules),)
    """Damage of each rule at step T, and on average over the last half."""
    # >>> solution
    curves = np.array([damage(rule, x, T) for rule in rules])
    return curves[:, T], curves[:, T // 2 :].mean(axis=1)
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


# %% check
from u30.learn.cases import close, holds


def starts(rng, N, W):
    return rng.integers(0, 2, size=(N, W))


def agree_step(you, ref, rule, x):
    N, W = x.shape
    close(you.eca_step(rule, x), ref.eca_step(rule, x), f"the cells after rule {rule}", N=N, W=W)


def agree(you, ref, rule, x, T):
    name = f"the damage of rule {rule}"
    close(you.damage(rule, x, T), ref.damage(rule, x, T), name, steps=T + 1)


def case_one_bit(you, rng, ref):
    """a rule with a single 1, on four cells"""
    agree_step(you, ref, 2, np.array([[0, 0, 1, 0]]))
    agree_step(you, ref, 16, np.array([[0, 0, 1, 0]]))


def case_all_neighbourhoods(you, rng, ref):
    """a ring in which every neighbourhood occurs, any rule"""
    ring = np.array([[0, 0, 0, 1, 0, 1, 1, 1]])
    for rule in rng.integers(0, 256, size=6):
        agree_step(you, ref, int(rule), np.roll(ring, rng.integers(8), axis=1))


def case_rows_are_separate(you, rng, ref):
    """several rows at once: each is its own ring"""
    agree_step(you, ref, 110, starts(rng, 3, 7))
    agree_step(you, ref, 30, starts(rng, 5, 4))


def case_nothing_lives(you, rng, ref):
    """rule 0: the damage is healed after one step"""
    close(you.damage(0, starts(rng, 3, 9), 4), np.array([1.0, 0, 0, 0, 0]), "the damage of rule 0")


def case_moving_on(you, rng, ref):
    """rules 204 (stay) and 170 (move): the damage is always one cell"""
    for rule in (204, 170):
        close(you.damage(rule, starts(rng, 2, 8), 5), np.ones(6), f"the damage of rule {rule}")


def case_pascal(you, rng, ref):
    """rule 90: 2 to the number of ones in t, before the ring closes"""
    law = np.array([2.0 ** bin(t).count("1") for t in range(20)])
    close(you.damage(90, starts(rng, 4, 41), 19), law, "the damage of rule 90")


def case_other_rules(you, rng, ref):
    """any rules, more rows than steps and the other way round"""
    for rule in rng.choice([22, 30, 45, 54, 73, 110, 126, 150, 184], size=3, replace=False):
        agree(you, ref, int(rule), starts(rng, 6, 11), 3)
        agree(you, ref, int(rule), starts(rng, 2, 14), 9)


def case_no_step(you, rng, ref):
    """T = 0: one cell differs"""
    close(you.damage(30, starts(rng, 3, 6), 0), np.array([1.0]), "the damage", steps=1)


def case_cone(you, rng, ref):
    """damage never leaves its cone: at most 2t + 1 cells at step t"""
    curve = np.asarray(you.damage(30, starts(rng, 5, 64), 25))
    cone = 2 * np.arange(26) + 1
    t = int(np.argmax(curve - cone)) if curve.shape == (26,) else 0
    message = f"At step {t} more cells differ than one cell per step and side can have reached."
    holds(curve.shape != (26,) or curve[t] <= cone[t] + 1e-9, message, curve[t], f"<= {cone[t]}")


def case_experiment(you, rng, ref):
    """the experiment on a few rules"""
    x, rules = starts(rng, 5, 20), [184, 90, 30, 110]
    want = ref.experiment(rules, x, 9)
    close(you.experiment(rules, x, 9), want, ("at_end", "lasting"), rules=4)


def case_experiment_even(you, rng, ref):
    """the experiment over an even number of steps"""
    x, rules = starts(rng, 3, 24), [45, 54]
    close(you.experiment(rules, x, 8), ref.experiment(rules, x, 8), ("at_end", "lasting"), rules=2)


# %% wrong
EDITS = (
    (
        "mirrored",
        "Left and right are exchanged, so traffic drives the wrong way: rule 184 behaves like rule "
        "226. `np.roll(x, 1, axis=1)` moves every cell to the right, which brings each place its "
        "*left* neighbour.",
        "4 * left + 2 * x + right",
        "4 * right + 2 * x + left",
    ),
    (
        "bits_reversed",
        "You read the rule's bits from the wrong end, so rule 110 behaves like rule 118. "
        "Neighbourhood 0 takes the *last* bit, the one worth 1: `rule >> k & 1`.",
        "rule >> (4 * left + 2 * x + right) & 1",
        "rule >> (7 - 4 * left - 2 * x - right) & 1",
    ),
    (
        "no_ring",
        "At the ends you put zeros instead of the cell from the other side. The cells form a ring.",
        "    left, right = np.roll(x, 1, axis=1), np.roll(x, -1, axis=1)\n",
        "    edge = np.zeros((len(x), 1), dtype=x.dtype)\n"
        "    left, right = np.hstack([edge, x[:, :-1]]), np.hstack([x[:, 1:], edge])\n",
    ),
    (
        "rows_joined",
        "The rows leak into each other: without `axis=1`, `np.roll` joins all rows to one long "
        "ring.",
        "np.roll(x, 1, axis=1), np.roll(x, -1, axis=1)",
        "np.roll(x, 1), np.roll(x, -1)",
    ),
    (
        "step_0_left_out",
        "Your curve begins after the first step. Step 0, with its one flipped cell, belongs to it: "
        "T + 1 numbers in all.",
        "        counts.append((x != y).sum(axis=1).mean())\n"
        "        x, y = eca_step(rule, x), eca_step(rule, y)\n",
        "        x, y = eca_step(rule, x), eca_step(rule, y)\n"
        "        counts.append((x != y).sum(axis=1).mean())\n",
    ),
    (
        "share_not_count",
        "This is the share of cells that differ. The damage is their *number*: sum over the cells, "
        "mean over the rows.",
        ".sum(axis=1).mean()",
        ".mean(axis=1).mean()",
    ),
    (
        "first_cell_flipped",
        "You flip cell 0. The middle one, W // 2, is asked for; the random cells around it differ.",
        "y[:, x.shape[1] // 2] ^= 1",
        "y[:, 0] ^= 1",
    ),
    (
        "mean_over_all_steps",
        "`lasting` is the mean over all steps. Early damage is small for every rule: leave the "
        "first half out and begin at T // 2.",
        "curves[:, T // 2 :].mean",
        "curves.mean",
    ),
)

SURVIVORS = {
    "x, y = (eca_step(rule, x), eca_step(rule, y)) -> "
    "x, y = (eca_step(rule, y), eca_step(rule, x))": "a difference has no direction",
}
