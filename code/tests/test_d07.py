import zlib

import numpy as np
import pytest

from u30.data.mixing import half_full
from u30.papers import d07_coffee
from u30.papers.d07_chaos import (
    RULES,
    eca_history,
    eca_step,
    lyapunov_logistic,
    rule_report,
    spread,
)
from u30.papers.d07_coffee import (
    COMPRESSORS,
    DYNAMICS,
    adjusted_complexity,
    bucket,
    claims,
    clean_complexity,
    coarse_grain,
    compressed,
    cup,
    cup_of_chance,
    entropy,
    naive_complexity,
    row_densities,
    row_majority,
    surprise,
)
from u30.papers.d07_depth import (
    factor_per_layer,
    relu_factors,
    relu_gradient,
    relu_signal,
    tanh_difference,
    weights,
)
from u30.papers.d07_headline import headline


@pytest.fixture(scope="module")
def result():
    return headline(seed=0)


def first_states(dynamics, n, sweeps, seed=0):
    return [s for _, s in zip(range(sweeps + 1), cup(dynamics, n, np.random.default_rng(seed)))]


# The headline experiment


def test_every_claim_of_day_7_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 8


def test_the_naive_peak_cannot_tell_a_stirred_cup_from_a_still_one(result):
    still, stirred = result.peak("interacting", "naive"), result.peak("stirred", "naive")
    assert 0.7 < stirred.mean() / still.mean() < 1.3


def test_the_stirred_cup_becomes_as_simple_as_chance_again(result):
    assert (result.series["stirred"]["clean"][:, -4:] == 0).all()
    assert (result.series["stirred"]["adjusted"][:, -1] <= 1.5 * result.start("adjusted")).all()


def test_every_run_begins_alike_and_keeps_its_cream(result):
    for dynamics in DYNAMICS:
        for measure in ("entropy", "naive", "adjusted", "clean"):
            assert np.ptp(result.series[dynamics][measure][:, 0]) == 0
        for s in result.snapshots[dynamics].values():
            assert s.sum() == result.n**2 / 2


# The cups


