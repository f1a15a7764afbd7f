import numpy as np
import pytest

from u30.gradcheck import assert_gradients, check_gradients, numeric_gradient
from u30.tensor import op

x, y = np.random.default_rng(0).standard_normal((2, 3, 4))


def wrong_at(index):
    """x * x whose gradient is 1 % too large at one place."""

    def f(x):
        factor = np.ones(x.shape)
        factor[index] = 1.01
        return op(x.data**2, (x,), lambda d: (d * 2 * x.data * factor,))

    return f


def test_a_right_gradient_passes_and_says_so():
    result = check_gradients(lambda a, b: a * b.exp(), x, y)
    assert result and result.error < 1e-8
    assert str(result).startswith("Right: the largest relative error is ")


def test_a_wrong_gradient_names_input_and_entry():
    result = check_gradients(lambda a, b: a.tanh() + wrong_at((1, 2))(b), x, y)
    assert not result
    assert (result.input, result.place) == (1, (1, 2))
    assert result.error == pytest.approx(0.01, rel=0.02)
    with pytest.raises(AssertionError, match=r"Wrong: .* in input 0 at \(1, 2\), where the grad"):
        assert_gradients(wrong_at((1, 2)), y)


def test_small_gradients_are_compared_relatively():
    assert not check_gradients(lambda a: wrong_at((0, 0))(a) * 0.001, x)


def test_a_forgotten_input_and_nan_are_wrong():
    result = check_gradients(
        lambda a, b: op(a.data * b.data, (a, b), lambda d: (d * b.data, None)), x, y
    )
    assert not result and result.input == 1
    bad = check_gradients(lambda a: op(a.data * 2, (a,), lambda d: (d * np.nan,)), x)
    assert not bad and np.isnan(bad.error)


def test_large_inputs_are_checked_along_directions():
    large = np.random.default_rng(1).standard_normal((50, 40))
    assert check_gradients(lambda a: a.tanh(), large)
    result = check_gradients(wrong_at(slice(None)), large)
    assert not result and result.place.startswith("along direction ")
    assert "in input 0 along direction" in str(result)


def test_errors_that_cancel_in_a_plain_sum_are_found():
    turned = lambda a: op(a.data.copy(), (a,), lambda d: (d[::-1].copy(),))  # noqa: E731
    assert not check_gradients(turned, x)


def test_float32_inputs_are_checked_in_float64():
    assert check_gradients(lambda a: (a * a).sum(), x.astype(np.float32)).error < 1e-8


def test_numeric_gradient_of_a_plain_function():
    np.testing.assert_allclose(numeric_gradient(lambda a: (a**3).sum(), x), 3 * x**2, atol=1e-8)
    assert numeric_gradient(lambda a: float(a) ** 2, np.array(3.0)) == pytest.approx(6)
