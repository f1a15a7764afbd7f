# /// u30
# id = "d04.1"
# title = "The price of a weight"
# kind = "implement"
# difficulty = 2
# minutes = 15
# concepts = ["KL divergence", "description length", "noisy weights"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
A noisy weight is a normal distribution Q with mean $m_q$ and standard deviation $s_q$. The receiver
expects another one, P, with mean $m_p$ and standard deviation $s_p$. What the weight costs, after
all refunds, is the divergence of the two (the paper's equation 9):

$$G = \int Q \ln\frac QP = \ln\frac{s_p}{s_q} + \frac{s_q^2 - s_p^2 + (m_p - m_q)^2}{2\,s_p^2}$$

Write `gauss_kl(mq, sq, mp, sp)`, in **nats** (divide by ln 2 for bits). It has to work for numbers
and for arrays that broadcast against each other: a whole matrix of weights against one prior, or
one weight against five.

| name | shape | meaning |
|---|---|---|
| `mq`, `sq` | numbers or arrays | mean and **standard deviation** of the weight |
| `mp`, `sp` | numbers or arrays | mean and standard deviation of the prior |
| result | what they broadcast to | nats |

One worked number: a weight N(1, 0.5) under the prior N(0, 1) costs
ln 2 + (0.25 − 1 + 1) / 2 = 0.8181 nats.
"""
HINTS = (
    "What does the formula give when Q and P are the same? And which of the two widths stands "
    "below the fraction: the weight's, or the prior's?",
    "Two terms. The logarithm is the price of being *narrower* than expected; the fraction is the "
    "price of being *elsewhere* than expected, measured in widths of the prior. `np.log` and `**` "
    "work entry by entry, so broadcasting needs no loop.",
    "```python\n"
    "precision = np.log(sp / sq)\n"
    "place = (sq**2 - sp**2 + (...) ** 2) / (2 * ...)\n"
    "return precision + place\n"
    "```",
)
AFTER = r"""
This one line is the regulariser of the whole day. Hold $s_q$ and $P$ fixed and only
$m_q^2/2s_p^2$ is left: weight decay. Let $s_q$ go to zero and the price grows like $-\ln s_q$,
without end: an exact real number cannot be sent. Between the two, each weight buys the precision it
can pay for by predicting better. The same line returns on Day 23 as the KL term of a variational
autoencoder.
"""

# %% given
import numpy as np


# %% work
def gauss_kl(mq, sq, mp, sp):  # broadcast -> nats
    """KL divergence from N(mp, sp) of N(mq, sq): what a noisy weight costs."""
    # >>> solution
    return np.log(sp / sq) + (sq**2 - sp**2 + (mp - mq) ** 2) / (2 * sp**2)
    # --- starter
    # raise NotImplementedError("your turn")
    # <<<


# %% check
from u30.learn.cases import close, holds


def widths(rng, *shape):
    return rng.uniform(0.3, 2.0, size=shape)


def agree(you, ref, *arguments, **sizes):
    close(you.gauss_kl(*arguments), ref.gauss_kl(*arguments), "the price", **sizes)


def case_numbers(you, rng, ref):
    """one weight, one prior"""
    mq, mp = (float(x) for x in np.round(rng.normal(size=2), 1))
    agree(you, ref, mq, 0.5, mp, 2.0)


def case_narrow_prior(you, rng, ref):
    """a prior that is narrower than the weight"""
    agree(you, ref, float(np.round(rng.normal(), 1)), 1.5, 0.25, 0.5)


def case_zero_at_equality(you, rng, ref):
    """a weight that is just what the prior expects is free"""
    m, s = rng.normal(size=5), widths(rng, 5)
    close(you.gauss_kl(m, s, m, s), np.zeros(5), "the price", absolute=1e-12)


def case_matrix(you, rng, ref):
    """a matrix of weights against one prior"""
    agree(you, ref, rng.normal(size=(3, 4)), widths(rng, 3, 4), 0.3, 0.7, rows=3, columns=4)


def case_one_weight_five_priors(you, rng, ref):
    """one weight against five priors"""
    agree(you, ref, 0.4, 0.2, rng.normal(size=5), widths(rng, 5), priors=5)


def case_every_weight_every_prior(you, rng, ref):
    """a column of weights against a row of priors"""
    q = rng.normal(size=(6, 1)), widths(rng, 6, 1)
    agree(you, ref, *q, rng.normal(size=3), widths(rng, 3), weights=6, priors=3)


def case_integral(you, rng, ref):
    """the integral of Q ln Q/P, added up on a fine grid"""
    (mq, mp), (sq, sp) = rng.normal(size=2), widths(rng, 2)
    x = np.linspace(mq - 12 * sq, mq + 12 * sq, 4001)
    a, b = ((x - mq) / sq) ** 2, ((x - mp) / sp) ** 2
    q = np.exp(-a / 2) / (sq * np.sqrt(2 * np.pi))
    want = float(np.sum(q * (np.log(sp / sq) + (b - a) / 2)) * (x[1] - x[0]))
    close(float(you.gauss_kl(mq, sq, mp, sp)), want, "the price")


def case_precise(you, rng, ref):
    """ten times more precise costs ln 10 more"""
    m, s = float(rng.normal()), 1e-7
    got = float(you.gauss_kl(m, s / 10, 0.0, 1.0)) - float(you.gauss_kl(m, s, 0.0, 1.0))
    close(got, float(np.log(10)), "the difference")


def case_never_negative(you, rng, ref):
    """no weight is cheaper than free"""
    least = float(you.gauss_kl(rng.normal(size=200), widths(rng, 200), 0.1, widths(rng, 200)).min())
    holds(least >= -1e-12, "A price is negative; a divergence never is.", least, "0 or more")


# %% wrong
SURVIVORS = {
    "return np.log(sp / sq) + (sq ** 2 - sp ** 2 + (mp - mq) ** 2) / (2 * sp ** 2) -> "
    "return np.log(sp / sq) + (sq ** 2 - sp ** 2 + (mq - mp) ** 2) / (2 * sp ** 2)": "a squared "
    "distance has no direction",
}


def gauss_kl__reversed(mq, sq, mp, sp):
    """Q and P have changed places: this is the price of the *prior* for somebody who expects the
    weight. The width below the fraction is the prior's."""
    return np.log(sq / sp) + (sp**2 - sq**2 + (mp - mq) ** 2) / (2 * sq**2)


def gauss_kl__variances(mq, sq, mp, sp):
    """You treat `sq` and `sp` as variances. They are standard deviations: square them where the
    formula does."""
    return 0.5 * np.log(sp / sq) + (sq - sp + (mp - mq) ** 2) / (2 * sp)


def gauss_kl__bits(mq, sq, mp, sp):
    """These are bits. The price is asked for in nats, without the division by ln 2."""
    return gauss_kl(mq, sq, mp, sp) / np.log(2)


def gauss_kl__constant_forgotten(mq, sq, mp, sp):
    """The one half is missing: -sp² over 2 sp². A weight that equals its prior must be free, and
    yours costs 0.5 nats."""
    return np.log(sp / sq) + (sq**2 + (mp - mq) ** 2) / (2 * sp**2)


def gauss_kl__logarithm_upside_down(mq, sq, mp, sp):
    """The logarithm is upside down: a *narrow* weight is dear, so it is ln(sp / sq)."""
    return np.log(sq / sp) + (sq**2 - sp**2 + (mp - mq) ** 2) / (2 * sp**2)


def gauss_kl__distance_not_squared(mq, sq, mp, sp):
    """The distance of the means is not squared, so being off to one side would earn a discount."""
    return np.log(sp / sq) + (sq**2 - sp**2 + (mp - mq)) / (2 * sp**2)


def gauss_kl__only_weight_decay(mq, sq, mp, sp):
    """This is weight decay: only the place of the mean is paid for. Being precise costs as well, by
    the logarithm and the variances."""
    return (mp - mq) ** 2 / (2 * sp**2) + 0 * sq


def gauss_kl__summed(mq, sq, mp, sp):
    """This is the sum over all weights. Return one price for each."""
    return np.sum(gauss_kl(mq, sq, mp, sp))
