import numpy as np
import pytest

from u30 import runtime
from u30.gradcheck import numeric_gradient
from u30.kernels.lstm import lstm_backward, lstm_forward

NAMES = ["x", "h0", "c0", "Wx", "Wh", "b"]


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def assert_gradients(loss, inputs, grads):
    """Compare with central differences of loss(*inputs), one input at a time."""
    assert len(grads) == len(inputs)
    for n, (array, grad) in enumerate(zip(inputs, grads)):
        want = numeric_gradient(lambda a: loss(*inputs[:n], a, *inputs[n + 1 :]), array)  # noqa: B023
        np.testing.assert_allclose(grad, want, rtol=1e-6, atol=1e-8, err_msg=f"input {n}")


def problem(T, B, D, H, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    shapes = [(T, B, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,)]
    return [(0.5 * rng.standard_normal(shape)).astype(dtype) for shape in shapes]


def lstm_loop(x, h, c, Wx, Wh, b):
    """The equations of the docstring, one step and one gate at a time."""
    hs = []
    for x_t in x:
        i, f, g, o = np.split(x_t @ Wx + h @ Wh + b, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.array(hs), h, c


SHAPES = [(5, 3, 4, 2), (1, 2, 3, 4), (4, 1, 2, 3), (1, 1, 1, 1), (3, 2, 1, 1)]


@pytest.mark.parametrize("T, B, D, H", SHAPES)
def test_states_follow_the_equations(T, B, D, H):
    inputs = problem(T, B, D, H)
    for got, want in zip(lstm_forward(*inputs), lstm_loop(*inputs)):
        np.testing.assert_allclose(got, want, atol=1e-12)


@pytest.mark.parametrize("T, B, D, H", SHAPES)
@pytest.mark.parametrize("last_cell_counts", [True, False])
def test_gradients_agree_with_central_differences(T, B, D, H, last_cell_counts):
    rng = np.random.default_rng(1)
    dhs = rng.standard_normal((T, B, H))
    dcT = rng.standard_normal((B, H)) if last_cell_counts else None

    def loss(*inputs):
        hs, _, cT, _ = lstm_forward(*inputs)
        return (hs * dhs).sum() + (0 if dcT is None else (cT * dcT).sum())

    inputs = problem(T, B, D, H)
    grads = lstm_backward(dhs, dcT, lstm_forward(*inputs)[-1])
    assert_gradients(loss, inputs, grads)


def test_gates_far_from_zero_saturate_without_overflow():
    x, h0, c0, Wx, Wh, b = problem(3, 2, 2, 2, np.float32)
    hs, *_, cache = lstm_forward(x, h0, c0, Wx * 1e4, Wh, b)
    assert np.isfinite(hs).all()
    assert all(np.isfinite(grad).all() for grad in lstm_backward(hs, None, cache))
    assert cache.gates.min() >= -1
    assert cache.gates.max() <= 1


def test_float32_stays_float32_and_inputs_are_left_alone():
    inputs = problem(4, 3, 5, 2, np.float32)
    dhs, dcT = np.ones((4, 3, 2), np.float32), np.ones((3, 2), np.float32)
    before = [a.copy() for a in (*inputs, dhs, dcT)]
    hs, hT, cT, cache = lstm_forward(*inputs)
    grads = lstm_backward(dhs, dcT, cache)
    again = lstm_backward(dhs, dcT, cache)
    for array, copy in zip((*inputs, dhs, dcT), before):
        np.testing.assert_array_equal(array, copy)
    assert {a.dtype for a in (hs, hT, cT, *grads)} == {np.dtype(np.float32)}
    for first, second in zip(grads, again):
        np.testing.assert_array_equal(first, second)


def test_a_gradient_of_the_input_that_nobody_needs_is_not_computed():
    inputs = problem(4, 3, 5, 2)
    *_, cache = lstm_forward(*inputs)
    dhs = np.ones((4, 3, 2))
    nothing, *rest = lstm_backward(dhs, None, cache, need_dx=False)
    assert nothing is None
    for got, want in zip(rest, lstm_backward(dhs, None, cache)[1:], strict=True):
        np.testing.assert_array_equal(got, want)


def test_reading_in_two_pieces_with_carried_states_equals_reading_at_once():
    x, h0, c0, *weights = problem(7, 2, 3, 4)
    whole, *_ = lstm_forward(x, h0, c0, *weights)
    first, h, c, _ = lstm_forward(x[:3], h0, c0, *weights)
    second, *_ = lstm_forward(x[3:], h, c, *weights)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-14)


def test_without_blas_the_result_is_the_same(monkeypatch):
    inputs = problem(3, 2, 4, 3)
    want = lstm_backward(np.ones((3, 2, 3)), None, lstm_forward(*inputs)[-1])
    monkeypatch.setattr(runtime, "IS_WASM", True)
    got = lstm_backward(np.ones((3, 2, 3)), None, lstm_forward(*inputs)[-1])
    for g, w in zip(got, want):
        np.testing.assert_allclose(g, w, atol=1e-12)


def test_agrees_with_torch():
    torch = pytest.importorskip("torch")
    T, B, D, H = 6, 3, 5, 4
    x, h0, c0, Wx, Wh, b = inputs = problem(T, B, D, H, np.float32)
    layer = torch.nn.LSTM(D, H)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.tensor(Wx.T.copy()))
        layer.weight_hh_l0.copy_(torch.tensor(Wh.T.copy()))
        layer.bias_ih_l0.copy_(torch.tensor(b))
        layer.bias_hh_l0.zero_()
    tx, th, tc = (torch.tensor(a, requires_grad=True) for a in (x, h0[None], c0[None]))
    hs, (_, cT) = layer(tx, (th, tc))
    (hs.sum() + 2 * cT.sum()).backward()
    ours, _, our_cT, cache = lstm_forward(*inputs)
    grads = lstm_backward(np.ones_like(ours), np.full((B, H), 2, np.float32), cache)
    want = [
        tx.grad, th.grad[0], tc.grad[0],
        layer.weight_ih_l0.grad.T, layer.weight_hh_l0.grad.T, layer.bias_ih_l0.grad,
    ]  # fmt: skip
    np.testing.assert_allclose(ours, hs.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(our_cT, cT.detach().numpy()[0], atol=1e-5)
    for name, got, expected in zip(NAMES, grads, want):
        np.testing.assert_allclose(got, expected.numpy(), atol=1e-5, err_msg=name)
