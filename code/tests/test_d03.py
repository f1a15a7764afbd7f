import math
from itertools import pairwise

import numpy as np
import pytest

from u30.data.recall import KEYS, SYMBOLS, recall_batch
from u30.gradcheck import numeric_gradient
from u30.kernels.lstm import lstm_forward
from u30.papers.d03_headline import MEMORY, RECIPES, STRENGTHS, headline
from u30.papers.d03_memory import recall_accuracy, train_recall
from u30.papers.d03_rnn_regularization import (
    PLACES,
    Masks,
    claims,
    draw_mask,
    draw_masks,
    forward,
    init_params,
    layer_forward,
    layers,
    loss_and_grads,
    zero_state,
)
from u30.papers.d03_training import (
    Recipe,
    Source,
    early_stop,
    evaluate,
    markov_source,
    streams,
    texts,
    train,
)


@pytest.fixture(scope="module")
def result():
    return headline()


# The headline experiment


def test_every_claim_of_day_3_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 8


def test_every_regulariser_is_ablated_on_several_seeds(result):
    assert result.runs.keys() == RECIPES.keys() and result.memory.keys() == MEMORY.keys()
    for runs in result.runs.values():
        assert len(runs) == 2
        assert len({run.valid[0] for run in runs}) == 2  # seeds that differ
        assert all(run.steps[-1] == 240 and len(run.valid) == 12 for run in runs)
    assert all(len(runs) == 3 for runs in result.memory.values())


def test_a_network_without_regulariser_knows_its_text_better_than_anybody_can_know_the_source(
    result,
):
    assert (result.train("nothing") < result.source.entropy - 0.4).all()
    assert (result.final("nothing") > result.best("nothing") + 0.4).all()


def test_more_dropout_closes_the_gap_between_own_and_new_text(result):
    assert tuple(result.strengths) == STRENGTHS
    gaps = [run.final - run.train[-1] for run in result.strengths.values()]
    assert all(a > b for a, b in pairwise(gaps))


def test_masks_on_the_cell_leave_recall_at_the_loss_of_guessing(result):
    for run in result.memory["on the cell"]:
        assert np.mean(run.losses[-10:]) == pytest.approx(math.log(KEYS), abs=0.05)


# The stack


def problem(place="none", norm=False, p=0.5, T=4, B=3, V=5, L=2, H=6):
    rng = np.random.default_rng(1)
    params = init_params(rng, V, 4, H, L, dtype=np.float64, norm=norm)
    masks, top = draw_masks(rng, params, T, B, p, place)
    X, Y = rng.integers(V, size=(2, T, B))
    state = [(rng.standard_normal((B, H)), rng.standard_normal((B, H))) for _ in range(L)]
    return params, X, Y, state, masks, top


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("place", PLACES)
def test_every_weight_gradient_agrees_with_central_differences(place, norm):
    params, X, Y, state, masks, top = problem(place, norm, T=3, B=2, H=4)
    _, grads, _ = loss_and_grads(params, X, Y, state, masks, top)
    assert grads.keys() == params.keys()
    for name, value in params.items():

        def loss(array, name=name):
            return loss_and_grads(params | {name: array}, X, Y, state, masks, top)[0]

        want = numeric_gradient(loss, value)
        np.testing.assert_allclose(grads[name], want, rtol=1e-5, atol=1e-8, err_msg=name)


def test_without_masks_a_layer_is_the_lstm_of_day_2():
    params, X, _, state, *_ = problem()
    x = params["embedding"][X]
    weights = params["Wx1"], params["Wh1"], params["b1"]
    hs, h, c, _ = layer_forward(x, *state[0], *weights, Masks())
    want_hs, want_h, want_c, _ = lstm_forward(x, *state[0], *weights)
    for got, want in ((hs, want_hs), (h, want_h), (c, want_c)):
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12)


