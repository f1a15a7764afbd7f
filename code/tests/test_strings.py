import numpy as np
import pytest

from u30.data.strings import END, JOBS, LETTERS, PAD, SYMBOLS, encode, solve, spell, string_batch


def test_answers_of_a_batch_are_right_and_end_with_a_sign():
    X, Y = string_batch(np.random.default_rng(0), 200)
    for question, answer in zip(X, Y):
        text = spell(question)
        assert spell(answer) == solve(text[0], text[1:]) + "$"
        assert 3 <= len(text) - 1 <= 8
        assert np.all(answer[np.argmax(answer == END) + 1 :] == PAD)


def test_only_the_jobs_and_lengths_asked_for_occur():
    X, Y = string_batch(np.random.default_rng(0), 60, "S", 5, 5)
    assert X.shape == Y.shape == (60, 6)
    assert {spell(x)[0] for x in X} == {"S"}
    X, _ = string_batch(np.random.default_rng(0), 300)
    assert {spell(x)[0] for x in X} == set(JOBS)
    assert {len(spell(x)) for x in X} == set(range(4, 10))
    assert set("".join(spell(x)[1:] for x in X)) == set(LETTERS)


def test_equal_seeds_give_equal_batches():
    first, second = (string_batch(np.random.default_rng(7), 9) for _ in range(2))
    assert np.array_equal(first[0], second[0]) and np.array_equal(first[1], second[1])


def test_encode_and_spell_undo_each_other():
    texts = ["Rbad", "Scab$", "^a"]
    assert [spell(row) for row in encode(texts)] == texts
    assert encode(texts)[2, 2] == PAD == SYMBOLS.index("·")
    with pytest.raises(ValueError, match="has 'z'"):
        encode(["abz"])
    with pytest.raises(ValueError, match="jobs are R, S, C"):
        solve("X", "abc")
