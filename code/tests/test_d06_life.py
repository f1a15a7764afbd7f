"""Channels, populations and genomes of Day 6."""

import hashlib
import math

import numpy as np
import pytest

from u30.data.genome import BASES, phix174
from u30.papers.d06_channel import (
    blahut_arimoto,
    divergences,
    symmetric_capacity,
    symmetric_channel,
)
from u30.papers.d06_evolution import (
    balance,
    error_threshold,
    evolve,
    information_per_site,
    mutation_matrix,
    peak_landscape,
    quasispecies,
    site_information,
    smooth_landscape,
)
from u30.papers.d06_genome import (
    bits_per_base,
    chance_information,
    comb,
    lag_information,
)


def H2(p):
    return -p * math.log2(p) - (1 - p) * math.log2(1 - p)


# Channels


@pytest.mark.parametrize("e", [0.01, 0.2, 0.4])
def test_capacities_in_closed_form(e):
    binary = np.array([[1 - e, e], [e, 1 - e]])
    erasure = np.array([[1 - e, 0, e], [0, 1 - e, e]])
    z = np.array([[1, 0], [e, 1 - e]])
    assert blahut_arimoto(binary)[0] == pytest.approx(1 - H2(e), abs=1e-8)
    assert blahut_arimoto(erasure)[0] == pytest.approx(1 - e, abs=1e-8)
    closed = math.log2(1 + (1 - e) * e ** (e / (1 - e)))
    assert blahut_arimoto(z)[0] == pytest.approx(closed, abs=1e-8)
    for A in (2, 4, 7):
        capacity, p = blahut_arimoto(symmetric_channel(A, e))
        assert capacity == pytest.approx(symmetric_capacity(A, e), abs=1e-8)
        np.testing.assert_allclose(p, 1 / A, atol=1e-6)


def test_perfect_and_useless_channels():
    assert blahut_arimoto(np.eye(5))[0] == pytest.approx(math.log2(5))
    assert blahut_arimoto(np.full((3, 4), 0.25))[0] == pytest.approx(0, abs=1e-9)
    assert symmetric_capacity(4, 0.75) == pytest.approx(0)
    assert symmetric_capacity(4, 0.0) == pytest.approx(2)


def test_no_input_of_a_random_channel_does_better():
    rng = np.random.default_rng(0)
    P = rng.dirichlet(np.ones(5) * 0.4, size=3)
    C, p = blahut_arimoto(P)
    for _ in range(500):
        q = rng.dirichlet(np.ones(3))
        assert q @ divergences(P, q @ P) <= C + 1e-7
    D = divergences(P, p @ P)  # Kuhn and Tucker: equal wherever p > 0, less elsewhere
    assert (D <= C + 1e-6).all()


def test_what_is_no_channel_is_refused():
    for P in ([[0.5, 0.6]], [[1.5, -0.5]], [0.5, 0.5]):
        with pytest.raises(ValueError, match="distribution"):
            blahut_arimoto(np.array(P))


# Populations


def test_site_information_of_clones_and_of_noise():
    rng = np.random.default_rng(1)
    assert site_information(np.zeros((50, 7), dtype=int)) == pytest.approx(14)
    noise = [site_information(rng.integers(4, size=(100, 30))) for _ in range(40)]
    plain = 30 * 3 / (2 * 100 * math.log(2))  # what one sees without the correction
    assert plain > 0.6 and abs(np.mean(noise)) < 0.1


def test_an_infinite_population_agrees_with_the_eigenvector():
    """Two derivations of one number: independent sites, and Eigen's matrix."""
    L = 12
    for mu in (0.003, 0.05, 0.2):
        m = balance(mu)
        x = quasispecies(smooth_landscape(L), mu)
        want = [math.comb(L, d) * (1 - m) ** d * m ** (L - d) for d in range(L + 1)]
        np.testing.assert_allclose(x, want, atol=1e-9)


