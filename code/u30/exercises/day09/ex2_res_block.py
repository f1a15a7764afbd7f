# /// u30
# id = "d09.2"
# title = "A residual block and its two gradients"
# kind = "derive"
# difficulty = 3
# minutes = 40
# concepts = ["residual block", "gradient flow", "batch normalisation", "gradient check"]
# needs = ["d09.1"]
# timeout = 5
# ///
PROMPT = r"""
The paper's building block (equation 1, figure 2): two layers compute a change F, the shortcut
carries x past them, and the last ReLU comes *after* the addition:

$$F(x) = \mathrm{BN}_2\big(\mathrm{ReLU}(\mathrm{BN}_1(x W_1))\, W_2\big), \qquad
y = \mathrm{ReLU}(F(x) + x)$$

Without the shortcut, y = ReLU(F(x)), it is two plain layers. `bn_forward` and `bn_backward` of
d09.1 are given; call them with `EPS`. Derive the backward pass on paper first. How many ways lead
from the loss to x?

| function | result |
|---|---|
| `res_block(x, params, shortcut)` | `(y, cache)`; you decide what is in `cache` |
| `res_block_backward(d, cache)` | `(dx, grads)`; `grads` is a dict with the keys of `params` |
| `gradient_norms(x, blocks, d, shortcut)` | `(L+1,)`: see below |

| name | shape | meaning |
|---|---|---|
| `x`, `y`, `d`, `dx` | `(B, H)` | B rows of H features; d is ∂L/∂y |
| `params` | dict | `W1`, `W2` `(H, H)`; `gamma1`, `beta1`, `gamma2`, `beta2` `(H,)` |
| `shortcut` | bool | with or without it |
| `blocks` | list | the params of L blocks, one behind the other |

`gradient_norms` sends x through all blocks, and d (the gradient at the top) back through all of
them. Entry l of its result is the length $\sqrt{\sum d^2}$ of the gradient at the *input* of block
l; the last entry is that of d itself.

One worked number: if gamma2, beta2 and W2 are all 0, then F = 0. A row x = [−1, 2] becomes y = [0,
2], and d = [3, 5] becomes dx = [0, 5].

Now guess, and write it down. `stack(L, rng)` is given: L blocks as they are *before* training, with
He's weights and batch normalisation. From the top of 12 blocks to the bottom, does a gradient
vanish, stay or explode: without shortcuts, and with them? Then run it:

```python
for seed in range(5):
    for shortcut in (False, True):
        x, blocks, d = stack(12, np.random.default_rng(seed))
        norms = gradient_norms(x, blocks, d, shortcut)
        print(seed, shortcut, norms[0] / norms[-1])
```
"""
HINTS = (
    "x is used in two places, by the first layer and by the addition. What happens to the "
    "gradients of something that is used twice? And which entries of d does the last ReLU let "
    "through?",
    "First d times (y > 0). That d goes to both sides of the plus sign, unchanged: once straight "
    "to dx, and once through BN₂, W₂, the ReLU (where h > 0), BN₁ and W₁. Two gradients meet at x: "
    "add them. A matrix on the way, `out = h @ W`, gives `h.T @ dout` to W and `dout @ W.T` to h.",
    "```python\n"
    "d = d * (y > 0)\n"
    "df, dgamma2, dbeta2 = bn_backward(d, cache2)\n"
    "dh = df @ params['W2'].T\n"
    "da, dgamma1, dbeta1 = bn_backward(dh * (h > 0), cache1)\n"
    "dx = ...\n"
    "if shortcut:\n"
    "    dx = dx + d\n"
    "```",
)
AFTER = r"""
Nothing vanishes. From top to bottom the gradient *grows*, 130 to 310 times without shortcuts and 12
to 28 times with them. That fits the paper (section 4.1), which considers vanishing gradients
an unlikely cause of degradation, because batch normalisation keeps both passes healthy. What the
shortcut adds to the backward pass is one term without any matrix: `dx + d`. If all branches are
silent, that term is all there is, and the gradient reaches the first block as it left the last, but
for the ReLUs. These come after the addition here and cut the path at every block; the follow-up of
2016 (Day 10) moves them away.
"""

# %% given
import numpy as np

EPS = 1e-5


