import numpy as np
import pytest

from u30.kernels.softmax import log_softmax, softmax, softmax_cross_entropy

rng = np.random.default_rng(1)


def test_probabilities_sum_to_one_and_ignore_a_common_shift():
    logits = rng.standard_normal((4, 3, 7))
    p = softmax(logits)
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(softmax(logits + 1e4), p, rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits_neither_overflow_nor_give_nan(dtype):
    logits = np.array([[1e4, -1e4, 0], [-1e30, -1e30, -1e30]], dtype=dtype)
    np.testing.assert_allclose(softmax(logits)[0], [1, 0, 0], atol=1e-7)
    loss, dlogits = softmax_cross_entropy(logits, np.array([1, 2]))
    assert loss == pytest.approx((2e4 + np.log(3)) / 2, rel=1e-6)
    assert np.isfinite(dlogits).all()
    assert np.isfinite(log_softmax(logits)).all()


def test_log_softmax_is_the_logarithm_of_softmax():
    logits = rng.standard_normal((5, 6))
    np.testing.assert_allclose(np.exp(log_softmax(logits)), softmax(logits))


def test_cross_entropy_gradient_agrees_with_central_differences():
    logits, targets, eps = rng.standard_normal((5, 4)), np.array([0, 3, 3, 1, 2]), 1e-5
    _, dlogits = softmax_cross_entropy(logits, targets)
    for index in np.ndindex(logits.shape):
        up, down = logits.copy(), logits.copy()
        up[index] += eps
        down[index] -= eps
        slope = softmax_cross_entropy(up, targets)[0] - softmax_cross_entropy(down, targets)[0]
        assert dlogits[index] == pytest.approx(slope / (2 * eps), abs=1e-9)


def test_cross_entropy_of_equal_logits_is_log_of_the_number_of_classes():
    loss, dlogits = softmax_cross_entropy(np.zeros((3, 27)), np.array([0, 5, 26]))
    assert loss == pytest.approx(np.log(27))
    np.testing.assert_allclose(dlogits.sum(axis=1), 0, atol=1e-15)


def test_inputs_are_left_alone_and_float32_stays_float32():
    logits = rng.standard_normal((5, 4)).astype(np.float32)
    before = logits.copy()
    _, dlogits = softmax_cross_entropy(logits, np.zeros(5, dtype=int))
    assert softmax(logits).dtype == log_softmax(logits).dtype == dlogits.dtype == np.float32
    np.testing.assert_array_equal(logits, before)


def test_agrees_with_torch():
    torch = pytest.importorskip("torch")
    logits, targets = rng.standard_normal((6, 5)).astype(np.float32), rng.integers(5, size=6)
    x = torch.tensor(logits, requires_grad=True)
    want = torch.nn.functional.cross_entropy(x, torch.tensor(targets))
    want.backward()
    loss, dlogits = softmax_cross_entropy(logits, targets)
    assert loss == pytest.approx(want.item(), abs=1e-5)
    np.testing.assert_allclose(dlogits, x.grad.numpy(), atol=1e-6)
