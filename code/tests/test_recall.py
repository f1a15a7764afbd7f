import numpy as np
import pytest

from u30.data.recall import KEYS, NAMES, NOISE, QUERY, SYMBOLS, latest_batch, recall_batch, spell


@pytest.mark.parametrize("batch, gap", [(5, 7), (1, 1), (3, 0), (2, 60)])
def test_a_sequence_is_a_key_then_noise_then_the_question(batch, gap):
    X, key = recall_batch(np.random.default_rng(0), batch, gap)
    assert X.shape == (gap + 2, batch) and key.shape == (batch,)
    assert X.dtype == key.dtype == np.int64
    np.testing.assert_array_equal(X[0], key)
    assert (X[-1] == QUERY).all()
    noise = X[1:-1]
    assert ((noise >= KEYS) & (noise < KEYS + NOISE)).all()


def test_every_key_and_every_noise_symbol_comes_about_equally_often():
    X, key = recall_batch(np.random.default_rng(1), 4000, 10)
    np.testing.assert_allclose(np.bincount(key, minlength=KEYS) / 4000, 1 / KEYS, atol=0.03)
    counts = np.bincount(X[1:-1].ravel(), minlength=SYMBOLS) / 40_000
    np.testing.assert_allclose(counts[KEYS:QUERY], 1 / NOISE, atol=0.02)


def test_the_noise_says_nothing_about_the_key():
    X, key = recall_batch(np.random.default_rng(2), 8000, 3)
    for row in X[1:-1]:
        table = np.histogram2d(key, row - KEYS, bins=4)[0] / 8000
        np.testing.assert_allclose(table, 1 / 16, atol=0.015)


def test_the_same_generator_state_gives_the_same_batch_and_the_next_one_differs():
    rng = np.random.default_rng(3)
    first, again = recall_batch(rng, 4, 5), recall_batch(np.random.default_rng(3), 4, 5)
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], recall_batch(rng, 4, 5)[0])


@pytest.mark.parametrize("batch, gap, p_key", [(50, 12, 0.2), (3, 0, 0.5), (1, 1, 0.5)])
def test_the_answer_of_the_second_task_is_the_last_key(batch, gap, p_key):
    X, key = latest_batch(np.random.default_rng(4), batch, gap, p_key)
    assert X.shape == (gap + 2, batch) and X.dtype == key.dtype == np.int64
    for column, answer in zip(X.T, key):
        assert [symbol for symbol in column if symbol < KEYS][-1] == answer
        assert column[0] < KEYS and column[-1] == QUERY and QUERY not in column[:-1]


def test_new_keys_come_as_often_as_asked_for():
    X, key = latest_batch(np.random.default_rng(5), 2000, 20, 0.1)
    assert (X[1:-1] < KEYS).mean() == pytest.approx(0.1, abs=0.01)
    assert (X[0] == key).mean() == pytest.approx(0.9**20 + (1 - 0.9**20) / KEYS, abs=0.04)


def test_without_new_keys_both_tasks_are_the_same():
    X, key = latest_batch(np.random.default_rng(6), 30, 8, 0.0)
    np.testing.assert_array_equal(X[0], key)


def test_a_sequence_can_be_printed():
    assert len(NAMES) == SYMBOLS == 9
    assert spell(np.array([1, 4, 7, 5, 8])) == "Bwzx?"


@pytest.mark.parametrize("batch, gap", [(0, 5), (3, -1)])
def test_sizes_that_make_no_sequence_are_refused(batch, gap):
    with pytest.raises(ValueError, match="at least"):
        recall_batch(np.random.default_rng(0), batch, gap)
