import numpy as np
import pytest

from u30 import runtime
from u30.gradcheck import numeric_gradient
from u30.kernels import conv
from u30.kernels.conv import conv2d_backward, conv2d_forward
from u30.kernels.layout import from_batch_last, to_batch_last
from u30.kernels.pool import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)

POOLS = {
    "max": (max_pool2d_forward, max_pool2d_backward),
    "avg": (avg_pool2d_forward, avg_pool2d_backward),
}
# N, C, H, W, O, kh, kw, stride, padding, dilation, groups
CONVOLUTIONS = [
    (2, 3, 5, 6, 4, 3, 3, 1, 1, 1, 1),
    (2, 2, 7, 6, 2, 3, 2, 2, 1, 1, 1),
    (1, 4, 5, 5, 4, 3, 3, 1, 0, 1, 4),
    (3, 4, 6, 7, 6, 2, 3, 2, 2, 2, 2),
    (1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1),
    (1, 1, 3, 3, 2, 3, 3, 1, 0, 1, 1),
    (2, 1, 4, 1, 1, 3, 1, 3, 0, 1, 1),
    (1, 2, 7, 7, 1, 3, 3, 3, 1, 3, 1),
]
# N, C, H, W, kernel, stride, padding
POOLINGS = [
    (2, 3, 6, 4, 2, 2, 0),
    (1, 2, 7, 7, 3, 2, 1),
    (2, 1, 5, 5, 3, 1, 0),
    (1, 1, 1, 1, 1, 1, 0),
    (2, 2, 5, 7, 2, 3, 1),
]


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def assert_gradients(loss, inputs, grads):
    """Compare with central differences of loss(*inputs), one input at a time."""
    assert len(grads) == len(inputs)
    for n, (array, grad) in enumerate(zip(inputs, grads)):
        want = numeric_gradient(lambda a: loss(*inputs[:n], a, *inputs[n + 1 :]), array)  # noqa: B023
        np.testing.assert_allclose(grad, want, rtol=1e-6, atol=1e-8, err_msg=f"input {n}")