def test_without_masks_the_stack_is_pytorchs():
    torch = pytest.importorskip("torch")
    params, X, *_ = problem()
    net = torch.nn.LSTM(4, 6, 2).double()
    with torch.no_grad():
        for n in (1, 2):
            getattr(net, f"weight_ih_l{n - 1}").copy_(torch.tensor(params[f"Wx{n}"].T))
            getattr(net, f"weight_hh_l{n - 1}").copy_(torch.tensor(params[f"Wh{n}"].T))
            getattr(net, f"bias_ih_l{n - 1}").copy_(torch.tensor(params[f"b{n}"]))
            getattr(net, f"bias_hh_l{n - 1}").zero_()
        hs, _ = net(torch.tensor(params["embedding"][X]))
    np.testing.assert_allclose(forward(params, X).top, hs.numpy(), atol=1e-10)


def test_masks_between_layers_leave_the_memory_of_a_deaf_layer_alone():
    params, X, _, state, masks, top = problem("between")
    for n in (1, 2):
        params[f"Wx{n}"][...] = 0
    plain, dropped = forward(params, X, state), forward(params, X, state, masks, top)
    for n in range(2):
        np.testing.assert_array_equal(dropped.tapes[n].c, plain.tapes[n].c)
        np.testing.assert_array_equal(dropped.tapes[n].h, plain.tapes[n].h)
    np.testing.assert_allclose(dropped.top, plain.top * top)


def test_a_mask_on_the_cell_of_zeros_makes_the_layer_forget():
    params, X, _, state, *_ = problem()
    zeros = np.zeros((4, 3, 6))
    weights = params["Wx1"], 0 * params["Wh1"], params["b1"]
    x = params["embedding"][X]
    one = layer_forward(x, *state[0], *weights, Masks(c=zeros))[0]
    other = layer_forward(x, *state[1], *weights, Masks(c=zeros))[0]
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("place", "inputs", "states", "cells", "output"),
    [
        ("none", 0, 0, 0, 0),
        ("between", 3, 0, 0, 1),
        ("state", 0, 3, 0, 0),
        ("cell", 0, 0, 3, 0),
        ("tied", 3, 3, 0, 1),
    ],
)
def test_masks_stand_where_the_place_says(place, inputs, states, cells, output):
    *_, masks, top = problem(place, L=3)
    assert sum(m.x is not None for m in masks) == inputs
    assert sum(m.h is not None for m in masks) == states
    assert sum(m.c is not None for m in masks) == cells
    assert (top is not None) == bool(output)


def test_only_tied_masks_are_the_same_at_all_steps():
    for place, same in (("between", False), ("tied", True)):
        top = problem(place)[-1]
        assert bool((top == top[0]).all()) == same


def test_a_mask_has_mean_one_and_the_variance_of_the_page():
    p = 0.3
    mask = draw_mask(np.random.default_rng(0), (40_000,), p, np.float64)
    assert set(np.unique(mask)) == {0, 1 / (1 - p)}
    assert mask.mean() == pytest.approx(1, abs=0.02)
    assert mask.var() == pytest.approx(p / (1 - p), abs=0.02)


def test_the_variance_of_many_masks_is_the_one_of_the_page():
    rng = np.random.default_rng(0)
    product = np.prod([draw_mask(rng, (200_000,), 0.2, np.float64) for _ in range(5)], axis=0)
    assert product.var() == pytest.approx(0.8**-5 - 1, rel=0.03)


def test_a_place_or_probability_that_does_not_exist_is_refused():
    rng = np.random.default_rng(0)
    params = init_params(rng, 3, 2, 2)
    assert layers(params) == 2
    with pytest.raises(ValueError, match="no place 'elbow'"):
        draw_masks(rng, params, 2, 1, 0.5, "elbow")
    with pytest.raises(ValueError, match="below 1"):
        draw_masks(rng, params, 2, 1, 1.0, "between")


# The source and the pipeline


