"""The codes, bills and claims of Day 5."""

import itertools
import math

import numpy as np
import pytest

from u30.baselines.kt import kt_bits as baseline_kt
from u30.papers import d05_headline as headline
from u30.papers.d05_gaussian import (
    bounded_comp,
    bounded_regret,
    lucky_regret,
    marginal_bits,
    plug_in_bits,
    polynomials,
    prequential_bits,
    shtarkov_sum,
)
from u30.papers.d05_geometry import FAMILIES, all_dice_comp, arc, family_comp, inheritance, marks
from u30.papers.d05_markov import (
    CRITERIA,
    FAIR,
    PRECISIONS,
    RULE,
    bill,
    choose,
    comp_table,
    counts,
    excess_bits,
    generate,
    order_bits,
)
from u30.papers.d05_mdl_tutorial import (
    claims,
    comp,
    comp_asymptotic,
    data_bits,
    kt_bits,
    kt_closed,
    log2_choose,
    ml_bits,
    nml_bits,
    two_part_bits,
)


@pytest.fixture(scope="module")
def result():
    return headline.headline(seed=0)


def strings(n):
    return np.array(list(itertools.product((0, 1), repeat=n)))


# The headline experiment


def test_every_claim_of_day_5_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 11


def test_maximum_likelihood_always_takes_the_highest_order(result):
    for run in (result.fair, result.rule):
        assert (run.over["ML"][1:] == 1).all()


def test_error_bars_are_those_of_shares(result):
    p = result.rule.right["AIC"][3]
    assert result.rule.error("AIC")[3] == pytest.approx(math.sqrt(p * (1 - p) / 400))


def test_more_data_make_the_rule_visible(result):
    for name in CRITERIA[1:]:
        right = result.rule.right[name]
        assert right[-1] > 0.85 > 0.3 > right[0]
    assert (np.diff(result.rule.excess["KT"].mean(axis=1)) < 0).all()


# Codes for a coin


def test_comp_against_all_strings():
    for n in range(1, 11):
        n1 = strings(n).sum(axis=1)
        total = sum(((k / n) ** k) * ((n - k) / n) ** (n - k) for k in map(int, n1))
        assert comp(n) == pytest.approx(math.log2(total))


@pytest.mark.parametrize(
    ("n", "bits"), [(0, 0), (1, 1), (2, 1.3219), (10, 2.2204), (100, 3.7236), (1000, 5.3328)]
)
def test_comp_has_the_known_values(n, bits):
    assert comp(n) == pytest.approx(bits, abs=5e-5)


def test_the_formula_for_comp_is_only_asymptotic():
    gaps = [comp(n) - comp_asymptotic(n) for n in (1, 10, 100, 1000, 100_000)]
    assert (np.diff(gaps) < 0).all() and 0 < gaps[-1] < 0.01


def test_counts_of_zero_cost_nothing():
    assert data_bits(0, 3, 1.0) == 0
    assert data_bits(4, 0, 0.0) == 0
    assert ml_bits(0, 0) == 0
    assert ml_bits(5, 5) == pytest.approx(10)


def test_nml_is_a_complete_code_with_equal_regret():
    lengths = [nml_bits(int(8 - x.sum()), int(x.sum())) for x in strings(8)]
    assert sum(2**-bits for bits in lengths) == pytest.approx(1)
    regret = [bits - ml_bits(8 - x.sum(), x.sum()) for bits, x in zip(lengths, strings(8))]
    np.testing.assert_allclose(regret, comp(8))


def test_kt_one_by_one_is_the_closed_form_and_the_baseline():
    rng = np.random.default_rng(0)
    for n in (0, 1, 7, 60, 500):
        x = (rng.random(n) < rng.random()).astype(int)
        assert kt_bits(x) == pytest.approx(float(kt_closed(n - x.sum(), x.sum())))
        assert kt_bits(x) == pytest.approx(baseline_kt(x, 0, 2))
    a, b = 5, 9
    gamma = math.lgamma(a + 0.5) + math.lgamma(b + 0.5) - math.log(math.pi) - math.lgamma(a + b + 1)
    assert float(kt_closed(a, b)) == pytest.approx(-gamma / math.log(2))


def test_kt_is_a_complete_code_within_a_bit_of_nml():
    assert sum(2 ** -kt_bits(x) for x in strings(8)) == pytest.approx(1)
    for n in (2, 10, 1000):
        n1 = np.arange(n + 1)
        regret = kt_closed(n - n1, n1) - ml_bits(n - n1, n1)
        assert 0 < regret.min() < comp(n) <= regret.max() + 1e-9 <= 0.5 * math.log2(n) + 1 + 1e-6