def test_copying_errors_conserve_genomes_and_agree_with_counting():
    L, mu = 5, 0.3
    Q = mutation_matrix(L, mu)
    np.testing.assert_allclose(Q.sum(axis=0), 1)
    rng = np.random.default_rng(2)
    genome = np.array([1, 2, 0, 0, 0])  # two letters are wrong
    errors = (rng.random((100_000, L)) < mu) * rng.integers(1, 4, size=(100_000, L))
    wrong = ((genome + errors) % 4 != 0).sum(axis=1)
    np.testing.assert_allclose(np.bincount(wrong, minlength=L + 1) / 1e5, Q[:, 2], atol=0.01)


def test_the_peak_is_lost_at_the_error_threshold():
    L, sigma = 30, 10
    limit = error_threshold(L, sigma)
    assert (1 - limit) ** L * sigma == pytest.approx(1)
    below = quasispecies(peak_landscape(L, sigma), 0.9 * limit)
    above = quasispecies(peak_landscape(L, sigma), 1.1 * limit)
    assert below[0] > 0.03
    assert above[0] < 1e-9
    random_genomes = [math.comb(L, d) * 0.75**d * 0.25 ** (L - d) for d in range(L + 1)]
    np.testing.assert_allclose(above, random_genomes, atol=1e-6)


def test_information_cannot_exceed_the_capacity_of_copying():
    for mu in (0.001, 0.01, 0.1, 0.3, 0.74):
        assert information_per_site(balance(mu)) <= symmetric_capacity(4, mu)


def test_a_population_finds_the_right_letters_only_under_selection():
    rng = np.random.default_rng(3)
    selected = evolve(rng, 0.01, (0, 150))
    assert np.mean(selected[0] == 0) < 0.3 and np.mean(selected[1] == 0) > 0.85
    neutral = evolve(rng, 0.01, (150,), s=0.0)
    assert np.mean(neutral[0] == 0) < 0.5


# The genome


def test_the_genome_is_the_one_in_the_database():
    genome = phix174()
    letters = "".join(BASES[i] for i in genome)
    assert len(letters) == 5386
    assert letters.startswith("GAGTTTTATCGCTTCCATGACGCAG")
    digest = hashlib.sha256(letters.encode()).hexdigest()
    assert digest == "97038c7e1edea2297667d7f0426ba942b322c74cb30e072ec66ba47f9c0448d0"


def test_genes_begin_with_start_and_end_with_stop():
    """Gene G, bases 2395 to 2922 of the record, and gene F, bases 1001 to 2284."""
    letters = "".join(BASES[i] for i in phix174())
    for first, last in ((2395, 2922), (1001, 2284)):
        gene = letters[first - 1 : last]
        assert len(gene) % 3 == 0
        assert gene[:3] == "ATG" and gene[-3:] in ("TAA", "TAG", "TGA")


def test_lag_information_of_noise_is_what_chance_gives():
    rng = np.random.default_rng(4)
    seen = [lag_information(rng.integers(4, size=2001), 1) for _ in range(100)]
    assert np.mean(seen) == pytest.approx(chance_information(2000), rel=0.15)


def test_lag_information_of_a_cycle():
    cycle = np.tile([0, 1, 2], 40)
    assert lag_information(cycle, 3) == pytest.approx(math.log2(3), abs=1e-3)
    assert lag_information(cycle, 1) == pytest.approx(math.log2(3), abs=1e-3)
    relabelled = np.array([2, 3, 0, 1])[phix174()]
    assert lag_information(relabelled, 5) == pytest.approx(lag_information(phix174(), 5))
    for k in (0, 120):
        with pytest.raises(ValueError, match="lag"):
            lag_information(cycle, k)


def test_the_codon_comb_and_the_code_lengths():
    genome = phix174()
    on, off = comb(genome, np.arange(2, 32))
    assert on > 1.3 * off > 1.3 * chance_information(5386)
    information = {k: lag_information(genome, k) for k in range(5, 32)}
    for k in range(6, 31, 3):  # every tooth stands above its neighbours
        assert information[k] > max(information[k - 1], information[k + 1])
    bits = bits_per_base(genome)
    assert bits.argmin() == 2
    assert bits.round(3).tolist() == [1.988, 1.978, 1.967, 2.004]
