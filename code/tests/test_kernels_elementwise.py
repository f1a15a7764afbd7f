"""GELU, dropout and embedding: the kernels without a loop."""

import math

import numpy as np
import pytest

from u30 import runtime
from u30.gradcheck import numeric_gradient
from u30.kernels import embedding
from u30.kernels.dropout import dropout_backward, dropout_forward
from u30.kernels.embedding import embedding_backward, embedding_forward
from u30.kernels.gelu import gelu_backward, gelu_forward


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


# 1. GELU


@pytest.mark.parametrize("shape", [(7,), (3, 4), (1, 1), (), (2, 0)])
def test_gelu_is_close_to_x_times_the_normal_distribution(shape):
    x = 2 * normal(0, *shape)
    phi = np.array([(1 + math.erf(a / math.sqrt(2))) / 2 for a in np.ravel(x)]).reshape(shape)
    np.testing.assert_allclose(gelu_forward(np.asarray(x))[0], x * phi, atol=1e-3)


@pytest.mark.parametrize("shape", [(7,), (3, 4), (1, 1), ()])
def test_gelu_gradient_agrees_with_central_differences(shape):
    x, dout = np.asarray(2 * normal(0, *shape)), np.asarray(normal(1, *shape))
    got = gelu_backward(dout, gelu_forward(x)[1])
    want = numeric_gradient(lambda x: (gelu_forward(x)[0] * dout).sum(), x)
    np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)


def test_gelu_of_large_numbers_is_zero_or_the_number():
    x = np.array([-1e4, -30, 30, 1e4], np.float32)
    y, cache = gelu_forward(x)
    np.testing.assert_allclose(y, [0, 0, 30, 1e4])
    np.testing.assert_allclose(gelu_backward(np.ones_like(x), cache), [0, 0, 1, 1])


# 2. Dropout


def test_dropout_keeps_the_mean_and_the_gradient_follows_the_mask():
    x = np.ones((200, 500), np.float32)
    y, mask = dropout_forward(x, 0.3, np.random.default_rng(0))
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(dropout_backward(x, mask), y)


def test_dropout_without_training_or_with_p_zero_changes_nothing():
    x, rng = normal(0, 3, 4), np.random.default_rng(0)
    for y, mask in (dropout_forward(x, 0.9, rng, training=False), dropout_forward(x, 0.0, rng)):
        np.testing.assert_array_equal(y, x)
        np.testing.assert_array_equal(dropout_backward(x, mask), x)
        assert not np.shares_memory(y, x)


@pytest.mark.parametrize("p", [-0.1, 1.0, float("nan")])
def test_an_impossible_dropout_probability_is_explained(p):
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        dropout_forward(np.ones(3), p, np.random.default_rng(0))


# 3. Embedding


@pytest.mark.parametrize("small_table", [0, 1000], ids=["sorting", "product"])
@pytest.mark.parametrize("shape", [(5, 3), (1,), (2, 1, 4), (0,), ()])
def test_rows_of_equal_symbols_add_up(small_table, shape, monkeypatch):
    monkeypatch.setattr(embedding, "SMALL_TABLE", small_table)
    V, D = 4, 3
    W = normal(0, V, D)
    index = np.random.default_rng(1).integers(V, size=shape)
    y, cache = embedding_forward(W, index)
    np.testing.assert_array_equal(y, W[index])
    dout = normal(2, *y.shape)
    want = np.zeros_like(W)
    np.add.at(want, index, dout)
    np.testing.assert_allclose(embedding_backward(dout, cache), want, atol=1e-12)


@pytest.mark.parametrize("index", [[0, 4], [-1, 2]])
def test_an_index_outside_the_table_is_explained(index):
    with pytest.raises(IndexError, match="rows 0 to 3"):
        embedding_forward(np.ones((4, 2)), np.array(index))


# 4. All of them


@pytest.mark.parametrize("wasm", [False, True])
def test_float32_stays_float32_and_inputs_are_left_alone(wasm, monkeypatch):
    monkeypatch.setattr(runtime, "IS_WASM", wasm)
    x, index = normal(0, 6, 5).astype(np.float32), np.array([1, 1, 5], np.int32)
    before = x.copy()
    y, cache = gelu_forward(x)
    dropped, mask = dropout_forward(x, 0.5, np.random.default_rng(0))
    looked_up, table = embedding_forward(x, index)
    results = [y, dropped, looked_up, gelu_backward(x, cache), dropout_backward(x, mask)]
    results.append(embedding_backward(looked_up, table))
    assert {a.dtype for a in results} == {np.dtype(np.float32)}
    assert table.symbols.dtype == np.intp
    np.testing.assert_array_equal(x, before)


def test_gelu_and_embedding_agree_with_torch():
    torch = pytest.importorskip("torch")
    x, index = normal(0, 6, 5).astype(np.float32), np.array([[1, 1], [5, 0]])
    tensor = torch.tensor(x, requires_grad=True)
    want = torch.nn.functional.gelu(tensor, approximate="tanh")
    want.sum().backward()
    y, cache = gelu_forward(x)
    np.testing.assert_allclose(y, want.detach().numpy(), atol=1e-6)
    np.testing.assert_allclose(
        gelu_backward(np.ones_like(x), cache), tensor.grad.numpy(), atol=1e-6
    )
    tensor.grad = None
    torch.nn.functional.embedding(torch.tensor(index), tensor).sum().backward()
    got = embedding_backward(np.ones((2, 2, 5), np.float32), embedding_forward(x, index)[1])
    np.testing.assert_allclose(got, tensor.grad.numpy(), atol=1e-6)
