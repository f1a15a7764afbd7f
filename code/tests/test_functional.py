import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from u30 import functional as F
from u30 import graph
from u30.gradcheck import assert_gradients
from u30.tensor import Tensor, no_grad

quick = settings(max_examples=12, deadline=None)
sizes = st.integers(1, 4)
seeds = st.integers(0, 999)


def normal(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def first(function):
    """Only the first result of a function with several."""
    return lambda *inputs: function(*inputs)[0]


def recurrent(cell, gates, states=1, biases=1):
    """Everything a recurrent layer returns, in one tensor, so that every gradient counts."""

    def f(*inputs):
        hs, *last = cell(*inputs)
        return F.concatenate([hs, *(state[None] for state in last)])

    H = 3
    weights = [(2, gates * H), (H, gates * H), *[(gates * H,)] * biases]
    return f, [(4, 2, 2), *[(2, H)] * states, *weights]


def batch_norm(function, training):
    def f(x, gamma, beta):
        C = len(gamma)
        running = normal(1, C).astype(x.dtype), (1 + normal(2, C) ** 2).astype(x.dtype)
        return function(x, gamma, beta, *running, training=training)

    return f


def dropout(function):
    return lambda x: function(x, 0.4, np.random.default_rng(5))


MASK = normal(7, 3, 5) > 0
MASK[1] = False  # a query that may attend to nothing
TARGETS = np.array([[0, 3, 3], [1, 2, 0]])
INDEX = np.array([[0, 4, 4], [1, 0, 2]])
QKV = [(2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 3)]

# name: fused, simple, shapes of the inputs
CASES = {
    "relu": (F.relu, F.relu_simple, [(3, 4)]),
    "sigmoid": (F.sigmoid, F.sigmoid_simple, [(3, 4)]),
    "tanh": (F.tanh, F.tanh_simple, [(3, 4)]),
    "gelu": (F.gelu, F.gelu_simple, [(3, 4)]),
    "softmax": (F.softmax, F.softmax_simple, [(2, 3, 4)]),
    "softmax, first axis": (
        lambda x: F.softmax(x, axis=0),
        lambda x: F.softmax_simple(x, axis=0),
        [(3, 4)],
    ),
    "log_softmax": (F.log_softmax, F.log_softmax_simple, [(2, 3, 4)]),
    "log_softmax, middle axis": (
        lambda x: F.log_softmax(x, axis=1),
        lambda x: F.log_softmax_simple(x, axis=1),
        [(2, 3, 4)],
    ),
    "cross_entropy": (
        lambda x: F.cross_entropy(x, TARGETS) * 3,
        lambda x: F.cross_entropy_simple(x, TARGETS) * 3,
        [(2, 3, 4)],
    ),
    "linear": (F.linear, F.linear_simple, [(2, 3, 4), (4, 5), (5,)]),
    "linear without bias": (F.linear, F.linear_simple, [(3, 4), (4, 5)]),
    "embedding": (
        lambda W: F.embedding(W, INDEX),
        lambda W: F.embedding_simple(W, INDEX),
        [(5, 3)],
    ),
    "embedding, large table": (
        lambda W: F.embedding(W, INDEX),
        lambda W: F.embedding_simple(W, INDEX),
        [(300, 3)],
    ),
    "dropout": (dropout(F.dropout), dropout(F.dropout_simple), [(4, 5)]),
    "layer_norm": (F.layer_norm, F.layer_norm_simple, [(2, 3, 4), (4,), (4,)]),
    "batch_norm": (
        batch_norm(F.batch_norm, True),
        batch_norm(F.batch_norm_simple, True),
        [(5, 3), (3,), (3,)],
    ),
    "batch_norm of images": (
        batch_norm(F.batch_norm, True),
        batch_norm(F.batch_norm_simple, True),
        [(2, 3, 4, 2), (3,), (3,)],
    ),
    "batch_norm in evaluation": (
        batch_norm(F.batch_norm, False),
        batch_norm(F.batch_norm_simple, False),
        [(2, 3, 4, 2), (3,), (3,)],
    ),
    "attention": (first(F.attention), first(F.attention_simple), QKV),
    "attention, masked": (
        first(lambda q, k, v: F.attention(q, k, v, MASK)),
        first(lambda q, k, v: F.attention_simple(q, k, v, MASK)),
        QKV,
    ),
    "attention, causal": (
        first(lambda q, k, v: F.attention(q, k, v, causal=True)),
        first(lambda q, k, v: F.attention_simple(q, k, v, causal=True)),
        [(2, 3, 4)] * 3,
    ),
    "conv2d": (F.conv2d, F.conv2d_simple, [(2, 3, 5, 4), (2, 3, 3, 3), (2,)]),
    "conv2d without bias": (F.conv2d, F.conv2d_simple, [(2, 1, 4, 4), (2, 1, 1, 1)]),
    "conv2d, stride and padding": (
        lambda *inputs: F.conv2d(*inputs, stride=2, padding=1),
        lambda *inputs: F.conv2d_simple(*inputs, stride=2, padding=1),
        [(2, 2, 5, 6), (3, 2, 3, 3), (3,)],
    ),
    "conv2d, dilated": (
        lambda *inputs: F.conv2d(*inputs, padding=2, dilation=2),
        lambda *inputs: F.conv2d_simple(*inputs, padding=2, dilation=2),
        [(1, 2, 5, 5), (2, 2, 3, 3), (2,)],
    ),
    "conv2d, groups": (
        lambda *inputs: F.conv2d(*inputs, groups=2),
        lambda *inputs: F.conv2d_simple(*inputs, groups=2),
        [(2, 4, 4, 4), (6, 2, 2, 2), (6,)],
    ),
    "max_pool2d": (
        lambda x: F.max_pool2d(x, 2),
        lambda x: F.max_pool2d_simple(x, 2),
        [(2, 2, 4, 6)],
    ),
    "max_pool2d, overlapping": (
        lambda x: F.max_pool2d(x, 3, stride=2, padding=1),
        lambda x: F.max_pool2d_simple(x, 3, stride=2, padding=1),
        [(2, 2, 5, 5)],
    ),
    "avg_pool2d": (
        lambda x: F.avg_pool2d(x, 2),
        lambda x: F.avg_pool2d_simple(x, 2),
        [(2, 2, 4, 6)],
    ),
    "avg_pool2d, overlapping": (
        lambda x: F.avg_pool2d(x, 3, stride=2, padding=1),
        lambda x: F.avg_pool2d_simple(x, 3, stride=2, padding=1),
        [(2, 2, 5, 5)],
    ),
}
for name, gates, states, biases in (("rnn", 1, 1, 1), ("lstm", 4, 2, 1), ("gru", 3, 1, 2)):
    fused, shapes = recurrent(getattr(F, name), gates, states, biases)
    simple, _ = recurrent(getattr(F, f"{name}_simple"), gates, states, biases)
    CASES[name] = fused, simple, shapes

each_case = pytest.mark.parametrize("name", CASES)


def inputs(shapes, dtype=np.float64):
    return [normal(seed, *shape).astype(dtype) for seed, shape in enumerate(shapes)]


def value_and_gradients(f, arrays):
    """The result, and the gradients of its sum with fixed weights."""
    tensors = [Tensor(a.copy(), requires_grad=True) for a in arrays]
    y = f(*tensors)
    weights = normal(99, *y.shape).astype(y.dtype)
    if y.requires_grad:
        y.backward(weights)
    return y.data, [t.grad for t in tensors], weights


@each_case
def test_gradients_agree_with_central_differences(name):
    fused, _, shapes = CASES[name]
    assert_gradients(fused, *inputs(shapes))


@each_case
def test_fused_and_simple_agree_in_value_and_gradient(name):
    fused, simple, shapes = CASES[name]
    arrays = inputs(shapes)
    y, grads, _ = value_and_gradients(fused, arrays)
    want, want_grads, _ = value_and_gradients(simple, arrays)
    np.testing.assert_allclose(y, want, atol=1e-12)
    for g, wanted in zip(grads, want_grads, strict=True):
        np.testing.assert_allclose(g, wanted, atol=1e-11)


@each_case
def test_float32_stays_float32_in_every_node_and_gradient(name):
    for f in CASES[name][:2]:
        tensors = [Tensor(a, requires_grad=True) for a in inputs(CASES[name][2], np.float32)]
        y = f(*tensors)
        nodes = graph.nodes(y)
        for node in nodes:
            node.retain_grad()
        y.backward(np.ones(y.shape))
        assert {n.dtype for n in nodes} == {np.dtype(np.float32)}
        assert {n.grad.dtype for n in nodes if n.grad is not None} == {np.dtype(np.float32)}


@each_case
def test_inputs_and_the_given_gradient_are_left_alone_and_gradients_are_separate(name):
    fused, _, shapes = CASES[name]
    arrays = inputs(shapes)
    tensors = [Tensor(a.copy(), requires_grad=True) for a in arrays]
    y = fused(*tensors)
    d = np.ones(y.shape)
    y.backward(d)
    assert (d == 1).all()
    for t, a in zip(tensors, arrays):
        np.testing.assert_array_equal(t.data, a)
    memory = [d, *(t.data for t in tensors), *(t.grad for t in tensors)]
    for i, a in enumerate(memory):
        assert not any(np.shares_memory(a, b) for b in memory[:i])


@each_case
def test_no_grad_makes_no_nodes(name):
    fused, _, shapes = CASES[name]
    with no_grad():
        y = fused(*(Tensor(a, requires_grad=True) for a in inputs(shapes)))
    assert graph.nodes(y) == [y]


ONE_NODE = [name for name in CASES if "axis" not in name and name not in ("rnn", "lstm", "gru")]


@pytest.mark.parametrize("name", ONE_NODE)
def test_a_fused_function_is_one_node(name):
    fused, _, shapes = CASES[name]
    tensors = [Tensor(a, requires_grad=True) for a in inputs(shapes)]
    extra = name == "cross_entropy"  # the test itself multiplies by three
    assert len(graph.nodes(fused(*tensors))) == len(tensors) + 1 + 2 * extra


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_recurrent_layer_over_a_whole_sequence_is_one_node(cell):
    gates, states, biases = {"rnn": (1, 1, 1), "lstm": (4, 2, 1), "gru": (3, 1, 2)}[cell]
    _, shapes = recurrent(None, gates, states, biases)
    shapes[0] = (50, 2, 2)
    tensors = [Tensor(a, requires_grad=True) for a in inputs(shapes)]
    hs, *last = getattr(F, cell)(*tensors)
    assert len(graph.nodes(hs)) == len(tensors) + 1
    for state in last:
        assert len(graph.nodes(state)) == len(tensors) + 2


@pytest.mark.parametrize("part", [0, 1, 2])
def test_lstm_gradients_from_one_result_alone(part):
    _, shapes = recurrent(None, 4, 2)
    assert_gradients(lambda *args: F.lstm(*args)[part], *inputs(shapes))


@pytest.mark.parametrize("V, D", [(3, 4), (9, 2)])  # by one-hot rows, and by looking up
def test_reading_symbols_agrees_with_embedding_and_lstm_in_value_and_gradient(V, D):
    T, B, H = 5, 2, 3
    X = np.random.default_rng(0).integers(V, size=(T, B))
    shapes = [(V, D), (B, H), (B, H), (D, 4 * H), (H, 4 * H), (4 * H,)]

    def everything(f):
        def all_results(*tensors):
            hs, h, c = f(X, *tensors)
            return F.concatenate([hs, h[None], c[None]])

        return all_results

    y, grads, _ = value_and_gradients(everything(F.lstm_symbols), inputs(shapes))
    want, want_grads, _ = value_and_gradients(everything(F.lstm_symbols_simple), inputs(shapes))
    np.testing.assert_allclose(y, want, atol=1e-12)
    for got, wanted in zip(grads, want_grads, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-11)
    assert_gradients(everything(F.lstm_symbols), *inputs(shapes))


@pytest.mark.parametrize("symbol", [-1, 3])
@pytest.mark.parametrize("T", [1, 40])
def test_reading_a_symbol_outside_the_table_is_an_error(symbol, T):
    shapes = [(3, 4), (2, 3), (2, 3), (4, 12), (3, 12), (12,)]
    with pytest.raises(IndexError, match="rows 0 to 2"):
        F.lstm_symbols(np.full((T, 2), symbol), *map(Tensor, inputs(shapes)))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_constant_input_gets_no_gradient(cell):
    gates, states, biases = {"rnn": (1, 1, 1), "lstm": (4, 2, 1), "gru": (3, 1, 2)}[cell]
    x, *rest = inputs(recurrent(None, gates, states, biases)[1])
    x, rest = Tensor(x), [Tensor(a, requires_grad=True) for a in rest]
    getattr(F, cell)(x, *rest)[0].sum().backward()
    assert x.grad is None and all(t.grad is not None for t in rest)


# Over random shapes


@quick
@given(st.lists(sizes, min_size=1, max_size=3).map(tuple), sizes, st.booleans(), seeds)
def test_linear_over_shapes(leading, H, bias, seed):
    D = 3
    arrays = [normal(seed, *leading, D), normal(seed + 1, D, H)] + bias * [normal(seed + 2, H)]
    np.testing.assert_allclose(
        F.linear(*map(Tensor, arrays)).data, sum(arrays[2:], arrays[0] @ arrays[1])
    )
    assert_gradients(F.linear, *arrays)


@quick
@given(sizes, sizes, sizes, sizes, st.integers(1, 2), st.integers(0, 1), st.integers(1, 2), seeds)
def test_convolutions_over_shapes(N, C, O, k, stride, padding, dilation, seed):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    size = dilation * (k - 1) + 2
    arrays = normal(seed, N, C, size, size + 1), normal(seed + 1, O, C, k, k), normal(seed + 2, O)
    y, grads, _ = value_and_gradients(lambda *a: F.conv2d(*a, **options), arrays)
    want, want_grads, _ = value_and_gradients(lambda *a: F.conv2d_simple(*a, **options), arrays)
    np.testing.assert_allclose(y, want, atol=1e-11)
    for g, wanted in zip(grads, want_grads, strict=True):
        np.testing.assert_allclose(g, wanted, atol=1e-10)


@quick
@given(st.sampled_from(["rnn", "lstm", "gru"]), sizes, sizes, sizes, sizes, seeds)
def test_recurrent_layers_over_shapes(cell, T, B, D, H, seed):
    gates, states, biases = {"rnn": (1, 1, 1), "lstm": (4, 2, 1), "gru": (3, 1, 2)}[cell]
    weights = [(D, gates * H), (H, gates * H), *[(gates * H,)] * biases]
    shapes = [(T, B, D), *[(B, H)] * states, *weights]
    arrays = [normal(seed + i, *shape) for i, shape in enumerate(shapes)]
    fused, _ = recurrent(getattr(F, cell), gates)
    simple, _ = recurrent(getattr(F, f"{cell}_simple"), gates)
    y, grads, _ = value_and_gradients(fused, arrays)
    want, want_grads, _ = value_and_gradients(simple, arrays)
    np.testing.assert_allclose(y, want, atol=1e-11)
    for g, wanted in zip(grads, want_grads, strict=True):
        np.testing.assert_allclose(g, wanted, atol=1e-10)


@quick
@given(sizes, sizes, sizes, sizes, st.booleans(), seeds)
def test_attention_over_shapes(B, heads, T, S, causal, seed):
    q, k, v = (
        normal(seed, B, heads, T, 3),
        normal(seed + 1, B, heads, S, 3),
        normal(seed, B, heads, S, 2),
    )
    mask = np.random.default_rng(seed).random((B, 1, T, S)) > 0.3
    assert_gradients(first(lambda *qkv: F.attention(*qkv, mask, causal)), q, k, v)


# Putting together and taking apart


@quick
@given(st.lists(sizes, min_size=1, max_size=3), st.integers(-2, 1), seeds)
def test_concatenate_stack_and_split(lengths, axis, seed):
    shapes = [(n, 3) if axis % 2 == 0 else (3, n) for n in lengths]
    arrays = [normal(seed + i, *shape) for i, shape in enumerate(shapes)]
    joined = F.concatenate([Tensor(a) for a in arrays], axis)
    np.testing.assert_array_equal(joined.data, np.concatenate(arrays, axis))
    for part, a in zip(F.split(joined, lengths, axis), arrays, strict=True):
        np.testing.assert_array_equal(part.data, a)
    assert_gradients(lambda *ts: F.concatenate(ts, axis).tanh(), *arrays)
    same = [arrays[0], arrays[0] + 1]
    np.testing.assert_array_equal(
        F.stack([Tensor(a) for a in same], axis).data, np.stack(same, axis)
    )
    assert_gradients(lambda *ts: F.stack(ts, axis).tanh(), *same)


def test_split_into_equal_parts_and_its_gradient():
    assert_gradients(lambda x: (p := F.split(x, 3, axis=1))[0] * p[2], normal(0, 2, 6))
    with pytest.raises(ValueError, match=r"length 6 cannot be split into parts of \[1, 1, 1, 1\]"):
        F.split(Tensor(normal(0, 2, 6)), 4, axis=1)


def test_where_and_pad_gradients():
    mask = normal(3, 2, 3) > 0
    assert_gradients(lambda a, b: F.where(mask, a, b), normal(0, 2, 3), normal(1, 3))
    assert_gradients(lambda a: F.where(mask, a, -1e9) * 1e-9, normal(0, 2, 3))
    assert_gradients(lambda b: F.where(mask, 1, b), normal(0, 1))
    assert_gradients(lambda x: F.pad(x, ((1, 0), (0, 2)), 3.0).exp(), normal(0, 2, 3))


# Behaviour


def test_dropout_keeps_the_mean_and_does_nothing_in_evaluation():
    x = Tensor(np.ones((200, 200), np.float32))
    y = F.dropout(x, 0.3, np.random.default_rng(0))
    assert y.data.mean() == pytest.approx(1, abs=0.02)
    assert (y.data == 0).mean() == pytest.approx(0.3, abs=0.02)
    assert F.dropout(x, 0.3, np.random.default_rng(0), training=False) is x


def test_a_query_that_may_attend_to_nothing_gets_zeros_and_weights_sum_to_one():
    q, k, v = map(Tensor, inputs(QKV))
    y, weights = F.attention(q, k, v, MASK)
    assert (y.data[:, :, 1] == 0).all() and (weights[:, :, 1] == 0).all()
    np.testing.assert_allclose(weights[:, :, 0].sum(-1), 1)
    np.testing.assert_allclose(weights, F.attention_simple(q, k, v, MASK)[1], atol=1e-12)


def test_batch_norm_moves_the_running_statistics_of_both_versions_equally():
    x, gamma, beta = map(Tensor, inputs([(5, 3), (3,), (3,)]))
    running = [[np.zeros(3), np.ones(3)] for _ in range(2)]
    F.batch_norm(x, gamma, beta, *running[0])
    F.batch_norm_simple(x, gamma, beta, *running[1])
    np.testing.assert_allclose(running[0], running[1])
    assert (running[0][0] != 0).all()


def test_shapes_that_do_not_fit_are_explained():
    with pytest.raises(ValueError, match=r"shape \(4, 5\) cannot multiply rows of \(2, 3\)"):
        F.linear(Tensor(normal(0, 2, 3)), Tensor(normal(0, 4, 5)))
    with pytest.raises(ValueError, match=r"need targets of shape \(2,\).*got \(3,\)"):
        F.cross_entropy(Tensor(normal(0, 2, 5)), np.array([0, 1, 2]))