def stack(L, rng, B=64, H=16):
    """x (B,H), L blocks as they are before training, and a gradient d (B,H)."""
    blocks = []
    for _ in range(L):
        block = {"gamma1": np.ones(H), "gamma2": np.ones(H)}
        block |= {"beta1": np.zeros(H), "beta2": np.zeros(H)}
        for name in ("W1", "W2"):
            block[name] = np.sqrt(2 / H) * rng.normal(size=(H, H))  # He, 2015
        blocks.append(block)
    x, d = rng.normal(size=(2, B, H))
    return np.maximum(x, 0), blocks, d


# %% work
def res_block(x, params, shortcut):  # (B,H), params -> (B,H), cache
    """ReLU(F(x) + x), or ReLU(F(x)) without the shortcut."""
    # >>> solution
    p = params
    a, cache1 = bn_forward(x @ p["W1"], p["gamma1"], p["beta1"], EPS)
    h = np.maximum(a, 0)
    f, cache2 = bn_forward(h @ p["W2"], p["gamma2"], p["beta2"], EPS)
    y = np.maximum(f + x if shortcut else f, 0)
    return y, (x, h, y, cache1, cache2, params, shortcut)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def res_block_backward(d, cache):  # (B,H), cache -> (B,H), grads
    """Gradients of the block's input and of its parameters."""
    # >>> solution
    x, h, y, cache1, cache2, params, shortcut = cache
    d = d * (y > 0)
    df, dgamma2, dbeta2 = bn_backward(d, cache2)
    dh = df @ params["W2"].T
    da, dgamma1, dbeta1 = bn_backward(dh * (h > 0), cache1)
    dx = da @ params["W1"].T
    if shortcut:
        dx = dx + d
    grads = {"W1": x.T @ da, "gamma1": dgamma1, "beta1": dbeta1}
    return dx, grads | {"W2": h.T @ df, "gamma2": dgamma2, "beta2": dbeta2}
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


def gradient_norms(x, blocks, d, shortcut):  # (B,H), L blocks, (B,H) -> (L+1,)
    """Length of the gradient at the input of every block, and of d itself."""
    # >>> solution
    caches = []
    for params in blocks:
        x, cache = res_block(x, params, shortcut)
        caches.append(cache)
    norms = [np.linalg.norm(d)]
    for cache in reversed(caches):
        d, _ = res_block_backward(d, cache)
        norms.append(np.linalg.norm(d))
    return np.array(norms[::-1])
    # --- starter
    # raise NotImplementedError("third part")
    # <<<


# %% check
from u30.learn.cases import close, grad

NAMES = ("beta2", "gamma2", "W2", "beta1", "gamma1", "W1")  # from the easiest to the hardest


def draw(rng, B, H, dtype):
    """x, params, d."""
    params = {name: rng.normal(size=(H, H)) for name in ("W1", "W2")}
    params |= {name: 0.5 + rng.random(H) for name in ("gamma1", "gamma2")}
    params |= {name: rng.normal(size=H) for name in ("beta1", "beta2")}
    x, d = rng.normal(size=(2, B, H))
    return x.astype(dtype), {k: v.astype(dtype) for k, v in params.items()}, d.astype(dtype)


def problem(rng, ref, B, H, dtype=float):
    """x, params, d, with no ReLU so near its corner that a nudge or a rounding would cross it."""
    while True:
        x, params, d = draw(rng, B, H, dtype)
        a = bn_forward(x @ params["W1"], params["gamma1"], params["beta1"], EPS)[0]
        h = np.maximum(a, 0)
        f = bn_forward(h @ params["W2"], params["gamma2"], params["beta2"], EPS)[0]
        if min(np.abs(z).min() for z in (a, f, f + x)) > 1e-3:
            return x, params, d


def silent(params):
    """The same block with F = 0."""
    return params | {name: 0 * params[name] for name in ("W2", "gamma2", "beta2")}


def forward(you, ref, x, params, shortcut):
    """The learner's y and cache, after a look at y."""
    B, H = x.shape
    got = you.res_block(x, params, shortcut)
    want = ref.res_block(x, params, shortcut)
    if not isinstance(got, tuple | list) or len(got) != 2:
        close(got, want, ("y", "cache"), B=B, H=H)
    close(got[0], want[0], "y", B=B, H=H)
    return got


def backward(you, ref, x, params, d, shortcut):
    """The learner's dx and grads, and what they should be."""
    B, H = x.shape
    got = you.res_block_backward(d, forward(you, ref, x, params, shortcut)[1])
    want = ref.res_block_backward(d, ref.res_block(x, params, shortcut)[1])
    if not isinstance(got, tuple | list) or len(got) != 2:
        close(got, want, ("dx", "grads"), B=B, H=H)
    return got, want


