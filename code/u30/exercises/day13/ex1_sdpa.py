# /// u30
# id = "d13.1"
# title = "Scaled dot-product attention"
# kind = "implement"
# difficulty = 2
# minutes = 25
# concepts = ["attention", "softmax", "masks"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
Every query looks at every key, and takes home a mean of the values, weighted by how well the keys
fit. This is equation 1 of the paper, with a mask:

$$\mathrm{Attention}(Q, K, V) = A\,V, \qquad
A = \mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right)$$

The softmax runs over the keys: each row of A belongs to one query and sums to 1. Write
`sdpa(Q, K, V, mask=None)`.

| name | shape | meaning |
|---|---|---|
| `Q` | `(..., n, d)` | n queries; `...` are any axes in front: batches, heads, none |
| `K`, `V` | `(..., m, d)`, `(..., m, v)` | m keys, and a value for each |
| `mask` | broadcasts to `(..., n, m)` | True = this query **may** attend to this key |
| result `out`, `A` | `(..., n, v)`, `(..., n, m)` | what each query takes home; the weights |

Three things that a real model needs. Scores of ±10,000 give finite numbers. Where the mask is
False, the weight is *exactly* 0, and the others sum to 1 without it. And a query that may attend to
nothing at all gets weights 0 and an output of 0.

