# /// u30
# id = "d13.2"
# title = "Several heads at once"
# kind = "implement"
# difficulty = 3
# minutes = 35
# concepts = ["multi-head attention", "cross-attention", "complexity"]
# needs = ["d13.1"]
# timeout = 5
# ///
PROMPT = r"""
One softmax gives one weighted mean. So a layer has h heads: each sees its own d/h of the columns of
Q, K and V, attends on its own, and the answers are laid side by side again (section 3.2.2):

$$\mathrm{head}_i = \mathrm{Attention}(Q_i, K_i, V_i), \qquad
\mathrm{MultiHead} = [\mathrm{head}_1; \dots; \mathrm{head}_h]\,W^O$$

with $Q = x W^Q$, $K = x' W^K$, $V = x' W^V$. Here $x'$ is called `kv`: in self-attention it is x,
in cross-attention it is the other text.

**1. `multi_head(x, kv, Wq, Wk, Wv, Wo, h, mask=None)`**. Head i (from 0) takes the columns from
i·d/h up to, but without, (i + 1)·d/h. Your `sdpa(Q, K, V, mask)` from d13.1 is given.

| name | shape | meaning |
|---|---|---|
| `x`, `kv` | `(B, n, d)`, `(B, m, d)` | who asks, and who is asked |
| `Wq`, `Wk`, `Wv`, `Wo` | `(d, d)` | rows times matrix: `x @ Wq` |
| `h` | whole number | number of heads; d is a multiple of it |
| `mask` | broadcasts to `(B, h, n, m)` | True = may attend |
| result | `(B, n, d)` | |

One worked number, with d = 2 and all matrices the identity: x is (1, 0), `kv` has the rows (1, 0)
and (0, 1). Two heads give (0.7311, 0.5), one head gives (0.6698, 0.3302).

**2. `cost(kind, n, d, k, r)`** makes Table 1 of the paper from counting. Return
`(multiplications, steps, path)` of one layer on n positions of size d, as whole numbers:

| kind | what each position does | count | path |
|---|---|---|---|
| `"attention"` | compares itself with all n, then blends n values | both | path 1 |
| `"restricted"` | the same with only r positions | both | path n/r, rounded up |
| `"recurrent"` | $h_t = \tanh(x_t W + h_{t-1} U)$, W and U (d, d) | both products | path n |
| `"convolution"` | adds up k inputs, each times its own (d, d) matrix | all k | path: see below |

`steps` is how many positions have to wait for one another: n, or 1 if all can be done at once.
`path` is how many times a signal has to pass through the layer, or through its loop, from the first
position to the last. A convolution's view grows k-fold with each dilated layer: the fewest layers L
with $k^L \ge n$ (n is 2 or more). As in the paper, the matrices around an attention are left out.

Now guess, and write it down. With d = 512: which of attention and recurrence takes more
multiplications for a sentence of 70 words, and how many times more? And at which n are they even?
"""
HINTS = (
    "After `x @ Wq` you have (B, n, d). Which shape should `sdpa` get, so that it takes batch and "
    "heads for axes in front? And can a single reshape bring you there, or does it tear the rows "
    "of a position apart?",
    "Split the last axis: reshape to (B, n, h, d/h), then swap the axes of positions and heads: "
    "(B, h, n, d/h). After `sdpa` go the same way back, swap first, reshape second, and multiply "
    "with Wo. For the costs: a dot product of size d takes d multiplications, a row times a "
    "(d, d) matrix d²; there are n positions each time.",
    "```python\n"
    "B, n, d = x.shape\n"
    "def split(a):                       # (B,?,d) -> (B,h,?,d/h)\n"
    "    return a.reshape(B, -1, h, d // h)...\n"
    "heads, _ = sdpa(split(x @ Wq), split(kv @ Wk), split(kv @ Wv), mask)\n"
    "return ... @ Wo\n"
    "# cost: layers of a convolution\n"
    "layers = 1\n"
    "while k**layers < n:\n"
    "    layers += 1\n"
    "```",
)
AFTER = r"""
Even at n = d, and that is the trade of Table 1: $n^2 d$ against $n d^2$. For 70 words and d = 512
recurrence takes 7.3 times more multiplications; for 100,000 characters attention takes 195 times
more. But look at the other two columns, for they were the point: one step instead of n, one hop
instead of n. The number of heads appears nowhere: h heads of size d/h cost what one head of size d
costs. What the table leaves out you have written yourself: the four matrices take $4 n d^2$ more,
so the $n^2$ that everybody talks about is the smaller part of your `multi_head` until n = 2d.
"""

