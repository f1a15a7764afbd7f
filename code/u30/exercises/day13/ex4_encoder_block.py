# /// u30
# id = "d13.4"
# title = "An encoder block"
# kind = "implement"
# difficulty = 4
# minutes = 40
# concepts = ["encoder", "residual connections", "post-norm and pre-norm", "layer normalisation"]
# needs = ["d13.2"]
# timeout = 5
# ///
PROMPT = r"""
A layer of the encoder has two sub-layers: attention, where positions talk, and a small network that
each position goes through alone (sections 3.1 and 3.3):

$$\mathrm{FFN}(x) = \max(0,\, x W_1 + b_1)\, W_2 + b_2$$

Around each stands a residual connection and a layer normalisation. The paper normalises *after* the
sum (post-norm); most code today normalises the sub-layer's *input* (pre-norm):

$$\text{post: } x \leftarrow \mathrm{LN}(x + \mathrm{Sublayer}(x)), \qquad
\text{pre: } x \leftarrow x + \mathrm{Sublayer}(\mathrm{LN}(x))$$

**1. `layer_norm(x, gain, shift, eps=1e-5)`**. Over the last axis, with mean μ and variance v of
each row (divided by d, not d − 1): $\mathrm{gain} \odot (x - \mu)/\sqrt{v + \epsilon} +
\mathrm{shift}$.

**2. `encoder_block(x, params, h, mask=None, norm_first=False)`**. Your
`multi_head(x, kv, Wq, Wk, Wv, Wo, h, mask)` from d13.2 is given.

| name | shape | meaning |
|---|---|---|
| `x`, result | `(B, n, d)` | |
| `gain`, `shift` | `(d,)` | scale and shift of each feature |
| `params` | dict | of the arrays below |
| `Wq`, `Wk`, `Wv`, `Wo` | `(d, d)` | attention, no biases |
| `W1`, `b1`, `W2`, `b2` | `(d, f)`, `(f,)`, `(f, d)`, `(d,)` | the feed-forward network |
| `g1`, `s1`, `g2`, `s2` | `(d,)` | gain and shift at the attention (1), at the network (2) |
| `norm_first` | bool | False: post-norm, the paper's. True: pre-norm |

One worked number, with d = 2 and all W 0, gains 1, shifts and biases 0: both sub-layers return 0.
The row (1, 3) becomes (−1, 1) with post-norm, up to ε, and stays (1, 3) with pre-norm.

Now guess, and write it down. `stack(depth, norm_first, rng)` is given: it sends rows of size 1
(root mean square) through that many blocks with fresh random weights, and returns how large the
rows are after each. How large are they after 100 blocks of post-norm, and of pre-norm: 1, 10, 100
or 10,000? Run `stack(100, True, np.random.default_rng(0))` once your block passes.
"""
HINTS = (
    "In pre-norm, who gets the normalised x: the attention only, or the sum as well? And in "
    "post-norm, what is it that the second sub-layer gets to see?",
    "Two residuals, two different norms. Post: x = LN1(x + att(x)), then x = LN2(x + ffn(x)). Pre: "
    "x = x + att(LN1(x)), then x = x + ffn(LN2(x)). In self-attention queries, keys and values all "
    "come from the same array, so in pre-norm all three from the normalised one.",
    "```python\n"
    'matrices = [params[name] for name in ("Wq", "Wk", "Wv", "Wo")]\n'
    "\n"
    "def attend(a):\n"
    "    return multi_head(a, a, *matrices, h, mask)\n"
    "\n"
    'for sublayer, gain, shift in ((attend, "g1", "s1"), (feed_forward, "g2", "s2")):\n'
    "    if norm_first:\n"
    "        x = x + sublayer(layer_norm(x, params[gain], params[shift]))\n"
    "    else:\n"
    "        x = ...\n"
    "```",
)
AFTER = r"""
Post-norm keeps every row near size 1, whatever the depth: the last thing that a block does is to
normalise. In pre-norm each block adds about as much as the one before, in a random direction, so
the rows grow like a random walk: to 14 times their size after 100 blocks, and four times as many
blocks only double that. This is why pre-norm models end in one more normalisation, and why their
late blocks change little. It is also why they train more easily: x travels from the first block to
the last with nothing but additions on its way. In post-norm each sub-layer puts a normalisation on
that road, and deep ones depend on the warm-up of the learning rate (section 5.3). One more count:
with f = 4d the network has $8d^2$ weights and the attention $4d^2$. "All you need" is a third of
the block.
"""