One worked number, with d = 4: the query (2, 0, 0, 0) meets the keys (1, 0, 0, 0) and (0, 1, 0, 0).
The scores are 2/√4 = 1 and 0, the weights 0.7311 and 0.2689. With the values 10 and 20 the result
is 12.689. With the mask (False, True) it is 20.
"""
HINTS = (
    "How many numbers does the softmax of one query divide between, n or m? And if a key is "
    "hidden, should its score be taken out before the weights are made to sum to 1, or after?",
    "Scores are `Q @ K.swapaxes(-1, -2)` over the root of the *last* axis of K. Put −1e9 where the "
    "mask is False, then subtract the largest score of each row, so that exp sees nothing above 0. "
    "Write 0 where the mask is False once more (this matters in rows that are all False), and "
    "divide by the sum. What is the least that the sum of a row with an allowed key can be?",
    "```python\n"
    "mask = True if mask is None else mask\n"
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / ..., -1e9)\n"
    "E = np.where(mask, np.exp(S - S.max(axis=..., keepdims=True)), 0)\n"
    "total = E.sum(axis=..., keepdims=True)  # 0 if a row sees nothing, else >= 1\n"
    "A = E / np.maximum(total, 1)\n"
    "return A @ V, A\n"
    "```",
)
AFTER = r"""
This is equation 1, section 3.2.1, and the one line that all the rest of the paper is built around.
Nothing in it is learned: the weights of a layer only decide what Q, K and V are. Nothing in it
knows about order either. One of the checks shuffled the keys together with their values, and the
output stayed the same: attention reads a *set*. Whatever a Transformer knows about order comes from
the positions that are added to its input (d13.3), or from the mask.
"""

# %% given
import numpy as np


# %% work
def sdpa(
    Q,  # (...,n,d)
    K,  # (...,m,d)
    V,  # (...,m,v)
    mask=None,
):  # -> (...,n,v), (...,n,m)
    """Scaled dot-product attention: outputs and weights."""
    # >>> solution
    mask = True if mask is None else mask
    S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1e9)
    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
    return A @ V, A
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def problem(rng, n, m, d, v, front=(), dtype=float):
    """Q, K, V."""
    shapes = ((n, d), (m, d), (m, v))
    return [rng.normal(size=(*front, *shape)).astype(dtype) for shape in shapes]


def agree(you, ref, Q, K, V, mask=None):
    (n, d), (m, v) = Q.shape[-2:], V.shape[-2:]
    arguments = (Q, K, V) if mask is None else (Q, K, V, mask)
    got, want = you.sdpa(*arguments), ref.sdpa(*arguments)
    close(got, want, ("out", "A"), n=n, m=m, d=d, v=v)
    return got


def some_mask(rng, n, m):
    """Random, with at least one key for each query."""
    mask = rng.random((n, m)) < 0.4
    mask[np.arange(n), rng.integers(m, size=n)] = True
    return mask


def case_smallest(you, rng, ref):
    """one query, two keys of size 4, one value each"""
    Q, K = np.zeros((1, 4)), np.zeros((2, 4))
    Q[0, :2], K[:, :2] = rng.integers(1, 4, size=2), [[1, 0], [0, rng.integers(2, 4)]]
    agree(you, ref, Q, K, np.array([[10.0], [20.0]]) + rng.integers(9))


def case_every_axis(you, rng, ref):
    """n, m, d and v of different size"""
    agree(you, ref, *problem(rng, 3, 5, 4, 2))


def case_one_key(you, rng, ref):
    """a single key: every query takes its value, whatever the score"""
    agree(you, ref, *problem(rng, 4, 1, 3, 2))


def case_axes_in_front(you, rng, ref):
    """a batch of 2 with 3 heads"""
    agree(you, ref, *problem(rng, 4, 6, 5, 7, front=(2, 3)))


def case_large_scores(you, rng, ref):
    """scores of about -10,000 and +10,000"""
    Q, K, V = problem(rng, 5, 4, 3, 2)
    agree(you, ref, 100 * Q, 100 * K, V)


def case_rows_far_apart(you, rng, ref):
    """one query with scores near +5,000, one with scores near -5,000"""
    Q, K, V = problem(rng, 2, 4, 3, 2)
    K[:, 0], Q[:, 0] = 100, [50 * 3**0.5, -50 * 3**0.5]
    agree(you, ref, Q, K, V)


def case_mask(you, rng, ref):
    """some keys hidden from some queries"""
    Q, K, V = problem(rng, 4, 6, 3, 2)
    agree(you, ref, Q, K, V, some_mask(rng, 4, 6))


def case_causal(you, rng, ref):
    """a causal mask: query i sees the keys up to i"""
    agree(you, ref, *problem(rng, 5, 5, 3, 2), np.tri(5, dtype=bool))


def case_mask_broadcast(you, rng, ref):
    """a mask of shape (2, 1, 1, m): some places of each text are only padding"""
    mask = some_mask(rng, 2, 5)[:, None, None, :]
    agree(you, ref, *problem(rng, 4, 5, 3, 2, front=(2, 3)), mask)


def case_exactly_zero(you, rng, ref):
    """hidden weights are exactly 0, even where every allowed score is -10,000"""
    Q, K, V = problem(rng, 3, 6, 4, 2)
    Q[:, 0], K[:, 0] = 100, -200
    mask = some_mask(rng, 3, 6)
    _, A = agree(you, ref, Q, K, V, mask)
    holds((np.asarray(A)[~mask] == 0).all(), "Some hidden keys have a weight above 0.")


def case_loud_hidden_key(you, rng, ref):
    """the hidden key has the largest score by far"""
    Q, K, V = problem(rng, 3, 5, 4, 2)
    Q[:, 0], K[2, 0] = 100, 200
    agree(you, ref, Q, K, V, np.arange(5) != 2)


def case_sees_nothing(you, rng, ref):
    """one query may attend to nothing at all"""
    Q, K, V = problem(rng, 4, 3, 5, 2)
    mask = some_mask(rng, 4, 3)
    mask[rng.integers(4)] = False
    agree(you, ref, Q, K, V, mask)


def case_order_of_keys(you, rng, ref):
    """keys and values shuffled together: the same output"""
    Q, K, V = problem(rng, 3, 6, 4, 2)
    order = rng.permutation(6)
    got = you.sdpa(Q, K[order], V[order])
    want, A = ref.sdpa(Q, K, V)
    close(got, (want, A[:, order]), ("out", "A"), n=3, m=6, d=4, v=2)


def case_float32_views(you, rng, ref):
    """float32 arrays that are views of larger ones"""
    Q, K, V = problem(rng, 6, 7, 8, 4, dtype=np.float32)
    agree(you, ref, Q[::2, ::2], K[:, 1::2], V[:, ::-2], some_mask(rng, 3, 7))


# %% wrong
EDITS = (
    (
        "not_scaled",
        "The scores are not divided by √d. Without it they grow with d, and the softmax soon picks "
        "a single key.",
        " / K.shape[-1] ** 0.5",
        "",
    ),
    (
        "scaled_by_d",
        "You divide by d. The standard deviation of a sum of d products is √d, and that is what is "
        "to be undone.",
        "K.shape[-1] ** 0.5",
        "K.shape[-1]",
    ),
    (
        "scaled_by_the_size_of_a_value",
        "You divide by the root of v, the size of a *value*. The sum in q · k runs over d, the "
        "size of a *key*.",
        "K.shape[-1] ** 0.5",
        "V.shape[-1] ** 0.5",
    ),
    (
        "scaled_by_the_number_of_keys",
        "You divide by the root of m, the *number* of keys. The sum in q · k runs over d, the "
        "*size* of a key: the last axis.",
        "K.shape[-1] ** 0.5",
        "K.shape[-2] ** 0.5",
    ),
    (
        "softmax_over_queries",
        "Your softmax runs over the queries: the *columns* of A sum to 1. Each query shares out 1 "
        "among the keys, which are the last axis.",
        """    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """    E = np.where(mask, np.exp(S - S.max(axis=-2, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-2, keepdims=True), 1)
""",
    ),
    (
        "mask_after_softmax",
        "You hide keys *after* the softmax. They have taken their share of the 1 by then, so the "
        "rows sum to less. Hide the scores.",
        """    S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1e9)
    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """    S = Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5
    E = np.exp(S - S.max(axis=-1, keepdims=True))
    A = np.where(mask, E / E.sum(axis=-1, keepdims=True), 0)
""",
    ),
    (
        "mask_inverted",
        "Your mask works the other way round. Here True means *may* attend (some libraries use "
        "True for *hidden*: always look it up).",
        "mask = True if mask is None else mask",
        "mask = True if mask is None else ~mask",
    ),
    (
        "mask_ignored",
        "The mask is not used: hidden keys get a share.",
        "mask = True if mask is None else mask",
        "mask = True",
    ),
    (
        "hidden_scores_zero",
        "You set hidden scores to 0. A score of 0 is an ordinary one: exp(0) = 1, so the key gets "
        "a share. Hidden scores are −∞, or −1e9.",
        """    S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1e9)
    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """    S = Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5 * mask
    E = np.exp(S - S.max(axis=-1, keepdims=True))
    A = E / E.sum(axis=-1, keepdims=True)
""",
    ),
    (
        "hidden_scores_not_low_enough",
        "You fill hidden scores with −100. That hides nothing if the allowed scores are lower "
        "still. Take −1e9, and set the weights to 0 as well.",
        """-1e9)
    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """-100)
    E = np.exp(S - S.max(axis=-1, keepdims=True))
    A = np.where(np.any(mask, axis=-1, keepdims=True), E / E.sum(axis=-1, keepdims=True), 0)
