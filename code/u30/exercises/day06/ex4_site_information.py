# /// u30
# id = "d06.4"
# title = "A population that knows too much"
# kind = "debug"
# difficulty = 3
# minutes = 25
# concepts = ["entropy", "bias of an estimate", "information in a population"]
# needs = []
# timeout = 5
# ///
PROMPT = r"""
What does a population of genomes know? At a site where anything goes, all letters occur; at a site
that matters, selection leaves one. So count the missing entropy, site by site:

$$I = \sum_{\ell=1}^{L} (\log_2 A - H_\ell), \qquad
H_\ell = -\sum_a p_{\ell a}\log_2 p_{\ell a} + \frac{m_\ell-1}{2N\ln 2}$$

$p_{\ell a}$ is the share of the N genomes that have letter a at site ℓ, and $m_\ell$ the number of
different letters seen there. The last term is Miller and Madow's correction: entropy that is
counted from few genomes comes out too small, and this adds what is missing on average.

The function below runs. Its author reports: *"Fifty copies of one random genome with 7 letters
should give 14 bits, I get something else. A population of random genomes should know nothing, I get
several bits. And even after I had mended that, random populations stayed positive."* There are
**three** mistakes.

| name | shape | meaning |
|---|---|---|
| `pop` | `(N, L)` | N genomes of L letters, whole numbers 0 to A-1 |
| `A` | whole number | size of the alphabet |
| result | one number | bits, summed over the sites |

One worked number: `pop = [[0, 1], [0, 2]]`, A = 4. Site 0 is fixed: 2 bits. Site 1 has two letters,
half and half: H = 1 + 1/(4 ln 2) = 1.3607, so 0.6393 bits. Together 2.6393.
"""
HINTS = (
    "Which axis of `pop` must be counted to learn how often letter a occurs at *one site*? And "
    "what is the largest value that the entropy of four letters may have, in the unit used?",
    "Shares are over the genomes, which is axis 0. Bits take `np.log2`. For the third mistake look "
    "at the sign of the correction: the counted entropy is too *small*, so the term is added to H.",
    "```python\n"
    "counts = np.stack([(pop == a).sum(axis=...) for a in range(A)])   # (A,L)\n"
    "p = counts / N\n"
    "H = -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=0)             # (L,)\n"
    "m = (counts > 0).sum(axis=0)\n"
    "H = H ...                                                         # correction\n"
    "```",
)
AFTER = r"""
Two of the mistakes are slips, the third is a trap. Without the right correction a random population
of 20 genomes with 30 sites seems to know about 3 bits, and a paper that reports "information arose"
from it reports its own sample size. The page has a second trap of this kind: relatives look alike.
A population without any selection also shows "information", because everybody descends from few
ancestors. That one no formula takes away; it takes a control experiment.
"""

# %% given
import numpy as np


# %% work
def site_information(pop, A):  # (N,L) -> bits
    """Sum over sites: log2(A) minus the corrected entropy of the letters."""
    N = len(pop)
    # >>> solution
    counts = np.stack([(pop == a).sum(axis=0) for a in range(A)])
    p = counts / N
    H = -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=0)
    m = (counts > 0).sum(axis=0)
    H = H + (m - 1) / (2 * N * np.log(2))
    # --- starter
    # counts = np.stack([(pop == a).sum(axis=1) for a in range(A)])
    # p = counts / counts.sum(axis=0)
    # H = -(p * np.log(np.where(p > 0, p, 1))).sum(axis=0)
    # m = (counts > 0).sum(axis=0)
    # H = H - (m - 1) / (2 * N * np.log(2))
    # <<<
    return float((np.log2(A) - H).sum())


# %% check
from u30.learn.cases import close, holds


def agree(you, ref, pop, A):
    pop = pop.astype(np.intp)  # the type that np.bincount takes on every machine
    N, L = pop.shape
    close(you.site_information(pop, A), ref.site_information(pop, A), "the bits", N=N, L=L)


def random_population(rng):
    return rng.integers(0, 4, size=(20, 30)).astype(np.intp)


def case_two_genomes(you, rng, ref):
    """two genomes that agree at one of two sites"""
    a, b, c = rng.permutation(4)[:3]
    want = 2 + 1 - 1 / (4 * np.log(2))
    close(you.site_information(np.array([[a, b], [a, c]]), 4), want, "the bits", N=2, L=2)