def test_the_two_part_code_takes_the_best_coin_of_its_grid():
    for n, d in itertools.product((1, 6, 31), (0, 1, 2, 5)):
        grid = (np.arange(2**d) + 0.5) / 2**d
        for n1 in range(n + 1):
            want = d + min(float(data_bits(n - n1, n1, theta)) for theta in grid)
            assert two_part_bits(n - n1, n1, d) == pytest.approx(want)


def test_the_two_part_code_is_a_code_and_maximum_likelihood_is_none():
    sums = headline.kraft_sums(8)
    assert sums["two-part"] < 1 < sums["ML"]
    assert sums["ML"] == pytest.approx(2 ** comp(8))


def test_nothing_known_costs_a_bit_a_symbol():
    assert two_part_bits(3, 8, 0) == pytest.approx(11)


def test_binomials_in_the_log_domain():
    want = [math.log2(math.comb(20, k)) for k in range(21)]
    np.testing.assert_allclose(log2_choose(20), want, atol=1e-12)


# Orders


def test_counts_against_a_dictionary():
    rng = np.random.default_rng(1)
    x = rng.integers(0, 2, size=(3, 40))
    for k, start in itertools.product((0, 1, 3), (3, 5)):
        table = counts(x, k, start)
        assert table.shape == (3, 2**k, 2) and table.sum() == 3 * (40 - start)
        for row, line in zip(table, x):
            want = {}
            for t in range(start, 40):
                context = int("".join(map(str, line[t - k : t])) or "0", 2)
                want[context, line[t]] = want.get((context, line[t]), 0) + 1
            assert {c: v for c, v in np.ndenumerate(row) if v} == want


def test_the_bill_of_one_string_by_hand():
    """0 1 0 1 0 1 1 from the second symbol on: after 0 come 1 1 1, after 1 come 0 0 1."""
    x = np.array([[0, 1, 0, 1, 0, 1, 1]])
    got = bill(x, 1, start=1)
    assert got.data[0] == pytest.approx(2 * math.log2(3 / 2) + math.log2(3))
    assert got.model["AIC"][0] == pytest.approx(2 / math.log(2))
    assert got.model["BIC"][0] == pytest.approx(math.log2(6))
    assert got.model["fNML"][0] == pytest.approx(2 * comp(3))
    assert got.total("KT")[0] == pytest.approx(kt_bits([1, 1, 1]) + kt_bits([0, 0, 1]))
    assert got.total("ML")[0] == got.data[0]
    two_part = min(
        float(two_part_bits(0, 3, d) + two_part_bits(2, 1, d)) for d in range(PRECISIONS)
    )
    assert got.total("two-part")[0] == pytest.approx(math.log2(PRECISIONS) + two_part)


def test_an_unseen_context_is_free_for_mdl_and_charged_by_aic_and_bic():
    x = np.zeros((1, 30), dtype=int)
    one, five = (bill(x, k, start=5) for k in (1, 5))
    for name in ("KT", "fNML", "ML"):
        assert one.total(name) == pytest.approx(five.total(name))
    for name in ("AIC", "BIC"):
        assert five.total(name)[0] > one.total(name)[0] + 5


def test_all_orders_code_the_same_symbols_and_ties_go_to_the_smaller_order():
    x = np.zeros((2, 30), dtype=int)
    assert {tuple(k) for k in choose(x, 4).values()} == {(0, 0)}
    x = generate(np.random.default_rng(3), RULE, 60, 5)
    chosen = choose(x, 3)
    for name in CRITERIA:
        totals = np.array([bill(x, k, 3).total(name) for k in range(4)])
        assert (chosen[name] == totals.argmin(axis=0)).all()


def test_the_order_can_be_sent_and_then_high_orders_cost_more():
    assert sum(2 ** -order_bits(k) for k in range(10_000)) < 1
    x = generate(np.random.default_rng(6), FAIR, 25, 100)
    free, sent = choose(x, 5), choose(x, 5, send_order=True)
    for name in CRITERIA:
        totals = [bill(x, k, 5).total(name) + order_bits(k) for k in range(6)]
        assert (sent[name] == np.argmin(totals, axis=0)).all()
    assert sent["KT"].mean() < free["KT"].mean() / 3


def test_generated_strings_follow_the_rule():
    x = generate(np.random.default_rng(0), RULE, 2000, 50)
    table = counts(x, 2, 2).sum(axis=0)
    np.testing.assert_allclose(table[:, 1] / table.sum(axis=1), RULE, atol=0.01)
    assert generate(np.random.default_rng(0), FAIR, 1000, 20).mean() == pytest.approx(0.5, abs=0.02)


def test_comp_table_is_comp():
    np.testing.assert_allclose(comp_table(30), [comp(n) for n in range(31)])


