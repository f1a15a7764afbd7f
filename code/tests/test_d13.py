import numpy as np
import pytest

from u30 import functional as F
from u30.data.strings import END, PAD, START, encode, spell, string_batch
from u30.gradcheck import assert_gradients
from u30.papers import d13_cost, d13_scale
from u30.papers.d13_attention import (
    AddNorm,
    DecoderLayer,
    EncoderLayer,
    FeedForward,
    MultiHead,
    Transformer,
    causal_mask,
    claims,
    greedy_decode,
    padding_mask,
    positional_encoding,
    scaled_dot_product_attention,
)
from u30.papers.d13_headline import MODELS, SEEDS, headline, train_model
from u30.papers.d13_recurrent import GRUPair
from u30.papers.d13_tasks import batch_loss, exact, mean_looks, rate, train
from u30.tensor import Tensor

V, D = 16, 8
rng = np.random.default_rng(0)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def small(seed=0, **options):
    options = {"D": D, "h": 2, "d_ff": 12, "N": 2, **options}
    return Transformer(np.random.default_rng(seed), V, **options).astype(np.float64)


@pytest.fixture(scope="module")
def result():
    return headline()


# The headline experiment


def test_every_claim_of_day_13_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 7


def test_all_models_are_trained_alike(result):
    assert set(result.runs) == set(MODELS)
    for name, runs in result.runs.items():
        assert len(runs) == SEEDS.get(name, 1)
        assert {run.steps for run in runs} == {500}
        assert len({run.losses[0] for run in runs}) == len(runs)  # seeds that differ
    pair, full = (result.runs[name][0].model for name in ("two GRUs", "full"))
    assert sum(p.size for p in pair.parameters()) > sum(p.size for p in full.parameters())


def test_one_head_or_norm_first_makes_no_large_difference_here(result):
    """The page says so: if this fails, the page has to say something else."""
    for name in ("one head", "norm first"):
        for job in "RS":
            assert abs(result.exact(name, job)[0] - result.exact("full", job).mean()) < 0.1


def test_without_the_root_twice_the_steps_catch_up():
    """The page says so."""
    run = train_model("no √d", steps=1000)
    assert min(run.exact.values()) > 0.9


def test_the_trained_decoder_looks_at_the_letter_it_needs(result):
    model, n = result.explorer.model, 7
    reverse, copy = mean_looks(model, "R", n), mean_looks(model, "C", n)
    assert np.fliplr(reverse).trace() / n > 2 / (n + 1)  # twice the even share
    assert copy.trace() / n > 2 / (n + 1)
    by_place, by_rank = mean_looks(model, "S", n), mean_looks(model, "S", n, by_rank=True)
    assert by_rank.trace() / n > 2 / (n + 1) > by_place.trace() / n


def test_the_trained_model_fails_beyond_the_lengths_it_has_seen(result):
    long = string_batch(np.random.default_rng(0), 100, "RSC", 11, 11)
    assert exact(result.explorer.model, *long) < 0.1


# Attention


def test_attention_written_out_equals_the_fused_one_in_value_and_gradient():
    mask = causal_mask(4) & (normal(2, 1, 1, 4) > -0.8)
    mask[..., 0] = True
    arrays = [normal(2, 3, 4, 5, seed=s) for s in (1, 2, 3)]

    def run(attention):
        tensors = [Tensor(a, requires_grad=True) for a in arrays]
        out, weights = attention(*tensors, mask)
        (out * normal(*out.shape, seed=4)).sum().backward()
        return [out.data, weights, *(t.grad for t in tensors)]

    for ours, fused in zip(run(scaled_dot_product_attention), run(F.attention)):
        assert np.allclose(ours, fused, atol=1e-12)


def test_weights_sum_to_one_and_are_zero_where_forbidden():
    q, k, v = (Tensor(1e4 * normal(2, n, 6)) for n in (3, 5, 5))
    mask = normal(2, 3, 5) > 0
    mask[..., 2] = True
    out, weights = scaled_dot_product_attention(q, k, v, mask)
    assert np.isfinite(out.data).all()
    assert np.allclose(weights.sum(axis=-1), 1)
    assert np.all(weights[~mask] == 0)