def agree(you, ref, x, params, d, shortcut):
    B, H = x.shape
    got, want = backward(you, ref, x, params, d, shortcut)
    close(got, want, ("dx", "grads"), B=B, H=H)


def nudge_x(you, ref, x, params, d, shortcut):
    B, H = x.shape
    got, _ = backward(you, ref, x, params, d, shortcut)
    grad(lambda a: (ref.res_block(a, params, shortcut)[0] * d).sum(), x, got[0], "dx", B=B, H=H)


def nudge_params(you, ref, x, params, d, shortcut):
    B, H = x.shape
    (_, grads), (_, want) = backward(you, ref, x, params, d, shortcut)
    if not isinstance(grads, dict) or not grads.keys() >= want.keys():
        close(grads, want, "grads", B=B, H=H)
    for name in NAMES:

        def loss(a, name=name):
            return (ref.res_block(x, params | {name: a}, shortcut)[0] * d).sum()

        grad(loss, params[name], grads[name], f'grads["{name}"]', B=B, H=H)


def case_silent_branch(you, rng, ref):
    """one row: F is 0, so y is ReLU(x)"""
    x, params, _ = problem(rng, ref, 1, 2)
    forward(you, ref, np.round(x, 1), silent(params), True)


def case_with_shortcut(you, rng, ref):
    """y with the shortcut, B and H of different size"""
    x, params, _ = problem(rng, ref, 5, 3)
    forward(you, ref, x, params, True)


def case_without_shortcut(you, rng, ref):
    """y without it: two plain layers"""
    x, params, _ = problem(rng, ref, 3, 5)
    forward(you, ref, x, params, False)


def case_square(you, rng, ref):
    """as many rows as features, where a wrong axis has the right shape"""
    x, params, _ = problem(rng, ref, 4, 4)
    forward(you, ref, x, params, True)


def case_identity_term(you, rng, ref):
    """a silent branch: all of d reaches x, where y is above 0"""
    x, params, d = problem(rng, ref, 3, 2)
    agree(you, ref, x, silent(params), d, True)


def case_plain_gradient(you, rng, ref):
    """every number of x nudged, without the shortcut"""
    nudge_x(you, ref, *problem(rng, ref, 3, 2), False)


def case_gradient(you, rng, ref):
    """every number of x nudged, with it: both ways at once"""
    nudge_x(you, ref, *problem(rng, ref, 4, 2), True)


def case_parameters(you, rng, ref):
    """every parameter nudged, with the shortcut"""
    nudge_params(you, ref, *problem(rng, ref, 3, 2), True)


def case_every_axis(you, rng, ref):
    """all gradients without the shortcut, B and H of different size"""
    agree(you, ref, *problem(rng, ref, 5, 3), False)


def case_gradient_square(you, rng, ref):
    """gradients for as many rows as features"""
    agree(you, ref, *problem(rng, ref, 4, 4), True)


def case_float32(you, rng, ref):
    """float32, more rows"""
    agree(you, ref, *problem(rng, ref, 16, 3, np.float32), True)


def flow(you, ref, x, blocks, d, shortcut):
    L = len(blocks)
    want = ref.gradient_norms(x, blocks, d, shortcut)
    close(you.gradient_norms(x, blocks, d, shortcut), want, "the norms", norms=L + 1)


def case_flow_one_block(you, rng, ref):
    """the gradient at the input of one block, and d itself"""
    x, params, d = problem(rng, ref, 4, 3)
    flow(you, ref, x, [params], d, True)


def case_flow_silent(you, rng, ref):
    """three silent blocks: the gradient passes unchanged"""
    x, blocks, d = stack(3, rng, B=5, H=4)
    flow(you, ref, 0.1 + x, [silent(params) for params in blocks], d, True)


def case_flow_plain(you, rng, ref):
    """four blocks without shortcuts"""
    flow(you, ref, *stack(4, rng, B=6, H=5), False)


def case_flow(you, rng, ref):
    """seven blocks with shortcuts"""
    flow(you, ref, *stack(7, rng, B=8, H=4), True)