def test_excess_bits_are_what_long_futures_cost():
    x = generate(np.random.default_rng(4), RULE, 120, 1)
    excess = excess_bits(x, RULE, 3)[0]
    future = generate(np.random.default_rng(5), RULE, 4000, 100)
    for k in range(4):
        table = counts(x, k, 3)[0]
        guess = (table[:, 1] + 0.5) / (table.sum(axis=1) + 1)
        seen, after_two = counts(future, k, 3).sum(axis=0), counts(future, 2, 3).sum(axis=0)
        cost = data_bits(seen[:, 0], seen[:, 1], guess).sum()
        cost -= data_bits(after_two[:, 0], after_two[:, 1], RULE).sum()
        assert cost / seen.sum() == pytest.approx(excess[k], abs=0.004)


def test_coding_fewer_symbols_under_higher_orders_favours_them(result):
    assert all(result.own_symbols[c] > result.same_symbols[c] for c in ("AIC", "BIC", "KT", "fNML"))


# Gaussians


def test_the_bounded_comp_against_quadrature():
    for R in (0.5, 1, 3):
        assert bounded_comp(2, R) == pytest.approx(math.log2(shtarkov_sum(R, R + 7)), abs=1e-6)
    assert bounded_comp(7, 0) == 0


def test_regrets_of_a_gaussian_mean_against_the_densities():
    rng = np.random.default_rng(0)
    n, tau2, R = 6, 1.7, 1.2
    for shift in (0, 0.8, 3.0):
        y = rng.standard_normal(n) + shift
        m = y.mean()
        ones = np.ones((n, 1))
        best = (n * math.log(2 * math.pi) + ((y - m) ** 2).sum()) / (2 * math.log(2))
        bayes = marginal_bits(ones, y, tau2, 1.0) - best
        assert lucky_regret(m, n, tau2) == pytest.approx(bayes)
        mu = np.clip(m, -R, R)
        inside = (n * math.log(2 * math.pi) + ((y - mu) ** 2).sum()) / (2 * math.log(2))
        assert bounded_regret(m, n, R) == pytest.approx(bounded_comp(n, R) + inside - best)


@pytest.mark.parametrize("p", [0, 1, 4])
def test_predicting_one_by_one_is_the_marginal_likelihood(p):
    rng = np.random.default_rng(p)
    Phi, y = rng.standard_normal((15, p)), rng.standard_normal(15)
    want = marginal_bits(Phi, y, 0.8, 0.4)
    assert prequential_bits(Phi, y, 0.8, 0.4).sum() == pytest.approx(want, abs=1e-9)
    order = rng.permutation(15)
    assert prequential_bits(Phi[order], y[order], 0.8, 0.4).sum() == pytest.approx(want, abs=1e-9)


def test_plugging_in_least_squares_is_dearer_at_the_start():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 40)
    Phi, y = polynomials(x, 5), np.sin(3 * x) + 0.3 * rng.standard_normal(40)
    naive, careful = plug_in_bits(Phi, y, 0.09), prequential_bits(Phi, y, 1.0, 0.09)[6:]
    assert naive.shape == careful.shape == (34,)
    assert naive[:6].sum() > careful[:6].sum() + 5
    assert naive[-15:].sum() == pytest.approx(careful[-15:].sum(), abs=3)


# Curves


def test_the_families_are_dice():
    t = np.linspace(0, 1, 50)
    for family in FAMILIES.values():
        p = family(t)
        assert p.shape == (50, 3) and (p >= 0).all()
        np.testing.assert_allclose(p.sum(axis=1), 1)


def test_the_length_of_inheritance_is_that_of_its_fisher_information():
    assert arc(inheritance)[-1] == pytest.approx(math.sqrt(2) * math.pi, rel=1e-3)


def test_inheritance_has_the_comp_of_twice_as_many_coins():
    """n people are 2n genes, and the best t is the share of A among them: COMP(2n) of a coin."""
    for n in (1, 5, 20):
        assert family_comp(inheritance, n) == pytest.approx(comp(2 * n), abs=1e-3)


def test_a_curve_holds_less_than_all_dice():
    for n in (5, 30):
        assert all(family_comp(f, n) < all_dice_comp(n) for f in FAMILIES.values())
    n, total = 6, 0.0
    for a, b in itertools.product(range(n + 1), repeat=2):
        k = (a, b, n - a - b)
        if min(k) >= 0:
            ways = math.factorial(n) / math.prod(map(math.factorial, k))
            total += ways * math.prod((c / n) ** c for c in k)
    assert all_dice_comp(n) == pytest.approx(math.log2(total))


def test_marks_count_what_comp_counts():
    assert math.log2(len(marks(inheritance, 100))) == pytest.approx(
        family_comp(inheritance, 100), abs=0.1
    )
