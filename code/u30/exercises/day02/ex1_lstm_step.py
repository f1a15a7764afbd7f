# /// u30
# id = "d02.1"
# title = "Four gates, one step"
# kind = "implement"
# difficulty = 2
# minutes = 20
# concepts = ["LSTM", "gates", "numerical stability"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
An LSTM carries two arrays from step to step: the cell $c$, its memory, and the state $h$, the part
of the memory that it shows. One product gives the inputs of all four gates side by side, in the
order i, f, g, o:

$$[a^i\; a^f\; a^g\; a^o] = x W_x + h_{t-1} W_h + b, \qquad
i, f, o = \sigma(a^i), \sigma(a^f), \sigma(a^o), \quad g = \tanh(a^g)$$

$$c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh(c_t), \qquad
\sigma(a) = \frac{1}{1 + e^{-a}}$$

Write `lstm_step(x, h, c, Wx, Wh, b)`. Gates have to survive inputs of any size: a trained gate is
often shut for good, with an input of −1000 or so.

| name | shape | meaning |
|---|---|---|
| `x` | `(B, D)` | the input of this step |
| `h`, `c` | `(B, H)` | state and cell before this step |
| `Wx`, `Wh`, `b` | `(D, 4H)`, `(H, 4H)`, `(4H,)` | columns of i, f, g, o side by side |
| result | `(h, c, gates)` | the new state and cell `(B, H)`, and a dict with `i`, `f`, `g`, `o` |