# %% given
import numpy as np


def random_block(rng, d, f):
    """Random weights for one block, of a size that keeps numbers near 1."""
    shapes = dict.fromkeys(("Wq", "Wk", "Wv", "Wo"), (d, d))
    shapes |= {"W1": (d, f), "W2": (f, d)}
    params = {}
    for name, shape in shapes.items():
        params[name] = rng.normal(size=shape) / np.sqrt(shape[0])
    sizes = {"b1": f, "b2": d, "g1": d, "s1": d, "g2": d, "s2": d}
    for name, size in sizes.items():
        params[name] = 0.1 * rng.normal(size=size)
    return params | {"g1": 1 + params["g1"], "g2": 1 + params["g2"]}


def stack(depth, norm_first, rng, n=6, d=16):
    """Root mean square of the rows after each of `depth` random blocks."""
    x, sizes = rng.normal(size=(1, n, d)), []
    for _ in range(depth):
        x = encoder_block(x, random_block(rng, d, 4 * d), 4, None, norm_first)
        sizes.append(np.sqrt((x * x).mean()))
    return np.array(sizes)


# %% work
def layer_norm(x, gain, shift, eps=1e-5):  # (...,d), (d,), (d,) -> (...,d)
    """Every row with mean 0 and variance 1, then scaled and shifted."""
    # >>> solution
    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / (x.var(axis=-1, keepdims=True) + eps) ** 0.5 + shift
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def encoder_block(x, params, h, mask=None, norm_first=False):  # (B,n,d) -> as x
    """Self-attention and feed-forward network, each with residual and norm."""
    # >>> solution
    matrices = [params[name] for name in ("Wq", "Wk", "Wv", "Wo")]

    def attend(a):
        return multi_head(a, a, *matrices, h, mask)

    def feed_forward(a):
        inner = np.maximum(a @ params["W1"] + params["b1"], 0)
        return inner @ params["W2"] + params["b2"]

    sublayers = (attend, "g1", "s1"), (feed_forward, "g2", "s2")
    for sublayer, gain, shift in sublayers:
        if norm_first:
            x = x + sublayer(layer_norm(x, params[gain], params[shift]))
        else:
            x = layer_norm(x + sublayer(x), params[gain], params[shift])
    return x
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


def agree_norm(you, ref, x, gain, shift, *eps):
    got, want = you.layer_norm(x, gain, shift, *eps), ref.layer_norm(x, gain, shift, *eps)
    B, n, d = (1, 1, *x.shape)[-3:]
    close(got, want, "the normalised x", B=B, n=n, d=d)


def problem(rng, B, n, d, f, dtype=float):
    """x and the parameters."""
    params = random_block(rng, d, f)
    for name in ("b1", "s1", "b2", "s2"):
        params[name] *= 10
    for name in ("g1", "g2"):
        params[name] = rng.uniform(0.5, 2, size=d)
    params = {name: value.astype(dtype) for name, value in params.items()}
    return (2 * rng.normal(size=(B, n, d)) + 1).astype(dtype), params


def agree(you, ref, x, params, h, mask=None, norm_first=False):
    B, n, d = x.shape
    arguments = (x, params, h, mask, norm_first)
    title = f"the block with norm_first={norm_first}"
    close(you.encoder_block(*arguments), ref.encoder_block(*arguments), title, B=B, n=n, d=d)


def both(you, ref, *arguments):
    for norm_first in (False, True):
        agree(you, ref, *arguments, norm_first=norm_first)


def case_norm_of_one_row(you, rng, ref):
    """layer_norm: one row, gain 1, shift 0"""
    agree_norm(you, ref, rng.permutation([[0.01, -0.02, 0.04]], axis=1), np.ones(3), np.zeros(3))


def case_norm(you, rng, ref):
    """layer_norm: every axis of different size, with gain and shift"""
    x, gain, shift = 3 * rng.normal(size=(2, 3, 5)) - 1, rng.normal(size=5), rng.normal(size=5)
    agree_norm(you, ref, x, gain, shift)


def case_norm_of_small_rows(you, rng, ref):
    """layer_norm: rows so small that eps counts, and an eps of your caller's"""
    x, gain, shift = 0.002 * rng.normal(size=(3, 2, 4)), rng.normal(size=4), rng.normal(size=4)
    agree_norm(you, ref, x, gain, shift)
    agree_norm(you, ref, x, gain, shift, 1e-3)