# %% given
import numpy as np


# %% work
def multi_head(x, kv, Wq, Wk, Wv, Wo, h, mask=None):  # (B,n,d), (B,m,d) -> as x
    """Attention with h heads; queries come from x, keys and values from kv."""
    # >>> solution
    B, n, d = x.shape

    def split(a):  # (B,?,d) -> (B,h,?,d/h)
        return a.reshape(B, -1, h, d // h).swapaxes(1, 2)

    heads, _ = sdpa(split(x @ Wq), split(kv @ Wk), split(kv @ Wv), mask)
    return heads.swapaxes(1, 2).reshape(B, n, d) @ Wo
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def cost(kind, n, d, k, r):  # -> multiplications, steps, path
    """What one layer costs, as in Table 1 of the paper."""
    # >>> solution
    if kind == "attention":
        return 2 * n * n * d, 1, 1
    if kind == "restricted":
        return 2 * n * r * d, 1, -(-n // r)
    if kind == "recurrent":
        return 2 * n * d * d, n, n
    layers = next(L for L in range(1, n) if k**L >= n)
    return k * n * d * d, 1, layers
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close, holds


def problem(rng, B, n, m, d, dtype=float):
    """x, kv, and the four matrices."""
    shapes = ((B, n, d), (B, m, d)) + 4 * ((d, d),)
    arrays = [rng.normal(size=shape) for shape in shapes]
    return [a.astype(dtype) for a in arrays[:2] + [W / np.sqrt(d) for W in arrays[2:]]]


def agree(you, ref, arrays, h, mask=None):
    (B, n, d), m = arrays[0].shape, arrays[1].shape[1]
    arguments = (*arrays, h) if mask is None else (*arrays, h, mask)
    close(you.multi_head(*arguments), ref.multi_head(*arguments), B=B, n=n, m=m, d=d, h=h)


def case_identity(you, rng, ref):
    """two numbers, two heads, all matrices the identity"""
    x, kv, *_ = problem(rng, 1, 1, 2, 2)
    agree(you, ref, [np.round(x, 1), np.round(kv, 1)] + 4 * [np.eye(2)], 2)


def case_one_head(you, rng, ref):
    """one head: nothing to split"""
    agree(you, ref, problem(rng, 1, 3, 2, 4), 1)


def case_self_attention(you, rng, ref):
    """self-attention: three heads of size 2, five positions"""
    x, _, *matrices = problem(rng, 2, 5, 1, 6)
    agree(you, ref, [x, x, *matrices], 3)


def case_every_axis(you, rng, ref):
    """B, n, m, d and h of different size"""
    agree(you, ref, problem(rng, 2, 3, 5, 12), 4)


def case_as_many_positions_as_heads(you, rng, ref):
    """n = m = h, where exchanged axes fit by accident"""
    agree(you, ref, problem(rng, 3, 2, 2, 8), 2)


def case_heads_of_one(you, rng, ref):
    """as many heads as columns"""
    agree(you, ref, problem(rng, 2, 3, 4, 5), 5)


def case_causal(you, rng, ref):
    """a causal mask for all heads"""
    x, _, *matrices = problem(rng, 3, 4, 1, 6)
    agree(you, ref, [x, x, *matrices], 2, np.tri(4, dtype=bool))


def case_padding(you, rng, ref):
    """a mask for each text: (B, 1, 1, m)"""
    mask = np.arange(5) < np.array([5, 2, 3])[:, None]
    agree(you, ref, problem(rng, 3, 2, 5, 4), 2, mask[:, None, None, :])


def case_heads_differ(you, rng, ref):
    """a mask for each head: (h, 1, m)"""
    mask = np.eye(3, dtype=bool)[:, None, :]
    agree(you, ref, problem(rng, 2, 4, 3, 6), 3, mask)


def case_equivariant(you, rng, ref):
    """shuffled positions in, the same positions shuffled out"""
    x, _, *matrices = problem(rng, 2, 6, 1, 4)
    order = rng.permutation(6)
    got = you.multi_head(x[:, order], x[:, order], *matrices, 2)
    want = ref.multi_head(x, x, *matrices, 2)[:, order]
    close(got, want, "the result for shuffled positions", B=2, n=6, d=4)


def case_float32_views(you, rng, ref):
    """float32 arrays that are views of larger ones"""
    x, kv, *matrices = problem(rng, 4, 6, 10, 8, np.float32)
    agree(you, ref, [x[::2, ::-2], kv[::2, ::2], *[W.T for W in matrices]], 2)


def agree_cost(you, ref, kind, n, d, k, r):
    got, want = you.cost(kind, n, d, k, r), ref.cost(kind, n, d, k, r)
    if isinstance(got, tuple | list):
        got = tuple(1.0 * number for number in got)  # 3.0 layers are 3 layers
    names = [f'{what} of "{kind}"' for what in ("multiplications", "steps", "path")]
    close(got, tuple(map(float, want)), tuple(names), n=n, d=d, k=k, r=r)


def case_cost_of_attention(you, rng, ref):
    """the cost of attention, to all and to a few"""
    for n, d, r in ((5, 7, 3), (12, 4, 5), (12, 10, 6), (int(rng.integers(20, 99)), 64, 7)):
        agree_cost(you, ref, "attention", n, d, 3, r)
        agree_cost(you, ref, "restricted", n, d, 3, r)


def case_cost_of_recurrence(you, rng, ref):
    """the cost of recurrence"""
    for n, d in ((5, 7), (11, 4), (int(rng.integers(20, 99)), 64)):
        agree_cost(you, ref, "recurrent", n, d, 3, 5)


def case_cost_of_convolution(you, rng, ref):
    """the cost of a convolution, with n below, at and above a power of k"""
    for n, k in ((2, 5), (4, 2), (5, 2), (9, 3), (10, 3), (80, 3), (16, 4), (100, 10)):
        agree_cost(you, ref, "convolution", n, int(rng.integers(2, 5)), k, 2)


def case_even(you, rng, ref):
    """attention and recurrence are even at n = d, and attention is cheaper below"""
    d = int(rng.integers(10, 600))
    below, even = (
        [you.cost(kind, n, d, 3, 5)[0] for kind in ("attention", "recurrent")] for n in (d - 1, d)
    )
    message = "With n = d, attention and recurrence should take equally many multiplications."
    holds(even[0] == even[1], message, even, "two equal numbers")
    holds(below[0] < below[1], "With n below d, attention should be cheaper.", below)


# %% wrong
EDITS = (
    (
        "reshaped_without_swap",
        "`reshape(B, h, n, d/h)` on rows of d cuts across positions: head 0 gets the first "
        "positions whole, not every position's first columns. Reshape to (B, n, h, d/h), then "
        "swap the two axes in the middle.",
        "a.reshape(B, -1, h, d // h).swapaxes(1, 2)",
        "a.reshape(B, h, -1, d // h)",
    ),
    (
        "merged_without_swap",
        "On the way back the axes are (B, h, n, d/h). Swap heads and positions before you reshape, "
        "or each row collects numbers of different positions.",
        "heads.swapaxes(1, 2).reshape(B, n, d)",
        "heads.reshape(B, n, d)",
    ),
    (
        "columns_dealt_out",
        "You deal the columns out in turn, so head 0 gets the columns 0, h, 2h, … Head i takes "
        "d/h *neighbouring* columns: reshape to (…, h, d/h), not (…, d/h, h).",
        "a.reshape(B, -1, h, d // h).swapaxes(1, 2)",
        "a.reshape(B, -1, d // h, h).transpose(0, 3, 1, 2)",
    ),
    (
        "heads_summed",
        "You add the heads up. They are laid side by side (d columns again), and Wo mixes them.",
        "heads.swapaxes(1, 2).reshape(B, n, d) @ Wo",
        "heads.sum(axis=1) @ Wo",
    ),
    (
        "heads_averaged",
        "You average the heads and repeat the mean. They are laid side by side, so that Wo can "
        "treat each in its own way.",
        "heads.swapaxes(1, 2).reshape(B, n, d) @ Wo",
        "np.tile(heads.mean(axis=1), h) @ Wo",
    ),
    (
        "one_big_head",
        "There is only one softmax for all columns: this is one head, whatever h says.",
        "heads, _ = sdpa(split(x @ Wq), split(kv @ Wk), split(kv @ Wv), mask)",
        "heads = split(sdpa(x @ Wq, kv @ Wk, kv @ Wv, mask)[0])",
    ),
    (
        "keys_from_x",
        "Keys come from `kv`. In self-attention you do not notice; in cross-attention the decoder "
        "would look at itself.",
        "split(kv @ Wk), split(kv @ Wv)",
        "split(x @ Wk), split(x @ Wv)",
    ),
    (
        "values_from_x",
        "Keys come from `kv`, but your values come from `x`: the weights say where to look in the "
        "other text, and then you look in this one.",
        "split(kv @ Wv)",
        "split(x @ Wv)",
    ),
    (
        "scaled_twice",
        "`sdpa` divides by √(d/h) already. You divide once more.",
        "split(x @ Wq), split(kv @ Wk)",
        "split(x @ Wq) / np.sqrt(d // h), split(kv @ Wk)",
    ),
    (
        "scaled_by_the_whole_model",
        "Your scores are divided by √d of the whole model. In a head the sum runs over d/h "
        "numbers, so it is √(d/h), and `sdpa` does that.",
        "split(x @ Wq), split(kv @ Wk)",
        "split(x @ Wq) / np.sqrt(h), split(kv @ Wk)",
    ),
    (
        "no_output_matrix",
        "The heads are side by side, but Wo is missing: nothing mixes them.",
        "reshape(B, n, d) @ Wo",
        "reshape(B, n, d)",
    ),
    (
        "output_matrix_transposed",
        "Wo is used as `Wo.T`. Here all matrices multiply rows from the right: `heads @ Wo`. "
        "(PyTorch keeps them the other way round.)",
        "reshape(B, n, d) @ Wo",
        "reshape(B, n, d) @ Wo.T",
    ),
    (
        "mask_not_passed_on",
        "The mask never reaches `sdpa`.",
        "split(kv @ Wv), mask)",
        "split(kv @ Wv))",
    ),
    (
        "blending_not_counted",
        "You count the scores only. Blending the values takes as many multiplications again: each "
        "position adds up n values of d numbers, each times its weight.",
        "return 2 * n * n * d, 1, 1",
        "return n * n * d, 1, 1",
    ),
    (
        "one_matrix_counted",
        "A step of the recurrent layer multiplies with two (d, d) matrices, W for the input and U "
        "for the state.",
        "return 2 * n * d * d, n, n",
        "return n * d * d, n, n",
    ),
    (
        "attention_waits",
        "No position of an attention layer waits for another: all n rows are one matrix product. "
        "That is one step.",
        "return 2 * n * n * d, 1, 1",
        "return 2 * n * n * d, n, 1",
    ),
    (
        "recurrence_in_one_step",
        "$h_t$ needs $h_{t-1}$, so the n positions of a recurrent layer have to be done one after "
        "another: n steps.",
        "return 2 * n * d * d, n, n",
        "return 2 * n * d * d, 1, n",
    ),
    (
        "convolution_not_dilated",
        "n/k layers would be needed if each looked k places further. Dilated layers multiply: "
        "after L of them a position sees $k^L$ others.",
        "next(L for L in range(1, n) if k**L >= n)",
        "-(-n // k)",
    ),
    (
        "rounded_down",
        "A path of two and a half hops takes three: round n/r up.",
        "-(-n // r)",
        "n // r",
    ),
)

SURVIVORS = {
    "return a.reshape(B, -1, h, d // h).swapaxes(1, 2) -> "
    "return a.reshape(B, -1, h, d // h).swapaxes(2, 1)": "an exchange of two axes has no order",
    "return a.reshape(B, -1, h, d // h).swapaxes(1, 2) -> "
    "return a.reshape(B, -2, h, d // h).swapaxes(1, 2)": "NumPy takes any negative size for the "
    "rest",
    "return heads.swapaxes(1, 2).reshape(B, n, d) @ Wo -> "
    "return heads.swapaxes(2, 1).reshape(B, n, d) @ Wo": "an exchange of two axes has no order",
    "layers = next((L for L in range(1, n) if k ** L >= n)) -> "
    "layers = next((L for L in range(0, n) if k ** L >= n))": "k to the power of 0 is 1, less than "
    "any n",
}
