# /// u30
# id = "d02.2"
# title = "Blame along the belt"
# kind = "derive"
# difficulty = 4
# minutes = 45
# concepts = ["LSTM", "backpropagation through time", "gradient check"]
# needs = ["d02.1"]
# timeout = 5
# ///
PROMPT = r"""
Take one step of an LSTM apart. Two gradients of the loss L arrive from the future: `dh`, what it
sends to the new state, and `dc`, what it sends to the new cell from step t+1. Pass them on. On
paper first:

$$[a^i\; a^f\; a^g\; a^o] = x W_x + h_{t-1} W_h + b, \qquad
c_t = f \odot c_{t-1} + i \odot g, \qquad h_t = o \odot \tanh(c_t)$$

Three questions lead through it. On which two ways does blame reach $c_t$? What does each gate
collect, and what is the slope of its sigmoid or tanh, written with its *output*? And what of the
cell's blame goes to $c_{t-1}$?

Write `lstm_step_backward(dh, dc, cache)` with `cache = (x, h, c, gates, c_new, Wx, Wh)`: the inputs
of the step, and what your `lstm_step` returned (d02.1).

| name | shape | meaning |
|---|---|---|
| `dh`, `dc` | `(B, H)` | $\partial L/\partial h_t$, and $\partial L/\partial c_t$ from step t+1 |
| `x`, `h`, `c` | `(B, D)`, `(B, H)`, `(B, H)` | input, state and cell *before* the step |
| `gates` | dict | `i`, `f`, `g`, `o`, each `(B, H)`: after sigmoid or tanh |
| `c_new` | `(B, H)` | the cell after the step |
| result | tuple | `dx`, `dh`, `dc`, `dWx`, `dWh`, `db`: shapes of what they are gradients of |

The `dh` and `dc` of the result belong to the state and the cell *before* the step. The check nudges
every single number and looks at the loss.

One worked number, with B = D = H = 1: i = f = o = 0.5, g = 0, c = c_new = 0, all weights 0, dh = 1
and dc = 2. The cell's blame is 2 + 1 · 0.5 · (1 − 0²) = 2.5, of which 2.5 · 0.5 = 1.25 goes to the
old cell, and `db` is (0, 0, 1.25, 0).
"""
HINTS = (
    "Stand at the new cell. It is used twice: by the next step, and by the state of this one. "
    "Which of the two does `dc` already contain, and what do you have to add for the other?",
    "First add to dc what comes through h: dh · o · (1 − tanh² of the *new* cell). Then each gate "
    "collects blame times its partner: i gets dc · g, f gets dc · (old cell), g gets dc · i, o "
    "gets dh · tanh(c_new). Multiply by the slopes s(1 − s) and 1 − g². Put the four side by side "
    "as da; everything that went through a matrix follows from da. The old cell gets dc · f.",
    "```python\n"
    "tanh_c = np.tanh(c_new)\n"
    "dc = dc + dh * o * (1 - tanh_c**2)\n"
    "da = np.concatenate([\n"
    "    dc * g * i * (1 - i),\n"
    "    ...,                                  # the forget gate\n"
    "    dc * i * (1 - g**2),\n"
    "    dh * tanh_c * o * (1 - o),\n"
    "], axis=1)                                # (B,4H)\n"
    "return da @ Wx.T, ..., ..., x.T @ da, h.T @ da, da.sum(axis=0)\n"
    "```",
)
AFTER = r"""
Call this function from the last step to the first, adding up the weights' gradients, and you have
`lstm_backward` of the package. Compare its last line with Day 1. There, blame went from step to
step through $W_{hh}^\top$ and the slope of a tanh. Here it has a second way: `dc * f`, no matrix,
no squashing. If f is 0.99, a hundred steps later more than a third of it is still there. That one
line is Hochreiter and Schmidhuber's *constant error carousel*. The other way, through the gates and
$W_h^\top$, still exists, and it is why LSTMs are trained with clipping: they stop blame from
vanishing, not from exploding.
"""

