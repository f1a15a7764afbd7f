import numpy as np
import pytest

from u30.gradcheck import numeric_gradient
from u30.kernels.norm import (
    batch_norm_backward,
    batch_norm_forward,
    layer_norm_backward,
    layer_norm_forward,
)

BATCHES = [(6, 3), (2, 3, 4, 5), (5, 1), (1, 2, 3, 3), (4, 2, 1, 1)]


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def assert_gradients(loss, inputs, grads):
    """Compare with central differences of loss(*inputs), one input at a time."""
    assert len(grads) == len(inputs)
    for n, (array, grad) in enumerate(zip(inputs, grads)):
        want = numeric_gradient(lambda a: loss(*inputs[:n], a, *inputs[n + 1 :]), array)  # noqa: B023
        np.testing.assert_allclose(grad, want, rtol=1e-6, atol=1e-8, err_msg=f"input {n}")


def batch_norm(x, gamma, beta, training=True):
    C = len(gamma)
    return batch_norm_forward(x, gamma, beta, np.full(C, 0.3), np.full(C, 1.7), training)


@pytest.mark.parametrize("shape", [(4, 5), (2, 3, 4), (1, 2), (3, 1), (6,), (2, 2, 2, 3)])
def test_layer_norm_and_its_gradients(shape):
    D = shape[-1]
    inputs = [3 + normal(0, *shape), normal(1, D), normal(2, D)]
    y, cache = layer_norm_forward(*inputs)
    x, gamma, beta = inputs
    mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(var + 1e-5) * gamma + beta, atol=1e-10)
    dout = normal(3, *shape)
    grads = layer_norm_backward(dout, cache)
    assert_gradients(lambda *inputs: (layer_norm_forward(*inputs)[0] * dout).sum(), inputs, grads)


@pytest.mark.parametrize("shape", BATCHES)
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_and_its_gradients(shape, training):
    C = shape[1]
    inputs = [3 + normal(0, *shape), normal(1, C), normal(2, C)]
    y, cache = batch_norm(*inputs, training)
    x = inputs[0]
    axes, column = (0, *range(2, x.ndim)), (C, *[1] * (x.ndim - 2))
    gamma, beta = (a.reshape(column) for a in inputs[1:])
    mean = x.mean(axes, keepdims=True) if training else 0.3
    var = x.var(axes, keepdims=True) if training else 1.7
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(var + 1e-5) * gamma + beta, atol=1e-10)
    dout = normal(3, *shape)
    grads = batch_norm_backward(dout, cache)
    assert_gradients(lambda *inputs: (batch_norm(*inputs, training)[0] * dout).sum(), inputs, grads)


def test_only_training_moves_the_running_statistics():
    x, gamma, beta = 2 + normal(0, 8, 3), np.ones(3), np.zeros(3)
    mean, var = np.zeros(3), np.ones(3)
    batch_norm_forward(x, gamma, beta, mean, var, training=False)
    np.testing.assert_array_equal(mean, np.zeros(3))
    batch_norm_forward(x, gamma, beta, mean, var, training=True, momentum=0.25)
    np.testing.assert_allclose(mean, 0.25 * x.mean(axis=0))
    np.testing.assert_allclose(var, 0.75 + 0.25 * x.var(axis=0, ddof=1))


def test_a_large_mean_does_not_swallow_the_variance_in_float32():
    x = (1e4 + normal(0, 64, 32)).astype(np.float32)
    exact, _ = layer_norm_forward(x.astype(np.float64), np.ones(32), np.zeros(32))
    got, _ = layer_norm_forward(x, np.ones(32, np.float32), np.zeros(32, np.float32))
    np.testing.assert_allclose(got, exact, atol=0.01)


def test_float32_stays_float32_and_inputs_are_left_alone():
    x, gamma, beta, dout = (
        normal(n, *shape).astype(np.float32)
        for n, shape in enumerate([(4, 3, 5, 5), (3,), (3,), (4, 3, 5, 5)])
    )
    rows, d_rows = x.transpose(0, 2, 3, 1), dout.transpose(0, 2, 3, 1)
    inputs = x, gamma, beta, dout
    before = [a.copy() for a in inputs]
    running = np.zeros(3, np.float32), np.ones(3, np.float32)
    results = list(running)
    for y, cache in (
        batch_norm_forward(x, gamma, beta, *running),
        batch_norm_forward(x, gamma, beta, *running, training=False),
    ):
        results += [y, *batch_norm_backward(dout, cache)]
    y, cache = layer_norm_forward(rows, gamma, beta)
    results += [y, *layer_norm_backward(d_rows, cache)]
    assert {a.dtype for a in results} == {np.dtype(np.float32)}
    for array, copy in zip(inputs, before):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_agrees_with_torch(training):
    torch = pytest.importorskip("torch")
    arrays = [normal(n, *s).astype(np.float32) for n, s in enumerate([(4, 3, 5, 6), (3,), (3,)])]
    mean, var = np.zeros(3, np.float32), np.ones(3, np.float32)
    t_mean, t_var = torch.zeros(3), torch.ones(3)
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    x, gamma, beta = tensors
    want = torch.nn.functional.batch_norm(x, t_mean, t_var, gamma, beta, training)
    (want**3).sum().backward()
    y, cache = batch_norm_forward(*arrays, mean, var, training)
    np.testing.assert_allclose(y, want.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(mean, t_mean.numpy(), atol=1e-6)
    np.testing.assert_allclose(var, t_var.numpy(), atol=1e-6)
    for grad, tensor in zip(batch_norm_backward(3 * y * y, cache), tensors):
        np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-4, atol=1e-4)


def test_layer_norm_agrees_with_torch():
    torch = pytest.importorskip("torch")
    arrays = [normal(n, *s).astype(np.float32) for n, s in enumerate([(4, 3, 8), (8,), (8,)])]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    want = torch.nn.functional.layer_norm(tensors[0], (8,), *tensors[1:])
    (want * want).sum().backward()
    y, cache = layer_norm_forward(*arrays)
    np.testing.assert_allclose(y, want.detach().numpy(), atol=1e-5)
    for grad, tensor in zip(layer_norm_backward(2 * y, cache), tensors):
        np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-5, atol=1e-5)
