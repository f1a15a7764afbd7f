"""Day 6, evolution: what a population knows about its environment, and how errors limit it.

    I = sum over sites of (log2 A - H_l)                                    (information)
    m' = m (1+s) / (1 + s m),   m = m' (1-mu) + (1-m') mu/(A-1)             (balance)
    x  = largest eigenvector of Q W                                         (quasispecies)
    mu_c = 1 - sigma^(-1/L)                                                 (threshold)

N genomes of L letters from an alphabet of A; H_l the entropy of site l over the population, in
bits; mu errors per letter copied; m the share of right letters. On the *smooth* landscape every
right letter multiplies fitness by 1+s, on the *peak* only the perfect genome has fitness sigma,
all others 1. x (L+1,) shares of genomes with 0..L wrong letters; W fitness, Q copying errors.
(Eigen, 1971; Adami, Ofria and Collier, 2000, for I.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

# 1. A finite population


def evolve(
    rng: np.random.Generator,
    mu: float,
    generations: Iterable[int],
    N: int = 300,
    L: int = 30,
    A: int = 4,
    s: float = 0.3,
    clones: bool = False,
) -> list[np.ndarray]:  # -> populations (N,L) at the generations asked for
    """Select and copy, generation by generation, on the smooth landscape. The right letter is 0.

    It starts from random genomes, or from N copies of the perfect one.
    """
    wanted = set(generations)
    population = rng.integers(A, size=(N, L))
    if clones:
        population[:] = 0
    kept = []
    for generation in range(max(wanted) + 1):
        if generation:
            fitness = (1 + s) ** (population == 0).sum(axis=1)
            parents = rng.choice(N, size=N, p=fitness / fitness.sum())
            wrong = rng.random((N, L)) < mu
            population = (population[parents] + wrong * rng.integers(1, A, size=(N, L))) % A
        if generation in wanted:
            kept.append(population)
    return kept


def site_information(population: np.ndarray, A: int = 4) -> float:
    """(N,L) -> bits: log2 A minus the entropy, summed over sites.

    Counting N letters makes entropy come out too small, by about
    (m-1)/(2N ln 2) if m letters occur (Miller and Madow); that is added.
    """
    N = len(population)
    counts = np.stack([(population == a).sum(axis=0) for a in range(A)])
    p = counts / N  # (A,L)
    H = -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=0)  # (L,)
    H += ((counts > 0).sum(axis=0) - 1) / (2 * N * math.log(2))
    return float((math.log2(A) - H).sum())


# 2. An infinite population on the smooth landscape: sites are independent


def balance(mu: float, A: int = 4, s: float = 0.3, steps: int = 20_000) -> float:
    """The share m of right letters at which selection and mutation hold each other (balance)."""
    m = 1 / A
    for _ in range(steps):
        selected = m * (1 + s) / (1 + s * m)
        m, before = selected * (1 - mu) + (1 - selected) * mu / (A - 1), m
        if abs(m - before) < 1e-14:
            break
    return m


def information_per_site(m: float, A: int = 4) -> float:
    """Bits at a site where a share m is right and the other letters share the rest."""
    shares = np.array([m] + [(1 - m) / (A - 1)] * (A - 1))
    shares = shares[shares > 0]
    return float(math.log2(A) + (shares * np.log2(shares)).sum())


# 3. An infinite population on any landscape that depends on the number of wrong letters only


def smooth_landscape(L: int, s: float = 0.3) -> np.ndarray:  # -> fitness (L+1,)
    return (1 + s) ** (L - np.arange(L + 1.0))


def peak_landscape(L: int, sigma: float) -> np.ndarray:  # -> fitness (L+1,)
    return np.where(np.arange(L + 1) == 0, sigma, 1.0)


def error_threshold(L: int, sigma: float) -> float:
    """Above this mu a perfect copy, (1-mu)^L sigma, is rarer than one (threshold)."""
    return 1 - sigma ** (-1 / L)


def mutation_matrix(L: int, mu: float, A: int = 4) -> np.ndarray:  # -> Q (L+1,L+1)
    """Q[j,i]: a genome with i wrong letters is copied into one with j.

    Of the i wrong letters some are put right, each with mu/(A-1); of the L-i right ones some go
    wrong, each with mu. Both numbers are binomial, and the sum is a convolution.
    """
    Q = np.empty((L + 1, L + 1))
    for i in range(L + 1):
        Q[:, i] = np.convolve(_binomial(i, 1 - mu / (A - 1)), _binomial(L - i, mu))
    return Q


def _binomial(n: int, p: float) -> np.ndarray:  # -> (n+1,)
    k = np.arange(n + 1)
    return np.array([math.comb(n, int(j)) for j in k]) * p**k * (1 - p) ** (n - k)


def quasispecies(fitness: np.ndarray, mu: float, A: int = 4) -> np.ndarray:
    """(L+1,) -> x (L+1,): shares of genomes with 0..L wrong letters."""
    Q = mutation_matrix(len(fitness) - 1, mu, A)
    values, vectors = np.linalg.eig(Q * fitness)
    x = np.abs(vectors[:, values.real.argmax()].real)
    return x / x.sum()
