# /// u30
# id = "d02.5"
# title = "One gate for two jobs"
# kind = "experiment"
# difficulty = 4
# minutes = 40
# concepts = ["coupled gates", "parameter counts", "bounded memory"]
# needs = ["d02.1"]
# timeout = 5
# ///
PROMPT = r"""
Olah's post shows a variant that forgets only where it writes: $i = 1 - f$. One gate does the work
of two, and one block of weights disappears. Columns are now in the order f, g, o:

$$c_t = f \odot c_{t-1} + (1 - f) \odot g, \qquad h_t = o \odot \tanh(c_t)$$

1. `coupled_step(x, h, c, Wx, Wh, b)` returns `(h, c)`, with weights of **three** blocks.
2. `n_params(kind, D, H)`: how many numbers are learned in one layer, with one bias vector? `kind`
   is `"lstm"`, `"coupled"`, `"gru"` or `"rnn"` (one block, no gate).
3. `experiment(xs, Wx, Wh, b)` lets both cells read the same T inputs, from zero states, with the
   same weights of **four** blocks in the order i, f, g, o: the full LSTM with all of them (your
   `lstm_step` from d02.1 is given), the coupled one with the last three. Return the largest |c|
   that the full cell ever reaches, and the largest of the coupled one.

| name | shape | meaning |
|---|---|---|
| `x`, `h`, `c` | `(B, D)`, `(B, H)`, `(B, H)` | as in d02.1 |
| `Wx`, `Wh`, `b` in `coupled_step` | `(D, 3H)`, `(H, 3H)`, `(3H,)` | columns f, g, o |
| `Wx`, `Wh`, `b` in `experiment` | `(D, 4H)`, `(H, 4H)`, `(4H,)` | columns i, f, g, o |
| `xs` | `(T, B, D)` | the inputs |

One worked number, with B = D = H = 1 and all weights 0: b = (ln 3, 1, 0) gives f = 0.75, g = 0.7616
and o = 0.5. A cell of 2 becomes 0.75 · 2 + 0.25 · 0.7616 = 1.6904, and h = 0.5 · tanh(1.6904) =
0.4670. And `n_params("rnn", 2, 3)` is 3 · (2 + 3 + 1) = 18.

Now guess, and write it down. `noise(T, rng)` is given: inputs and weights with an open forget gate.
After 1000 steps of noise, how large has a cell become: 1, 10 or 100? And the coupled one? Then run
`experiment(*noise(1000, np.random.default_rng(0)))`, and again with 4000 steps.
"""
HINTS = (
    "Only f is learned; what is left for the new content when f is 0.9? And between which two "
    "numbers must a weighted mean of two numbers lie?",
    "The coupled step is d02.1 with three blocks and 1 − f in the place of i. A layer with G "
    "blocks of H columns has a matrix for the input, one for the state, and a bias: G · H · (D + "
    "H + 1) numbers, with G = 4, 3, 3 and 1. In the experiment, cut off the first H columns of "
    "all three arrays for the coupled cell, and keep the largest |c| seen so far.",
    "```python\n"
    "H = len(Wh)\n"
    "rest = [W[..., H:] for W in (Wx, Wh, b)]      # f, g, o\n"
    "h = c = np.zeros((xs.shape[1], H))\n"
    "largest = 0.0\n"
    "for x in xs:\n"
    "    h, c = ...\n"
    "    largest = max(largest, np.abs(c).max())\n"
    "```",
)
AFTER = r"""
The full cell has reached about 100: with f and i both near 1 it *adds up* all it reads, and next to
nothing takes it down again. Its tanh is flat long before, so h shows ±o and no gradient comes
through. The coupled cell stays below 1, after any number of steps and whatever you feed it: $c_t$
is a weighted mean of $c_{t-1}$ and g, so it lies between them. It has a quarter fewer weights, too.
What it gives up is counting: a full LSTM can use a growing cell as a counter, a coupled one and a
GRU cannot. Greff et al. (2015) coupled the two gates on speech, handwriting and music, and the
results did not get significantly worse.
"""

# %% given
import numpy as np


def noise(T, rng):
    """Inputs (T,1,3); weights of 4 units with open input and forget gates."""
    Wx, Wh = 0.5 * rng.normal(size=(3, 16)), 0.3 * rng.normal(size=(4, 16))
    xs, b = rng.normal(size=(T, 1, 3)), np.repeat([2.0, 6.0, 0.0, 0.0], 4)
    return xs, Wx, Wh, b