def test_gradients_of_attention_and_of_a_head_agree_with_finite_differences():
    mask = causal_mask(3)
    arrays = [normal(2, 3, 4, seed=s) for s in range(3)]
    assert_gradients(lambda *qkv: scaled_dot_product_attention(*qkv, mask)[0], *arrays)
    net = MultiHead(rng, 4, 2, scaled_dot_product_attention).astype(np.float64)
    assert_gradients(lambda *qkv: net(*qkv, mask), *arrays)


def test_each_head_works_on_its_own_columns():
    net = MultiHead(np.random.default_rng(0), D, 2).astype(np.float64)
    x = normal(1, 5, D)
    want = []
    for head in (slice(0, 4), slice(4, 8)):
        q, k, v = (Tensor(x @ W.data[:, head]) for W in (net.WQ, net.WK, net.WV))
        want.append(scaled_dot_product_attention(q, k, v)[0].data)
    y = net(*(Tensor(x),) * 3)
    assert np.allclose(y.data, np.concatenate(want, axis=-1) @ net.WO.data)
    assert net.weights.shape == (1, 2, 5, 5)
    with pytest.raises(ValueError, match="does not divide among 3"):
        MultiHead(rng, 8, 3)


# Layers


@pytest.mark.parametrize("norm_first", [False, True])
def test_gradients_of_both_layers_agree_with_finite_differences(norm_first):
    mask = causal_mask(4)
    encoder, decoder = (
        layer(np.random.default_rng(1), D, 2, 12, norm_first).astype(np.float64)
        for layer in (EncoderLayer, DecoderLayer)
    )
    x, memory = normal(2, 4, D), normal(2, 3, D, seed=1)
    assert_gradients(lambda x: encoder(x), x)
    assert_gradients(lambda y, memory: decoder(y, memory, mask), x, memory, tolerance=1e-5)


def test_post_norm_ends_normalised_and_pre_norm_keeps_the_sum():
    x = Tensor(3 + normal(4, D))
    post, pre = AddNorm(D, False).astype(np.float64), AddNorm(D, True).astype(np.float64)
    double = lambda x: x + x  # noqa: E731
    assert np.allclose(post(x, double).data.mean(axis=-1), 0)
    assert np.allclose(post(x, double).data.var(axis=-1), 1, atol=1e-4)
    assert np.allclose(pre(x, double).data, x.data + 2 * pre.norm(x).data)


def test_the_feed_forward_network_treats_every_position_alike():
    net, x = FeedForward(rng, D, 12).astype(np.float64), normal(1, 5, D)
    alone = [net(Tensor(x[:, i : i + 1])).data for i in range(5)]
    assert np.allclose(net(Tensor(x)).data, np.concatenate(alone, axis=1))


@pytest.mark.parametrize("norm_first", [False, True])
def test_an_encoder_layer_commutes_with_permutations(norm_first):
    layer = EncoderLayer(rng, D, 2, 12, norm_first).astype(np.float64)
    x, order = normal(1, 6, D), np.random.default_rng(1).permutation(6)
    assert np.abs(layer(Tensor(x[:, order])).data - layer(Tensor(x)).data[:, order]).max() < 1e-12


def test_positions_rotate_by_an_angle_that_depends_on_the_offset_alone():
    PE = positional_encoding(50, 12).astype(np.float64)
    assert np.allclose(PE[3, :2], [np.sin(3), np.cos(3)])
    assert np.allclose(PE[7, 4:6], [f(7 / 10000 ** (4 / 12)) for f in (np.sin, np.cos)])
    for k in (1, 10):
        dots = [PE[pos] @ PE[pos + k] for pos in range(30)]
        assert np.ptp(dots) < 1e-5
    assert positional_encoding(4, 5).shape == (4, 5)


# The whole model


def test_gradients_of_every_parameter_of_a_transformer_agree_with_differences():
    X, Y = string_batch(np.random.default_rng(0), 3, longest=4)
    model = small(attention=scaled_dot_product_attention)
    batch_loss(model, X, Y).backward()
    for name, p in model.named_parameters():
        u = normal(*p.shape, seed=len(name))
        u /= np.linalg.norm(u)
        kept, values = p.data, []
        for eps in (1e-6, -1e-6):
            p.data = kept + eps * u
            values.append(batch_loss(model, X, Y).item())
        p.data = kept
        assert (values[0] - values[1]) / 2e-6 == pytest.approx(
            (p.grad * u).sum(), rel=1e-4, abs=1e-8
        ), name