def convolution_problem(N, C, H, W, O, kh, kw, stride, padding, dilation, groups):
    inputs = [normal(0, N, C, H, W), normal(1, O, C // groups, kh, kw), normal(2, O)]
    return inputs, (stride, padding, dilation, groups)


def conv2d_loop(x, w, b, stride, padding, dilation, groups):
    """The sum of the docstring, one number of the output at a time."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    N, _, H, W = x.shape
    O, C_group, kh, kw = w.shape
    P, Q = (H - dilation * (kh - 1) - 1) // stride + 1, (W - dilation * (kw - 1) - 1) // stride + 1
    y = np.zeros((N, O, P, Q))
    for n, o, p, q in np.ndindex(y.shape):
        first = o // (O // groups) * C_group
        rows = slice(p * stride, p * stride + dilation * (kh - 1) + 1, dilation)
        columns = slice(q * stride, q * stride + dilation * (kw - 1) + 1, dilation)
        y[n, o, p, q] = (x[n, first : first + C_group, rows, columns] * w[o]).sum() + b[o]
    return y


@pytest.mark.parametrize("sizes", CONVOLUTIONS)
@pytest.mark.parametrize("chunk", [1, 1 << 17], ids=["row by row", "at once"])
def test_convolution_is_the_sum_over_windows(sizes, chunk, monkeypatch):
    monkeypatch.setattr(conv, "CHUNK", chunk)
    inputs, options = convolution_problem(*sizes)
    y, _ = conv2d_forward(*inputs, *options)
    np.testing.assert_allclose(y, conv2d_loop(*inputs, *options), atol=1e-12)
    no_bias, _ = conv2d_forward(*inputs[:2], None, *options)
    np.testing.assert_allclose(no_bias, y - inputs[2][:, None, None], atol=1e-12)


@pytest.mark.parametrize("sizes", CONVOLUTIONS)
@pytest.mark.parametrize("chunk", [1, 1 << 17], ids=["row by row", "at once"])
def test_convolution_gradients_agree_with_central_differences(sizes, chunk, monkeypatch):
    monkeypatch.setattr(conv, "CHUNK", chunk)
    inputs, options = convolution_problem(*sizes)
    y, cache = conv2d_forward(*inputs, *options)
    dout = normal(3, *y.shape)
    grads = conv2d_backward(dout, cache)
    assert_gradients(
        lambda *inputs: (conv2d_forward(*inputs, *options)[0] * dout).sum(), inputs, grads
    )
    dx, dw, db = conv2d_backward(dout, cache, need_dx=False)
    assert dx is None
    np.testing.assert_array_equal(dw, grads[1])
    np.testing.assert_array_equal(db, grads[2])


def test_images_of_any_memory_order_give_the_same_result():
    (x, w, b), options = convolution_problem(*CONVOLUTIONS[0])
    y, cache = conv2d_forward(x, w, b, *options)
    for other in (
        from_batch_last(to_batch_last(x)),
        np.asfortranarray(x),
        x.repeat(2, 3)[..., ::2],
    ):
        np.testing.assert_allclose(conv2d_forward(other, w, b, *options)[0], y, atol=1e-12)
    dout = normal(3, *y.shape)
    for got, want in zip(
        conv2d_backward(from_batch_last(to_batch_last(dout)), cache), conv2d_backward(dout, cache)
    ):
        np.testing.assert_allclose(got, want, atol=1e-12)


def test_the_next_image_function_needs_no_copy():
    (x, w, b), options = convolution_problem(*CONVOLUTIONS[0])
    y, _ = conv2d_forward(x, w, b, *options)
    assert np.shares_memory(to_batch_last(y), y)
    assert to_batch_last(np.maximum(y, 0)).flags.c_contiguous
    assert np.maximum(y, 0).transpose(1, 2, 3, 0).flags.c_contiguous


def test_wrong_sizes_are_explained():
    with pytest.raises(ValueError, match="3 channels do not fit"):
        conv2d_forward(np.ones((1, 3, 4, 4)), np.ones((2, 2, 3, 3)))
    with pytest.raises(ValueError, match="reaches over 5 pixels does not fit into 4"):
        conv2d_forward(np.ones((1, 1, 4, 4)), np.ones((1, 1, 5, 5)))
    with pytest.raises(ValueError, match="more than half"):
        max_pool2d_forward(np.ones((1, 1, 4, 4)), 2, 2, 2)


def pool_loop(kind, x, kernel, stride, padding):
    outside = -np.inf if kind == "max" else 0
    margin = (padding, padding)
    x = np.pad(x, ((0, 0), (0, 0), margin, margin), constant_values=outside)
    P, Q = ((size - kernel) // stride + 1 for size in x.shape[2:])
    y = np.zeros((*x.shape[:2], P, Q))
    for p in range(P):
        for q in range(Q):
            window = x[:, :, p * stride : p * stride + kernel, q * stride : q * stride + kernel]
            y[:, :, p, q] = getattr(window, "max" if kind == "max" else "mean")(axis=(2, 3))
    return y


@pytest.mark.parametrize("kind", POOLS)
@pytest.mark.parametrize("sizes", POOLINGS)
def test_pooling_reduces_each_window_and_gradients_agree(kind, sizes):
    forward, backward = POOLS[kind]
    *shape, kernel, stride, padding = sizes
    x = normal(0, *shape)
    y, cache = forward(x, kernel, stride, padding)
    np.testing.assert_allclose(y, pool_loop(kind, x, kernel, stride, padding), atol=1e-12)
    dout = normal(1, *y.shape)
    assert_gradients(
        lambda x: (forward(x, kernel, stride, padding)[0] * dout).sum(),
        [x],
        [backward(dout, cache)],
    )


def test_of_equal_maxima_the_first_gets_the_whole_gradient():
    y, cache = max_pool2d_forward(np.zeros((1, 1, 4, 4)), 2, 2)
    dx = max_pool2d_backward(np.ones_like(y), cache)
    np.testing.assert_array_equal(dx[0, 0], np.tile([[1, 0], [0, 0]], (2, 2)))


@pytest.mark.parametrize("stride, padding, dilation, groups", [(1, 1, 1, 1), (2, 2, 2, 2)])
def test_convolution_agrees_with_torch(stride, padding, dilation, groups):
    torch = pytest.importorskip("torch")
    shapes = (3, 4, 9, 8), (6, 4 // groups, 3, 3), (6,)
    arrays = [normal(n, *shape).astype(np.float32) for n, shape in enumerate(shapes)]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    want = torch.nn.functional.conv2d(*tensors, stride, padding, dilation, groups)
    (want * want).sum().backward()
    y, cache = conv2d_forward(*arrays, stride, padding, dilation, groups)
    np.testing.assert_allclose(y, want.detach().numpy(), atol=1e-5)
    for grad, tensor in zip(conv2d_backward(2 * y, cache), tensors):
        np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("kind", POOLS)
def test_pooling_agrees_with_torch_also_where_values_are_equal(kind):
    torch = pytest.importorskip("torch")
    forward, backward = POOLS[kind]
    x = np.maximum(normal(0, 2, 3, 7, 7), 0).astype(np.float32)
    tensor = torch.tensor(x, requires_grad=True)
    want = getattr(torch.nn.functional, f"{kind}_pool2d")(tensor, 3, 2, 1)
    dout = normal(1, *want.shape).astype(np.float32)
    want.backward(torch.tensor(dout))
    y, cache = forward(x, 3, 2, 1)
    np.testing.assert_allclose(y, want.detach().numpy(), atol=1e-6)
    np.testing.assert_allclose(backward(dout, cache), tensor.grad.numpy(), atol=1e-6)


def test_float32_stays_float32_and_inputs_are_left_alone(monkeypatch):
    (x, w, b), options = convolution_problem(*CONVOLUTIONS[0])
    inputs = [a.astype(np.float32) for a in (x, w, b)]
    before = [a.copy() for a in inputs]
    y, cache = conv2d_forward(*inputs, *options)
    grads, again = conv2d_backward(y, cache), conv2d_backward(y, cache)
    pooled = [forward(inputs[0], 2, 2) for forward, _ in POOLS.values()]
    back = [b(p, c) for (_, b), (p, c) in zip(POOLS.values(), pooled)]
    results = [y, *grads, *back, *(p for p, _ in pooled)]
    assert {a.dtype for a in results} == {np.dtype(np.float32)}
    for array, copy in zip((*inputs, *grads), (*before, *again)):
        np.testing.assert_array_equal(array, copy)
    monkeypatch.setattr(runtime, "IS_WASM", True)
    np.testing.assert_allclose(conv2d_forward(*inputs, *options)[0], y, atol=1e-5)
    for got, want in zip(conv2d_backward(y, cache), grads):
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-4)
