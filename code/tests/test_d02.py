import numpy as np
import pytest

from u30.data import toy_language
from u30.data.recall import KEYS, SYMBOLS, recall_batch
from u30.data.text import Vocabulary
from u30.gradcheck import numeric_gradient
from u30.papers.d02_ablation import (
    OPEN,
    VARIANTS,
    ablation,
    columns,
    couple,
    couple_gradients,
    pin_open,
    train_variant,
)
from u30.papers.d02_flow import flow, state_gradients
from u30.papers.d02_headline import CELLS, LONG, headline
from u30.papers.d02_lstm import (
    BLOCKS,
    accuracy,
    backward,
    claims,
    half_life,
    init_params,
    loss_and_grads,
    one_hot,
    read,
    retention,
    sigmoid,
    train,
)
from u30.papers.d02_one_cell import LARGEST, job, train_one_cell
from u30.papers.d02_text import read_text, train_on_text


@pytest.fixture(scope="module")
def result():
    return headline()


# The headline experiment


def test_every_claim_of_day_2_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 6


def test_all_cells_are_trained_alike_on_several_seeds(result):
    for name in CELLS:
        for gap in result.gaps:
            runs = result.runs[name][gap]
            assert len(runs) >= 3
            assert all(run.steps <= 150 and run.gap == gap for run in runs)
            assert len({run.losses[0] for run in runs}) == len(runs)  # seeds that differ
    assert result.gaps[-1] == LONG == 60


def test_the_training_lowered_the_loss_where_it_says_so(result):
    for run in result.runs["LSTM, forget bias 5"][LONG]:
        assert run.losses[0] > 1 and np.mean(run.losses[-10:]) < 0.1
        assert run.accuracy > 0.9


def test_an_lstm_that_starts_forgetful_is_deafer_after_training(result):
    name = "LSTM, forget bias 1"
    assert result.flow_after[name][0] < 1e-3 * result.flow_before[name][0]
    for name in ("LSTM, forget bias 5", "GRU, update bias 3"):
        assert result.flow_after[name][0] > 1e-3


def test_a_chance_level_run_has_learned_nothing_about_the_key(result):
    forgetful = result.runs["LSTM, forget bias 1"][LONG][0]
    assert np.mean(forgetful.losses[-10:]) == pytest.approx(np.log(KEYS), abs=0.1)


def test_the_quote_cell_is_found_on_text_that_was_not_trained_on(result):
    quote = result.quote
    inside = toy_language.inside(quote.reading.text) == '"'
    cell = quote.reading.cs[:, quote.cell]
    gap = abs(cell[inside].mean() - cell[~inside].mean())
    assert gap > 2 * max(cell[inside].std(), cell[~inside].std())
    assert quote.reading.bpc > toy_language.entropy_rate()


# The three cells


def randomly(cell, H=4, dtype=np.float64, seed=0):
    params = init_params(np.random.default_rng(seed), cell, SYMBOLS, H, KEYS, 1.0, dtype)
    return params, *recall_batch(np.random.default_rng(seed), 3, 5)


