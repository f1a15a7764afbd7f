import numpy as np
import pytest

from u30 import runtime
from u30.gradcheck import numeric_gradient
from u30.kernels.attention import attention_backward, attention_forward, causal_mask

SHAPES = [(2, 3, 4, 4, 5, 2), (1, 2, 3, 5, 4, 4), (2, 1, 1, 1, 1, 1), (1, 1, 1, 6, 3, 2)]


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def assert_gradients(loss, inputs, grads):
    """Compare with central differences of loss(*inputs), one input at a time."""
    assert len(grads) == len(inputs)
    for n, (array, grad) in enumerate(zip(inputs, grads)):
        want = numeric_gradient(lambda a: loss(*inputs[:n], a, *inputs[n + 1 :]), array)  # noqa: B023
        np.testing.assert_allclose(grad, want, rtol=1e-6, atol=1e-8, err_msg=f"input {n}")


def problem(B, h, T, S, d, dv):
    return [normal(0, B, h, T, d), normal(1, B, h, S, d), normal(2, B, h, S, dv)]


def attention_loop(q, k, v, mask):
    """One query at a time."""
    B, h, T, d = q.shape
    mask = np.broadcast_to(mask, (B, h, T, k.shape[2]))
    out = np.zeros((B, h, T, v.shape[-1]))
    for place in np.ndindex(B, h, T):
        seen = np.flatnonzero(mask[place])
        if len(seen):
            scores = k[place[:2]][seen] @ q[place] / np.sqrt(d)
            e = np.exp(scores - scores.max())
            out[place] = e / e.sum() @ v[place[:2]][seen]
    return out


def masks(B, h, T, S):
    one = np.zeros((T, S), bool)
    one[:, -1] = True
    random = np.random.default_rng(5).random((B, 1, T, S)) < 0.5
    random[0, 0, 0] = False  # a query that may attend to nothing
    per_key = np.random.default_rng(6).random((B, 1, 1, S)) < 0.7
    nothing = np.zeros((T, S), bool)
    return [None, np.ones((T, S), bool), one, random, per_key, nothing]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("size", [1, 100], ids=["moderate scores", "huge scores"])
def test_each_query_averages_the_values_it_may_see(shape, number, size):
    B, h, T, S, _, _ = shape
    q, k, v = problem(*shape)
    mask = masks(B, h, T, S)[number]
    out, weights, _ = attention_forward(q * size, k * size, v, mask)
    allowed = np.broadcast_to(True if mask is None else mask, weights.shape)
    np.testing.assert_allclose(out, attention_loop(q * size, k * size, v, allowed), atol=1e-10)
    assert (weights[~allowed] == 0).all()
    np.testing.assert_allclose(weights.sum(-1), allowed.any(-1), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("number", range(6))
def test_gradients_agree_with_central_differences(shape, number):
    inputs = problem(*shape)
    mask = masks(*shape[:4])[number]
    out, _, cache = attention_forward(*inputs, mask)
    dout = normal(3, *out.shape)
    grads = attention_backward(dout, cache)
    assert_gradients(
        lambda *inputs: (attention_forward(*inputs, mask)[0] * dout).sum(), inputs, grads
    )


def test_causal_attention_sees_no_later_key_and_joins_a_mask():
    q, k, v = problem(2, 2, 4, 4, 3, 3)
    padding = np.array([True, True, True, False]) & np.ones((2, 1, 1, 4), bool)
    both, weights, _ = attention_forward(q, k, v, padding, causal=True)
    want, *_ = attention_forward(q, k, v, padding & causal_mask(4, 4))
    np.testing.assert_array_equal(both, want)
    assert (np.triu(weights, 1) == 0).all()
    later, *_ = attention_forward(q, k, np.where(np.arange(4)[:, None] == 3, 99, v), causal=True)
    now, *_ = attention_forward(q, k, v, causal=True)
    np.testing.assert_array_equal(later[:, :, :3], now[:, :, :3])


def test_the_last_query_alone_gives_the_last_row_of_causal_attention():
    q, k, v = problem(1, 2, 5, 5, 3, 3)
    whole, *_ = attention_forward(q, k, v, causal=True)
    last, *_ = attention_forward(q[:, :, -1:], k, v, causal=True)
    np.testing.assert_allclose(last, whole[:, :, -1:], atol=1e-14)


def test_a_masked_key_may_hold_anything():
    q, k, v = problem(1, 1, 2, 3, 2, 2)
    mask = np.array([True, True, False])
    want, *_ = attention_forward(q, k, v, mask)
    k[:, :, 2] = 1e200
    out, _, cache = attention_forward(q, k, v, mask)
    np.testing.assert_allclose(out, want)
    assert np.isfinite(attention_backward(out, cache)[0]).all()


def test_heads_that_are_views_give_the_same_result():
    q, k, v = problem(2, 3, 4, 4, 5, 5)
    views = [np.ascontiguousarray(a.swapaxes(1, 2)).swapaxes(1, 2) for a in (q, k, v)]
    out, _, cache = attention_forward(q, k, v, causal=True)
    same, _, other = attention_forward(*views, causal=True)
    np.testing.assert_allclose(same, out, atol=1e-14)
    for a, b in zip(attention_backward(out, other), attention_backward(out, cache)):
        np.testing.assert_allclose(a, b, atol=1e-14)


def test_float32_stays_float32_and_inputs_are_left_alone(monkeypatch):
    inputs = [a.astype(np.float32) for a in problem(2, 3, 4, 4, 5, 2)]
    before = [a.copy() for a in inputs]
    out, weights, cache = attention_forward(*inputs, causal=True)
    grads = attention_backward(out, cache)
    assert {a.dtype for a in (out, weights, *grads)} == {np.dtype(np.float32)}
    for array, copy in zip(inputs, before):
        np.testing.assert_array_equal(array, copy)
    monkeypatch.setattr(runtime, "IS_WASM", True)
    np.testing.assert_allclose(attention_forward(*inputs, causal=True)[0], out, atol=1e-6)
    for got, want in zip(attention_backward(out, cache), grads):
        np.testing.assert_allclose(got, want, atol=1e-5)


def test_agrees_with_torch():
    torch = pytest.importorskip("torch")
    arrays = [a.astype(np.float32) for a in problem(2, 3, 6, 6, 4, 5)]
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
    want = torch.nn.functional.scaled_dot_product_attention(*tensors, is_causal=True)
    (want * want).sum().backward()
    out, _, cache = attention_forward(*arrays, causal=True)
    np.testing.assert_allclose(out, want.detach().numpy(), atol=1e-5)
    for grad, tensor in zip(attention_backward(2 * out, cache), tensors):
        np.testing.assert_allclose(grad, tensor.grad.numpy(), atol=1e-5)
