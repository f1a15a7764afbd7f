# /// u30
# id = "d02.3"
# title = "Two GRUs of the same name"
# kind = "implement"
# difficulty = 3
# minutes = 25
# concepts = ["GRU", "conventions", "porting weights"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
The GRU has one state and two gates: *update* z and *reset* r. Everybody agrees on the idea and
nobody on the details. Write both readings that you will meet. Columns are in the order r, z, n:

$$r, z = \sigma(\ldots), \qquad h_t = (1 - z) \odot n + z \odot h_{t-1}$$

$$\text{reset before: } n = \tanh\big(x W_x^n + b_x^n + (r \odot h_{t-1}) W_h^n + b_h^n\big)$$

$$\text{reset after: } n = \tanh\big(x W_x^n + b_x^n + r \odot (h_{t-1} W_h^n + b_h^n)\big)$$

The gates r and z are sigmoids of $x W_x + b_x + h_{t-1} W_h + b_h$, each with its own columns.
The first reading is the one in Olah's post (which has no biases); the second is what PyTorch and
cuDNN compute. In both, **z near 1 keeps the old state**, as in PyTorch. (Olah's z means the
opposite.)

Write `gru_step(x, h, params, reset_after)`.

| name | shape | meaning |
|---|---|---|
| `x`, `h` | `(B, D)`, `(B, H)` | input, state before the step |
| `params` | dict | `Wx (D, 3H)`, `Wh (H, 3H)`, `bx (3H,)`, `bh (3H,)`: columns r, z, n |
| `reset_after` | bool | which of the two readings |
| result | `(B, H)` | the new state |

