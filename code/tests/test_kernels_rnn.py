import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from u30.kernels.rnn import (
    rnn_backward,
    rnn_backward_simple,
    rnn_forward,
    rnn_forward_simple,
    rnn_state_gradients,
)
from u30.kernels.softmax import softmax_cross_entropy

KERNELS = {
    "fast": (rnn_forward, rnn_backward),
    "simple": (rnn_forward_simple, rnn_backward_simple),
}


def problem(T, B, V, H, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    shapes = {"Wxh": (V, H), "Whh": (H, H), "bh": (H,), "Why": (H, V), "by": (V,)}
    params = {
        name: (0.5 * rng.standard_normal(shape)).astype(dtype) for name, shape in shapes.items()
    }
    X, Y = rng.integers(V, size=(2, T, B))
    return params, X, Y, (0.5 * rng.standard_normal((B, H))).astype(dtype)


def loss_and_gradients(kernel, params, X, Y, h0):
    forward, backward = KERNELS[kernel]
    logits, cache = forward(X, h0, params)
    loss, dlogits = softmax_cross_entropy(logits.reshape(-1, logits.shape[-1]), Y.ravel())
    grads, dh0 = backward(dlogits.reshape(logits.shape), cache)
    return loss, grads, dh0


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("T, B", [(4, 3), (1, 2), (5, 1), (1, 1)])
def test_gradients_agree_with_central_differences(kernel, T, B):
    params, X, Y, h0 = problem(T, B, V=3, H=4)
    X[:] = X[0, 0] if T == 1 else X  # every stream reads the same character
    _, grads, dh0 = loss_and_gradients(kernel, params, X, Y, h0)
    eps = 1e-5
    for name, array in {**params, "h0": h0}.items():
        analytic = dh0 if name == "h0" else grads[name]
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + eps
            up = loss_and_gradients(kernel, params, X, Y, h0)[0]
            array[index] = kept - eps
            down = loss_and_gradients(kernel, params, X, Y, h0)[0]
            array[index] = kept
            want = (up - down) / (2 * eps)
            assert analytic[index] == pytest.approx(want, rel=1e-6, abs=1e-9), (name, index)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 6), st.integers(1, 4), st.integers(1, 5), st.integers(1, 6), st.integers(0, 99)
)
def test_fast_and_simple_kernels_agree(T, B, V, H, seed):
    params, X, Y, h0 = problem(T, B, V, H, seed)
    fast = loss_and_gradients("fast", params, X, Y, h0)
    simple = loss_and_gradients("simple", params, X, Y, h0)
    assert fast[0] == pytest.approx(simple[0], rel=1e-12)
    np.testing.assert_allclose(fast[2], simple[2], atol=1e-12)
    for name in params:
        np.testing.assert_allclose(fast[1][name], simple[1][name], atol=1e-12, err_msg=name)


@pytest.mark.parametrize("kernel", KERNELS)
def test_float32_stays_float32_and_inputs_are_left_alone(kernel):
    params, X, _, h0 = problem(5, 3, V=4, H=6, dtype=np.float32)
    inputs = [*params.values(), X, h0]
    before = [array.copy() for array in inputs]
    forward, backward = KERNELS[kernel]
    logits, cache = forward(X, h0, params)
    grads, dh0 = backward(np.ones_like(logits), cache)
    assert {a.dtype for a in [logits, cache.hs, dh0, *grads.values()]} == {np.dtype(np.float32)}
    for array, copy in zip(inputs, before):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("kernel", KERNELS)
def test_reading_in_two_pieces_with_a_carried_state_equals_reading_at_once(kernel):
    params, X, _, h0 = problem(7, 2, V=4, H=5)
    forward, _ = KERNELS[kernel]
    whole, cache = forward(X, h0, params)
    first, between = forward(X[:3], h0, params)
    second, after = forward(X[3:], between.hs[-1], params)
    np.testing.assert_allclose(np.concatenate([first, second]), whole)
    np.testing.assert_allclose(after.hs[-1], cache.hs[-1])


def test_an_index_outside_the_vocabulary_is_an_error():
    params, X, _, h0 = problem(2, 2, V=3, H=4)
    with pytest.raises(IndexError):
        rnn_forward(X + 3, h0, params)


def test_state_gradients_agree_with_central_differences_on_a_later_start():
    params, X, Y, h0 = problem(5, 2, V=3, H=4)
    logits, cache = rnn_forward(X, h0, params)
    dlogits = np.zeros_like(logits)
    dlogits[-1] = softmax_cross_entropy(logits[-1], Y[-1])[1]
    dh, _ = rnn_state_gradients(dlogits, cache)

    def last_loss(h2):  # the loss of the last step as a function of the state after step 2
        return softmax_cross_entropy(rnn_forward(X[2:], h2, params)[0][-1], Y[-1])[0]

    for index in np.ndindex(h0.shape):
        step = np.zeros_like(h0)
        step[index] = 1e-5
        h2 = cache.hs[2]
        want = (last_loss(h2 + step) - last_loss(h2 - step)) / 2e-5
        assert dh[1][index] == pytest.approx(want, rel=1e-6, abs=1e-9)


def test_agrees_with_torch():
    torch = pytest.importorskip("torch")
    T, B, V, H = 7, 3, 5, 8
    params, X, Y, h0 = problem(T, B, V, H, dtype=np.float32)
    rnn, out = torch.nn.RNN(V, H, nonlinearity="tanh"), torch.nn.Linear(H, V)
    pairs = {
        "Wxh": (rnn.weight_ih_l0, True),
        "Whh": (rnn.weight_hh_l0, True),
        "bh": (rnn.bias_ih_l0, False),
        "Why": (out.weight, True),
        "by": (out.bias, False),
    }
    with torch.no_grad():
        rnn.bias_hh_l0.zero_()
        for name, (parameter, transposed) in pairs.items():
            value = params[name].T if transposed else params[name]
            parameter.copy_(torch.tensor(value.copy()))
    start = torch.tensor(h0[None], requires_grad=True)
    hs, _ = rnn(torch.nn.functional.one_hot(torch.tensor(X), V).float(), start)
    want = torch.nn.functional.cross_entropy(out(hs).reshape(-1, V), torch.tensor(Y.ravel()))
    want.backward()
    loss, grads, dh0 = loss_and_gradients("fast", params, X, Y, h0)
    assert loss == pytest.approx(want.item(), abs=1e-5)
    np.testing.assert_allclose(dh0, start.grad.numpy()[0], atol=1e-5)
    for name, (parameter, transposed) in pairs.items():
        got = grads[name].T if transposed else grads[name]
        np.testing.assert_allclose(got, parameter.grad.numpy(), atol=1e-5, err_msg=name)
