import numpy as np
import pytest

from u30 import runtime
from u30.gradcheck import numeric_gradient
from u30.kernels.gru import gru_backward, gru_forward
from u30.kernels.rnn_layer import rnn_layer_backward, rnn_layer_forward

SHAPES = [(5, 3, 4, 2), (1, 2, 3, 4), (4, 1, 2, 3), (1, 1, 1, 1), (3, 2, 1, 1)]
KERNELS = {"gru": (gru_forward, gru_backward), "rnn": (rnn_layer_forward, rnn_layer_backward)}


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def assert_gradients(loss, inputs, grads):
    """Compare with central differences of loss(*inputs), one input at a time."""
    assert len(grads) == len(inputs)
    for n, (array, grad) in enumerate(zip(inputs, grads)):
        want = numeric_gradient(lambda a: loss(*inputs[:n], a, *inputs[n + 1 :]), array)  # noqa: B023
        np.testing.assert_allclose(grad, want, rtol=1e-6, atol=1e-8, err_msg=f"input {n}")


def problem(kernel, T, B, D, H, dtype=np.float64):
    rng = np.random.default_rng(0)
    G = 3 if kernel == "gru" else 1
    shapes = [(T, B, D), (B, H), (D, G * H), (H, G * H), (G * H,), (G * H,)]
    inputs = [(0.5 * rng.standard_normal(shape)).astype(dtype) for shape in shapes]
    return inputs if kernel == "gru" else inputs[:5]


def gru_loop(x, h, Wx, Wh, bx, bh):
    hs = []
    for x_t in x:
        xr, xz, xn = np.split(x_t @ Wx + bx, 3, axis=1)
        hr, hz, hn = np.split(h @ Wh + bh, 3, axis=1)
        r, z = sigmoid(xr + hr), sigmoid(xz + hz)
        n = np.tanh(xn + r * hn)
        h = (1 - z) * n + z * h
        hs.append(h)
    return np.array(hs)


def rnn_loop(x, h, Wx, Wh, b):
    hs = []
    for x_t in x:
        h = np.tanh(x_t @ Wx + h @ Wh + b)
        hs.append(h)
    return np.array(hs)


LOOPS = {"gru": gru_loop, "rnn": rnn_loop}
both = pytest.mark.parametrize("kernel", KERNELS)


@both
@pytest.mark.parametrize("shape", SHAPES)
def test_states_follow_the_equations(kernel, shape):
    inputs = problem(kernel, *shape)
    hs, cache = KERNELS[kernel][0](*inputs)
    np.testing.assert_allclose(hs, LOOPS[kernel](*inputs), atol=1e-12)
    np.testing.assert_array_equal(cache.hs[0], inputs[1])


@both
@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_agree_with_central_differences(kernel, shape):
    forward, backward = KERNELS[kernel]
    inputs = problem(kernel, *shape)
    hs, cache = forward(*inputs)
    dhs = np.random.default_rng(1).standard_normal(hs.shape)
    grads = backward(dhs, cache)
    assert_gradients(lambda *inputs: (forward(*inputs)[0] * dhs).sum(), inputs, grads)


@both
def test_float32_stays_float32_and_inputs_are_left_alone(kernel):
    forward, backward = KERNELS[kernel]
    inputs = problem(kernel, 4, 3, 5, 2, np.float32)
    dhs = np.ones((4, 3, 2), np.float32)
    before = [a.copy() for a in (*inputs, dhs)]
    hs, cache = forward(*inputs)
    grads, again = backward(dhs, cache), backward(dhs, cache)
    assert {a.dtype for a in (hs, *grads)} == {np.dtype(np.float32)}
    for array, copy in zip((*inputs, dhs, *grads), (*before, *again)):
        np.testing.assert_array_equal(array, copy)


@both
def test_without_blas_the_result_is_the_same(kernel, monkeypatch):
    forward, backward = KERNELS[kernel]
    inputs = problem(kernel, 3, 2, 4, 3)
    want = backward(np.ones((3, 2, 3)), forward(*inputs)[1])
    monkeypatch.setattr(runtime, "IS_WASM", True)
    for g, w in zip(backward(np.ones((3, 2, 3)), forward(*inputs)[1]), want):
        np.testing.assert_allclose(g, w, atol=1e-12)


@both
def test_agrees_with_torch(kernel):
    torch = pytest.importorskip("torch")
    D, H = 5, 4
    inputs = problem(kernel, 6, 3, D, H, np.float32)
    layer = (torch.nn.GRU if kernel == "gru" else torch.nn.RNN)(D, H)
    parameters = dict(layer.named_parameters()).values()  # Wx, Wh, bx, bh
    with torch.no_grad():
        for parameter in parameters:
            parameter.zero_()
        for parameter, value in zip(parameters, inputs[2:]):
            parameter.copy_(torch.tensor(value.T.copy()))
    x, h0 = (torch.tensor(a, requires_grad=True) for a in (inputs[0], inputs[1][None]))
    hs, _ = layer(x, h0)
    (hs * hs).sum().backward()
    forward, backward = KERNELS[kernel]
    ours, cache = forward(*inputs)
    np.testing.assert_allclose(ours, hs.detach().numpy(), atol=1e-5)
    want = [
        x.grad.numpy(),
        h0.grad[0].numpy(),
        *(parameter.grad.numpy().T for parameter in parameters),
    ]
    for got, expected in zip(backward(2 * ours, cache), want):
        np.testing.assert_allclose(got, expected, atol=1e-5)
