# /// u30
# id = "d04.4"
# title = "Bits back"
# kind = "implement"
# difficulty = 3
# minutes = 20
# concepts = ["bits back", "entropy", "KL divergence", "code length"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A sender picks one of K bins at random, with chances `q`, and tells the receiver which. Both have
agreed on a code for chances `p`, in which bin i costs $-\log_2 p_i$ bits. To pick the bin, the
sender used up random bits: $-\log_2 q_i$ of them for bin i. If these were bits of *another
message*, the receiver, who finds out q, gets them back. So on average

$$\text{gross} = -\sum_i q_i \log_2 p_i, \qquad \text{refund} = -\sum_i q_i \log_2 q_i, \qquad
\text{net} = \text{gross} - \text{refund}$$

Write `bits_back(q, p)`, which returns the three numbers in **bits**. Two rules for zeros: a bin
that is never picked ($q_i=0$) costs and refunds nothing, whatever p says. A bin that is picked but
that the code does not know ($p_i=0<q_i$) makes gross and net infinite.

| name | shape | meaning |
|---|---|---|
| `q` | `(K,)` | chances of the sender's choice; they sum to one |
| `p` | `(K,)` | chances that the code was made for; they sum to one |
| result | three numbers | gross, refund, net |

One worked number: q = [0.5, 0.5, 0, 0] and p = [0.25, 0.25, 0.25, 0.25] give gross 2, refund 1,
net 1.
"""
HINTS = (
    "Who pays by which list? The code was made for p, but how *often* each bin comes is q. And "
    "what is 0 times the logarithm of 0 here: an error, or nothing?",
    "Both sums run over the bins with q above 0 only: take `used = q > 0` and keep `q[used]` and "
    "`p[used]`. If one of those p is 0, gross is infinite: NumPy's `np.log2(0)` is -inf, with a "
    "warning that `np.errstate(divide='ignore')` silences.",
    "```python\n"
    "used = q > 0\n"
    "with np.errstate(divide='ignore'):\n"
    "    gross = -np.sum(q[used] * np.log2(...))\n"
    "refund = ...\n"
    "return gross, refund, gross - refund\n"
    "```",
)
AFTER = r"""
The net price is the divergence of q from p: zero when the sender wants just what the code expects,
however many bits travel. Cut every bin in two and gross and refund both grow by one bit; the net
price does not move. That is how a real number, which has infinitely many digits, can be sent for a
finite price. The page really does it, with a fable as the other message. Without that other
message there is nothing to refund: bits back does not make a lone message shorter.
"""

# %% given
import numpy as np


# %% work
def bits_back(q, p):  # (K,), (K,) -> three numbers
    """Mean bits to send a bin, mean bits that come back, and the difference."""
    # >>> solution
    used = q > 0
    with np.errstate(divide="ignore"):
        gross = -np.sum(q[used] * np.log2(p[used]))
    refund = -np.sum(q[used] * np.log2(q[used]))
    return gross, refund, gross - refund
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds

NAMES = ("gross", "refund", "net")


def chances(rng, K):
    return rng.dirichlet(np.ones(K))


def agree(you, ref, q, p):
    close(you.bits_back(q, p), ref.bits_back(q, p), NAMES, K=len(q), absolute=1e-12)


def case_two_bins(you, rng, ref):
    """two bins"""
    a, b = np.round(rng.uniform(0.1, 0.9, size=2), 1)
    agree(you, ref, np.array([a, 1 - a]), np.array([b, 1 - b]))


def case_eight_bins(you, rng, ref):
    """eight bins"""
    agree(you, ref, chances(rng, 8), chances(rng, 8))


def case_same(you, rng, ref):
    """q equal to p: everything comes back"""
    p = chances(rng, 6)
    agree(you, ref, p.copy(), p)


def case_uniform_code(you, rng, ref):
    """a code that treats all 16 bins alike: 4 bits gross, whatever q is"""
    agree(you, ref, chances(rng, 16), np.full(16, 1 / 16))


def case_sure(you, rng, ref):
    """a sender who always picks the same bin: nothing comes back"""
    q = np.zeros(5)
    q[rng.integers(5)] = 1
    agree(you, ref, q, chances(rng, 5))


def case_unused_bins(you, rng, ref):
    """bins that are never picked"""
    q = np.concatenate([chances(rng, 3), np.zeros(4)])
    agree(you, ref, rng.permutation(q), chances(rng, 7))


def case_both_zero(you, rng, ref):
    """bins that are never picked and that the code does not know"""
    q, p = chances(rng, 3), chances(rng, 3)
    agree(you, ref, np.append(q, [0.0, 0.0]), np.append(p, [0.0, 0.0]))


def case_unknown_to_the_code(you, rng, ref):
    """a bin that is picked but that the code does not know: infinitely dear"""
    q, p = chances(rng, 4), np.append(chances(rng, 3), 0.0)
    gross, refund, net = you.bits_back(q, p)
    holds(np.isinf(gross) and gross > 0, "`gross` has to be infinite here.", gross, "inf")
    holds(np.isinf(net) and net > 0, "`net` has to be infinite here.", net, "inf")
    close(refund, ref.bits_back(q, q)[1], "refund")


def case_split_bins(you, rng, ref):
    """every bin cut in two: gross and refund grow by one bit, net does not"""
    q, p = chances(rng, 5), chances(rng, 5)
    gross, refund, net = you.bits_back(q, p)
    finer = you.bits_back(np.repeat(q, 2) / 2, np.repeat(p, 2) / 2)
    close(finer, (gross + 1, refund + 1, net), NAMES, K=10, absolute=1e-12)


def case_never_negative(you, rng, ref):
    """the net price of any choice under any code is 0 or more"""
    least = min(float(you.bits_back(chances(rng, 4), chances(rng, 4))[2]) for _ in range(20))
    holds(least >= -1e-12, "`net` is negative: somebody is paid for sending.", least, "0 or more")


# %% wrong
SURVIVORS = {
    "with np.errstate(divide='ignore'): -> with np.errstate():": "the same numbers, with a warning",
}
EDITS = (
    (
        "refund_with_p",
        "The refund counts the random bits that were used up, and the sender drew from q: "
        "-log2 q, not -log2 p. With p in both places everything would always be free.",
        "q[used] * np.log2(q[used])",
        "q[used] * np.log2(np.maximum(p[used], 1e-300))",
    ),
    (
        "weighted_by_p",
        "Bins come as often as q says, but you weigh them with p.",
        "q[used] * np.log2(p[used])",
        "p[used] * np.log2(p[used])",
    ),
    (
        "nats",
        "These are nats, with the natural logarithm. Bits take the logarithm to base 2.",
        "    return gross, refund, gross - refund",
        "    gross, refund = gross * np.log(2), refund * np.log(2)\n"
        "    return gross, refund, gross - refund",
    ),
    (
        "unused_bins_counted",
        "0 times the logarithm of 0 is NaN for NumPy. A bin that is never picked adds nothing: "
        "leave it out of both sums.",
        "used = q > 0",
        "used = q >= 0",
    ),
    (
        "unknown_bins_left_out",
        "You leave out the bins with p = 0. One that is picked all the same cannot be sent: gross "
        "and net are infinite.",
        "used = q > 0",
        "used = (q > 0) & (p > 0)",
    ),
    (
        "small_number_added",
        "The small number inside the logarithm makes the impossible bin cost about 30 bits or so "
        "instead of infinitely many, and bends all the others a little.",
        "np.log2(p[used])",
        "np.log2(p[used] + 1e-9)",
    ),
    (
        "net_the_other_way_round",
        "The net price is what was paid minus what came back.",
        "gross - refund",
        "refund - gross",
    ),
    (
        "signs",
        "Logarithms of chances are negative; code lengths are not. Both sums need a minus sign.",
        "refund = -np.sum",
        "refund = np.sum",
    ),
    (
        "bins_not_weighted",
        "This is the mean over the bins, as if each came equally often. Weigh them with q.",
        "-np.sum(q[used] * np.log2(p[used]))",
        "-np.mean(np.log2(p[used]))",
    ),
)
