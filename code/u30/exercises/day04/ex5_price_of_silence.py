# /// u30
# id = "d04.5"
# title = "The price of silence"
# kind = "experiment"
# difficulty = 4
# minutes = 40
# concepts = ["mixture prior", "bits back", "log-sum-exp", "sparsity"]
# needs = ["d04.1"]
# timeout = 5
# ///
PROMPT = r"""
The prior may be a mixture: K Gaussians with shares $\pi_i$. A weight whose price under Gaussian i
alone is $G_i$ nats is sent like this: toss a coin with K sides, which shows side i with chance
$r_i$; say which Gaussian it chose, use it, and get the coin's bits back. The best coin and the
price with it (the paper's equations 17 and 18):

$$\hat G = -\ln \sum_i \pi_i\, e^{-G_i}, \qquad
r_i = \frac{\pi_i\, e^{-G_i}}{\sum_j \pi_j\, e^{-G_j}}$$

**1. `mixture_code(pi, G)`** returns `(Ghat, r)`. It has to survive prices such as G = 10,000, where
$e^{-G}$ is 0.

| name | shape | meaning |
|---|---|---|
| `pi` | `(K,)` | shares, above 0, that sum to one |
| `G` | `(n, K)` | price of each of n weights under each Gaussian alone, in nats |
| `Ghat`, `r` | `(n,)`, `(n, K)` | price and coin of each weight |

One worked number: `pi` = [0.5, 0.5], `G` = [[1, 3]] give Ghat = [1.5662], r = [[0.8808, 0.1192]].

**2. `experiment(mu, sigma, speaks)`** returns `(one, two)`, what all n weights cost **in bits**.
`mu` and `sigma` (n,) are their means and standard deviations, `speaks` (n,) is True for the weights
that say something. All priors have mean 0.

- `one`: a single prior, with the best width: the root of the mean of mu² + sigma² over all weights.
- `two`: `mixture_code` with two priors, for silence and for speech. Their widths follow from the
  same formula, over the silent and over the speaking weights; the shares are those of the two
  groups, silence first.

`gauss_kl` is given. Now guess, and write it down: 500 weights have the mean 0 and must keep still
to within 0.05, because any noise they make spoils the output. Eight weights say ±1, each to within
0.1. What do the 500 silent ones cost, all together, with one prior? And how many times cheaper is
the whole network with two? Then run it:

```python
mu, sigma = np.zeros(508), np.full(508, 0.05)
mu[:8], sigma[:8] = 1, 0.1
speaks = mu != 0
print(experiment(mu, sigma, speaks))
```
"""
HINTS = (
    "What is the largest of the numbers ln pi_i - G_i good for? And in the experiment: how wide is "
    "a prior that has to suit weights near 0 and weights near 1 at the same time?",
    "ln of a sum of exponentials: subtract the largest exponent of each row first, add it again "
    "outside the logarithm. Then r is exp of (ln pi - G + Ghat). The experiment calls `gauss_kl` "
    "with a column of weights and a row of two widths; divide nats by ln 2 at the end.",
    "```python\n"
    "score = np.log(pi) - G                              # (n,K)\n"
    "top = score.max(axis=1, keepdims=True)\n"
    "Ghat = -(top + np.log(...))[:, 0]\n"
    "r = np.exp(score + Ghat[:, None])\n"
    "# experiment: width(rows) = np.sqrt(np.mean(mu[rows] ** 2 + sigma[rows] ** 2))\n"
    "```",
)
AFTER = r"""
With one prior the 500 weights that say *nothing* cost 408 bits, more than the eight that speak. The
prior has to be wide enough for the loud ones, and next to it a quiet weight is suspiciously
precise. With two priors the whole network costs 85 bits instead of 723: a silent weight pays 0.02
bits, a speaking one 6 bits to say that it speaks and 3 for what it says. On the page this is what
saves the network with 128 inputs, whose shortest description under one Gaussian is to learn
nothing, the paper's "serious embarrassment". $\hat G$ is an upper bound: a code that does not name
the Gaussian would be a little shorter.
"""

# %% given
import numpy as np


def gauss_kl(mq, sq, mp, sp):
    """Price of a weight N(mq, sq) under the prior N(mp, sp), in nats."""
    return np.log(sp / sq) + (sq**2 - sp**2 + (mp - mq) ** 2) / (2 * sp**2)