@pytest.mark.parametrize("cell", BLOCKS)
def test_every_weight_gradient_agrees_with_central_differences(cell):
    params, X, key = randomly(cell)
    _, grads = loss_and_grads(cell, params, X, key)
    assert grads.keys() == params.keys()
    for name, value in params.items():

        def loss(array, name=name):
            return loss_and_grads(cell, params | {name: array}, X, key)[0]

        want = numeric_gradient(loss, value)
        np.testing.assert_allclose(grads[name], want, rtol=1e-5, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("cell", BLOCKS)
def test_the_first_state_gets_the_gradient_that_central_differences_say(cell):
    params, X, _ = randomly(cell)
    x = one_hot(X, SYMBOLS, np.float64)
    rng = np.random.default_rng(1)
    state = [rng.standard_normal((3, 4)) for _ in range(2 if cell == "lstm" else 1)]
    dhs = rng.standard_normal((len(X), 3, 4))
    _, cache = read(cell, params, x, tuple(state))
    got, _ = backward(cell, dhs, cache)
    for n, gradient in enumerate(got):

        def loss(array, n=n):
            changed = [*state[:n], array, *state[n + 1 :]]
            return (read(cell, params, x, tuple(changed))[0] * dhs).sum()

        np.testing.assert_allclose(gradient, numeric_gradient(loss, state[n]), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("cell", BLOCKS)
def test_the_number_of_parameters_is_the_one_of_the_page(cell):
    D, H = 7, 5
    params = init_params(np.random.default_rng(0), cell, D, H, 3)
    layer = sum(value.size for name, value in params.items() if not name.endswith("y"))
    biases = 2 if cell == "gru" else 1  # our GRU has two bias vectors, as PyTorch's
    assert layer == BLOCKS[cell] * H * (D + H + biases)


def test_only_the_gate_that_keeps_starts_with_a_bias():
    lstm = init_params(np.random.default_rng(0), "lstm", 9, 4, 4)
    np.testing.assert_array_equal(lstm["b"], [0] * 4 + [5] * 4 + [0] * 8)
    gru = init_params(np.random.default_rng(0), "gru", 9, 4, 4, 2.0)
    np.testing.assert_array_equal(gru["bx"], [0] * 4 + [2] * 4 + [0] * 4)
    assert {p.dtype for p in (*lstm.values(), *gru.values())} == {np.dtype(np.float32)}


def test_a_gru_with_the_update_gate_open_keeps_its_state():
    params, X, _ = randomly("gru")
    params["bx"][4:8] = 50
    h = np.random.default_rng(2).standard_normal((3, 4))
    hs, _ = read("gru", params, one_hot(X, SYMBOLS, np.float64), (h,))
    np.testing.assert_allclose(hs[-1], h, atol=1e-6)


@pytest.mark.parametrize("cell", BLOCKS)
def test_training_moves_every_parameter_and_learns_a_short_gap(cell):
    run = train(cell, 3, hidden=16, steps=150)
    start = init_params(np.random.default_rng(0), cell, SYMBOLS, 16, KEYS)
    for name, p in run.params.items():
        assert p.dtype == np.float32
        assert not np.array_equal(p, start[name]), name
    assert run.accuracy > 0.95 and run.losses[-1] < 0.2
    assert run.steps < 150  # it stops when it knows the task


def test_the_same_seed_gives_the_same_run_and_stopping_is_possible():
    first, again, other = (train("lstm", 3, hidden=8, steps=5, seed=seed) for seed in (1, 1, 2))
    assert first.losses == again.losses and first.losses != other.losses
    stopped = train("lstm", 3, hidden=8, steps=5, after_step=lambda run: run.steps == 2)
    assert stopped.interrupted and stopped.steps == 2


def test_accuracy_counts_right_answers():
    params, X, _ = randomly("lstm")
    params["Wy"][...] = 0
    params["by"][...] = [0, 1, 0, 0]
    assert accuracy("lstm", params, X, np.array([1, 1, 2])) == pytest.approx(2 / 3)


# Memory


def test_retention_is_the_product_of_forget_gates_of_a_real_cell():
    """An LSTM without weights: all that c_0 loses, it loses to the forget gate."""
    H, T, bias = 3, 25, 2.0
    params = init_params(np.random.default_rng(0), "lstm", SYMBOLS, H, KEYS, bias, np.float64)
    params["Wx"][...] = params["Wh"][...] = 0
    c0 = np.random.default_rng(1).standard_normal((1, H))
    X, _ = recall_batch(np.random.default_rng(2), 1, T - 2)
    _, cache = read("lstm", params, one_hot(X, SYMBOLS, np.float64), (0 * c0, c0))
    np.testing.assert_allclose(cache.cs[-1], c0 * retention(bias, T), rtol=1e-12)
    dc = np.ones((1, H))
    (_, dc0), _ = backward("lstm", np.zeros((T, 1, H)), cache, dc)
    np.testing.assert_allclose(dc0, retention(bias, T) * dc, rtol=1e-12)


def test_after_a_half_life_one_half_is_left_and_a_unit_of_bias_is_worth_a_factor_e():
    for bias in (-2.0, 0.0, 1.0, 5.0, 6.0):
        assert retention(bias, half_life(bias)) == pytest.approx(0.5)
    assert half_life(0) == pytest.approx(1)
    assert half_life(6) / half_life(5) == pytest.approx(np.e, rel=0.01)


def test_the_sigmoid_survives_inputs_of_any_size():
    np.testing.assert_array_equal(sigmoid(np.array([-1e4, 0, 1e4])), [0, 0.5, 1])


@pytest.mark.parametrize("cell", BLOCKS)
def test_the_flow_ends_in_the_gradient_of_the_whole_sequence(cell):
    """Step by step must give what the whole sequence at once gives to its first state."""
    params, X, key = randomly(cell)
    norms = state_gradients(cell, params, X, key)
    assert norms.shape == X.shape and (norms > 0).all()
    x = one_hot(X, SYMBOLS, np.float64)
    rest, cache = read(cell, params, x[:1])
    state = (rest[-1], cache.cs[-1]) if cell == "lstm" else (rest[-1],)
    hs, cache = read(cell, params, x[1:], state)
    p = np.exp(hs[-1] @ params["Wy"] + params["by"])
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(3), key] -= 1
    dhs = np.zeros_like(hs)
    dhs[-1] = p @ params["Wy"].T
    first, _ = backward(cell, dhs, cache)
    want = np.sqrt(sum((d * d).sum(axis=1) for d in first))
    np.testing.assert_allclose(norms[0], want, rtol=1e-10)


def test_the_flow_is_relative_to_the_last_state():
    params, *_ = randomly("lstm")
    norms = flow("lstm", params, 12)
    assert norms.shape == (14,) and norms[-1] == 1


# Ablation


def test_a_pinned_gate_is_open_at_every_step_and_stays_so():
    assert VARIANTS["no gate at all"] == "ifo"
    for gate in "ifo":
        run = train_variant(
            next(name for name, change in VARIANTS.items() if change == gate),
            "the first key", 4, hidden=6, steps=20,
        )  # fmt: skip
        X, _ = recall_batch(np.random.default_rng(0), 5, 10)
        _, cache = read("lstm", run.params, one_hot(X, SYMBOLS))
        assert (cache.gates[:, "ifgo".index(gate)] == 1).all()
        assert (columns(run.params["b"], gate) == OPEN).all()
        others = [k for k in range(4) if k != "ifgo".index(gate)]
        assert (cache.gates[:, others] != 1).all()


def test_coupled_gates_add_up_to_one_after_training_too():
    options = {"hidden": 6, "steps": 60, "keep_bias": 1.0}
    run = train_variant("coupled, i = 1 − f", "the latest key", 6, **options)
    X, _ = recall_batch(np.random.default_rng(0), 5, 10)
    _, cache = read("lstm", run.params, one_hot(X, SYMBOLS))
    i, f = cache.gates[:, 0], cache.gates[:, 1]
    np.testing.assert_allclose(i + f, 1, atol=1e-5)
    assert f.std() > 0.02  # it has learned something


def test_the_gradient_of_coupled_gates_is_the_one_of_their_shared_weights():
    params, X, key = randomly("lstm")
    couple(params)
    _, grads = loss_and_grads("lstm", params, X, key)
    couple_gradients(grads)

    def loss(b_f):
        b = params["b"].copy()
        columns(b, "f")[...] = b_f
        columns(b, "i")[...] = -b_f
        return loss_and_grads("lstm", params | {"b": b}, X, key)[0]

    want = numeric_gradient(loss, columns(params["b"], "f").copy())
    np.testing.assert_allclose(columns(grads["b"], "f"), want, rtol=1e-5, atol=1e-9)
    np.testing.assert_array_equal(columns(grads["Wx"], "i"), -columns(grads["Wx"], "f"))


def test_without_any_gate_the_cell_adds_up_all_it_reads():
    params, X, _ = randomly("lstm")
    pin_open(params, "ifo")
    hs, cache = read("lstm", params, one_hot(X, SYMBOLS, np.float64))
    np.testing.assert_allclose(cache.cs[-1], cache.gates[:, 2].sum(axis=0))
    np.testing.assert_allclose(hs[-1], np.tanh(cache.cs[-1]))


def test_pinning_changes_one_gate_only():
    params, *_ = randomly("lstm")
    before = {name: value.copy() for name, value in params.items()}
    pin_open(params, "f")
    for name in ("Wx", "Wh", "b"):
        for gate in "igo":
            np.testing.assert_array_equal(columns(params[name], gate), columns(before[name], gate))


def test_an_ablation_has_a_value_for_each_task_variant_and_seed():
    found = ablation(seeds=range(2), gap=2, steps=3)
    for values in (found.accuracy, found.steps):
        assert {len(v) for task in values.values() for v in task.values()} == {2}
        assert all(task.keys() == VARIANTS.keys() for task in values.values())


# One cell


@pytest.fixture(scope="module")
def one_cell():
    return train_one_cell(snapshots=(0, 100, 800))


def test_twenty_numbers_do_the_job_over_gaps_twice_as_long_as_in_training(one_cell):
    assert sum(weight.size for weight in one_cell.weights.values()) == 20
    x, level = job(np.random.default_rng(1), 400, 30)
    trivial = np.sqrt(np.mean(level**2))
    assert one_cell.error(x, level) < 0.12 < 0.3 * trivial
    assert np.abs(one_cell.read(x)["h"][:-1]).max() < 0.1  # silent until asked


def test_each_gate_of_the_one_cell_listens_to_its_word(one_cell):
    x = np.zeros((4, 1, 3))
    x[:, 0, 0] = [0.5, -0.5, 0.3, 0]
    x[0, 0, 1] = x[2, 0, 1] = 1  # store, noise, store, tell
    x[3, 0, 2] = 1
    seen = one_cell.read(x)
    i, f, o = (seen[name][:, 0] for name in "ifo")
    assert i[0] > 0.9 > 0.1 > i[1] and i[2] > 0.9
    assert f[2] < 0.2 and f[1] > 0.9 and f[3] > 0.9  # wipes when something new comes
    assert o[3] > 0.9 and o[:3].max() < 0.1


def test_the_job_asks_for_the_last_level_that_was_to_be_stored():
    x, level = job(np.random.default_rng(0), 50, 9, p_store=0.3)
    assert x.shape == (11, 50, 3) and np.abs(x[..., 0]).max() <= LARGEST
    for b in range(50):
        last = np.flatnonzero(x[:, b, 1])[-1]
        assert level[b] == x[last, b, 0]
    assert (x[0, :, 1] == 1).all() and (x[-1] == [0, 0, 1]).all() and (x[:-1, :, 2] == 0).all()


def test_snapshots_are_what_the_cell_was(one_cell):
    assert list(one_cell.snapshots) == [0, 100, 800]
    x, level = job(np.random.default_rng(1), 50, 10)
    untrained = one_cell.read(x, 0)["h"][-1]
    assert np.abs(untrained - level).mean() > 2 * np.abs(one_cell.read(x)["h"][-1] - level).mean()
    np.testing.assert_array_equal(one_cell.snapshots[0]["b"], [0, 3, 0, 0])


# Text


def test_reading_gives_the_gates_and_bits_of_every_character():
    text = "the cat sat on the mat. " * 40
    vocab = Vocabulary(text)
    params = train_on_text(text, vocab, steps=60, hidden=16, batch=4, seq=20)
    reading = read_text(params, vocab, text[:200])
    assert {gate.shape for gate in reading.gates.values()} == {(200, 16)}
    i, f, g, o = (reading.gates[name] for name in "ifgo")
    np.testing.assert_allclose(reading.cs[1:], f[1:] * reading.cs[:-1] + i[1:] * g[1:], atol=1e-5)
    np.testing.assert_allclose(reading.hs, o * np.tanh(reading.cs), atol=1e-5)
    assert reading.bpc < 1 < np.log2(len(vocab))