# %% given
import numpy as np


# %% work
def lstm_step_backward(
    dh,  # (B,H)
    dc,  # (B,H)
    cache,
):  # -> dx, dh, dc, dWx, dWh, db
    """Gradients of everything that went into one step of an LSTM."""
    x, h, c, gates, c_new, Wx, Wh = cache
    i, f, g, o = (gates[name] for name in "ifgo")
    # >>> solution
    tanh_c = np.tanh(c_new)
    dc = dc + dh * o * (1 - tanh_c**2)
    da = np.concatenate(
        [
            dc * g * i * (1 - i),
            dc * c * f * (1 - f),
            dc * i * (1 - g**2),
            dh * tanh_c * o * (1 - o),
        ],
        axis=1,
    )
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, h.T @ da, da.sum(axis=0)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, grad

NAMES = ("dx", "dh", "dc", "dWx", "dWh", "db")
EASY_FIRST = ("dc", "db", "dh", "dx", "dWh", "dWx")


def problem(rng, B, D, H, dtype=float):
    """What goes in: x, h, c, Wx, Wh, b; and what comes back: dh, dc."""
    shapes = ((B, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,), (B, H), (B, H))
    *inputs, dh, dc = [rng.normal(size=shape).astype(dtype) for shape in shapes]
    return inputs, dh, dc


def backward(function, inputs, dh, dc):
    x, h, c, Wx, Wh, _ = inputs
    _, c_new, gates = lstm_step(*inputs)
    return function(dh, dc, (x, h, c, gates, c_new, Wx, Wh))


def nudge(you, ref, inputs, dh, dc):
    """Compare with nudging every number of every input, for the loss sum(dh h + dc c)."""
    (B, D), H = inputs[0].shape, dh.shape[1]
    sizes = {"B": B, "D": D, "H": H}
    got = backward(you.lstm_step_backward, inputs, dh, dc)
    want = backward(ref.lstm_step_backward, inputs, dh, dc)
    if not isinstance(got, tuple | list) or [np.shape(a) for a in got] != [a.shape for a in want]:
        close(got, want, NAMES, **sizes)
    for name in EASY_FIRST:
        n = NAMES.index(name)

        def loss(array, n=n):
            h, c, _ = lstm_step(*inputs[:n], array, *inputs[n + 1 :])
            return (h * dh + c * dc).sum()

        grad(loss, inputs[n], got[n], name, **sizes)


def agree(you, ref, inputs, dh, dc):
    (B, D), H = inputs[0].shape, dh.shape[1]
    got = backward(you.lstm_step_backward, inputs, dh, dc)
    close(got, backward(ref.lstm_step_backward, inputs, dh, dc), NAMES, B=B, D=D, H=H)


def case_last_step(you, rng, ref):
    """the last step of a text: nothing comes from the next cell"""
    inputs, dh, dc = problem(rng, 1, 2, 2)
    nudge(you, ref, inputs, 1 + np.abs(dh), 0 * dc)


def case_only_the_cell(you, rng, ref):
    """nobody looks at the state: all blame comes along the cell"""
    inputs, dh, dc = problem(rng, 1, 2, 2)
    nudge(you, ref, inputs, 0 * dh, dc)


def case_both(you, rng, ref):
    """blame for the state and for the cell"""
    nudge(you, ref, *problem(rng, 1, 2, 2))


def case_every_axis(you, rng, ref):
    """B, D and H of different size, every number nudged"""
    nudge(you, ref, *problem(rng, 3, 4, 2))


def case_one_input(you, rng, ref):
    """one input, many sequences"""
    nudge(you, ref, *problem(rng, 4, 1, 3))