One worked number, with B = D = H = 1: x = 0, h = 1, all weights 0 but Wh = (0, 0, 1), bx = 0, and
bh = (0, 0, 1). Then r = z = 0.5. Reset before: n = tanh(0.5 · 1 + 1) = 0.9051 and the new state is
0.5 · 0.9051 + 0.5 = 0.9526. Reset after: n = tanh(0.5 · (1 + 1)) = 0.7616 and the new state is
0.8808.
"""
HINTS = (
    "What is multiplied by r in each of the two formulas: a row of H numbers *before* the matrix, "
    "or the result *behind* it? On which side of r does the bias b_h stand?",
    "Compute a = x Wx + bx once, (B, 3H). For r and z add the first 2H columns of h Wh + bh. For "
    "n take the last H columns and put r in the right place. A sigmoid that does not overflow is "
    "0.5 + 0.5 tanh(a/2).",
    "```python\n"
    "H = h.shape[1]\n"
    'from_x = x @ params["Wx"] + params["bx"]              # (B,3H)\n'
    'from_h = h @ params["Wh"] + params["bh"]              # (B,3H)\n'
    "gates = 0.5 + 0.5 * np.tanh(0.5 * (from_x + from_h)[:, : 2 * H])\n"
    "r, z = gates[:, :H], gates[:, H:]\n"
    "if reset_after:\n"
    "    inside = r * from_h[:, 2 * H :]\n"
    "else:\n"
    "    inside = ...\n"
    "n = np.tanh(from_x[:, 2 * H :] + inside)\n"
    "return (1 - z) * n + z * h\n"
    "```",
)
AFTER = r"""
Same name, same number of weights, different numbers: (r ⊙ h) W is not r ⊙ (h W). Whoever loads
weights trained with one into the other gets no error, only a worse model. Even the paper has both:
Cho et al. changed the order between versions of the same preprint, and Keras offers a switch called
`reset_after`. Frameworks like "after" because h W for all gates is then one matrix product. The
lesson holds for every port in this course: write down the convention in the docstring, and test
equality with the original on random weights.
"""

# %% given
import numpy as np


# %% work
def gru_step(x, h, params, reset_after):  # (B,D), (B,H) -> (B,H)
    """One GRU step; z near 1 keeps the state, r before or after the product."""
    # >>> solution
    H = h.shape[1]
    Wh, bh = params["Wh"], params["bh"]
    from_x = x @ params["Wx"] + params["bx"]
    from_h = h @ Wh + bh
    gates = 0.5 + 0.5 * np.tanh(0.5 * (from_x + from_h))
    r, z = gates[:, :H], gates[:, H : 2 * H]
    if reset_after:
        inside = r * from_h[:, 2 * H :]
    else:
        inside = (r * h) @ Wh[:, 2 * H :] + bh[2 * H :]
    n = np.tanh(from_x[:, 2 * H :] + inside)
    return (1 - z) * n + z * h
    # --- starter
    # H = h.shape[1]
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def problem(rng, B, D, H, dtype=float):
    shapes = {"Wx": (D, 3 * H), "Wh": (H, 3 * H), "bx": (3 * H,), "bh": (3 * H,)}
    params = {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    x, h = (rng.normal(size=shape).astype(dtype) for shape in ((B, D), (B, H)))
    return x, h, params


def agree(you, ref, x, h, params, reset_after):
    (B, D), H = x.shape, h.shape[1]
    want = ref.gru_step(x, h, params, reset_after)
    close(you.gru_step(x, h, params, reset_after), want, "h", B=B, D=D, H=H)


def one_unit(rng):
    """One unit whose gates are half open, so that the two readings are far apart."""
    x, h, params = problem(rng, 1, 1, 1)
    half = {name: 0.3 * value for name, value in params.items()}
    return x, 1 + np.abs(h), half | {"bh": half["bh"] + np.array([0, -1, 2])}


def case_one_unit_after(you, rng, ref):
    """one unit, reset after"""
    agree(you, ref, *one_unit(rng), True)


def case_one_unit_before(you, rng, ref):
    """one unit, reset before"""
    agree(you, ref, *one_unit(rng), False)


def case_every_axis_after(you, rng, ref):
    """B, D and H of different size, reset after"""
    agree(you, ref, *problem(rng, 3, 5, 2), True)


def case_every_axis_before(you, rng, ref):
    """B, D and H of different size, reset before"""
    agree(you, ref, *problem(rng, 3, 5, 2), False)


def case_square(you, rng, ref):
    """B, D and H all equal"""
    x, h, params = problem(rng, 3, 3, 3)
    agree(you, ref, x, h, params, False)
    agree(you, ref, x, h, params, True)


def case_z_keeps(you, rng, ref):
    """update gate at 1: the state stays as it is"""
    x, h, params = problem(rng, 2, 3, 4)
    params["bx"][4:8] = 1000
    for reset_after in (True, False):
        close(you.gru_step(x, h, params, reset_after), h, "h", B=2, D=3, H=4)


def case_reset_shut(you, rng, ref):
    """reset gate at 0: only `bh` of n tells the two readings apart"""
    x, h, params = problem(rng, 2, 3, 4)
    params["bx"][:4] = -1000
    agree(you, ref, x, h, params, True)
    agree(you, ref, x, h, params, False)


def case_float32_views(you, rng, ref):
    """float32 arrays that are views of larger ones"""
    x, h, params = problem(rng, 6, 4, 3, np.float32)
    agree(you, ref, x[::2, ::-1], h[::2], params, True)
    agree(you, ref, x[::2, ::-1], h[::2], params, False)


def case_the_two_differ(you, rng, ref):
    """the two readings give different states for the same weights"""
    x, h, params = problem(rng, 4, 3, 5)
    after, before = (you.gru_step(x, h, params, reset_after) for reset_after in (True, False))
    apart = float(np.abs(after - before).max())
    message = "Both settings of `reset_after` give the same state."
    holds(apart > 1e-6, message, apart, "two different states")


# %% wrong
EDITS = (
    (
        "always_after",
        "`reset_after` is ignored: this is PyTorch's reading in both cases. In the other one, r "
        "multiplies the *state*, before the product with its matrix.",
        "        inside = (r * h) @ Wh[:, 2 * H :] + bh[2 * H :]\n",
        "        inside = r * from_h[:, 2 * H :]\n",
    ),
    (
        "always_before",
        "`reset_after` is ignored: r multiplies the state in both cases. With `reset_after`, it "
        "multiplies the finished product h W + b.",
        "        inside = r * from_h[:, 2 * H :]\n",
        "        inside = (r * h) @ Wh[:, 2 * H :] + bh[2 * H :]\n",
    ),
    (
        "settings_exchanged",
        "The two readings are exchanged: `reset_after=True` means that r comes after the product.",
        "    if reset_after:\n",
        "    if not reset_after:\n",
    ),
    (
        "z_replaces",
        "In your blend z takes the *new* content, as in Olah's post. Here z keeps, as in PyTorch: "
        "(1 - z) * n + z * h.",
        "(1 - z) * n + z * h",
        "z * n + (1 - z) * h",
    ),
    (
        "z_before_r",
        "The first H columns are the reset gate r, the next the update gate z. You have them the "
        "other way round.",
        "r, z = gates[:, :H], gates[:, H : 2 * H]",
        "z, r = gates[:, :H], gates[:, H : 2 * H]",
    ),
    (
        "bias_outside_the_reset",
        "With `reset_after`, the bias b_h of n is inside the brackets that r multiplies: r * (h W "
        "+ b_h). This is why PyTorch keeps two biases.",
        "r * from_h[:, 2 * H :]",
        "r * (from_h - bh)[:, 2 * H :] + bh[2 * H :]",
    ),
    (
        "bias_inside_the_reset",
        "With reset before, r multiplies the state only; the bias b_h of n is added after the "
        "product, outside r.",
        "(r * h) @ Wh[:, 2 * H :] + bh[2 * H :]",
        "(r * h) @ Wh[:, 2 * H :] + r * bh[2 * H :]",
    ),
    (
        "no_reset",
        "The reset gate does nothing. It decides how much of the old state the new content may "
        "look at.",
        "    r, z = gates[:, :H], gates[:, H : 2 * H]\n",
        "    r, z = np.ones_like(h), gates[:, H : 2 * H]\n",
    ),
    (
        "tanh_missing",
        "The tanh around the new content is missing, so that the state is no longer between -1 "
        "and 1.",
        "np.tanh(from_x[:, 2 * H :] + inside)",
        "from_x[:, 2 * H :] + inside",
    ),
    (
        "overflow",
        "`np.exp` of 1000 is inf, and inf/inf is NaN. 0.5 + 0.5 * tanh(a / 2) is the same sigmoid "
        "without it.",
        "0.5 + 0.5 * np.tanh(0.5 * (from_x + from_h))",
        "np.exp(from_x + from_h) / (1 + np.exp(from_x + from_h))",
    ),
)
