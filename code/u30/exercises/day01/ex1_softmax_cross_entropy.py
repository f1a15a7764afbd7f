# /// u30
# id = "d01.1"
# title = "The loss: softmax and cross-entropy"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["softmax", "cross-entropy", "numerical stability"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
The network gives every character of the vocabulary a score, a *logit*. Softmax turns the scores of
one position into probabilities, and the loss is how surprised they are by the character that came:

$$p = \mathrm{softmax}(\text{logits}), \qquad
L = -\frac1N \sum_{n} \log p_{n,\,y_n}, \qquad
\frac{\partial L}{\partial \text{logits}} = \frac{p - \mathbb 1_y}{N}$$

Write `softmax_xent(logits, y)`, which returns the loss **and** its gradient. It has to survive
logits of any size: an untrained network is polite, a trained one is not.

| name | shape | meaning |
|---|---|---|
| `logits` | `(N, V)` | scores: N positions, V characters |
| `y` | `(N,)` | whole numbers, the right character of each position |
| `loss` | one number | mean over the N positions, in nats |
| `dlogits` | `(N, V)` | the gradient of `loss` with respect to `logits` |

One worked number: `logits = [[0, 0]]`, `y = [1]` is a coin flip, so `loss` = ln 2 = 0.6931 and
`dlogits = [[0.5, -0.5]]`.
"""
HINTS = (
    "What does softmax do when you add 100 to every logit of a row? And what does "
    "`np.exp(1000)` do? Which number could you subtract from a row so that nothing can "
    "overflow?",
    "Subtract the largest logit of each row, giving $s$. Then $\\log p = s - \\log \\sum e^{s}$. "
    "Keep the logarithm: a probability that has underflowed to 0 cannot be turned back into "
    "one. The loss picks one entry per row, and the gradient is $p$ with 1 taken from those "
    "same entries, over N.",
    "```python\n"
    "s = logits - logits.max(axis=1, keepdims=True)\n"
    "log_p = s - np.log(...)        # the sum over each row, kept as a column\n"
    "rows = np.arange(len(y))\n"
    "loss = -log_p[rows, y].mean()\n"
    "dlogits = np.exp(log_p)\n"
    "dlogits[rows, y] -= 1\n"
    "```",
)
AFTER = r"""
These six lines close nearly every model of the course. In `min-char-rnn` they are
`loss += -np.log(ps[t][targets[t],0])` and `dy[targets[t]] -= 1`. The gist *sums* over its 25
characters and takes the logarithm of a finished probability; you took the mean, which makes losses
at different lengths comparable, and you stayed in logarithms, which keeps a confident mistake
finite. The gradient is the whole lesson in one line: *what you said minus what was true*.
"""

# %% given
import numpy as np


# %% work
def softmax_xent(logits, y):  # (N,V), (N,) -> (), (N,V)
    """Mean cross-entropy of logits against characters y, and its gradient."""
    # >>> solution
    s = logits - logits.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    loss = -log_p[rows, y].mean()
    dlogits = np.exp(log_p)
    dlogits[rows, y] -= 1
    return loss, dlogits / len(y)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def agree(you, ref, logits, y):
    N, V = logits.shape
    want = ref.softmax_xent(logits, y)
    close(you.softmax_xent(logits, y), want, ("loss", "dlogits"), N=N, V=V)


def case_one_row(you, rng, ref):
    """one position, three characters"""
    agree(you, ref, np.round(rng.normal(size=(1, 3)), 1), rng.integers(3, size=1))


def case_mean(you, rng, ref):
    """two positions: the loss is a mean"""
    agree(you, ref, np.round(rng.normal(size=(2, 3)), 1), rng.integers(3, size=2))


def case_every_axis(you, rng, ref):
    """N and V of different size"""
    agree(you, ref, 3 * rng.normal(size=(4, 7)), rng.integers(7, size=4))


def case_square(you, rng, ref):
    """N equal to V, where a forgotten keepdims goes unnoticed"""
    agree(you, ref, 3 * rng.normal(size=(5, 5)), rng.integers(5, size=5))


def case_shift(you, rng, ref):
    """logits around +10,000"""
    agree(you, ref, 1e4 + rng.normal(size=(3, 4)), rng.integers(4, size=3))


def case_rows_far_apart(you, rng, ref):
    """one row near +1,000, another near -1,000"""
    logits = rng.normal(size=(2, 5)) + np.array([[1000.0], [-1000.0]])
    agree(you, ref, logits, rng.integers(5, size=2))


def case_sure_and_wrong(you, rng, ref):
    """a right character with probability e^-800: the loss is large, not infinite"""
    logits = np.zeros((2, 3))
    logits[0, 1] = 800 + rng.random()
    agree(you, ref, logits, np.array([0, 2]))


def case_single_character(you, rng, ref):
    """a vocabulary of one: nothing to learn"""
    loss, dlogits = you.softmax_xent(rng.normal(size=(3, 1)), np.zeros(3, dtype=int))
    close(loss, 0.0, "loss")
    close(dlogits, np.zeros((3, 1)), "dlogits", N=3, V=1)


def case_float32_view(you, rng, ref):
    """float32 logits that are a view of a larger array"""
    logits = rng.normal(size=(6, 8)).astype(np.float32)[::2, ::-2]
    agree(you, ref, logits, rng.integers(4, size=3))


def case_rows_sum_to_zero(you, rng, ref):
    """each row of the gradient sums to zero: what one character gains the others lose"""
    _, dlogits = you.softmax_xent(rng.normal(size=(3, 6)), rng.integers(6, size=3))
    largest = np.abs(dlogits.sum(axis=1)).max()
    holds(largest < 1e-9, "The rows of `dlogits` do not sum to zero.", largest, "0")


# %% wrong
def softmax_xent__overflow(logits, y):
    """`np.exp` of a logit above 709 is inf, and inf/inf is NaN. Subtract the largest logit of the
    row first: softmax does not notice, `np.exp` does."""
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


def softmax_xent__one_maximum_for_all(logits, y):
    """You subtract the largest logit of the whole array. A row far below it underflows to 0/0: each
    row needs its own maximum (`axis=1, keepdims=True`)."""
    p = np.exp(logits - logits.max())
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


def softmax_xent__log_of_a_probability(logits, y):
    """The probability has underflowed to 0 before you take its logarithm. Do not leave logarithms:
    log p = s - log(sum(exp(s))), where s are the shifted logits."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


