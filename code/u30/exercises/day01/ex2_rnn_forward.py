# /// u30
# id = "d01.2"
# title = "The network reads"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["recurrence", "hidden state", "batches"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A recurrent network reads one character at a time and keeps one vector, the hidden state. The same
rule and the same weights serve every step:

$$h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h), \qquad
\text{logits}_t = h_t W_{hy} + b_y$$

$x_t$ is one-hot, so $x_t W_{xh}$ is a *row of* $W_{xh}$: index, do not multiply. Write
`rnn_forward(X, h0, params)` for B texts at once.

| name | shape | meaning |
|---|---|---|
| `X` | `(T, B)` | whole numbers: character t of text b |
| `h0` | `(B, H)` | the state before the first character |
| `params` | dict | `Wxh (V, H)`, `Whh (H, H)`, `bh (H,)`, `Why (H, V)`, `by (V,)` |
| `hs` | `(T, B, H)` | the state *after* each character |
| `logits` | `(T, B, V)` | the scores for the next character |

One worked number, with H = 1: if the row of `Wxh` for a character is 0.5, `Whh` is 1, `bh` and `h0`
are 0, and that character comes twice, the states are tanh(0.5) = 0.4621 and
tanh(0.5 + 0.4621) = 0.7452.
"""
HINTS = (
    "Which values does step t need that step t-1 has produced? Can you write the loop so that "
    "exactly one variable carries them over?",
    "Start with h = h0. In every step: look up one row of `Wxh` per text, add the old state "
    "times `Whh` and the bias, take tanh, store the *new* state. The output layer needs no "
    "loop: it treats all T steps alike.",
    "```python\n"
    "h = h0\n"
    "for t in range(T):\n"
    '    h = np.tanh(... + h @ params["Whh"] + params["bh"])   # (B,H)\n'
    "    hs[t] = h\n"
    'logits = hs @ params["Why"] + params["by"]               # (T,B,V)\n'
    "```",
)
AFTER = r"""
This is the `step` method of the blog post,
`np.tanh(np.dot(self.W_hh, self.h) + np.dot(self.W_xh, x))`, with rows instead of columns so that B
texts go through together: the products are the same, and one (B,H)·(H,H) product is far cheaper
than B products of a vector. Two habits pay off for the rest of the course: look a one-hot up
instead of multiplying it, and take everything out of the time loop that does not depend on the
step before. Only the `Whh` term does.
"""

# %% given
import numpy as np


# %% work
def rnn_forward(X, h0, params):  # (T,B), (B,H) -> (T,B,H), (T,B,V)
    """Hidden states and next-character logits for B texts of T characters."""
    # >>> solution
    T, B = X.shape
    hs = np.empty((T, *h0.shape), dtype=h0.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(params["Wxh"][X[t]] + h @ params["Whh"] + params["bh"])
        hs[t] = h
    return hs, hs @ params["Why"] + params["by"]
    # --- starter
    # T, B = X.shape
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close


def problem(rng, T, B, V, H, dtype=float):
    params = {
        "Wxh": rng.normal(size=(V, H)),
        "Whh": 0.9 * rng.normal(size=(H, H)) / np.sqrt(H),
        "bh": rng.normal(size=H),
        "Why": rng.normal(size=(H, V)),
        "by": rng.normal(size=V),
    }
    params = {name: value.astype(dtype) for name, value in params.items()}
    h0 = rng.normal(size=(B, H)).astype(dtype)
    return rng.integers(V, size=(T, B)), h0, params


def agree(you, ref, X, h0, params):
    (T, B), H, V = X.shape, h0.shape[1], len(params["by"])
    want = ref.rnn_forward(X, h0, params)
    close(you.rnn_forward(X, h0, params), want, ("hs", "logits"), T=T, B=B, H=H, V=V)


def case_one_step(you, rng, ref):
    """one step of one text, two characters, one hidden unit"""
    X, h0, params = problem(rng, 1, 1, 2, 1)
    params = {name: np.round(0.2 + np.abs(value), 1) for name, value in params.items()}
    agree(you, ref, X, np.zeros_like(h0), params)


def case_two_steps(you, rng, ref):
    """two steps: the first state reaches the second"""
    X, h0, params = problem(rng, 2, 1, 3, 2)
    agree(you, ref, X, np.zeros_like(h0), params)


def case_every_axis(you, rng, ref):
    """T, B, V and H of different size, starting from a state that is not zero"""
    agree(you, ref, *problem(rng, 5, 3, 7, 4))


def case_continue(you, rng, ref):
    """reading a text in two parts gives the same states as reading it at once"""
    X, h0, params = problem(rng, 6, 2, 4, 3)
    first, _ = you.rnn_forward(X[:4], h0, params)
    second, _ = you.rnn_forward(X[4:], first[-1], params)
    whole, _ = ref.rnn_forward(X, h0, params)
    close(np.concatenate([first, second]), whole, "hs", T=6, B=2, H=3)


def case_silent(you, rng, ref):
    """all weights zero: every character gets the same score"""
    X, h0, params = problem(rng, 3, 2, 5, 4)
    agree(you, ref, X, h0, {name: 0 * value for name, value in params.items()})


def case_large_weights(you, rng, ref):
    """weights so large that tanh saturates"""
    X, h0, params = problem(rng, 4, 2, 3, 5)
    agree(you, ref, X, h0, {name: 100 * value for name, value in params.items()})


def case_float32_views(you, rng, ref):
    """float32 weights, and texts that are columns of a larger array"""
    X, h0, params = problem(rng, 8, 6, 5, 3, np.float32)
    agree(you, ref, X[::2, ::2], h0[::2], params)


# %% wrong
EDITS = (
    (
        "h0_ignored",
        "The text starts from a state of zeros, not from `h0`. Without `h0` the network forgets "
        "everything between one piece of text and the next.",
        "    h = h0\n",
        "    h = np.zeros_like(h0)\n",
    ),
    (
        "state_never_carried",
        "Every step starts from `h0`: the state a step has computed never reaches the next one. "
        "The memory of the network is that one variable.",
        "h @ params",
        "h0 @ params",
    ),
    (
        "state_before_the_character",
        "You store the state *before* each character; `hs[t]` is the state after character t "
        "has been read. As it stands the prediction cannot use the character it follows.",
        '        h = np.tanh(params["Wxh"][X[t]] + h @ params["Whh"] + params["bh"])\n'
        "        hs[t] = h\n",
        "        hs[t] = h\n"
        '        h = np.tanh(params["Wxh"][X[t]] + h @ params["Whh"] + params["bh"])\n',
    ),
    (
        "whh_transposed",
        "The recurrent weights act transposed. The blog post writes `np.dot(W_hh, h)` for a "
        "column; our states are rows, so it is `h @ Whh` without any transpose.",
        'params["Whh"]',
        'params["Whh"].T',
    ),
    (
        "tanh_missing",
        "The tanh is missing. Without it T steps are one matrix product, and the state can grow "
        "without bound.",
        'np.tanh(params["Wxh"][X[t]] + h @ params["Whh"] + params["bh"])',
        'params["Wxh"][X[t]] + h @ params["Whh"] + params["bh"]',
    ),
    (
        "hidden_bias_missing",
        "The bias `bh` is missing inside the tanh.",
        ' + params["bh"]',
        "",
    ),
    (
        "output_bias_missing",
        "The bias `by` is missing in the logits: it is how the network says which characters "
        "are common, whatever came before.",
        ' + params["by"]',
        "",
    ),
)


def rnn_forward__bias_outside_tanh(X, h0, params):
    """The bias `bh` belongs inside the tanh: it shifts where each unit switches."""
    T, B = X.shape
    hs = []
    for t in range(T):
        before = hs[-1] if hs else h0
        hs.append(np.tanh(params["Wxh"][X[t]] + before @ params["Whh"]) + params["bh"])
    return np.array(hs), np.array(hs) @ params["Why"] + params["by"]


SURVIVORS = {
    "hs = np.empty((T, *h0.shape), dtype=h0.dtype) -> hs = np.empty((T, *h0.shape))": "float32 "
    "states kept in float64 are the same numbers; only memory is lost, which nobody asked about",
}