def test_the_entropy_of_a_fair_coin_and_of_a_known_chain():
    assert Source(np.full((2, 2), 0.5)).entropy == pytest.approx(math.log(2))
    a, b = 0.3, 0.1  # stationary (b, a) / (a + b)
    chain = Source(np.array([[1 - a, a], [b, 1 - b]]))
    np.testing.assert_allclose(chain.stationary, [0.25, 0.75])
    h = [-(q * math.log(q) + (1 - q) * math.log(1 - q)) for q in (a, b)]
    assert chain.entropy == pytest.approx(0.25 * h[0] + 0.75 * h[1])


def test_a_long_sample_costs_its_entropy():
    source = markov_source(np.random.default_rng(0))
    assert ((source.P > 0).sum(axis=1) == 5).all()
    text = source.sample(np.random.default_rng(1), 40_000)
    assert source.cost(text) == pytest.approx(source.entropy, abs=0.02)


def test_streams_are_consecutive_pieces():
    np.testing.assert_array_equal(streams(np.arange(7), 2), [[0, 3], [1, 4], [2, 5]])


def test_an_untrained_network_with_equal_scores_pays_what_guessing_costs():
    params = init_params(np.random.default_rng(0), 24, 4, 4)
    params["Wy"][...] = 0
    text = markov_source(np.random.default_rng(0)).sample(np.random.default_rng(0), 200)
    assert evaluate(params, text) == pytest.approx(math.log(24), abs=1e-5)


def test_training_moves_every_weight_and_can_be_stopped():
    source = markov_source(np.random.default_rng(0))
    seen = []

    def after_step(step, loss):
        seen.append(loss)
        return step == 30

    curve = train(source, Recipe("between", norm=True), H=16, every=10, after_step=after_step)
    assert curve.interrupted and curve.steps == [10, 20, 30]
    assert np.mean(seen[-5:]) < seen[0] - 0.1
    fresh = train(source, Recipe("between", norm=True), H=16, steps=1).params
    assert all((fresh[name] != value).any() for name, value in curve.params.items())


def test_the_same_seed_gives_the_same_texts_to_every_recipe():
    source = markov_source(np.random.default_rng(0))
    for one, other in zip(texts(source, 1), texts(source, 1)):
        np.testing.assert_array_equal(one, other)
    assert (texts(source, 1)[0] != texts(source, 2)[0]).any()


def test_weight_decay_makes_weights_smaller():
    source = markov_source(np.random.default_rng(0))
    sizes = [
        sum(
            float((w**2).sum())
            for w in train(source, Recipe(decay=d), H=16, steps=40).params.values()
        )
        for d in (0.0, 1.0)
    ]
    assert sizes[1] < 0.8 * sizes[0]


@pytest.mark.parametrize(
    ("valid", "patience", "want"),
    [
        ([3, 2, 2, 1, 4], 2, (3, 4)),
        ([3, 2, 2, 1, 4], 1, (1, 2)),
        ([1], 3, (0, 0)),
        ([1, 2, 3, 4], 2, (0, 2)),
        ([4, 3, 2, 1], 1, (3, 3)),
        ([2, math.nan, 1, math.nan], 2, (2, 3)),
        ([3, 2, 4, 4, 4, 0.1], 3, (1, 4)),
    ],
)
def test_early_stopping_keeps_the_best_seen_before_the_patience_is_over(valid, patience, want):
    assert early_stop(valid, patience) == want


def test_progress_below_min_delta_does_not_count():
    assert early_stop([2.0, 1.95, 1.94, 1.93], 2, min_delta=0.1) == (0, 2)


# Recall


def test_recall_stops_as_soon_as_it_is_learned():
    run = train_recall("none", gap=3)
    assert len(run.losses) < 120 and run.accuracy > 0.95


def test_recall_accuracy_counts_right_answers():
    params = init_params(np.random.default_rng(0), SYMBOLS, 4, 4, 1, K=KEYS)
    params["Wy"][...] = 0
    params["by"][2] = 1  # always answers key 2
    X, key = recall_batch(np.random.default_rng(0), 60, 2)
    assert recall_accuracy(params, X, key) == (key == 2).mean()
    assert len(zero_state(params, 3)) == 1