def case_open_belt(you, rng, ref):
    """forget gate open, input gate shut: the cell's blame passes unchanged"""
    inputs, dh, dc = problem(rng, 2, 3, 3)
    inputs[5][:3], inputs[5][3:6] = -50, 50
    agree(you, ref, inputs, 0 * dh, dc)


def case_large_cell(you, rng, ref):
    """a cell so large that its tanh is flat"""
    inputs, dh, dc = problem(rng, 2, 3, 4)
    inputs[2] *= 30
    agree(you, ref, inputs, dh, dc)


def case_float32(you, rng, ref):
    """float32, a larger step"""
    agree(you, ref, *problem(rng, 7, 5, 6, np.float32))


# %% wrong
EDITS = (
    (
        "future_of_the_cell_dropped",
        "The `dc` that arrives from step t+1 is thrown away. The new cell is used twice, by the "
        "state of this step and by the next cell: *add* the two.",
        "dc = dc + dh * o * (1 - tanh_c**2)",
        "dc = dh * o * (1 - tanh_c**2)",
    ),
    (
        "state_does_not_reach_the_cell",
        "The state was made from the cell, so its blame reaches the cell, too: add dh * o * (1 - "
        "tanh(c_new)²) to dc first.",
        "dc = dc + dh * o * (1 - tanh_c**2)",
        "dc = dc + 0 * dh",
    ),
    (
        "forget_gate_missing_on_the_way_back",
        "Forwards, the old cell was multiplied by f; so its blame is dc * f. Without f the blame "
        "reaches back further than the memory did.",
        "dc * f, x.T @ da",
        "dc, x.T @ da",
    ),
    (
        "cell_without_tanh_for_o",
        "The output gate was multiplied with tanh(c_new), not with the cell itself.",
        "dh * tanh_c * o * (1 - o)",
        "dh * c_new * o * (1 - o)",
    ),
    (
        "new_cell_for_f",
        "The forget gate was multiplied with the cell *before* the step. You pair it with the new "
        "one.",
        "dc * c * f * (1 - f)",
        "dc * c_new * f * (1 - f)",
    ),
    (
        "slope_of_the_old_cell",
        "The slope of the tanh is taken at the old cell. The state shows the new one: 1 - "
        "tanh(c_new)².",
        "tanh_c = np.tanh(c_new)",
        "tanh_c = np.tanh(c)",
    ),
    (
        "tanh_slope_with_c",
        "The slope of tanh at c is 1 - tanh(c)², not 1 - c². (For g the output is at hand, so "
        "there it is 1 - g².)",
        "dh * o * (1 - tanh_c**2)",
        "dh * o * (1 - c_new**2)",
    ),
    (
        "sigmoid_slope_for_g",
        "g came out of a tanh, so its slope is 1 - g². g(1 - g) is the slope of a sigmoid.",
        "dc * i * (1 - g**2)",
        "dc * i * g * (1 - g)",
    ),
    (
        "sigmoid_slopes_missing",
        "The slopes of the sigmoids are missing: blame for a gate becomes blame for what went "
        "*into* it by s(1 - s).",
        """            dc * g * i * (1 - i),
            dc * c * f * (1 - f),
            dc * i * (1 - g**2),
            dh * tanh_c * o * (1 - o),
""",
        """            dc * g,
            dc * c,
            dc * i * (1 - g**2),
            dh * tanh_c,
""",
    ),
    (
        "tanh_slope_missing",
        "Between g and what went into it lies a tanh: multiply by 1 - g².",
        "dc * i * (1 - g**2)",
        "dc * i",
    ),
    (
        "i_and_g_not_exchanged",
        "In i * g each factor gets the blame times the *other* one. Yours gets itself.",
        "            dc * g * i * (1 - i),\n",
        "            dc * i * i * (1 - i),\n",
    ),
    (
        "bias_mean",
        "The bias was added to every sequence of the batch, so its blame is the *sum* over them, "
        "not the mean.",
        "da.sum(axis=0)",
        "da.mean(axis=0)",
    ),
)
