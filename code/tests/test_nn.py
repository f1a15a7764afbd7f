import numpy as np
import pytest

from u30 import functional as F
from u30 import graph
from u30.checkpoint import CheckpointError
from u30.gradcheck import assert_gradients
from u30.nn import (
    GRU,
    LSTM,
    RNN,
    BatchNorm,
    Conv2d,
    Dropout,
    Embedding,
    LayerNorm,
    Linear,
    Module,
    MultiHeadAttention,
    Parameter,
    Sequential,
)
from u30.optim import Adam
from u30.tensor import Tensor


def rng(seed=0):
    return np.random.default_rng(seed)


def normal(seed, *shape):
    return rng(seed).standard_normal(shape).astype(np.float32)


class Block(Module):
    """A small Transformer block."""

    def __init__(self, rng, D, heads):
        self.attention = MultiHeadAttention(rng, D, heads)
        self.norms = [LayerNorm(D), LayerNorm(D)]
        self.mlp = Sequential(Linear(rng, D, 4 * D), F.gelu, Linear(rng, 4 * D, D))
        self.dropout = Dropout(rng, 0.1)

    def forward(self, x):
        x = x + self.dropout(self.attention(self.norms[0](x), causal=True))
        return x + self.dropout(self.mlp(self.norms[1](x)))


class Transformer(Module):
    def __init__(self, rng, V=7, D=8):
        self.embedding = Embedding(rng, V, D)
        self.block = Block(rng, D, heads=2)
        self.out = Linear(rng, D, V)

    def loss(self, seed):
        X, Y = rng(seed).integers(7, size=(2, 3, 5))
        return F.cross_entropy(self.out(self.block(self.embedding(X))), Y)


class Reader(Module):
    def __init__(self, rng, Layer=LSTM):
        self.embedding, self.layer = Embedding(rng, 7, 5), Layer(rng, 5, 6)
        self.out = Linear(rng, 6, 7)

    def loss(self, seed):
        X, Y = rng(seed).integers(7, size=(2, 4, 3))
        return F.cross_entropy(self.out(self.layer(self.embedding(X))[0]), Y)


class CNN(Module):
    def __init__(self, rng):
        self.features = Sequential(
            Conv2d(rng, 1, 4, 3, padding=1), BatchNorm(4), F.relu, lambda x: F.max_pool2d(x, 2)
        )
        self.out = Linear(rng, 4 * 4 * 4, 3)

    def loss(self, seed):
        x = Tensor(normal(seed, 6, 1, 8, 8))
        return F.cross_entropy(self.out(self.features(x).reshape(6, -1)), np.arange(6) % 3)


MODELS = {
    "transformer": Transformer,
    "lstm": Reader,
    "gru": lambda rng: Reader(rng, GRU),
    "rnn": lambda rng: Reader(rng, RNN),
    "cnn": CNN,
}
each_model = pytest.mark.parametrize("name", MODELS)


@each_model
def test_a_training_step_holds_no_float64_anywhere(name):
    model = MODELS[name](rng())
    loss = model.loss(0)
    nodes = graph.nodes(loss)
    for node in nodes:
        node.retain_grad()
    loss.backward()
    single = np.dtype(np.float32)
    assert {n.dtype for n in nodes} == {single}
    assert {n.grad.dtype for n in nodes if n.requires_grad} == {single}
    assert all(p.grad is not None for p in model.parameters())
    Adam(model, lr=0.01).step()
    assert {a.dtype for a in model.state_dict().values()} == {single}


@each_model
def test_training_moves_every_parameter_and_lowers_the_loss(name):
    model = MODELS[name](rng())
    before, first = model.state_dict(), model.loss(0).item()
    optimizer = Adam(model, lr=0.01)
    for _ in range(30):
        model.zero_grad()
        loss = model.loss(0)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.7 * first
    for parameter, _ in model.named_parameters():
        assert (model.state_dict()[parameter] != before[parameter]).any(), parameter


NODES = {"transformer": 22, "lstm": 4, "gru": 4, "rnn": 4, "cnn": 7}


@each_model
def test_the_graph_of_a_step_has_one_node_for_each_layer(name):
    model = MODELS[name](rng())
    nodes = graph.nodes(model.loss(0))
    assert sum(n.name != "" for n in nodes) == NODES[name]