@pytest.mark.parametrize("norm_first", [False, True])
def test_later_symbols_do_not_reach_earlier_scores_unless_the_mask_is_off(norm_first):
    X, Y = encode(["Rbadcafe"]), encode(["^efacdab"])
    changed = Y.copy()
    changed[0, 4:] = [7, 7, 9, 10]
    for causal in (True, False):
        model = small(causal=causal, norm_first=norm_first)
        before, after = model(X, Y).data, model(X, changed).data
        assert np.abs(before[:, 4:] - after[:, 4:]).max() > 1e-3
        leak = np.abs(before[:, :4] - after[:, :4]).max()
        assert leak < 1e-12 if causal else leak > 1e-3


def test_padding_is_not_heard():
    model = small()
    short, Y = encode(["Rbad"]), encode(["^da"])
    filled = np.concatenate([short, np.full((1, 5), PAD)], axis=1)
    assert np.abs(model(short, Y).data - model(filled, Y).data).max() < 1e-12
    assert padding_mask(filled)[0, 0, 0].tolist() == [True] * 4 + [False] * 5


def test_without_positions_the_order_of_the_input_makes_no_difference():
    X, shuffled, Y = encode(["Rbadcafe"]), encode(["Refacdab"]), encode(["^ab"])
    blind, seeing = small(positions=False), small()
    assert np.abs(blind(X, Y).data - blind(shuffled, Y).data).max() < 1e-12
    assert np.abs(seeing(X, Y).data - seeing(shuffled, Y).data).max() > 1e-3


def test_embeddings_are_tied_and_scaled():
    model = small(positions=False)
    X = encode(["Rbad"])
    assert np.allclose(model.embed(X).data, model.E.data[X] * np.sqrt(D))
    names = [name for name, p in model.named_parameters() if V in p.shape]
    assert names == ["E"]


class Scripted:
    """Writes what it is told to, whatever it reads."""

    def __init__(self, texts):
        self.Y = encode(texts)

    def encode(self, X):
        return X

    def decode(self, Y, memory, mask):
        assert np.all(Y[:, 0] == START)
        return Tensor(np.eye(V)[self.Y[:, : Y.shape[1]]])


def test_greedy_decoding_stops_each_string_at_its_end_sign():
    written = greedy_decode(Scripted(["ab$ccc", "abcd$c"]), encode(["Ra", "Ra"]), 20)
    assert [spell(row) for row in written] == ["ab$", "abcd$"]
    assert written.shape == (2, 5) and (written[0, 3:] == PAD).all()
    assert greedy_decode(Scripted(["abcabc"]), encode(["Ra"]), 4).shape == (1, 4)


def test_exactly_right_means_the_end_sign_as_well():
    X, Y = encode(["Rab", "Rab"]), encode(["ba$", "ba$"])
    assert exact(Scripted(["ba$", "bac$"]), X, Y) == 0.5


def test_the_rate_follows_equation_3_and_then_goes_down_to_zero():
    rates = np.array([rate(s, 400, 32) for s in range(1, 401)])
    assert rates.argmax() + 1 == 100
    assert rates[99] == pytest.approx((32 * 100) ** -0.5)
    assert rates[199] == pytest.approx((32 * 200) ** -0.5)
    assert rates[-1] < 0.01 * rates.max()


def test_training_lowers_the_loss_of_every_kind_of_model():
    for options in ({"N": 1}, {"N": 1, "norm_first": True}, {"make": GRUPair, "H": 24}):
        run = train("S", steps=60, longest=4, **options)
        assert np.mean(run.losses[-5:]) < 0.8 * run.losses[0]
        assert set(run.exact) == {"S"} and not run.interrupted


def test_training_can_be_stopped():
    run = train("S", steps=60, longest=4, N=1, after_step=lambda run: run.steps == 3)
    assert run.interrupted and run.steps == 3 and "S" in run.exact