def case_norm_of_constant_rows(you, rng, ref):
    """layer_norm: rows of equal numbers become the shift"""
    x, shift = np.full((1, 2, 4), np.round(rng.normal(), 2)), rng.normal(size=4)
    agree_norm(you, ref, x, np.ones(4), shift)


def silent(params, names):
    """The same parameters with some of them zero."""
    return params | {name: 0 * params[name] for name in names}


def case_only_norms(you, rng, ref):
    """both sub-layers return 0: one row (1, 3)"""
    _, params = problem(rng, 1, 1, 2, 3)
    params = silent(params, ("Wo", "W2", "b2", "s1", "s2")) | {"g1": np.ones(2), "g2": np.ones(2)}
    both(you, ref, np.array([[[1.0, 3.0]]]), params, 1)


def case_only_attention(you, rng, ref):
    """the network returns 0"""
    x, params = problem(rng, 1, 3, 4, 5)
    both(you, ref, x, silent(params, ("W2", "b2")), 2)


def case_only_network(you, rng, ref):
    """the attention returns 0"""
    x, params = problem(rng, 1, 3, 4, 5)
    both(you, ref, x, silent(params, ("Wo",)), 2)


def case_post_norm(you, rng, ref):
    """post-norm: B, n, d, f and h of different size"""
    agree(you, ref, *problem(rng, 2, 5, 6, 7), 3)


def case_pre_norm(you, rng, ref):
    """pre-norm: B, n, d, f and h of different size"""
    agree(you, ref, *problem(rng, 2, 5, 6, 7), 3, norm_first=True)


def case_default(you, rng, ref):
    """no mask and no norm_first given: post-norm"""
    x, params = problem(rng, 3, 2, 4, 4)
    want = ref.encoder_block(x, params, 2)
    close(you.encoder_block(x, params, 2), want, "the block", B=3, n=2, d=4)


def case_mask(you, rng, ref):
    """padding hidden: a mask of shape (B, 1, 1, n)"""
    mask = np.arange(5) < np.array([3, 5])[:, None]
    both(you, ref, *problem(rng, 2, 5, 4, 3), 2, mask[:, None, None, :])


def case_equivariant(you, rng, ref):
    """shuffled positions in, the same positions shuffled out"""
    x, params = problem(rng, 2, 6, 4, 5)
    order = rng.permutation(6)
    for norm_first in (False, True):
        got = you.encoder_block(x[:, order], params, 2, None, norm_first)
        want = ref.encoder_block(x, params, 2, None, norm_first)[:, order]
        close(got, want, "the block for shuffled positions", B=2, n=6, d=4)


def case_size_of_rows(you, rng, ref):
    """post-norm: however large x is, the rows come out as large as the gain"""
    x, params = problem(rng, 2, 3, 8, 5)
    params |= {"g2": np.full(8, 3.0), "s2": np.zeros(8)}
    out = you.encoder_block(100 * x, params, 2, None, False)
    size = np.sqrt((np.asarray(out) ** 2).mean(axis=-1))
    close(size, np.full((2, 3), 3.0), "the root mean square of each row", absolute=1e-3, B=2, n=3)


def case_float32_views(you, rng, ref):
    """float32 arrays that are views of larger ones"""
    x, params = problem(rng, 4, 6, 8, 5, np.float32)
    both(you, ref, x[::2, ::-2], params, 2)


