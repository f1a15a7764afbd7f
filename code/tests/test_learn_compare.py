"""What a learner is told about an answer that is not right."""

import numpy as np
import pytest

from u30.learn.compare import Mismatch, close
from u30.learn.copies import copy_of, same
from u30.learn.diagnose import near_miss
from u30.learn.frequencies import allowed, frequencies, same_source
from u30.learn.grad import grad
from u30.learn.words import show

A = np.array([[1.0, 2.0, 5.0], [4.0, 8.0, -3.0]])
SIZES = {"N": 2, "V": 3}


def told(got, want, name="dx"):
    with pytest.raises(Mismatch) as error:
        close(got, want, name, **SIZES)
    return error.value


def test_rounding_style_and_precision_are_accepted():
    close(A * (1 + 1e-9), A)
    close(A.astype(np.float32), A)
    close([1.0, A], (1.0, A), ("loss", "dx"))
    close(np.float32(3), 3.0)
    close(np.array(3.0), 3.0)
    close(1e-17, 0.0)
    close(np.full((2, 2), np.inf), np.full((2, 2), np.inf))
    close({"a": A, "more": 1}, {"a": A})
    close(np.bool_(True), True)
    close(True, np.bool_(True))


def test_a_yes_or_no_is_not_a_number():
    assert told(1, True).got == "1"
    assert told(np.bool_(False), True).message == "`dx` is not right."


def test_a_difference_of_equal_numbers_is_rounding_where_the_check_says_so():
    close((0, 1e-12), (0, -1e-15), ("best", "gap"), absolute=1e-9)
    close({"gap": 1e-12}, {"gap": -1e-15}, absolute=1e-9)
    with pytest.raises(Mismatch):
        close(1e-12, -1e-15)


def test_zero_has_no_sign():
    assert told(-0.0, 1.0).got == "0"


@pytest.mark.parametrize(
    ("got", "want", "message"),
    [
        (None, A, "`dx` is None. Is a `return` missing?"),
        ("text", A, "should be a NumPy array, but it is a str 'text'"),
        ([1, 2], A, "`np.array(...)`"),
        (np.exp, A, "a function (is it called?)"),
        (A.T, A, "has shape (V, N) = (3, 2); it should have shape (N, V) = (2, 3)"),
        (A.sum(), A, "is one number"),
        (A.astype(int), A, "is made of int64; it should be float64"),
        (A * np.nan, A, "6 of 6 numbers are NaN or inf"),
        (A + np.eye(2, 3), A, "2 of 6 numbers differ; the largest error is 1."),
        (A, (1.0, A), "should return 2 values"),
        ({"b": A}, {"a": A}, "lacks `a`"),
        (A, {"a": A}, "should be a dict"),
        ("a", "b", "is not right"),
    ],
)
def test_first_thing_to_say(got, want, message):
    assert message in str(told(got, want))


def test_a_name_in_words_is_not_shown_as_code():
    assert told(np.ones(2), np.zeros(2), "dx").message.startswith("`dx`: 2 of 2")
    assert told(np.ones(2), np.zeros(2), "the slope").message.startswith("The slope: 2 of 2")


def test_first_wrong_place_has_both_numbers():
    got = A.copy()
    got[1, 0] = 7
    error = told(got, A)
    assert (error.index, error.got, error.want) == ((1, 0), "7", "4")


def test_nothing_small_hides_behind_an_absolute_tolerance():
    told(np.zeros(3), np.full(3, 1e-12))


@pytest.mark.parametrize(
    ("got", "sentence"),
    [
        (-A, "wrong sign"),
        (A * 2, "2 times too large, and 2 is N"),
        (A / 3, "3 times too small, and 3 is V"),
        (A * 6, "6 times too large, and 6 is N times V"),
        (A * -3, "3 times too large and has the wrong sign, and 3 is V"),
        (A * 10, "Every number is 10 times too large."),
        (A + 0.5, "off by the same amount, 0.5"),
        (A.T, "transposed"),
        (A.ravel(), "only the shape is not"),
        (A[::-1], "reverse order along N"),
        (np.roll(A, 1, 1), "one step too late along V"),
        (A[:, [1, 2, 0]], "one step too early along V"),
        (np.zeros_like(A), "Every number is zero"),
        (A / np.log(2), "nats and bits"),
        (np.vstack([A, A[:1]]), "one too many along N"),
        (A.sum(0), "Axis 0 (N) has been summed"),
        (np.full_like(A, np.nan), "inf/inf"),
    ],
)
def test_near_misses_are_recognised(got, sentence):
    assert sentence in near_miss(got, A, SIZES, {})