def case_clones(you, rng, ref):
    """fifty copies of one random genome: every bit is known"""
    genome = rng.permutation(np.array([0, 1, 2, 3, 0, 1, 2]))
    close(you.site_information(np.tile(genome, (50, 1)), 4), 14.0, "the bits", N=50, L=7)


def case_one_site(you, rng, ref):
    """a single site"""
    agree(you, ref, rng.integers(0, 3, size=(9, 1)), 3)


def case_square(you, rng, ref):
    """as many genomes as sites, where a wrong axis goes unnoticed"""
    agree(you, ref, rng.integers(0, 4, size=(8, 8)) * rng.integers(0, 2, size=8), 4)


def case_two_letters(you, rng, ref):
    """an alphabet of two"""
    agree(you, ref, rng.integers(0, 2, size=(12, 5)), 2)


def case_mixture(you, rng, ref):
    """some sites are fixed, some free"""
    pop = rng.integers(0, 4, size=(30, 11))
    pop[:, :5] = rng.integers(0, 4, size=5)
    agree(you, ref, pop, 4)


def case_rare_letters(you, rng, ref):
    """letters that nobody has"""
    agree(you, ref, rng.integers(1, 4, size=(15, 6)), 7)


def case_large_alphabet(you, rng, ref):
    """twenty letters, as in proteins"""
    agree(you, ref, rng.integers(0, 20, size=(60, 4)), 20)


def case_random_knows_nothing(you, rng, ref):
    """random genomes: close to zero, on average over many populations"""
    seen = [you.site_information(random_population(rng), 4) for _ in range(20)]
    mean = np.mean(seen)
    message = "Populations of random genomes know nothing, but on average they show too many bits."
    holds(abs(mean) < 1.2, message, mean, "about 0")


def case_relabelled(you, rng, ref):
    """the names of the letters do not matter"""
    pop = rng.integers(0, 4, size=(14, 5)).astype(np.intp)
    want = ref.site_information(pop, 4)
    close(you.site_information(rng.permutation(4)[pop], 4), want, "the bits", N=14, L=5)


# %% wrong
EDITS = (
    (
        "per_genome",
        "You count the letters of each *genome*. The question is which letters occur at each "
        "*site*, over all genomes: axis 0.",
        "(pop == a).sum(axis=0) for a in range(A)])\n    p = counts / N",
        "(pop == a).sum(axis=1) for a in range(A)])\n    p = counts / counts.sum(axis=0)",
    ),
    (
        "nats",
        "The entropies are in nats, but log2(A) is in bits. Take `np.log2` in both.",
        "np.log2(np.where(",
        "np.log(np.where(",
    ),
    (
        "correction_subtracted",
        "The correction has the wrong sign. Entropy that is counted from few genomes is too small, "
        "so something has to be *added* to H; now a random population knows even more.",
        "H = H + (m - 1)",
        "H = H - (m - 1)",
    ),
    (
        "no_correction",
        "Without Miller and Madow's term, random genomes seem to know several bits: counting makes "
        "entropy too small.",
        "H = H + (m - 1) / (2 * N * np.log(2))",
        "pass",
    ),
    (
        "all_letters_counted_in_the_correction",
        "m is the number of letters that *occur* at the site, not the size of the alphabet. A site "
        "with one letter needs no correction.",
        "m = (counts > 0).sum(axis=0)",
        "m = A",
    ),
    (
        "correction_in_nats",
        "The correction is in nats: (m - 1)/(2N). In bits it is divided by ln 2.",
        "(2 * N * np.log(2))",
        "(2 * N)",
    ),
)


def site_information__mean_over_sites(pop, A):
    """This is the mean over the sites. The information of the population is their *sum*: a longer
    genome can know more."""
    return site_information(pop, A) / pop.shape[1]


def site_information__entropy_returned(pop, A):
    """This is the entropy that is left. Information is the entropy that is *missing*: log2(A) minus
    it, at each site."""
    return pop.shape[1] * np.log2(A) - site_information(pop, A)


SURVIVORS = {
    "H = -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=0) -> H = -(p * np.log2(np.where(p > 0, p, "
    "2))).sum(axis=0)": "any positive number may stand where p is 0: it is multiplied by p",
    "return float((np.log2(A) - H).sum()) -> return (np.log2(A) - H).sum()": "a NumPy number of "
    "bits as well",
}