""",
    ),
    (
        "maximum_not_subtracted",
        "exp of a score of 1,000 is inf. Subtract the largest score of each row first: the "
        "quotient stays the same.",
        """    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """    E = np.where(mask, np.exp(S), 0)
    total = E.sum(axis=-1, keepdims=True)
    A = E / np.where(np.any(mask, axis=-1, keepdims=True), total, 1)
""",
    ),
    (
        "one_maximum_for_all",
        "You subtract one maximum from all scores. A query whose scores are all far below it gets "
        "nothing but zeros. Every row has a maximum of its own.",
        "S.max(axis=-1, keepdims=True)",
        "S.max()",
    ),
    (
        "maximum_of_hidden_scores",
        "You take the maximum before the mask is applied. If a hidden key has the largest score, "
        "all that is left underflows to 0.",
        """    S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1e9)
    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """    S = Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5
    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    total = E.sum(axis=-1, keepdims=True)
    A = E / np.where(total > 0, total, 1)
""",
    ),
    (
        "nothing_to_see_means_everything",
        "A query that may attend to nothing has only scores of −1e9. They are all equal, so the "
        "softmax gives every *hidden* key the same share. Its weights should be 0.",
        """    E = np.where(mask, np.exp(S - S.max(axis=-1, keepdims=True)), 0)
    A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1)
""",
        """    E = np.exp(S - S.max(axis=-1, keepdims=True))
    A = E / E.sum(axis=-1, keepdims=True)
""",
    ),
    (
        "nothing_to_see_means_nan",
        "A query that may attend to nothing has a sum of 0, and 0/0 is NaN. One such row is enough "
        "to spoil a whole training run; divide by 1 there.",
        "np.maximum(E.sum(axis=-1, keepdims=True), 1)",
        "E.sum(axis=-1, keepdims=True)",
    ),
    (
        "weights_kept",
        "The weights are right, and used on the keys. The mean is one of *values*.",
        "return A @ V, A",
        "return A @ K, A",
    ),
)

SURVIVORS = {
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1000000000.0) -> "
    "S = np.where(mask, Q @ K.swapaxes(-2, -1) / K.shape[-1] ** 0.5, -1000000000.0)": "an exchange "
    "of two axes has no order",
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1000000000.0) -> "
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / Q.shape[-1] ** 0.5, -1000000000.0)": "queries are "
    "as large as keys",
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1000000000.0) -> "
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1000000001.0)": "any number "
    "far below all scores will do",
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -1000000000.0) -> "
    "S = np.where(mask, Q @ K.swapaxes(-1, -2) / K.shape[-1] ** 0.5, -999999999.0)": "any number "
    "far below all scores will do",
    "A = E / np.maximum(E.sum(axis=-1, keepdims=True), 1) -> "
    "A = E / np.maximum(1, E.sum(axis=-1, keepdims=True))": "a maximum has no order",
}