def test_an_input_handed_back_is_recognised():
    x = A + np.arange(3)
    assert 'input `params["w"]`' in near_miss(x, A, SIZES, {"params": {"w": x}})


def test_unrelated_numbers_get_no_diagnosis():
    rng = np.random.default_rng(0)
    assert near_miss(rng.normal(size=(2, 3)), A, SIZES, {}) == ""


def test_where_only_the_type_differs_the_numbers_get_no_diagnosis():
    assert near_miss(A.astype(np.float32) * (1 + 1e-7), A.astype(np.float32), SIZES, {}) == ""
    assert near_miss(A, A.astype(np.float32), SIZES, {}) == ""


def test_a_shape_of_one_axis_is_shown_as_a_tuple():
    assert (show((3,)), show((2, 3)), show(())) == ("(3,)", "(2, 3)", "()")


def test_other_axis_order_is_recognised():
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert ".transpose((1, 0, 2))" in near_miss(x.transpose(1, 0, 2), x, {}, {})


def test_gradient_is_compared_entry_by_entry():
    x = np.array([1.0, 2.0, 3.0])
    grad(lambda v: (v**3).sum(), x, 3 * x**2, "dx")
    with pytest.raises(Mismatch) as error:
        grad(lambda v: (v**3).sum(), x, 3 * x**2 + [0, 0.1, 0], "dx")
    assert error.value.index == (1,)
    with pytest.raises(Mismatch, match="is None"):
        grad(lambda v: v.sum(), x, None, "dx")
    with pytest.raises(Mismatch, match="should have shape"):
        grad(lambda v: v.sum(), x, np.ones((3, 1)), "dx")


def test_frequencies_accept_the_right_source_and_reject_others():
    p = np.array([0.1, 0.2, 0.7])
    rng = np.random.default_rng(0)
    frequencies(rng.choice(3, 800, p=p).tolist(), p)
    with pytest.raises(Mismatch, match="not chance"):
        frequencies(rng.choice(3, 800, p=[0.3, 0.3, 0.4]).tolist(), p)
    with pytest.raises(Mismatch, match="None"):
        frequencies([None], p)
    with pytest.raises(Mismatch, match="go from 0 to 2"):
        frequencies([0, 3], p)
    with pytest.raises(Mismatch, match="whole number"):
        frequencies([0.5], p)


def test_frequency_bound_is_about_six_sigma():
    p = np.array([0.5, 0.1])
    sigma = np.sqrt(800 * p * (1 - p))
    assert (allowed(800, p) > 6 * sigma).all()
    assert (allowed(800, p) < 8.5 * sigma).all()


def test_same_source_of_draws():
    rng = np.random.default_rng(0)
    a, b = (rng.choice(3, 800, p=[0.1, 0.2, 0.7]) for _ in range(2))
    assert same_source(a, b)
    assert not same_source(a, rng.choice(3, 800))


def test_copies_keep_values_and_memory_layout():
    base = np.arange(48.0).reshape(6, 8)
    for view in (
        base,
        base.T,
        base[::2, ::-3],
        base[1:2],
        base[:0],
        np.broadcast_to(base[0], (3, 8)),
    ):
        twin = copy_of({"x": (view,)})["x"][0]
        assert np.array_equal(twin, view)
        assert not np.shares_memory(twin, view)
    strided = copy_of(base[::2, ::-3])
    assert strided.strides == base[::2, ::-3].strides


def test_same_sees_through_structure():
    assert same({"a": (1, [A])}, {"a": (1, [A + 1e-12])})
    assert not same({"a": A}, {"a": A}.keys())
    assert not same(A, A + 1e-12, exact=True)
    assert same(np.array([np.nan]), np.array([np.nan]), exact=True)
    assert not same(A, "text")
