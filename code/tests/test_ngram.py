import time
from collections import Counter, defaultdict

import numpy as np
import pytest

from u30.baselines.ngram import bits_per_character, witten_bell


def slow_probability(train, context, symbol, V):
    """Witten-Bell as the formula says it, counting anew for each context."""
    p = 1 / V
    for j in range(len(context) + 1):
        ctx = tuple(context[len(context) - j :])
        followers = Counter(
            train[i] for i in range(j, len(train)) if tuple(train[i - j : i]) == ctx
        )
        n, u = sum(followers.values()), len(followers)
        if n:
            p = (followers[symbol] + u * p) / (n + u)
    return p


def test_probabilities_equal_those_of_a_slow_dictionary_version():
    rng = np.random.default_rng(0)
    V = 4
    train, test = (
        rng.integers(3, size=60),
        rng.integers(V, size=25),
    )  # one symbol is never trained on
    got = witten_bell(train, test, V, max_order=4)
    for order in range(5):
        for i, symbol in enumerate(test):
            context = test[max(0, i - order) : i].tolist()
            want = slow_probability(train.tolist(), context, symbol, V)
            assert got[order, i] == pytest.approx(want, rel=1e-12), (order, i)


def test_probabilities_of_all_characters_sum_to_one_even_in_unseen_contexts():
    rng = np.random.default_rng(1)
    V = 6
    train, test = rng.integers(4, size=200), rng.integers(V, size=50)
    everything = np.tile(np.arange(V), (len(test), 1))
    p = witten_bell(train, test, V, max_order=5, candidates=everything)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)
    assert (p > 0).all()
    own = np.take_along_axis(p, np.tile(test[None, :, None], (6, 1, 1)), axis=-1)[..., 0]
    np.testing.assert_allclose(own, witten_bell(train, test, V, max_order=5))


def test_counts_come_from_the_training_text_only():
    train = np.zeros(50, dtype=int)
    p = witten_bell(train, np.array([0, 1, 1, 1, 1]), 2, max_order=2)
    assert (p[:, 1:] < 0.05).all()


def test_a_short_training_text_is_no_problem():
    p = witten_bell(np.array([0, 1]), np.array([1, 0, 1]), 2, max_order=6)
    assert p.shape == (7, 3) and ((p > 0) & (p < 1)).all()


def test_a_repetitive_text_costs_almost_nothing_with_enough_context():
    text = np.tile([0, 1, 2, 2], 500)
    bpc = bits_per_character(text, text[:400], 3, max_order=3)
    assert bpc[0] == pytest.approx(1.5, abs=0.01)
    assert bpc[2] < 0.05


def test_counting_all_orders_is_fast():
    rng = np.random.default_rng(0)
    train, test = rng.integers(27, size=30_000), rng.integers(27, size=6_000)
    started = time.process_time()
    bits_per_character(train, test, 27, max_order=6)
    assert time.process_time() - started < 2


def test_context_ids_do_not_collide():
    """Long contexts over many symbols would overflow a plain number in base V."""
    rng = np.random.default_rng(2)
    V = 5000
    train, test = rng.integers(V, size=300), rng.integers(V, size=40)
    got = witten_bell(train, np.concatenate([train[:40], test]), V, max_order=8)[8]
    seen = defaultdict(set)
    for i in range(8, len(train)):
        seen[tuple(train[i - 8 : i])].add(train[i])
    assert all(len(followers) == 1 for followers in seen.values())
    assert (got[8:40] > 0.9).all() and (got[48:] < 0.01).all()
