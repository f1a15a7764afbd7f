"""Equal inputs and weights give equal values and gradients in PyTorch. Skipped without it."""

import numpy as np
import pytest

from u30 import functional as F
from u30 import nn
from u30.tensor import Tensor

torch = pytest.importorskip("torch")
tf = torch.nn.functional


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def agree(ours, theirs, *arrays, tolerance=1e-5):
    """Both functions, from equal inputs: values, and gradients of a weighted sum."""
    mine = [Tensor(a, requires_grad=True) for a in arrays]
    other = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, want = ours(*mine), theirs(*other)
    np.testing.assert_allclose(y.data, want.detach().numpy(), atol=tolerance, rtol=tolerance)
    weights = normal(99, *y.shape)
    y.backward(weights)
    want.backward(torch.tensor(weights))
    for t, o in zip(mine, other):
        np.testing.assert_allclose(t.grad, o.grad.numpy(), atol=tolerance, rtol=tolerance)


TARGETS = np.array([0, 3, 3, 1])
MASK = normal(7, 3, 5) > -0.5
MASK[:, 0] = True
positive = abs(normal(4, 3, 4)) + 0.5

CASES = {
    "exp": (Tensor.exp, torch.exp, [normal(0, 3, 4)]),
    "log": (Tensor.log, torch.log, [positive]),
    "sqrt": (Tensor.sqrt, torch.sqrt, [positive]),
    "power": (lambda x: x**2.5, lambda x: x**2.5, [positive]),
    "tanh": (F.tanh, torch.tanh, [normal(0, 3, 4)]),
    "sigmoid": (F.sigmoid, torch.sigmoid, [5 * normal(0, 3, 4)]),
    "relu": (F.relu, tf.relu, [normal(0, 3, 4)]),
    "gelu": (F.gelu, lambda x: tf.gelu(x, approximate="tanh"), [normal(0, 3, 4)]),
    "arithmetic": (
        lambda a, b: (a * b - b / 2 + 1) / (2 - a * 0.1),
        lambda a, b: (a * b - b / 2 + 1) / (2 - a * 0.1),
        [normal(0, 2, 3, 4), normal(1, 3, 1)],
    ),
    "matmul": (lambda a, b: a @ b, lambda a, b: a @ b, [normal(0, 2, 3, 4), normal(1, 2, 4, 5)]),
    "broadcast matmul": (
        lambda a, b: a @ b,
        lambda a, b: a @ b,
        [normal(0, 3, 4), normal(1, 2, 4, 5)],
    ),
    "mean": (lambda x: x.mean(axis=(0, 2)), lambda x: x.mean(dim=(0, 2)), [normal(0, 2, 3, 4)]),
    "max": (lambda x: x.max(axis=1), lambda x: x.amax(dim=1), [normal(0, 3, 4)]),
    "ties": (lambda x: x.max(axis=1), lambda x: x.amax(dim=1), [np.ones((2, 3), np.float32)]),
    "indexing": (lambda x: x[[0, 2, 2], 1:], lambda x: x[[0, 2, 2], 1:], [normal(0, 3, 4)]),
    "concatenate": (
        lambda a, b: F.concatenate([a, b], axis=1),
        lambda a, b: torch.cat([a, b], dim=1),
        [normal(0, 2, 3), normal(1, 2, 4)],
    ),
    "where": (
        lambda x: F.where(MASK, x, -1.0),
        lambda x: torch.where(torch.tensor(MASK), x, -1.0),
        [normal(0, 3, 5)],
    ),
    "softmax": (
        lambda x: F.softmax(x, axis=0),
        lambda x: tf.softmax(x, dim=0),
        [3 * normal(0, 3, 4)],
    ),
    "log_softmax": (F.log_softmax, lambda x: tf.log_softmax(x, -1), [30 * normal(0, 3, 4)]),
    "cross_entropy": (
        lambda x: F.cross_entropy(x, TARGETS),
        lambda x: tf.cross_entropy(x, torch.tensor(TARGETS)),
        [normal(0, 4, 5)],
    ),
    "linear": (
        F.linear,
        lambda x, W, b: tf.linear(x, W.T, b),
        [normal(0, 2, 3, 4), normal(1, 4, 5), normal(2, 5)],
    ),
    "embedding": (
        lambda W: F.embedding(W, TARGETS),
        lambda W: tf.embedding(torch.tensor(TARGETS), W),
        [normal(0, 5, 3)],
    ),
    "layer_norm": (
        F.layer_norm,
        lambda x, g, b: tf.layer_norm(x, (6,), g, b),
        [normal(0, 2, 3, 6), normal(1, 6), normal(2, 6)],
    ),
    "attention, masked": (
        lambda *qkv: F.attention(*qkv, MASK)[0],
        lambda *qkv: tf.scaled_dot_product_attention(*qkv, attn_mask=torch.tensor(MASK)),
        [normal(0, 2, 2, 3, 4), normal(1, 2, 2, 5, 4), normal(2, 2, 2, 5, 4)],
    ),
    "attention, causal": (
        lambda *qkv: F.attention(*qkv, causal=True)[0],
        lambda *qkv: tf.scaled_dot_product_attention(*qkv, is_causal=True),
        [normal(seed, 2, 2, 5, 4) for seed in range(3)],
    ),
    "conv2d": (
        lambda *a: F.conv2d(*a, stride=2, padding=1, dilation=1, groups=2),
        lambda *a: tf.conv2d(*a, stride=2, padding=1, dilation=1, groups=2),
        [normal(0, 2, 4, 7, 6), normal(1, 6, 2, 3, 3), normal(2, 6)],
    ),
    "conv2d, dilated": (
        lambda *a: F.conv2d(*a, dilation=2),
        lambda *a: tf.conv2d(*a, dilation=2),
        [normal(0, 2, 3, 7, 6), normal(1, 4, 3, 3, 3), normal(2, 4)],
    ),
    "max_pool2d": (
        lambda x: F.max_pool2d(x, 3, stride=2, padding=1),
        lambda x: tf.max_pool2d(x, 3, stride=2, padding=1),
        [normal(0, 2, 3, 7, 6)],
    ),
    "max_pool2d, ties": (
        lambda x: F.max_pool2d(x, 2),
        lambda x: tf.max_pool2d(x, 2),
        [np.zeros((1, 1, 4, 4), np.float32)],
    ),
    "avg_pool2d": (
        lambda x: F.avg_pool2d(x, 3, stride=2, padding=1),
        lambda x: tf.avg_pool2d(x, 3, stride=2, padding=1),
        [normal(0, 2, 3, 7, 6)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_functions(name):
    ours, theirs, arrays = CASES[name]
    agree(ours, theirs, *arrays)


# Layers. Our name of a parameter, PyTorch's, and whether PyTorch stores it transposed


def rng():
    return np.random.default_rng(0)


BOTH = {"W": "weight", "b": "bias"}
NORM = {"gamma": "weight", "beta": "bias"}
RECURRENT = {"Wx": "weight_ih_l0", "Wh": "weight_hh_l0", "b": "bias_ih_l0"}
D, H, C = 4, 6, 4

LAYERS = {
    "Linear": (lambda: nn.Linear(rng(), D, H), lambda: torch.nn.Linear(D, H), BOTH, {"W"}),
    "Conv2d": (
        lambda: nn.Conv2d(rng(), C, 6, 3, stride=2, padding=1, groups=2),
        lambda: torch.nn.Conv2d(C, 6, 3, stride=2, padding=1, groups=2),
        BOTH,
        set(),
    ),
    "LayerNorm": (lambda: nn.LayerNorm(D), lambda: torch.nn.LayerNorm(D), NORM, set()),
    "BatchNorm, rows": (
        lambda: nn.BatchNorm(C),
        lambda: torch.nn.BatchNorm1d(C),
        NORM | {"running_mean": "running_mean", "running_var": "running_var"},
        set(),
    ),
    "BatchNorm, images": (
        lambda: nn.BatchNorm(C),
        lambda: torch.nn.BatchNorm2d(C),
        NORM | {"running_mean": "running_mean", "running_var": "running_var"},
        set(),
    ),
    "RNN": (lambda: nn.RNN(rng(), D, H), lambda: torch.nn.RNN(D, H), RECURRENT, {"Wx", "Wh"}),
    "LSTM": (lambda: nn.LSTM(rng(), D, H), lambda: torch.nn.LSTM(D, H), RECURRENT, {"Wx", "Wh"}),
    "GRU": (
        lambda: nn.GRU(rng(), D, H),
        lambda: torch.nn.GRU(D, H),
        RECURRENT | {"bh": "bias_hh_l0"},
        {"Wx", "Wh"},
    ),
    "MultiHeadAttention": (
        lambda: nn.MultiHeadAttention(rng(), 6, 3),
        lambda: torch.nn.MultiheadAttention(6, 3, batch_first=True),
        {
            "Wqkv": "in_proj_weight",
            "bqkv": "in_proj_bias",
            "Wo": "out_proj.weight",
            "bo": "out_proj.bias",
        },
        {"Wqkv", "Wo"},
    ),
}
INPUTS = {
    "Linear": (2, 3, D),
    "Conv2d": (2, C, 7, 6),
    "LayerNorm": (2, 3, D),
    "BatchNorm, rows": (5, C),
    "BatchNorm, images": (3, C, 4, 2),
    "RNN": (7, 3, D),
    "LSTM": (7, 3, D),
    "GRU": (7, 3, D),
    "MultiHeadAttention": (2, 5, 6),
}


def pair(name):
    """Our layer and PyTorch's with equal weights. PyTorch's second bias is 0 where we have one."""
    ours, theirs, names, transposed = LAYERS[name]
    ours, theirs = ours(), theirs()
    with torch.no_grad():
        if hasattr(theirs, "bias_hh_l0"):
            theirs.bias_hh_l0.zero_()
        for mine, other in names.items():
            value = ours.state_dict()[mine]
            theirs.state_dict()[other].copy_(torch.tensor(value.T if mine in transposed else value))
    return ours, theirs


@pytest.mark.parametrize("name", LAYERS)
def test_state_dicts_have_the_same_shapes(name):
    ours, theirs, names, transposed = LAYERS[name]
    ours, theirs = ours().state_dict(), theirs().state_dict()
    assert set(names) == set(ours)
    extra = set(theirs) - set(names.values())
    assert extra <= {"num_batches_tracked", "bias_hh_l0"}
    for mine, other in names.items():
        shape = ours[mine].T.shape if mine in transposed else ours[mine].shape
        assert shape == tuple(theirs[other].shape), mine


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", LAYERS)
def test_layers_have_the_same_values_gradients_and_buffers(name, training):
    _, _, names, transposed = LAYERS[name]
    ours, theirs = pair(name)
    ours.train(training), theirs.train(training)

    def their_output(x):
        result = theirs(x, x, x) if name == "MultiHeadAttention" else theirs(x)
        return result[0] if isinstance(result, tuple) else result

    def our_output(x):
        result = ours(x)
        return result[0] if isinstance(result, tuple) else result

    agree(our_output, their_output, normal(1, *INPUTS[name]))
    parameters = dict(theirs.named_parameters())
    for mine, parameter in ours.named_parameters():
        want = parameters[names[mine]].grad.numpy()
        want = want.T if mine in transposed else want
        np.testing.assert_allclose(parameter.grad, want, atol=1e-5, rtol=1e-5, err_msg=mine)
    for mine, value in ours.named_buffers():
        np.testing.assert_allclose(value, theirs.state_dict()[names[mine]].numpy(), atol=1e-6)


def test_reading_symbols_equals_their_embedding_and_lstm():
    ours, theirs = pair("LSTM")
    X = np.random.default_rng(0).integers(6, size=(40, 3))
    agree(
        lambda table: ours.read(X, table)[0],
        lambda table: theirs(tf.embedding(torch.tensor(X), table))[0],
        normal(1, 6, D),
    )
    for mine, other in (("Wx", "weight_ih_l0"), ("Wh", "weight_hh_l0")):
        want = getattr(theirs, other).grad.numpy().T
        np.testing.assert_allclose(getattr(ours, mine).grad, want, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_recurrent_layers_from_a_state_to_the_last_state(name):
    ours, theirs = pair(name)
    n = 2 if name == "LSTM" else 1

    def our_last(x, *state):
        _, last = ours(x, state if n == 2 else state[0])
        return F.stack(last) if n == 2 else F.stack([last])

    def their_last(x, *state):
        _, last = theirs(x, tuple(s[None] for s in state) if n == 2 else state[0][None])
        return torch.cat(last) if n == 2 else last

    agree(our_last, their_last, normal(1, 7, 3, D), *(normal(2 + i, 3, H) for i in range(n)))


def test_attention_over_a_memory_with_a_mask():
    ours, theirs = pair("MultiHeadAttention")
    mask = normal(3, 4, 5) > -0.5
    mask[:, 0] = True
    agree(
        lambda x, memory: ours(x, memory, mask=mask),
        lambda x, memory: theirs(x, memory, memory, attn_mask=torch.tensor(~mask))[0],
        normal(1, 2, 4, 6),
        normal(2, 2, 5, 6),
    )


def test_gradients_add_up_over_calls_in_both():
    x, y = Tensor([1.0, 2.0], requires_grad=True), torch.tensor([1.0, 2.0], requires_grad=True)
    for _ in range(2):
        (x * x).sum().backward()
        (y * y).sum().backward()
    np.testing.assert_allclose(x.grad, y.grad.numpy())
