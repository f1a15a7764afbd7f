"""What the texts of single exercises say, by number: their examples, surprises and constants."""

import numpy as np

from u30.learn import spaces
from u30.learn.check import check_functions
from u30.learn.parse import load


def test_every_sampling_check_knows_the_solution():
    """Statistical checks must not cry wolf (2,000 seeds were tried once; this keeps watch)."""
    exercise = load("d01.4")
    solved = spaces.reference(exercise)
    assert all(check_functions(exercise, solved, seed).passed for seed in range(1000, 1040))


def test_day_1_experiment_comes_out_as_its_text_says():
    exercise = load("d01.5")
    solved = spaces.reference(exercise)
    rng = np.random.default_rng(1)
    train, test = solved["toy_text"](30_000, rng), solved["toy_text"](5_000, rng)
    bits = {k: solved["ngram_bpc"](train, test, k, 27) for k in (2, 3, 4, 8)}
    assert min(bits, key=lambda k: bits[k]) == 3
    assert bits[8] > bits[2]
    known = solved["ngram_bpc"](train, train[:5000], 8, 27)
    assert 0.5 < known < 1.25 / 2
    backwards = solved["ngram_bpc"](train[::-1], test[::-1], 3, 27)
    assert abs(backwards - bits[3]) < 0.01


def test_day_1_worked_numbers_are_what_the_solutions_return():
    solved = {n: spaces.reference(load(f"d01.{n}")) for n in (1, 2, 3, 5)}
    loss, dlogits = solved[1]["softmax_xent"](np.zeros((1, 2)), np.array([1]))
    assert round(float(loss), 4) == 0.6931
    assert dlogits.tolist() == [[0.5, -0.5]]
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    params = {"Wxh": one / 2, "Whh": one, "bh": zero[0], "Why": one, "by": zero[0]}
    hs, _ = solved[2]["rnn_forward"](np.zeros((2, 1), dtype=int), zero, params)
    assert hs.round(4).ravel().tolist() == [0.4621, 0.7452]
    params |= {"Whh": one / 2, "Why": 2 * one}
    cache = (np.zeros((1, 1), dtype=int), zero, 0.6 * one[None], params)
    grads, dh0 = solved[3]["rnn_backward"](one[None], cache)
    assert np.allclose([grads["bh"][0], dh0[0, 0]], [1.28, 0.64])
    assert round(float(solved[5]["ngram_bpc"]("abab", "ab", 1, 2)), 4) == 0.6315


def test_day_1_solutions_agree_with_the_package():
    from u30.baselines.ngram import bits_per_character

    solved = spaces.reference(load("d01.5"))
    rng = np.random.default_rng(0)
    train, test = solved["toy_text"](2000, rng), solved["toy_text"](300, rng)
    alphabet = sorted(set(train + test))
    a, b = (np.array([alphabet.index(c) for c in text]) for text in (train, test))
    fast = bits_per_character(a, b, len(alphabet), max_order=3)
    slow = [solved["ngram_bpc"](train, test, k, len(alphabet)) for k in range(4)]
    assert np.allclose(fast, slow)