# %% work
def coupled_step(x, h, c, Wx, Wh, b):  # (B,D), (B,H), (B,H) -> (B,H), (B,H)
    """One step of an LSTM with i = 1 - f: the new state and the new cell."""
    # >>> solution
    f, g, o = np.split(x @ Wx + h @ Wh + b, 3, axis=1)
    f, o = (0.5 + 0.5 * np.tanh(0.5 * a) for a in (f, o))
    c = f * c + (1 - f) * np.tanh(g)
    return o * np.tanh(c), c
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def n_params(kind, D, H):  # -> whole number
    """How many numbers one layer learns, with one bias vector."""
    # >>> solution
    blocks = {"lstm": 4, "coupled": 3, "gru": 3, "rnn": 1}
    return blocks[kind] * H * (D + H + 1)
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def experiment(xs, Wx, Wh, b):  # (T,B,D) -> largest |c| of both cells
    """The largest |c| of the full and the coupled cell while they read xs."""
    # >>> solution
    H = len(Wh)
    h = c = k = d = np.zeros((xs.shape[1], H))
    full = coupled = 0.0
    for x in xs:
        h, c, _ = lstm_step(x, h, c, Wx, Wh, b)
        k, d = coupled_step(x, k, d, Wx[:, H:], Wh[:, H:], b[H:])
        full = max(full, np.abs(c).max())
        coupled = max(coupled, np.abs(d).max())
    return full, coupled
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


# %% check
from u30.learn.cases import close, holds


def problem(rng, B, D, H, G=3, dtype=float):
    """x, h, c, Wx, Wh, b for G blocks."""
    shapes = ((B, D), (B, H), (B, H), (D, G * H), (H, G * H), (G * H,))
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def agree(you, ref, *inputs):
    (B, D), H = inputs[0].shape, inputs[1].shape[1]
    want = ref.coupled_step(*inputs)
    close(you.coupled_step(*inputs), want, ("h", "c"), B=B, D=D, H=H)


def case_only_biases(you, rng, ref):
    """one unit, all weights zero: the biases alone set the gates"""
    x, h, c, Wx, Wh, b = problem(rng, 1, 1, 1)
    agree(you, ref, x, h, np.round(1.5 + np.abs(c), 1), 0 * Wx, 0 * Wh, np.round(b, 1))


def case_every_axis(you, rng, ref):
    """B, D and H of different size"""
    agree(you, ref, *problem(rng, 3, 5, 2))


def case_one_of_each(you, rng, ref):
    """one sequence, one input, many units"""
    agree(you, ref, *problem(rng, 1, 1, 6))


def case_far_out(you, rng, ref):
    """gate inputs of about -1,000 and +1,000, and a large cell"""
    x, h, c, Wx, Wh, b = problem(rng, 3, 2, 4)
    agree(you, ref, x, h, 10 * c, Wx, Wh, 1000 * np.sign(b))


def case_float32_views(you, rng, ref):
    """float32 arrays that are views of larger ones"""
    x, h, c, Wx, Wh, b = problem(rng, 6, 4, 3, dtype=np.float32)
    agree(you, ref, x[::2, ::-1], h[::2], c[::2], Wx, Wh, b)


def case_between(you, rng, ref):
    """the new cell lies between the old one and the new content"""
    for _ in range(5):
        x, h, c, Wx, Wh, b = problem(rng, 4, 3, 5)
        _, after = you.coupled_step(x, h, 3 * c, Wx, Wh, b)
        g = np.tanh((x @ Wx + h @ Wh + b)[:, 5:10])
        low, high = np.minimum(3 * c, g) - 1e-9, np.maximum(3 * c, g) + 1e-9
        outside = int(((after < low) | (after > high)).sum())
        message = "Cells have left the interval between the old cell and the new content."
        holds(outside == 0, message, f"{outside} cells outside", "none")


def case_counts(you, rng, ref):
    """how many numbers each kind of layer learns"""
    D, H = int(rng.integers(2, 9)), int(rng.integers(10, 20))
    for kind in ("rnn", "lstm", "gru", "coupled"):
        close(you.n_params(kind, D, H), ref.n_params(kind, D, H), f'n_params("{kind}")')


def run(you, ref, xs, Wx, Wh, b):
    (T, B, D), H = xs.shape, len(Wh)
    want = ref.experiment(xs, Wx, Wh, b)
    close(you.experiment(xs, Wx, Wh, b), want, ("full", "coupled"), T=T, B=B, D=D, H=H)


