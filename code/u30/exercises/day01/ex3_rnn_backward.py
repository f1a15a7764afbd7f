# /// u30
# id = "d01.3"
# title = "Blame flows backwards"
# kind = "derive"
# difficulty = 4
# minutes = 35
# concepts = ["backpropagation through time", "chain rule", "gradient check"]
# needs = ["d01.1", "d01.2"]
# timeout = 5
# ///
PROMPT = r"""
Derive the gradient of the loss with respect to every weight on paper first, then write it down.
You are given `dlogits`, the gradient at the logits (your first exercise), and what the forward
pass knew. Write $a_t$ for what goes into the tanh, $h_t = \tanh(a_t)$. A state $h_t$ is used
**twice**: by the logits of step t and by the state of step t+1. So blame reaches it on two ways:

$$\frac{\partial L}{\partial a_t} = \Big(\underbrace{\delta_t W_{hy}^\top}_{\text{from the logits}}
+ \underbrace{\frac{\partial L}{\partial a_{t+1}} W_{hh}^\top}_{\text{from the next step}}\Big)
\odot (1 - h_t^2), \qquad \delta_t = \texttt{dlogits[t]}$$

Write `rnn_backward(dlogits, cache)` with `cache = (X, h0, hs, params)`, as in `rnn_forward`.

| name | shape | meaning |
|---|---|---|
| `dlogits` | `(T, B, V)` | $\partial L / \partial \text{logits}$ |
| `X` | `(T, B)` | characters |
| `h0`, `hs` | `(B, H)`, `(T, B, H)` | first state, states after each character |
| `grads` | dict | keys and shapes of `params`: `Wxh`, `Whh`, `bh`, `Why`, `by` |
| `dh0` | `(B, H)` | $\partial L / \partial h_0$ |

Return `(grads, dh0)`. The check nudges every single weight and looks at the loss.

One worked number, with T = B = H = V = 1: `Why` = 2, `Whh` = 0.5, `hs` = 0.6, `dlogits` = 1 give
∂L/∂a = 2 · (1 − 0.36) = 1.28 and `dh0` = 1.28 · 0.5 = 0.64.
"""
HINTS = (
    "Stand at the last state. Who uses it? Now stand at the one before. Which single vector "
    "would you have to be told, coming from the right, to know all the blame that reaches you?",
    "Walk t from T-1 down to 0 carrying one array `dh`, the blame from the step to the right "
    "(zero at first). Add `dlogits[t] @ Why.T`, multiply by 1 - h², and you have `da`. Each "
    "weight collects (what it was multiplied with) transposed times `da`; for `Whh` that is the "
    "state *before*. Then `da @ Whh.T` goes on to the left. A character that occurs twice in "
    "X[t] must be added twice.",
    "```python\n"
    "dh = np.zeros_like(h0)\n"
    "for t in reversed(range(len(X))):\n"
    '    da = (dlogits[t] @ params["Why"].T + dh) * (1 - hs[t] ** 2)\n'
    "    before = hs[t - 1] if t > 0 else h0\n"
    '    np.add.at(grads["Wxh"], X[t], da)      # also right when X[t] repeats\n'
    '    grads["Whh"] += ...\n'
    '    grads["bh"] += da.sum(axis=0)\n'
    "    dh = ...\n"
    "return grads, dh\n"
    "```",
)
AFTER = r"""
You have written backpropagation through time, the `for t in reversed(xrange(len(inputs)))` loop of
`min-char-rnn` (there `dhnext` is what you carried). The vector that walks backwards is multiplied
by $W_{hh}^\top$ and by $1 - h^2 \le 1$ at every step: after twenty steps a product of twenty such
factors decides whether the first character gets any blame at all. That product is why the gist
clips its gradients, why plain RNNs forget, and what Day 2 is about. And `dh0`, which the gist
throws away, is the blame for the text before: cutting it is what *truncated* means.
"""

# %% given
import numpy as np