# %% wrong
SURVIVORS = {
    "inner = np.maximum(a @ params['W1'] + params['b1'], 0) -> "
    "inner = np.maximum(0, a @ params['W1'] + params['b1'])": "a maximum has no order",
}
EDITS = (
    (
        "eps_outside_the_root",
        "ε is added to the *variance*, inside the root. Outside it weighs far more: rows that are "
        "small come out much smaller.",
        "(x.var(axis=-1, keepdims=True) + eps) ** 0.5",
        "(x.var(axis=-1, keepdims=True) ** 0.5 + eps)",
    ),
    (
        "divided_by_d_minus_1",
        "Your variance divides by d − 1 (`ddof=1`). Here it is a plain mean of squares: d.",
        "x.var(axis=-1, keepdims=True)",
        "x.var(axis=-1, keepdims=True, ddof=1)",
    ),
    (
        "normalised_over_positions",
        "You normalise over the positions. A layer norm looks at one row, one position, at a time: "
        "the last axis. (Over positions, every word would know something of every other, also of "
        "those it must not see.)",
        """    centred = x - x.mean(axis=-1, keepdims=True)
    return gain * centred / (x.var(axis=-1, keepdims=True) + eps) ** 0.5 + shift
""",
        """    centred = x - x.mean(axis=-2, keepdims=True)
    return gain * centred / (x.var(axis=-2, keepdims=True) + eps) ** 0.5 + shift
""",
    ),
    (
        "mean_not_taken_off",
        "The mean is not subtracted. (RMSNorm, in many later models, leaves it out on purpose, and "
        "then divides by the root mean square.)",
        "centred = x - x.mean(axis=-1, keepdims=True)",
        "centred = x",
    ),
    (
        "shift_before_gain",
        "You add the shift before the gain is applied. Scale first, then shift.",
        "return gain * centred / (x.var(axis=-1, keepdims=True) + eps) ** 0.5 + shift",
        "return gain * (centred / (x.var(axis=-1, keepdims=True) + eps) ** 0.5 + shift)",
    ),
    (
        "norm_before_the_sum",
        "In post mode you normalise the sub-layer's output and then add x. The norm comes last: "
        "LN(x + Sublayer(x)).",
        "layer_norm(x + sublayer(x), params[gain], params[shift])",
        "x + layer_norm(sublayer(x), params[gain], params[shift])",
    ),
    (
        "modes_exchanged",
        "The two modes are exchanged: `norm_first=True` is pre-norm, where the sub-layer's input "
        "is normalised.",
        "if norm_first:",
        "if not norm_first:",
    ),
    (
        "one_norm_for_both",
        "Both sub-layers use the first norm. Each has a gain and a shift of its own: g2 and s2 at "
        "the network.",
        '(feed_forward, "g2", "s2")',
        '(feed_forward, "g1", "s1")',
    ),
    (
        "residual_from_the_normalised",
        "In pre mode you add the sub-layer's output to the *normalised* x. The sum keeps x as it "
        "was; only the sub-layer sees the normalised one.",
        "x = x + sublayer(layer_norm(x, params[gain], params[shift]))",
        "x = layer_norm(x, params[gain], params[shift])\n            x = x + sublayer(x)",
    ),
    (
        "only_queries_normalised",
        "In pre mode only your queries come from the normalised x. Keys and values come from it, "
        "too: all three are the same array.",
        """    def attend(a):
        return multi_head(a, a, *""",
        """    old = x

    def attend(a):
        return multi_head(a, old, *""",
    ),
    (
        "no_residual",
        "The residual connections are missing: x + Sublayer(…), not Sublayer(…) alone.",
        """            x = x + sublayer(layer_norm(x, params[gain], params[shift]))
        else:
            x = layer_norm(x + sublayer(x), params[gain], params[shift])
""",
        """            x = sublayer(layer_norm(x, params[gain], params[shift]))
        else:
            x = layer_norm(sublayer(x), params[gain], params[shift])
""",
    ),
    (
        "no_relu",
        "Between W1 and W2 the negative numbers are cut off: max(0, ·). Without it the two "
        "matrices are one.",
        'np.maximum(a @ params["W1"] + params["b1"], 0)',
        '(a @ params["W1"] + params["b1"])',
    ),
    (
        "relu_at_the_end",
        "The max(0, ·) stands between the two matrices, not after the second. Yours could only "
        "ever add, never take away.",
        """        inner = np.maximum(a @ params["W1"] + params["b1"], 0)
        return inner @ params["W2"] + params["b2"]
""",
        """        inner = a @ params["W1"] + params["b1"]
        return np.maximum(inner @ params["W2"] + params["b2"], 0)
""",
    ),
    (
        "network_before_attention",
        "The network comes before the attention. First positions talk, then each thinks alone.",
        '(attend, "g1", "s1"), (feed_forward, "g2", "s2")',
        '(feed_forward, "g2", "s2"), (attend, "g1", "s1")',
    ),
    (
        "side_by_side",
        "Both sub-layers see the same x. The network is to see what the attention has made of it.",
        """            x = x + sublayer(layer_norm(x, params[gain], params[shift]))
""",
        """            start = x if sublayer is attend else start
            x = x + sublayer(layer_norm(start, params[gain], params[shift]))
""",
    ),
    (
        "mask_not_passed_on",
        "The mask never reaches the attention: padding is attended to like words.",
        ", h, mask)",
        ", h)",
    ),
)