@each_model
def test_equal_seeds_give_equal_models(name):
    one, other = MODELS[name](rng(3)).state_dict(), MODELS[name](rng(3)).state_dict()
    for key in one:
        np.testing.assert_array_equal(one[key], other[key])


LAYERS = {
    "Linear": (lambda: Linear(rng(), 3, 4), (2, 3)),
    "LayerNorm": (lambda: LayerNorm(4), (2, 3, 4)),
    "BatchNorm": (lambda: BatchNorm(3), (5, 3)),
    "Conv2d": (lambda: Conv2d(rng(), 2, 4, 3, stride=2, padding=1, groups=2), (2, 2, 5, 5)),
    "MultiHeadAttention": (lambda: MultiHeadAttention(rng(), 4, 2), (2, 3, 4)),
    "RNN": (lambda: RNN(rng(), 3, 4), (4, 2, 3)),
    "LSTM": (lambda: LSTM(rng(), 3, 4), (4, 2, 3)),
    "GRU": (lambda: GRU(rng(), 3, 4), (4, 2, 3)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_gradients_of_layers_in_float64(name):
    make, shape = LAYERS[name]
    layer = make().astype(np.float64)
    parameters = layer.parameters()

    def f(x, *values):  # the layer with these values instead of its parameters
        names = [name for name, _ in layer.named_parameters()]
        for name, value in zip(names, values, strict=True):
            vars(layer)[name] = value
        y = layer(x)
        for name, parameter in zip(names, parameters):
            vars(layer)[name] = parameter
        return y if isinstance(y, Tensor) else y[0]

    assert_gradients(f, normal(1, *shape), *(p.data for p in parameters))


def test_attention_over_a_memory_uses_the_same_weights():
    layer = MultiHeadAttention(rng(), 6, 3)
    x = Tensor(normal(1, 2, 4, 6))
    np.testing.assert_allclose(layer(x).data, layer(x, memory=x).data, atol=1e-6)
    assert layer(x, memory=Tensor(normal(2, 2, 5, 6))).shape == (2, 4, 6)
    assert layer.weights.shape == (2, 3, 4, 5)
    with pytest.raises(ValueError, match="width of 6 cannot be divided among 4 heads"):
        MultiHeadAttention(rng(), 6, 4)


@pytest.mark.parametrize("Layer", [RNN, LSTM, GRU])
def test_reading_in_two_pieces_with_a_carried_state_equals_reading_at_once(Layer):
    layer, x = Layer(rng(), 3, 4), Tensor(normal(1, 7, 2, 3))
    whole, last = layer(x)
    first, state = layer(x[:3])
    second, after = layer(x[3:], state)
    np.testing.assert_allclose(F.concatenate([first, second]).data, whole.data, atol=1e-6)
    for a, b in zip(*((s if isinstance(s, tuple) else (s,)) for s in (last, after))):
        np.testing.assert_allclose(a.data, b.data, atol=1e-6)


@pytest.mark.parametrize("T, dtype", [(1, np.float32), (30, np.float32), (30, np.float64)])
@pytest.mark.parametrize("start", ["zeros", "carried"])
def test_an_lstm_reads_symbols_as_it_reads_their_embeddings(T, dtype, start):
    reader = Reader(rng()).astype(dtype)
    layer, table = reader.layer, reader.embedding.W
    X, state = rng().integers(7, size=(T, 4)), None
    if start == "carried":
        state = tuple(Tensor(normal(i, 4, 6).astype(dtype)) for i in range(2))
    results = []
    for hs, last in (layer(reader.embedding(X), state), layer.read(X, table, state)):
        reader.zero_grad()
        (hs * hs).mean().backward()
        grads = [p.grad for p in (table, layer.Wx, layer.Wh, layer.b)]
        results.append([hs.data, *(s.data for s in last), *grads])
    for plain, read in zip(*results):
        assert plain.dtype == read.dtype == dtype
        np.testing.assert_allclose(read, plain, rtol=1e-4, atol=1e-6)


def test_the_forget_gate_starts_open():
    b = LSTM(rng(), 3, 4).b.data
    assert (b[4:8] == 1).all() and (np.abs(np.delete(b, range(4, 8))) <= 0.5).all()


# Module


def test_names_are_in_the_order_of_definition_and_reach_into_lists():
    names = [name for name, _ in Transformer(rng()).named_parameters()]
    assert names[:3] == ["embedding.W", "block.attention.Wqkv", "block.attention.Wo"]
    assert names[-2:] == ["out.W", "out.b"]
    assert "block.norms.1.gamma" in names and "block.mlp.layers.2.b" in names
    assert len(set(names)) == len(names)


def test_a_shared_parameter_is_trained_once():
    model = Transformer(rng())
    model.tied = model.embedding.W
    assert sum(p is model.tied for p in model.parameters()) == 1
    V, D, hidden = 7, 8, 32
    attention, norms = 4 * (D * D + D), 2 * 2 * D
    block = attention + norms + D * hidden + hidden + hidden * D + D
    assert model.size == V * D + block + D * V + V


def test_train_and_eval_reach_every_module():
    model = Transformer(rng())
    assert model.eval() is model
    assert model.loss(0).item() == model.loss(0).item()
    assert not any(m.training for m in model.modules())
    model.train()
    assert all(m.training for m in model.modules())
    assert model.loss(0).item() != model.loss(0).item()


def test_zero_grad_forgets_the_gradients():
    model = Reader(rng())
    model.loss(0).backward()
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


@each_model
def test_weights_survive_a_file(name, tmp_path):
    model, other = MODELS[name](rng(0)).eval(), MODELS[name](rng(1)).eval()
    model.save(tmp_path / "weights.npz")
    other.load(tmp_path / "weights.npz")
    assert other.loss(5).item() == model.loss(5).item()


def test_running_statistics_are_saved_but_not_trained():
    model = CNN(rng())
    assert "features.layers.1.running_mean" in model.state_dict()
    assert not any("running" in name for name, _ in model.named_parameters())


def test_a_file_of_another_model_is_refused(tmp_path):
    CNN(rng()).save(tmp_path / "weights.npz")
    with pytest.raises(CheckpointError, match="of 'weights of CNN', not of 'weights of Reader'"):
        Reader(rng()).load(tmp_path / "weights.npz")


def test_a_state_that_does_not_fit_is_explained_and_changes_nothing():
    layer = Linear(rng(), 3, 4)
    before = layer.state_dict()
    with pytest.raises(
        ValueError,
        match=r"does not fit Linear: b is missing, c is unknown, W has shape \(4, 3\) instead of",
    ):
        layer.load_state_dict({"W": before["W"].T, "c": before["b"]})
    with pytest.raises(ValueError):
        layer.load_state_dict({"W": before["W"] + 1})
    np.testing.assert_array_equal(layer.W.data, before["W"])


def test_loading_writes_into_the_optimisers_array():
    layer = Linear(rng(), 3, 4)
    kept = layer.state_dict()
    optimizer = Adam(layer, lr=0.1)
    place = layer.W.data
    layer(Tensor(normal(0, 2, 3))).sum().backward()
    optimizer.step()
    assert (kept["W"] != layer.W.data).any()  # the copy did not move with it
    layer.load_state_dict(kept)
    assert layer.W.data is place
    np.testing.assert_array_equal(place, kept["W"])


def test_a_step_between_forward_and_backward_is_noticed():
    layer = Linear(rng(), 3, 4)
    optimizer = Adam(layer, lr=0.1)
    x = Tensor(normal(0, 2, 3))
    layer(x).sum().backward()
    late = layer(x).sum()
    optimizer.step()
    with pytest.raises(RuntimeError, match="changed after linear"):
        late.backward()


def test_parameters_are_float32_whatever_they_are_made_from():
    assert Parameter(np.ones(3)).dtype == Parameter([1, 2]).dtype == np.float32
    assert Linear(rng(), 2, 2).astype(np.float64).W.dtype == np.float64


def test_repr_shows_the_structure():
    assert repr(Linear(rng(), 3, 4)) == "Linear(W (3, 4), b (4,))"
    assert "  layer: LSTM(Wx (5, 24), Wh (6, 24), b (24,))" in repr(Reader(rng()))


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match=r"Module has no forward\(\)"):
        Module()(1)