def test_the_pair_of_grus_reads_up_to_the_padding():
    pair = GRUPair(rng, V, D, 12)
    short = encode(["Rbad"])
    filled = np.concatenate([short, np.full((1, 3), PAD)], axis=1)
    assert np.allclose(pair.encode(short).data, pair.encode(filled).data, atol=1e-6)
    assert END != PAD


# Scale and cost


def test_variance_grows_with_d_unless_divided():
    for seed in range(4):
        raw, divided = d13_scale.random_scores(64, seed=seed)
        assert raw.variance == pytest.approx(64, rel=0.15)
        assert divided.variance == pytest.approx(raw.variance / 64, rel=1e-4)
        assert raw.slope < 0.7 * divided.slope and raw.entropy < divided.entropy - 2


def test_the_slope_is_the_norm_of_the_softmaxs_jacobian():
    s = np.array([[0.3, -1.0, 2.0]])
    p = np.exp(s) / np.exp(s).sum()
    found = d13_scale.Scores(1, True, s, p).slope
    columns = []
    for eps in 1e-6 * np.eye(3):
        up, down = (np.exp(s + sign * eps) for sign in (1, -1))
        columns.append((up / up.sum() - down / down.sum()) / 2e-6)
    assert found == pytest.approx(np.linalg.norm(columns), rel=1e-6)


def test_unscaled_attention_undoes_the_division():
    q, k, v = (Tensor(normal(4, 9, seed=s)) for s in range(3))
    _, weights = d13_scale.unscaled_attention(q, k, v)
    e = np.exp(q.data @ k.data.T)
    assert np.allclose(weights, e / e.sum(axis=1, keepdims=True))


def test_a_counting_array_gives_the_same_values_and_counts_products():
    for kind, layer in d13_cost.layers(20, 8, r=4).items():
        x = normal(20, 8).astype(np.float32)
        assert np.allclose(layer(x), np.asarray(layer(x.view(d13_cost.Counted)))), kind
    a = np.ones((2, 3)).view(d13_cost.Counted)
    b = (a @ np.ones((3, 4))) @ np.ones((4, 5))
    assert (a.tally.multiplications, b.depth) == (2 * 3 * 4 + 2 * 4 * 5, 2)
    assert np.maximum(b, b[:1]).T.depth == 2 and a.depth == 0


def test_multiplications_and_waiting_follow_table_1():
    for n in (16, 40):
        d = 24
        work = {kind: d13_cost.work(kind, n, d, r=8) for kind in d13_cost.layers(n, d)}
        assert work["self-attention"] == d13_cost.Work(2 * n * n * d, 2)
        assert work["recurrent"] == d13_cost.Work(2 * n * d * d, n)
        assert work["convolution"] == d13_cost.Work(3 * (n - 2) * d * d, 1)
        assert work["restricted"] == d13_cost.Work(2 * 8 * (n - 7) * d, 2)


def test_attention_overtakes_recurrence_where_n_is_d():
    for n, better in ((31, True), (33, False)):
        attention, recurrent = (
            d13_cost.work(kind, n, 32).multiplications for kind in ("self-attention", "recurrent")
        )
        assert (attention < recurrent) == better


def test_paths_are_as_long_as_table_1_says():
    for n in (27, 81):
        assert d13_cost.path_length("self-attention", n) == 1
        assert d13_cost.path_length("recurrent", n) == n - 1
        assert d13_cost.path_length("convolution", n) == (n - 1) // 2
        assert d13_cost.path_length("restricted", n) == -(-(n - 1) // 15)
        assert 3 ** d13_cost.path_length("dilated convolution", n) == n


def test_layers_are_timed_at_every_length():
    seconds = d13_cost.times(("recurrent", "convolution"), (8, 16), 4, repeats=2)
    assert set(seconds) == {"recurrent", "convolution"}
    assert all(len(took) == 2 and min(took) >= 0 for took in seconds.values())


def test_gradients_reach_far_through_attention_only():
    for seed in range(3):
        found = d13_cost.reach((8, 64), seed=seed)
        assert found["self-attention"][1] > 1e-3
        assert max(found["LSTM"][1], found["RNN"][1]) < 1e-4
        assert all(near > far for near, far in found.values())