@pytest.mark.parametrize("dynamics", DYNAMICS)
@pytest.mark.parametrize("n", [6, 9])
def test_no_particle_is_lost_or_made(dynamics, n):
    states = first_states(dynamics, n, 40)
    assert {int(s.sum()) for s in states} == {n * (n // 2)}
    assert all(s.shape == (n, n) and s.min() >= 0 for s in states)
    if dynamics != "independent":
        assert all(s.max() <= 1 for s in states)


def test_walkers_step_to_a_neighbour_or_stay_at_the_wall():
    before, after = first_states("independent", 2, 1)
    assert before.tolist() == [[1, 1], [0, 0]]
    assert after.sum() == 2
    ones = [first_states("independent", 8, 1, seed)[1] for seed in range(200)]
    density = np.mean(ones, axis=(0, 2))  # half of a row's cream stays in it, or comes back
    np.testing.assert_allclose(density, [1, 1, 1, 0.75, 0.25, 0, 0, 0], atol=0.05)


def test_an_unknown_cup_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ValueError, match="interacting, independent, stirred"):
        next(cup("shaken", 8, np.random.default_rng(0)))


def test_rows_of_an_interacting_cup_follow_the_heat_equation():
    n, sweeps, runs = 16, 30, 150
    mean = np.mean(
        [first_states("interacting", n, sweeps, seed)[-1] for seed in range(runs)], axis=(0, 2)
    )
    rho = row_densities(n, sweeps)[-1]
    assert (np.abs(mean - rho) < 5 * np.sqrt(rho * (1 - rho) / (n * runs))).all()


def test_the_heat_equation_keeps_cream_and_ends_level():
    rho = row_densities(10, 2000)
    np.testing.assert_allclose(rho.sum(axis=1), 5)
    np.testing.assert_allclose(rho[-1], 0.5, atol=1e-6)
    np.testing.assert_allclose(row_densities(2, 1)[1], [0.5, 0.5])  # one pair, one coin
    np.testing.assert_allclose(row_densities(4, 1)[1], [0.875, 0.625, 0.375, 0.125])


# The paper's measure


def test_the_cup_of_figure_1_averaged_by_hand():
    rows = "01001 01101 01010 10111 10100".split()
    s = np.array([[int(cell) for cell in row] for row in rows])
    blurred = coarse_grain(s, 3)
    np.testing.assert_allclose(blurred[1], [1 / 2, 4 / 9, 5 / 9, 4 / 9, 1 / 2])
    np.testing.assert_allclose(blurred[4], [1 / 2, 2 / 3, 1 / 2, 2 / 3, 1 / 2])


@pytest.mark.parametrize("shape, g", [((5, 8), 3), ((1, 6), 5), ((7, 4), 1), ((4, 3), 21)])
def test_the_blur_is_the_mean_over_the_clipped_window(shape, g):
    s = np.random.default_rng(0).integers(0, 3, size=shape)
    h, (H, W) = g // 2, shape
    want = [
        [s[max(i - h, 0) : i + h + 1, max(j - h, 0) : j + h + 1].mean() for j in range(W)]
        for i in range(H)
    ]
    np.testing.assert_allclose(coarse_grain(s, g), want)


@pytest.mark.parametrize("g", [0, 4, -3])
def test_a_window_without_a_centre_is_refused(g):
    with pytest.raises(ValueError, match="odd"):
        coarse_grain(np.ones((4, 4)), g)


def test_buckets_are_equally_wide_and_the_last_takes_one_and_more():
    assert bucket(np.array([[0, 0.33, 0.34, 0.99, 1, 2.5]]), 3).tolist() == [[0, 0, 1, 2, 2, 2]]


def test_the_majority_takes_its_neighbours_and_leaves_the_rest():
    q = np.array([[2, 3, 2, 1, 0], [5, 5, 3, 3, 4]])
    assert row_majority(q).tolist() == [[2, 2, 2, 2, 0], [5, 5, 3, 3, 3]]
    assert q[0, 1] == 3  # the caller's greys stay


def test_compressors_are_the_real_ones():
    a = np.random.default_rng(0).integers(0, 3, size=(20, 20))
    assert compressed(a) == len(zlib.compress(a.astype(np.uint8).tobytes(), 9))
    assert "zlib" in COMPRESSORS
    for name in COMPRESSORS:
        assert compressed(np.zeros((64, 64), dtype=int), name) < compressed(a, name)


def test_a_python_without_lzma_has_the_other_compressors(monkeypatch):
    real = d07_coffee.importlib.import_module

    def without_lzma(name):
        if name == "lzma":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(d07_coffee.importlib, "import_module", without_lzma)
    assert set(d07_coffee._compressors()) == {"zlib", "bz2"}


def test_every_compressor_sees_the_bump(result):
    blurred = {
        t: bucket(coarse_grain(s, result.g), 3)
        for t, s in result.snapshots["interacting"].items()
        if t in (0, 560, 2400)
    }
    for name in COMPRESSORS:
        start, peak, end = (compressed(blurred[t], name) for t in (0, 560, 2400))
        assert peak > 1.5 * start and peak > 1.5 * end, name


def test_entropy_is_that_of_the_packed_cup_and_counts_every_particle():
    s = half_full(16)
    assert entropy(s) == len(zlib.compress(np.packbits(s).tobytes(), 9))
    noise = np.random.default_rng(0).integers(0, 2, size=(16, 16))
    assert entropy(noise) > entropy(s)
    assert entropy(noise + 2 * noise.T) > entropy(noise)  # two layers of noise


# What rows and chance explain


def test_a_gradient_with_noise_is_naively_complex_but_clean():
    rho = np.linspace(1, 0, 64)
    for seed in range(30):
        s = cup_of_chance(rho, np.random.default_rng(seed))
        assert naive_complexity(s, 9) > 100
        assert clean_complexity(s) == 0


def test_the_clean_measure_sees_what_rows_do_not_explain():
    swirl = np.zeros((64, 64), dtype=int)
    swirl[8:40, 16:32] = 1
    assert clean_complexity(swirl) > 4
    assert clean_complexity(half_full(64)) == 0
    assert clean_complexity(half_full(64).T) > 5  # rows do not explain columns


def test_surprise_is_in_standard_deviations():
    rng = np.random.default_rng(0)
    z = surprise((rng.random((800, 800)) < 0.3).astype(int), 8)
    assert z.shape == (100, 100)
    assert abs(z.mean()) < 1e-9 and z.std() == pytest.approx(1, abs=0.03)
    walkers = surprise(rng.poisson(0.3, size=(800, 800)), 8, shared=True)
    assert walkers.std() == pytest.approx(1, abs=0.03)


def test_a_lone_wanderer_is_no_structure():
    s = half_full(64)
    s[60, 3] = 1
    assert np.abs(surprise(s)).max() < 1 and clean_complexity(s) == 0


def test_the_adjustment_flattens_a_border_but_not_two_greys_of_noise():
    rng = np.random.default_rng(0)
    s = cup_of_chance(np.linspace(1, 0, 64), rng)
    assert adjusted_complexity(s, 9) < 0.5 * naive_complexity(s, 9, buckets=7)


# Order and chaos


def test_every_rule_on_every_neighbourhood():
    for rule in range(256):
        for k in range(8):
            triple = np.array([k >> 2 & 1, k >> 1 & 1, k & 1])
            assert eca_step(rule, triple)[1] == (rule >> k) & 1


def test_the_cells_form_a_ring():
    x = np.random.default_rng(0).integers(0, 2, size=(3, 11))
    for shift in (1, 5):
        np.testing.assert_array_equal(
            eca_step(110, np.roll(x, shift, axis=1)), np.roll(eca_step(110, x), shift, axis=1)
        )


def test_damage_of_rule_90_is_pascals_triangle_modulo_2():
    x = np.random.default_rng(0).integers(0, 2, size=(3, 256))
    damage = spread(90, x, 100).sum(axis=-1)
    law = [2 ** bin(t).count("1") for t in range(101)]
    np.testing.assert_array_equal(damage, np.repeat(np.array(law)[:, None], 3, axis=1))


@pytest.mark.parametrize("rule, want", [(204, 1), (170, 1), (0, 0)])
def test_damage_that_stays_moves_or_heals(rule, want):
    x = np.random.default_rng(0).integers(0, 2, size=(4, 30))
    damage = spread(rule, x, 10).sum(axis=-1)
    assert (damage[0] == 1).all() and (damage[1:] == want).all()


def test_damage_and_zip_each_misplace_a_rule_and_together_do_not():
    report = {rule: rule_report(rule) for rule in RULES}
    ordered, chaotic = (0, 32, 4, 108, 184), (90, 30, 45)
    assert report[90].damage[100] == 8 < report[184].damage[100]  # chaos below order
    zipped = {rule: one.bits_per_cell for rule, one in report.items()}
    assert max(zipped[rule] for rule in ordered) < min(zipped[rule] for rule in chaotic)
    assert all(report[rule].lasting > report[184].lasting for rule in chaotic)
    assert len(eca_history(30, np.array([0, 1, 0]), 5)) == 6


def test_the_logistic_map():
    exponents = lyapunov_logistic(np.array([2.5, 3.2, 4.0, 2.0]), n=4000)
    assert exponents[0] == pytest.approx(np.log(0.5), abs=1e-6)  # slope 2 - r at rest
    period_2 = np.log(abs(4 + 2 * 3.2 - 3.2**2)) / 2  # slope over both points
    assert exponents[1] == pytest.approx(period_2, abs=1e-6)
    assert exponents[2] == pytest.approx(np.log(2), abs=0.01)
    assert np.isfinite(exponents[3]) and exponents[3] < -20


# Depth


def test_gradient_and_signal_follow_the_weights():
    rng = np.random.default_rng(0)
    W, x, dh = weights(rng, 1.3, 4, 6), rng.standard_normal(6), rng.standard_normal(6)

    def loss(x):
        for layer in W:
            x = np.maximum(x @ layer, 0)
        return x @ dh

    q, passes = relu_signal(W, x)
    assert q[0] == pytest.approx(((x @ W[0]) ** 2).mean())
    slope = np.array([(loss(x + e) - loss(x - e)) / 2e-6 for e in 1e-6 * np.eye(6)])
    dz = dh
    for layer, open_ in zip(W[::-1], passes[::-1]):
        dz = (dz * open_) @ layer.T
    np.testing.assert_allclose(dz, slope, atol=1e-7)
    first = relu_gradient(W, passes, dh)[0]
    want = np.linalg.lstsq(W[0], slope, rcond=None)[0]  # slope = W[0] dz_0
    assert first == pytest.approx((want**2).mean(), rel=1e-5)


def test_a_relu_layer_halves_the_second_moment():
    found = relu_factors(np.array([1.0, np.sqrt(2), 2.0]), L=60, H=300)
    np.testing.assert_allclose(found, np.array([[0.5], [1.0], [2.0]]) * [1, 1], rtol=0.08)


def test_differences_die_in_an_ordered_tanh_network_and_grow_in_a_chaotic_one():
    rng = np.random.default_rng(0)
    x, nudge = rng.standard_normal(300), 1e-4 * rng.standard_normal(300)
    calm = tanh_difference(weights(rng, 0.8, 30, 300), x, nudge)
    wild = tanh_difference(weights(rng, 2.0, 30, 300), x, nudge)
    assert calm[-1] < 1e-4 * calm[0] and wild[-1] > 1e3 * wild[0]


def test_a_factor_per_layer_is_a_slope():
    assert factor_per_layer(3 * 0.8 ** np.arange(20)) == pytest.approx(0.8)
