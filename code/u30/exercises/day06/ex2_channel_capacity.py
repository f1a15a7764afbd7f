# /// u30
# id = "d06.2"
# title = "How much gets through"
# kind = "implement"
# difficulty = 3
# minutes = 25
# concepts = ["mutual information", "channel capacity", "Blahut-Arimoto"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A channel copies letters badly. Row x of `P` says what comes out when x goes in:
`P[x, y]` is the probability of output y for input x. Its *capacity* is the largest mutual
information that any choice p of input probabilities achieves. Blahut and Arimoto found p by
repeating one step:

$$q(y) = \sum_x p(x)\,P(y|x), \qquad
D_x = \sum_y P(y|x)\,\log_2\frac{P(y|x)}{q(y)}, \qquad
p(x) \leftarrow \frac{p(x)\,2^{D_x}}{\sum_{x'} p(x')\,2^{D_{x'}}}$$

**1. `divergences(P, p)`** returns the $D_x$: how much the output of x stands out from the average
output q. A term with $P(y|x)=0$ counts as 0, also where an output never comes at all.

**2. `channel_capacity(P)`** starts from equal probabilities, does the step `STEPS` times (300,
given), and returns the mutual information $\sum_x p(x)\,D_x$ at the end.

| name | shape | meaning |
|---|---|---|
| `P` | `(K, J)` | K inputs, J outputs; every row sums to 1 |
| `p` | `(K,)` | probabilities of the inputs, all above 0 |
| result of 1 | `(K,)` | $D_x$ in bits |
| result of 2 | one number | capacity in bits per letter |

One worked number: a bit that is turned round with probability 0.1 has the capacity
$1 - H_2(0.1)$ = 0.5310, where $H_2(0.1)$ = 0.4690 is the entropy of a coin with chance 0.1.
"""
HINTS = (
    "In a channel where input 0 always arrives and input 1 arrives half of the time, would you "
    "use both equally often? What is 0 · log 0 worth, and what does NumPy say?",
    "`p @ P` is q. For D, replace both P and q by 1 wherever P is 0: then the logarithm is 0 "
    "there and nothing warns. In the loop multiply p by `2**D` and divide by the sum, so that "
    "inputs that stand out are used more.",
    "```python\n"
    "q = p @ P\n"
    "ratio = np.where(P > 0, P, 1) / np.where(P > 0, q, 1)\n"
    "return ...                                    # (K,)\n"
    "# and in channel_capacity:\n"
    "p = np.full(len(P), 1 / len(P))\n"
    "for _ in range(STEPS):\n"
    "    p = p * 2 ** divergences(P, p)\n"
    "    p = p / ...\n"
    "return (p * divergences(P, p)).sum()\n"
    "```",
)
AFTER = r"""
For symmetric channels equal inputs are best, and it is tempting to stop there. The Z-channel (one
letter safe, one not) shows why not: equal inputs get 0.3113 bits through, the best ones 0.3219.
The page uses the capacity as a ceiling. A genome is copied through a channel once per generation,
and no amount of selection can keep more bits in it than the copying lets through.
"""

# %% given
import numpy as np

STEPS = 300


# %% work
def divergences(P, p):  # (K,J), (K,) -> (K,)
    """How far each row of P lies from the mean output, in bits."""
    # >>> solution
    q = p @ P
    ratio = np.where(P > 0, P, 1) / np.where(P > 0, q, 1)
    return (P * np.log2(ratio)).sum(axis=1)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def channel_capacity(P):  # (K,J) -> bits
    """The largest mutual information of the channel's input and output."""
    # >>> solution
    weights = np.ones(len(P))
    for _ in range(STEPS):
        p = weights / weights.sum()
        D = divergences(P, p)
        weights = p * 2**D
    return (p * D).sum()
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close


def agree(you, P, want, **sizes):
    close(you.channel_capacity(P), want, "the capacity", absolute=1e-6, **sizes)


def entropy(*p):
    return -sum(x * np.log2(x) for x in p if x > 0)


def case_divergences(you, rng, ref):
    """the divergences of a small channel"""
    P, p = rng.dirichlet(np.ones(3), size=2), rng.dirichlet(np.ones(2))
    close(you.divergences(P, p), ref.divergences(P, p), "D", K=2, J=3)


def case_divergences_and_zeros(you, rng, ref):
    """divergences where some outputs are impossible, and one never comes"""
    P = np.zeros((4, 6))
    P[:, [0, 1, 3, 5]] = np.eye(4) / 2 + np.roll(np.eye(4), 1, axis=1) / 2
    p = rng.dirichlet(np.ones(4))
    close(you.divergences(P, p), ref.divergences(P, p), "D", K=4, J=6)


def case_flipped_bit(you, rng, ref):
    """a bit that is sometimes turned round: 1 - H2"""
    e = rng.uniform(0.02, 0.4)
    agree(you, np.array([[1 - e, e], [e, 1 - e]]), 1 - entropy(e, 1 - e))


def case_z_channel(you, rng, ref):
    """one letter is safe, the other is not: equal inputs are not best"""
    agree(you, np.array([[1.0, 0.0], [0.5, 0.5]]), np.log2(1.25))


def case_z_channels(you, rng, ref):
    """other channels with a safe letter"""
    e = rng.uniform(0.1, 0.8)
    agree(you, np.array([[e, 1 - e], [0.0, 1.0]]), np.log2(1 + e * (1 - e) ** ((1 - e) / e)))


def case_erasure(you, rng, ref):
    """letters that get lost, and one knows it: 1 - e, with 2 inputs and 3 outputs"""
    e = rng.uniform(0.1, 0.9)
    agree(you, np.array([[1 - e, 0.0, e], [0.0, 1 - e, e]]), 1 - e, K=2, J=3)


def case_noiseless(you, rng, ref):
    """every letter arrives: log2 K"""
    K = int(rng.integers(3, 7))
    agree(you, np.eye(K)[rng.permutation(K)], np.log2(K))


def case_useless(you, rng, ref):
    """the output does not depend on the input"""
    agree(you, np.tile(rng.dirichlet(np.ones(5)), (3, 1)), 0.0, K=3, J=5)


def case_output_that_never_comes(you, rng, ref):
    """a column of zeros"""
    e = rng.uniform(0.05, 0.3)
    P = np.array([[1 - e, 0.0, e], [e, 0.0, 1 - e]])
    agree(you, P, 1 - entropy(e, 1 - e), K=2, J=3)


def case_typewriter(you, rng, ref):
    """each key types its own letter or the next one: log2 K - 1"""
    K = int(rng.integers(3, 7))
    agree(you, (np.eye(K) + np.roll(np.eye(K), 1, axis=1)) / 2, np.log2(K) - 1)


def case_more_inputs_than_outputs(you, rng, ref):
    """any channel, 4 inputs and 3 outputs"""
    P = (rng.dirichlet(np.ones(3), size=4) + 2 * np.eye(3)[[0, 1, 2, 2]]) / 3
    P[3] = rng.dirichlet(np.ones(3) * 50)  # an input that is hardly worth using
    agree(you, P, ref.channel_capacity(P), K=4, J=3)


def case_more_outputs_than_inputs(you, rng, ref):
    """any channel, 2 inputs and 5 outputs"""
    P = (rng.dirichlet(np.ones(5), size=2) + np.eye(5)[:2]) / 2
    agree(you, P, ref.channel_capacity(P), K=2, J=5)


def case_one_input(you, rng, ref):
    """a single letter: nothing can be said with it"""
    agree(you, rng.dirichlet(np.ones(4), size=1), 0.0)


# %% wrong
def divergences__zeros(P, p):
    """0 · log 0 is NaN in floating point. Terms with P = 0 count as 0: replace P and q by 1 there
    before the logarithm."""
    with np.errstate(all="ignore"):
        return (P * np.log2(P / (p @ P))).sum(axis=1)


def divergences__nats(P, p):
    """These are nats. For bits, take the logarithm to base 2."""
    return divergences(P, p) * np.log(2)


def divergences__mean_instead_of_q(P, p):
    """q is the average output under p: `p @ P`. You average the rows with equal weights."""
    return divergences(P, np.full(len(P), 1 / len(P)))


def divergences__over_the_inputs(P, p):
    """You sum over the inputs, axis 0. $D_x$ sums over the outputs of one row: axis 1."""
    q = p @ P
    ratio = np.where(P > 0, P, 1) / np.where(P > 0, q, 1)
    return (P * np.log2(ratio)).sum(axis=0)


def divergences__turned_round(P, p):
    """The ratio is upside down: it is P over q, so that D is never negative on average."""
    return -divergences(P, p)


def channel_capacity__equal_inputs(P):
    """This is the mutual information at *equal* inputs. That is best for symmetric channels only;
    where one letter is safer than another, it pays to use it more. Repeat the step."""
    p = np.full(len(P), 1 / len(P))
    return p @ divergences(P, p)


def channel_capacity__entropy_of_the_output(P):
    """This is the entropy of the output. A noisy channel has a lively output that says little about
    the input: what counts is how far each row lies from the mean output."""
    q = P.mean(axis=0)
    return -(q * np.log2(np.where(q > 0, q, 1))).sum()


def channel_capacity__p_replaced(P):
    """The new p is the *old p times* 2 to the D. You forget the old one at every step, so the
    iteration ends somewhere else."""
    p = np.full(len(P), 1 / len(P))
    for _ in range(STEPS):
        p = 2 ** divergences(P, p)
        p = p / p.sum()
    return p @ divergences(P, p)


def channel_capacity__one_step(P):
    """One step is not enough: p has hardly moved. Repeat it `STEPS` times."""
    p = np.full(len(P), 1 / len(P))
    p = p * 2 ** divergences(P, p)
    p = p / p.sum()
    return p @ divergences(P, p)


def channel_capacity__not_normalised(P):
    """After each step p has to sum to one again, or it is no distribution."""
    p = np.full(len(P), 1 / len(P))
    for _ in range(3):
        p = p * 2 ** divergences(P, p)
    return p @ divergences(P, p)


SURVIVORS = {
    "q = p @ P -> q = p.T @ P": "an array of one axis is its own transpose",
    "ratio = np.where(P > 0, P, 1) / np.where(P > 0, q, 1) -> ratio = np.where(P > 0, P, 2) / "
    "np.where(P > 0, q, 1)": "the logarithm is multiplied by P, which is 0 there",
    "ratio = np.where(P > 0, P, 1) / np.where(P > 0, q, 1) -> ratio = np.where(P > 0, P, 1) / "
    "np.where(P > 0, q, 2)": "the logarithm is multiplied by P, which is 0 there",
    "for _ in range(STEPS): -> for _ in range(1, STEPS):": "one step less of 300 makes no "
    "difference",
    "for _ in range(STEPS): -> for _ in range(0, STEPS - 1):": "one step less of 300 makes no "
    "difference",
    "weights = p * 2 ** D -> weights = p * 3 ** D": "a longer step in the same direction ends at "
    "the same p",
}