def case_experiment_one_step(you, rng, ref):
    """the experiment with one step"""
    x, _, _, Wx, Wh, b = problem(rng, 2, 3, 4, G=4)
    run(you, ref, x[None], Wx, Wh, b)


def case_experiment_fades(you, rng, ref):
    """the experiment with forget gates nearly shut: the largest |c| is not the last"""
    _, _, _, Wx, Wh, b = problem(rng, 2, 3, 4, G=4)
    xs = np.linspace(2, 0, 12)[:, None, None] * rng.normal(size=(1, 2, 3))
    b[4:8] = -3
    run(you, ref, xs, Wx, Wh, 0.1 * b)


def case_experiment_below_zero(you, rng, ref):
    """the experiment with content that is always negative"""
    xs, Wx, Wh, b = noise(20, rng)
    run(you, ref, xs, Wx, Wh, b - np.repeat([0.0, 0.0, 9.0, 0.0], 4))


def case_experiment(you, rng, ref):
    """the experiment on 60 steps of noise, three sequences"""
    _, Wx, Wh, b = noise(1, rng)
    run(you, ref, rng.normal(size=(60, 3, 3)), Wx, Wh, b)


# %% wrong
EDITS = (
    (
        "still_two_gates",
        "The new content comes in whole, whatever f is. In the coupled cell it gets exactly what "
        "the forget gate gives away: 1 - f.",
        "(1 - f) * np.tanh(g)",
        "np.tanh(g)",
    ),
    (
        "same_gate_for_both",
        "Both terms use f. What is kept and what is written have to add up to 1: f and 1 - f.",
        "(1 - f) * np.tanh(g)",
        "f * np.tanh(g)",
    ),
    (
        "f_and_1_minus_f_exchanged",
        "The forget gate works the other way round: f belongs to the old cell, 1 - f to the new "
        "content.",
        "f * c + (1 - f) * np.tanh(g)",
        "(1 - f) * c + f * np.tanh(g)",
    ),
    (
        "o_before_g",
        "The order of the blocks is f, g, o: the second is the new content, the third the output "
        "gate.",
        "f, g, o = np.split",
        "f, o, g = np.split",
    ),
    (
        "cell_shown_as_it_is",
        "The state is o * tanh(c), not o * c.",
        "o * np.tanh(c), c",
        "o * c, c",
    ),
    (
        "coupled_counted_with_four_blocks",
        "A coupled LSTM learns three blocks (f, g, o): the weights of i are gone. That is the "
        "saving.",
        '"coupled": 3',
        '"coupled": 4',
    ),
    (
        "gru_counted_with_two_blocks",
        "A GRU has two gates *and* new content: three blocks.",
        '"gru": 3',
        '"gru": 2',
    ),
    (
        "bias_not_counted",
        "The bias is missing: each of the H columns of a block has D weights for the input, H for "
        "the state, and one bias.",
        "(D + H + 1)",
        "(D + H)",
    ),
    (
        "wrong_blocks_cut",
        "For the coupled cell you use the first three blocks, i, f and g. It needs the last three: "
        "f, g and o.",
        "Wx[:, H:], Wh[:, H:], b[H:]",
        "Wx[:, : 3 * H], Wh[:, : 3 * H], b[: 3 * H]",
    ),
    (
        "last_instead_of_largest",
        "This is |c| at the *end*. Asked for is the largest it ever was on the way.",
        """        full = max(full, np.abs(c).max())
        coupled = max(coupled, np.abs(d).max())
""",
        """        full = np.abs(c).max()
        coupled = np.abs(d).max()
""",
    ),
    (
        "states_not_carried",
        "The state is thrown away after each step, so the gates never see it: carry h as well as "
        "c from step to step.",
        "k, d = coupled_step(x, k, d,",
        "_, d = coupled_step(x, k, d,",
    ),
    (
        "negative_cells_overlooked",
        "A cell of -40 is as far from zero as one of 40: take the absolute value before the "
        "maximum.",
        """        full = max(full, np.abs(c).max())
        coupled = max(coupled, np.abs(d).max())
""",
        """        full = max(full, c.max())
        coupled = max(coupled, d.max())
""",
    ),
)

SURVIVORS = {
    "full = coupled = 0.0 -> full = coupled = -1.0": "an absolute value is larger than either",
    "full = max(full, np.abs(c).max()) -> full = max(np.abs(c).max(), full)": "the larger of two "
    "has no order",
    "coupled = max(coupled, np.abs(d).max()) -> coupled = max(np.abs(d).max(), coupled)": "the "
    "larger of two has no order",
}