# %% work
def mixture_code(pi, G):  # (K,), (n,K) -> (n,), (n,K)
    """Price of each weight under its best coin of K sides, and that coin."""
    # >>> solution
    score = np.log(pi) - G
    top = score.max(axis=1, keepdims=True)
    Ghat = -(top + np.log(np.exp(score - top).sum(axis=1, keepdims=True)))
    return Ghat[:, 0], np.exp(score + Ghat)
    # --- starter
    # raise NotImplementedError("first part")
    # <<<


def experiment(mu, sigma, speaks):  # (n,), (n,), (n,) -> two numbers of bits
    """Total bits: best single prior; one prior for silence, one for speech."""
    # >>> solution
    square = mu**2 + sigma**2
    one = gauss_kl(mu, sigma, 0, np.sqrt(square.mean())).sum()
    widths = np.sqrt(np.array([square[~speaks].mean(), square[speaks].mean()]))
    pi = np.array([np.mean(~speaks), np.mean(speaks)])
    G = gauss_kl(mu[:, None], sigma[:, None], 0, widths)  # (n,2)
    two = mixture_code(pi, G)[0].sum()
    return one / np.log(2), two / np.log(2)
    # --- starter
    # raise NotImplementedError("second part")
    # <<<


# %% check
from u30.learn.cases import close, holds

NAMES = ("Ghat", "r")


def shares(rng, K):
    return rng.dirichlet(2 * np.ones(K))


def agree(you, ref, pi, G):
    n, K = G.shape
    close(you.mixture_code(pi, G), ref.mixture_code(pi, G), NAMES, n=n, K=K)


def case_two_gaussians(you, rng, ref):
    """one weight, two Gaussians"""
    pi = np.round(rng.uniform(0.2, 0.8), 1)
    agree(you, ref, np.array([pi, 1 - pi]), np.round(3 * rng.random((1, 2)), 1))


def case_every_axis(you, rng, ref):
    """four weights, three Gaussians"""
    agree(you, ref, shares(rng, 3), 4 * rng.random((4, 3)))


def case_square(you, rng, ref):
    """as many weights as Gaussians"""
    agree(you, ref, shares(rng, 4), 4 * rng.random((4, 4)))


def case_one_gaussian(you, rng, ref):
    """a single Gaussian: no choice, so the price is G"""
    agree(you, ref, np.ones(1), 4 * rng.random((5, 1)))


def case_dear(you, rng, ref):
    """prices around 10,000 nats"""
    agree(you, ref, shares(rng, 3), 1e4 + rng.random((2, 3)))


def case_rows_far_apart(you, rng, ref):
    """one weight is cheap, another costs 5,000 nats"""
    agree(you, ref, shares(rng, 2), rng.random((2, 2)) + np.array([[0.0], [5000.0]]))


def case_one_cheap_gaussian(you, rng, ref):
    """the same weight costs next to nothing under one Gaussian, thousands of nats under another"""
    agree(you, ref, shares(rng, 2), np.array([[rng.random(), 3000.0], [4000.0, rng.random()]]))


def case_best_coin(you, rng, ref):
    """no other coin is cheaper"""
    pi, G = shares(rng, 4), 4 * rng.random((1, 4))
    got = float(you.mixture_code(pi, G)[0][0])
    r = shares(rng, 4)
    other = float(np.sum(r * (G[0] + np.log(r) - np.log(pi))))
    holds(got <= other + 1e-9, "Another coin gives a lower price.", got, f"at most {other:.4g}")


def network(rng, silent, speaking):
    speaks = rng.permutation(np.arange(silent + speaking) < speaking)
    sigma = rng.uniform(0.1, 0.5, size=len(speaks))
    mu = np.where(speaks, rng.choice([-1, 1], size=len(speaks)) * rng.uniform(0.7, 2), 0.0)
    return mu + 0.02 * rng.standard_normal(len(speaks)), sigma, speaks


def agree_on_the_experiment(you, ref, weights):
    want = ref.experiment(*weights)
    close(you.experiment(*weights), want, ("one", "two"), n=len(weights[0]))


def case_small_network(you, rng, ref):
    """the experiment on seven weights"""
    agree_on_the_experiment(you, ref, network(rng, 5, 2))


