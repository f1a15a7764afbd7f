import numpy as np
import pytest

from u30.probing import linear_probe, unit_auc


def test_auc_counts_pairs_in_the_right_order_and_ties_half():
    rng = np.random.default_rng(0)
    states = rng.integers(4, size=(40, 3)).astype(float)
    label = rng.random(40) < 0.4
    for unit, auc in enumerate(unit_auc(states, label)):
        pairs = [
            (a > b) + 0.5 * (a == b) for a in states[label, unit] for b in states[~label, unit]
        ]
        assert auc == pytest.approx(max(np.mean(pairs), 1 - np.mean(pairs)))


def test_a_switch_scores_one_in_either_direction_and_a_constant_one_half():
    label = np.arange(10) > 6
    states = np.column_stack([label, -1.0 * label, np.ones(10)])
    np.testing.assert_array_equal(unit_auc(states, label), [1, 1, 0.5])


def test_a_probe_reads_what_no_single_unit_shows():
    rng = np.random.default_rng(1)
    label = rng.random(2000) < 0.5
    noise = 5 * rng.standard_normal(2000)
    states = np.column_stack([noise + label, noise])
    assert unit_auc(states, label).max() < 0.65
    probe = linear_probe(states, label)
    assert probe.auc > 0.99 and probe.accuracy > 0.99


def test_a_probe_of_noise_finds_nothing():
    rng = np.random.default_rng(2)
    probe = linear_probe(rng.standard_normal((1000, 20)), rng.random(1000) < 0.5)
    assert 0.4 < probe.auc < 0.6


def test_labels_of_one_kind_are_an_error():
    with pytest.raises(ValueError, match="all labels are the same"):
        unit_auc(np.ones((3, 1)), np.ones(3, dtype=bool))