def softmax_xent__small_number_added(logits, y):
    """The small number you add inside the logarithm changes the loss: a confident mistake costs at
    most 20.7 or so instead of its real price. With log p = s - log(sum(exp(s))) nothing has to be
    added."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y] + 1e-9).mean()
    p[rows, y] -= 1
    return loss, p / len(y)


def softmax_xent__sum_not_mean(logits, y):
    """This is the sum over the N positions; the prompt asks for the mean. Divide the loss and its
    gradient by N, so that a longer text does not count as a worse one."""
    loss, dlogits = softmax_xent(logits, y)
    return loss * len(y), dlogits * len(y)


def softmax_xent__gradient_not_divided(logits, y):
    """The loss is a mean over N positions, so its gradient carries the same 1/N."""
    loss, dlogits = softmax_xent(logits, y)
    return loss, dlogits * len(y)


def softmax_xent__mean_over_everything(logits, y):
    """You divide by N times V. The mean runs over the N positions: each of them has one right
    character, not V of them."""
    loss, dlogits = softmax_xent(logits, y)
    return loss / logits.shape[1], dlogits / logits.shape[1]


def softmax_xent__wrong_axis(logits, y):
    """The probabilities of each *column* sum to one. The V characters of one position are a row, so
    maximum and sum run over `axis=1`."""
    s = logits - logits.max(axis=0, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=0, keepdims=True))
    rows = np.arange(len(y))
    dlogits = np.exp(log_p)
    dlogits[rows, y] -= 1
    return -log_p[rows, y].mean(), dlogits / len(y)


def softmax_xent__target_not_subtracted(logits, y):
    """`dlogits` holds the probabilities. What is missing is the 1 that is taken from the right
    character of each row."""
    loss, dlogits = softmax_xent(logits, y)
    dlogits[np.arange(len(y)), y] += 1 / len(y)
    return loss, dlogits


def softmax_xent__base_two(logits, y):
    """These are bits. The loss is in nats: the natural logarithm, whose gradient needs no constant.
    Bits per character are this loss divided by ln 2, at the very end."""
    loss, dlogits = softmax_xent(logits, y)
    return loss / np.log(2), dlogits