# %% work
def rnn_backward(dlogits, cache):  # (T,B,V) -> dict like params, (B,H)
    """Gradients for all weights and for h0, by backpropagation through time."""
    X, h0, hs, params = cache
    # >>> solution
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dh = np.zeros_like(h0)
    for t in reversed(range(len(X))):
        da = (dlogits[t] @ params["Why"].T + dh) * (1 - hs[t] ** 2)
        before = hs[t - 1] if t > 0 else h0
        np.add.at(grads["Wxh"], X[t], da)
        grads["Whh"] += before.T @ da
        grads["bh"] += da.sum(axis=0)
        grads["Why"] += hs[t].T @ dlogits[t]
        grads["by"] += dlogits[t].sum(axis=0)
        dh = da @ params["Whh"].T
    return grads, dh
    # --- starter
    # grads = {name: np.zeros_like(value) for name, value in params.items()}
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, grad


def problem(rng, T, B, V, H, dtype=float):
    params = {
        "Wxh": rng.normal(size=(V, H)),
        "Whh": 0.9 * rng.normal(size=(H, H)) / np.sqrt(H),
        "bh": 0.3 * rng.normal(size=H),
        "Why": rng.normal(size=(H, V)),
        "by": rng.normal(size=V),
    }
    params = {name: value.astype(dtype) for name, value in params.items()}
    h0 = rng.normal(size=(B, H)).astype(dtype)
    return rng.integers(V, size=(T, B)), h0, params


def run(X, h0, params, y):
    """The loss of a text, and what the backward pass starts from."""
    hs, logits = rnn_forward(X, h0, params)
    loss, dlogits = softmax_xent(logits.reshape(-1, logits.shape[-1]), y.ravel())
    return loss, dlogits.reshape(logits.shape), (X, h0, hs, params)


def nudge(you, X, h0, params, y):
    """Compare every gradient with what nudging each weight does to the loss."""
    (T, B), H, V = X.shape, h0.shape[1], len(params["by"])
    sizes = {"T": T, "B": B, "H": H, "V": V}
    _, dlogits, cache = run(X, h0, params, y)
    answer = you.rnn_backward(dlogits, cache)
    zeros = {name: np.zeros_like(value) for name, value in params.items()}
    same_structure(answer, zeros, h0, sizes)
    grads, dh0 = answer
    for name in ("by", "Why", "bh", "Whh", "Wxh"):
        grad(
            lambda w, name=name: run(X, h0, params | {name: w}, y)[0],
            params[name],
            grads[name],
            f'grads["{name}"]',
            **sizes,
        )
    grad(lambda h: run(X, h, params, y)[0], h0, dh0, "dh0", **sizes)


def same_structure(answer, zeros, h0, sizes):
    """Types and shapes, before any number is looked at."""
    if not (isinstance(answer, tuple | list) and len(answer) == 2 and isinstance(answer[0], dict)):
        close(answer, (zeros, h0), ("grads", "dh0"), **sizes)
    for name, zero in zeros.items():
        if name not in answer[0] or np.shape(answer[0][name]) != zero.shape:
            close(answer[0], zeros, "grads", **sizes)
    if np.shape(answer[1]) != h0.shape:
        close(answer[1], h0, "dh0", **sizes)


def case_one_step(you, rng, ref):
    """one step: only the path through the logits"""
    X, h0, params = problem(rng, 1, 1, 2, 2)
    nudge(you, X, h0, params, rng.integers(2, size=(1, 1)))


def case_two_steps(you, rng, ref):
    """two steps: blame also comes back from the second state"""
    X, h0, params = problem(rng, 2, 1, 3, 2)
    nudge(you, np.array([[0], [1]]), h0, params, rng.integers(3, size=(2, 1)))


def case_every_axis(you, rng, ref):
    """T, B, V and H of different size, every weight nudged"""
    X, h0, params = problem(rng, 4, 2, 5, 3)
    nudge(you, X, h0, params, rng.integers(5, size=(4, 2)))


