import itertools
import math

import numpy as np
import pytest

from u30.baselines.kt import kt_bits


def one_by_one(sequence, order, A):
    """The formula as it is written: count, bet, pay, go on."""
    counts, bits = {}, 0.0
    for i, c in enumerate(sequence):
        if i < order:
            bits += math.log2(A)
            continue
        seen = counts.setdefault(tuple(sequence[i - order : i]), [0] * A)
        bits -= math.log2((seen[c] + 0.5) / (sum(seen) + A / 2))
        seen[c] += 1
    return bits


@pytest.mark.parametrize("A", [2, 4, 7])
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_it_is_the_sum_of_the_bets(A, order):
    rng = np.random.default_rng(A)
    sequence = rng.integers(A, size=200)
    assert kt_bits(sequence, order, A) == pytest.approx(one_by_one(list(sequence), order, A))


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_it_is_a_code(order):
    """Kraft: over all sequences of one length, 2 to the minus bits sums to one."""
    for A, N in ((2, 8), (3, 4)):
        total = sum(
            2 ** -kt_bits(np.array(s), order, A) for s in itertools.product(range(A), repeat=N)
        )
        assert total == pytest.approx(1)


def test_long_contexts_keep_apart():
    rng = np.random.default_rng(0)
    sequence = rng.integers(50, size=300)
    assert kt_bits(sequence, 20, 50) == pytest.approx(one_by_one(list(sequence), 20, 50))


def test_sequences_that_are_shorter_than_the_context():
    assert kt_bits(np.array([], dtype=int), 2, 4) == 0
    assert kt_bits(np.array([3, 1]), 2, 4) == pytest.approx(4)
    assert kt_bits(np.array([3, 1]), 5, 4) == pytest.approx(4)


def test_learning_costs_about_half_a_logarithm_per_free_parameter():
    N = 10_000
    sequence = np.arange(N) % 2
    assert kt_bits(sequence, 0, 2) == pytest.approx(N + 0.5 * math.log2(math.pi * N / 2), abs=0.01)


@pytest.mark.parametrize(
    ("sequence", "order", "part"),
    [
        (np.array([0, 4]), 0, "between 0 and 3"),
        (np.array([-1, 0]), 0, "between 0 and 3"),
        (np.zeros((2, 2)), 0, "one axis"),
        (np.array([0, 1]), -1, "at least 0"),
    ],
)
def test_what_cannot_be_coded_is_refused(sequence, order, part):
    with pytest.raises(ValueError, match=part):
        kt_bits(sequence, order, 4)