def case_mostly_silent(you, rng, ref):
    """the experiment on 200 silent and 6 speaking weights"""
    agree_on_the_experiment(you, ref, network(rng, 200, 6))


def case_mostly_loud(you, rng, ref):
    """the experiment on 4 silent and 30 speaking weights"""
    agree_on_the_experiment(you, ref, network(rng, 4, 30))


def case_the_prompt(you, rng, ref):
    """the numbers of the prompt"""
    mu, sigma = np.zeros(508), np.full(508, 0.05)
    mu[:8], sigma[:8] = 1, 0.1
    agree_on_the_experiment(you, ref, (mu, sigma, mu != 0))


# %% wrong
SURVIVORS = {
    "return (Ghat[:, 0], np.exp(score + Ghat)) -> "
    "return (Ghat[:, -1], np.exp(score + Ghat))": "the only column is the first and the last",
    "widths = np.sqrt(np.array([square[~speaks].mean(), square[speaks].mean()])) -> "
    "widths = np.sqrt([square[~speaks].mean(), square[speaks].mean()])": "NumPy takes a list, too",
    "pi = np.array([np.mean(~speaks), np.mean(speaks)]) -> "
    "pi = [np.mean(~speaks), np.mean(speaks)]": "NumPy makes an array of it",
}
EDITS = (
    (
        "mean_price",
        "This is the mean of the prices, weighted with pi, as if the sender drew the Gaussian "
        "blindly. The sender may choose the one that suits the weight.",
        "Ghat = -(top + np.log(np.exp(score - top).sum(axis=1, keepdims=True)))",
        "Ghat = (pi * G).sum(axis=1, keepdims=True)",
    ),
    (
        "cheapest_gaussian",
        "You always take the cheapest Gaussian, and pay for naming it. A coin that sometimes "
        "takes another brings random bits back, so the price is lower.",
        "Ghat = -(top + np.log(np.exp(score - top).sum(axis=1, keepdims=True)))",
        "Ghat = -top",
    ),
    (
        "underflow",
        "`np.exp` of -10,000 is 0, and the logarithm of 0 is -inf. Subtract the largest exponent "
        "of each row first, and add it again outside.",
        "top = score.max(axis=1, keepdims=True)",
        "top = np.zeros((len(G), 1))",
    ),
    (
        "one_maximum_for_all",
        "You subtract the largest exponent of *all* weights. A weight that is much dearer "
        "underflows: each row needs its own.",
        "score.max(axis=1, keepdims=True)",
        "np.full((len(G), 1), score.max())",
    ),
    (
        "shares_forgotten",
        "The shares pi are missing: naming a rare Gaussian costs -ln pi.",
        "score = np.log(pi) - G",
        "score = -G + 0 * pi",
    ),
    (
        "coin_is_the_share",
        "r does not depend on the weight. It is pi times exp(-G), made to sum to one.",
        "np.exp(score + Ghat)",
        "np.tile(pi, (len(G), 1))",
    ),
    (
        "coin_not_normalised",
        "The coin's chances do not sum to one: divide by the sum over the Gaussians.",
        "np.exp(score + Ghat)",
        "np.exp(score)",
    ),
    (
        "nats",
        "These are nats. The experiment is asked for in bits: divide by ln 2.",
        "return one / np.log(2), two / np.log(2)",
        "return one, two",
    ),
    (
        "width_without_noise",
        "The best width takes the noise into account: mu² + sigma², not mu² alone. For silent "
        "weights mu² is next to nothing.",
        "square = mu**2 + sigma**2",
        "square = mu**2 + 1e-6",
    ),
    (
        "equal_shares",
        "The shares are those of the two groups. With one half each, every silent weight pays a "
        "whole bit to say that it is silent.",
        "np.array([np.mean(~speaks), np.mean(speaks)])",
        "np.array([0.5, 0.5])",
    ),
    (
        "groups_swapped",
        "Widths and shares are not in the same order: silence first, in both.",
        "np.array([np.mean(~speaks), np.mean(speaks)])",
        "np.array([np.mean(speaks), np.mean(~speaks)])",
    ),
    (
        "group_told_beforehand",
        "You give each weight the prior of its own group for free. The receiver does not know who "
        "speaks; saying so is part of the price.",
        "two = mixture_code(pi, G)[0].sum()",
        "two = gauss_kl(mu, sigma, 0, widths[speaks.astype(int)]).sum()",
    ),
)