# %% wrong
EDITS = (
    (
        "added_after_the_relu",
        "You add x after the last ReLU. In the paper's block the ReLU comes after the addition: "
        "ReLU(F(x) + x). With yours, what blocks pass on could only ever grow.",
        "np.maximum(f + x if shortcut else f, 0)",
        "np.maximum(f, 0) + (x if shortcut else 0)",
    ),
    (
        "last_relu_missing",
        "The ReLU after the addition is missing.",
        "np.maximum(f + x if shortcut else f, 0)",
        "f + x if shortcut else f",
    ),
    (
        "inner_relu_missing",
        "Between the two layers of the branch there is a ReLU. Without it W1 and W2 are nearly one "
        "matrix.",
        "h = np.maximum(a, 0)",
        "h = a",
    ),
    (
        "relu_before_the_norm",
        "In the branch batch normalisation comes first, then the ReLU: BN straight after each "
        "matrix.",
        """    a, cache1 = bn_forward(x @ p["W1"], p["gamma1"], p["beta1"], EPS)
    h = np.maximum(a, 0)
""",
        """    a = np.maximum(x @ p["W1"], 0)
    h, cache1 = bn_forward(a, p["gamma1"], p["beta1"], EPS)
""",
    ),
    (
        "always_with_shortcut",
        "With `shortcut=False` x is still added. The plain block is ReLU(F(x)).",
        "f + x if shortcut else f",
        "f + x",
    ),
    (
        "shortcut_overwrites_the_branch",
        "dx holds only what came along the shortcut: the line overwrites what the branch brought. "
        "x is used twice, so two gradients meet: `dx = dx + d`.",
        "dx = dx + d",
        "dx = d",
    ),
    (
        "shortcut_gets_nothing",
        "dx holds only what came through the branch. The addition passes d on to *both* of its "
        "sides; the shortcut's share goes straight to x.",
        "dx = dx + d",
        "pass",
    ),
    (
        "shortcut_in_the_plain_block",
        "Backwards, d is added to dx even where there was no shortcut.",
        """    if shortcut:
        dx = dx + d
""",
        "    dx = dx + d\n",
    ),
    (
        "last_relu_not_passed_back",
        "The last ReLU is forgotten on the way back: where y is 0, nothing of d comes through, "
        "neither to the branch nor to the shortcut.",
        "    d = d * (y > 0)\n",
        "",
    ),
    (
        "inner_relu_not_passed_back",
        "The ReLU inside the branch is forgotten on the way back: dh counts where h > 0.",
        "dh * (h > 0)",
        "dh",
    ),
    (
        "masked_by_x",
        "You let d through where x > 0. The last ReLU looked at F(x) + x, so it is y > 0 that "
        "counts.",
        "d * (y > 0)",
        "d * (x > 0)",
    ),
    (
        "through_W2_before_the_norm",
        "On the way back BN₂ comes before W₂: the order of the forward pass, reversed. The "
        "gradient of W2 is h.T times what `bn_backward` returns.",
        '"W2": h.T @ df',
        '"W2": h.T @ d',
    ),
    (
        "matrices_not_transposed",
        "From `out = h @ W` follows `dh = dout @ W.T`. Without the transposition the shape is "
        "right, because W is square, and the numbers are not.",
        'df @ params["W2"].T',
        'df @ params["W2"]',
    ),
    (
        "from_the_top_down",
        "The norms are in reverse order: entry 0 belongs to the input of the *first* block, the "
        "last entry is the norm of d.",
        "np.array(norms[::-1])",
        "np.array(norms)",
    ),
    (
        "squares",
        "This is the sum of squares. The length is its root.",
        """    norms = [np.linalg.norm(d)]
    for cache in reversed(caches):
        d, _ = res_block_backward(d, cache)
        norms.append(np.linalg.norm(d))
""",
        """    norms = [(d * d).sum()]
    for cache in reversed(caches):
        d, _ = res_block_backward(d, cache)
        norms.append((d * d).sum())
""",
    ),
    (
        "first_to_last_backwards",
        "You walk the blocks in the same direction twice. d stands at the top, so the way back "
        "begins with the last block.",
        "in reversed(caches)",
        "in caches",
    ),
    (
        "every_block_sees_the_first_x",
        "Every block gets the same x. The input of a block is the output of the one before it.",
        "        x, cache = res_block(x, params, shortcut)\n",
        "        _, cache = res_block(x, params, shortcut)\n",
    ),
)

SURVIVORS = {
    "h = np.maximum(a, 0) -> h = np.maximum(0, a)": "the larger of two has no order",
    "y = np.maximum(f + x if shortcut else f, 0) -> "
    "y = np.maximum(0, f + x if shortcut else f)": "the larger of two has no order",
}