def case_same_character(you, rng, ref):
    """all texts read the same character at the same time"""
    X, h0, params = problem(rng, 3, 4, 3, 2)
    X[:] = rng.integers(3, size=(3, 1))
    nudge(you, X, h0, params, rng.integers(3, size=(3, 4)))


def case_any_dlogits(you, rng, ref):
    """a gradient at the logits that does not come from softmax, in float32"""
    X, h0, params = problem(rng, 7, 3, 6, 5, np.float32)
    hs, logits = rnn_forward(X, h0, params)
    dlogits = rng.normal(size=logits.shape).astype(np.float32)
    cache = (X, h0, hs, params)
    want = ref.rnn_backward(dlogits, cache)
    close(you.rnn_backward(dlogits, cache), want, ("grads", "dh0"), T=7, B=3, V=6, H=5)


def case_last_step_only(you, rng, ref):
    """only the last prediction counts: all earlier blame travels through the states"""
    X, h0, params = problem(rng, 6, 2, 4, 3)
    hs, logits = rnn_forward(X, h0, params)
    dlogits = np.zeros_like(logits)
    dlogits[-1] = rng.normal(size=logits[-1].shape)
    cache = (X, h0, hs, params)
    want = ref.rnn_backward(dlogits, cache)
    close(you.rnn_backward(dlogits, cache), want, ("grads", "dh0"), T=6, B=2, V=4, H=3)


# %% wrong
EDITS = (
    (
        "no_blame_from_the_future",
        "The blame from step t+1 never reaches step t. A state is used twice: by its own logits "
        "and by the next state. Carry `da @ Whh.T` to the left and add it.",
        " + dh) * (1 - hs[t] ** 2)",
        ") * (1 - hs[t] ** 2)",
    ),
    (
        "repeated_characters_lost",
        '`grads["Wxh"][X[t]] += da` writes each row once, even when two texts of the batch '
        'read the same character: the last one wins. `np.add.at(grads["Wxh"], X[t], da)` adds '
        "them all.",
        'np.add.at(grads["Wxh"], X[t], da)',
        'grads["Wxh"][X[t]] += da',
    ),
    (
        "tanh_slope_missing",
        "The slope of tanh, 1 - h², is missing between the state and what went into it.",
        " * (1 - hs[t] ** 2)",
        "",
    ),
    (
        "tanh_slope_without_square",
        "The slope of tanh written with its output is 1 - h², not 1 - h.",
        "(1 - hs[t] ** 2)",
        "(1 - hs[t])",
    ),
    (
        "whh_with_the_new_state",
        "`Whh` was multiplied with the state *before* step t. Its gradient pairs `da` with "
        "`hs[t-1]` (or `h0` at the first step), not with `hs[t]`.",
        "before.T @ da",
        "hs[t].T @ da",
    ),
    (
        "first_state_wraps_around",
        "At t = 0 the state before is `h0`. `hs[t-1]` is then `hs[-1]`, the last state: Python "
        "counts from the end without complaint.",
        "before = hs[t - 1] if t > 0 else h0",
        "before = hs[t - 1]",
    ),
    (
        "whh_not_transposed_on_the_way_back",
        "Forwards the state goes through `h @ Whh`, so blame comes back through `Whh.T`.",
        'dh = da @ params["Whh"].T',
        'dh = da @ params["Whh"]',
    ),
    (
        "blame_skips_the_tanh",
        "What travels left is `da`, the blame *inside* the tanh, times `Whh.T`. You pass on the "
        "blame of the state itself, so 1 - h² is left out on this path.",
        '        dh = da @ params["Whh"].T',
        '        dh = (dlogits[t] @ params["Why"].T + dh) @ params["Whh"].T',
    ),
    (
        "dh0_is_da",
        "`dh0` is blame for the state, one more `@ Whh.T` away from the `da` of the first step.",
        "return grads, dh\n",
        "return grads, da\n",
    ),
)