One worked number, with B = D = H = 1: if all weights are 0 and b = (0, ln 3, 1, 0), then i = 0.5,
f = 0.75, g = tanh 1 = 0.7616, o = 0.5. A cell of 2 becomes 0.75 · 2 + 0.5 · 0.7616 = 1.8808, and
h = 0.5 · tanh 1.8808 = 0.4773.
"""
HINTS = (
    "Which of the four blocks says how much of the old cell stays, and which how much of the new "
    "content comes in? And which number does $e^{1000}$ become in floating point: what is that "
    "number divided by itself?",
    "Compute one array a of shape (B, 4H) and cut it into four blocks of H columns. Three of them "
    "go through the sigmoid, the block g through tanh. A sigmoid that never overflows: "
    "$\\sigma(a) = \\frac12 + \\frac12\\tanh(a/2)$. The state shows the *new* cell.",
    "```python\n"
    "a = x @ Wx + h @ Wh + b                      # (B,4H)\n"
    "i, f, g, o = np.split(a, 4, axis=1)          # (B,H) each\n"
    "i, f, o = (0.5 + 0.5 * np.tanh(0.5 * z) for z in (i, f, o))\n"
    "g = np.tanh(g)\n"
    "c = ...\n"
    "h = o * np.tanh(c)\n"
    "```",
)
AFTER = r"""
This is the whole walk-through of Olah's post in one function: forget gate layer, input gate layer,
candidate, update, output. He writes each gate with a matrix of its own and stacks $[h_{t-1}, x_t]$;
one wide product is the same and faster. Look at the line for c: the old cell is *multiplied by a
number near 1 and added to*. Day 1's state was squeezed through a matrix and a tanh at every step.
And mind the order of the blocks when you load somebody's weights: PyTorch and Keras use i, f, g, o,
other code i, g, f, o or f, i, o, g, and no error tells you.
"""

# %% given
import numpy as np


# %% work
def lstm_step(x, h, c, Wx, Wh, b):  # (B,D), (B,H), (B,H) -> (B,H), (B,H), gates
    """One step of an LSTM: new state, new cell, and what the gates did."""
    # >>> solution
    i, f, g, o = np.split(x @ Wx + h @ Wh + b, 4, axis=1)
    i, f, o = (0.5 + 0.5 * np.tanh(0.5 * a) for a in (i, f, o))
    g = np.tanh(g)
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c, {"i": i, "f": f, "g": g, "o": o}
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def problem(rng, B, D, H, dtype=float, scale=1.0):
    """x, h, c, Wx, Wh, b."""
    shapes = ((B, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,))
    return [(scale * rng.normal(size=shape)).astype(dtype) for shape in shapes]


def agree(you, ref, x, h, c, Wx, Wh, b):
    (B, D), H = x.shape, h.shape[1]
    want = ref.lstm_step(x, h, c, Wx, Wh, b)
    got = you.lstm_step(x, h, c, Wx, Wh, b)
    close(got, want, ("h", "c", "gates"), B=B, D=D, H=H)


def case_only_biases(you, rng, ref):
    """one unit, all weights zero: the biases alone set the gates"""
    x, h, c, Wx, Wh, b = problem(rng, 1, 1, 1)
    agree(you, ref, x, h, np.round(1.5 + np.abs(c), 1), 0 * Wx, 0 * Wh, np.round(b, 1))


def case_one_unit(you, rng, ref):
    """one sequence, one unit"""
    agree(you, ref, *problem(rng, 1, 1, 1))


def case_every_axis(you, rng, ref):
    """B, D and H of different size"""
    agree(you, ref, *problem(rng, 3, 5, 2))


def case_one_sequence(you, rng, ref):
    """one sequence, many units"""
    agree(you, ref, *problem(rng, 1, 3, 6))


def case_square(you, rng, ref):
    """B, D and H all equal, where a wrong axis goes unnoticed"""
    agree(you, ref, *problem(rng, 4, 4, 4))


def case_large_cell(you, rng, ref):
    """a cell far from zero: the state shows it through a tanh"""
    x, h, c, Wx, Wh, b = problem(rng, 2, 3, 4)
    agree(you, ref, x, h, 10 * c, Wx, Wh, b)


def case_gates_far_out(you, rng, ref):
    """gate inputs of about -1,000 and +1,000: open and shut, nothing in between"""
    x, h, c, Wx, Wh, b = problem(rng, 3, 2, 4)
    agree(you, ref, x, h, c, Wx, Wh, 1000 * np.sign(b))


def case_float32_views(you, rng, ref):
    """float32 arrays that are views of larger ones"""
    x, h, c, Wx, Wh, b = problem(rng, 6, 4, 3, np.float32)
    agree(you, ref, x[::2, ::-1], h[::2], c[::-2][:3], Wx, Wh, b)


def case_a_closed_input_keeps_the_cell(you, rng, ref):
    """input gate shut, forget gate open: the cell rides through unchanged"""
    x, h, c, Wx, Wh, b = problem(rng, 2, 3, 5)
    b[:5], b[5:10] = -1000, 1000
    _, after, _ = you.lstm_step(x, h, c, Wx, Wh, b)
    moved = float(np.abs(after - c).max())
    message = "With i = 0 and f = 1 the cell has to come out as it went in."
    holds(moved < 1e-9, message, moved, "no change")


# %% wrong
EDITS = (
    (
        "f_before_i",
        "The blocks are in another order: the first H columns are the input gate i, the next the "
        "forget gate f. Weights carry no labels, so the order is all there is.",
        "i, f, g, o = np.split",
        "f, i, g, o = np.split",
    ),
    (
        "o_before_g",
        "The last two blocks are exchanged: g, the new content, comes third and the output gate o "
        "last.",
        "i, f, g, o = np.split",
        "i, f, o, g = np.split",
    ),
    (
        "tanh_for_the_output_gate",
        "The output gate goes through tanh and can be negative. A gate is a share between 0 and "
        "1: i, f and o use the sigmoid, only g uses tanh.",
        "    g = np.tanh(g)\n",
        "    o = np.tanh(2 * np.arctanh(2 * o - 1))\n    g = np.tanh(g)\n",
    ),
    (
        "sigmoid_for_the_content",
        "g goes through the sigmoid, so the cell can only be added to, never taken from. The new "
        "content is a tanh, between -1 and 1.",
        "g = np.tanh(g)",
        "g = 0.5 + 0.5 * np.tanh(0.5 * g)",
    ),
    (
        "cell_shown_as_it_is",
        "The state is o * c. The cell can grow without bound; what is shown passes through a tanh "
        "first: h = o * tanh(c).",
        "o * np.tanh(c)",
        "o * c",
    ),
    (
        "old_cell_shown",
        "The state shows the cell from *before* this step. It has to be o * tanh of the new cell.",
        "    c = f * c + i * g\n    h = o * np.tanh(c)\n",
        "    h = o * np.tanh(c)\n    c = f * c + i * g\n",
    ),
    (
        "input_and_forget_exchanged",
        "The gates have exchanged their jobs: f belongs to the old cell, i to the new content.",
        "f * c + i * g",
        "i * c + f * g",
    ),
    (
        "old_cell_lost",
        "The old cell does not come into the new one. f * c is the memory: without it nothing "
        "lasts longer than a step.",
        "f * c + i * g",
        "i * g",
    ),
    (
        "state_instead_of_cell",
        "You carry h where the cell belongs: c_t = f * c_{t-1} + i * g. The state is only the "
        "view of the cell that the output gate lets through.",
        "f * c + i * g",
        "f * h + i * g",
    ),
    (
        "overflow",
        "`np.exp` of 1000 is inf, and inf/inf is NaN. Write the sigmoid so that it never sees a "
        "large exponential: 0.5 + 0.5 * tanh(a / 2).",
        "0.5 + 0.5 * np.tanh(0.5 * a)",
        "np.exp(a) / (1 + np.exp(a))",
    ),
    (
        "state_not_used",
        "The gates look at the input only. `h @ Wh` is missing: a gate has to know what was going "
        "on before.",
        "x @ Wx + h @ Wh + b",
        "x @ Wx + b",
    ),
    (
        "bias_missing",
        "The bias is missing. It says what a gate does when nothing else speaks, and the bias of "
        "f decides how long an untrained cell remembers.",
        "x @ Wx + h @ Wh + b",
        "x @ Wx + h @ Wh",
    ),
)
