import itertools
import math

import numpy as np
import pytest

from u30.papers.d04_coder import R, Stack, choice
from u30.papers.d04_envelope import energy, envelope, kinetic, markov_chain
from u30.papers.d04_headline import claims, headline
from u30.papers.d04_mdl_weights import (
    NAT,
    gauss_kl,
    gaussian_cdf,
    init_params,
    loss_and_gradient,
    mixture_code,
    predict,
    relu_moments,
    train,
    weight_cost,
)
from u30.papers.d04_message import (
    HEADER,
    TARGETS,
    Agreed,
    expected_bits,
    receive,
    send,
    story_number,
    story_text,
    weight_grid,
    without_network,
)
from u30.papers.d04_quickstart import bits_per_input
from u30.papers.d04_sampled import sampled_gradients, sampled_outputs
from u30.papers.d04_task import (
    RELEVANT,
    Task,
    linear_fit,
    make_task,
    plain_gradient,
    plain_output,
    train_plain,
)


@pytest.fixture(scope="module")
def result():
    return headline()


@pytest.fixture(scope="module")
def small():
    """Six cases, three inputs, two units, two priors; all parameters different."""
    rng = np.random.default_rng(1)
    params = init_params(rng, 3, 2, (0.1, 0.5))
    params = {
        name: np.asarray(p + 0.3 * rng.standard_normal(p.shape)) for name, p in params.items()
    }
    return params, rng.standard_normal((6, 3)), rng.standard_normal(6)


def differences(f, params, eps=1e-5):
    """The gradient of f(params) by central differences, entry by entry."""
    grads = {}
    for name, p in params.items():
        grads[name] = np.zeros(p.shape)
        for index in np.ndindex(p.shape):
            ends = []
            for sign in (1, -1):
                moved = {key: np.array(value) for key, value in params.items()}
                moved[name][index] += sign * eps
                ends.append(f(moved))
            grads[name][index] = (ends[0] - ends[1]) / (2 * eps)
    return grads


# The headline experiment


def test_every_claim_of_day_4_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) == 10


def test_a_lower_price_of_weights_buys_more_of_them(result):
    data = [run.data_bits for run in result.frontier.values() if run.weight_bits > 1]
    weights = [run.weight_bits for run in result.frontier.values() if run.weight_bits > 1]
    assert data[2:] == sorted(data[2:]) and weights[2:] == sorted(weights[2:], reverse=True)
    shortest = min(result.frontier, key=lambda beta: result.frontier[beta].total_bits)
    assert shortest == 1


def test_the_inputs_that_matter_hold_the_bits(result):
    bits = bits_per_input(result.frontier[1.0].params)
    assert set(np.argsort(-bits[:-1])[:5]) == set(RELEVANT)
    of_w = gauss_kl(
        result.frontier[1.0].params["w"],
        np.exp(result.frontier[1.0].params["ln_sw"]),
        0.0,
        np.exp(result.frontier[1.0].params["ln_pw"]),
    )
    assert bits.sum() + NAT * of_w.sum() == pytest.approx(result.frontier[1.0].weight_bits)


def test_the_grid_of_the_weights_costs_nothing_but_its_refund(result):
    messages = list(result.sent.steps.values())
    for coarse, fine in itertools.pairwise(messages):
        assert fine.gross - coarse.gross == pytest.approx(105, abs=25)  # one bit more a weight
    assert all(m.refund < m.gross for m in messages)


def test_the_mean_of_networks_beats_the_network_of_means(result):
    assert result.dice.closed < result.dice.mean_weights < result.dice.test_error[0]


# What a weight costs


def test_the_price_is_the_integral_of_q_ln_q_over_p():
    x = np.linspace(-12, 12, 400_001)
    for mq, sq, mp, sp in ((0.3, 0.2, -0.5, 1.1), (2.0, 1.5, 1.0, 0.9), (0, 0.05, 0, 1)):
        q = np.exp(-((x - mq) ** 2) / (2 * sq**2)) / (sq * math.sqrt(2 * math.pi))
        ln_q = -((x - mq) ** 2) / (2 * sq**2) - math.log(sq)
        ln_p = -((x - mp) ** 2) / (2 * sp**2) - math.log(sp)
        want = np.sum(q * (ln_q - ln_p)) * (x[1] - x[0])
        assert gauss_kl(mq, sq, mp, sp) == pytest.approx(want, rel=1e-6)


def test_a_weight_that_is_its_prior_is_free_and_exact_ones_cost_a_nat_more_for_each_factor_e():
    assert gauss_kl(0.7, 0.4, 0.7, 0.4) == 0
    exact = gauss_kl(0.3, 1e-6, 0.0, 1.0), gauss_kl(0.3, 1e-6 / math.e, 0.0, 1.0)
    assert exact[1] - exact[0] == pytest.approx(1, abs=1e-9)


def test_with_fixed_noise_and_prior_the_price_is_weight_decay():
    w = np.linspace(-2, 2, 9)
    price = gauss_kl(w, 1e-3, 0.0, 0.5)
    np.testing.assert_allclose(price - price[4], w**2 / (2 * 0.5**2))


def test_the_mixture_code_is_the_best_coin():
    rng = np.random.default_rng(0)
    for _ in range(20):
        ln_pi, G = np.log(rng.dirichlet(np.ones(4))), 3 * rng.random(4)
        cost, r = mixture_code(G, ln_pi)
        assert cost == pytest.approx(np.sum(r * (G + np.log(r) - ln_pi)))
        other = rng.dirichlet(np.ones(4))
        assert cost <= np.sum(other * (G + np.log(other) - ln_pi)) + 1e-12
    assert np.isfinite(mixture_code(np.array([1e4, 2e4]), np.log([0.5, 0.5]))[0])


def test_the_mixture_code_is_above_the_true_price():
    x = np.linspace(-6, 6, 40_001)
    pi, widths = np.array([0.7, 0.3]), np.array([0.1, 1.0])

    def density(m, s):
        return np.exp(-((x - m) ** 2) / (2 * s**2)) / (s * math.sqrt(2 * math.pi))

    for mq, sq in ((0.2, 0.15), (0.0, 0.4), (1.0, 0.3)):
        q, p = density(mq, sq), pi @ np.array([density(0, s) for s in widths])
        true = np.sum(q * np.log(np.maximum(q, 1e-300) / p)) * (x[1] - x[0])
        G = gauss_kl(mq, sq, 0.0, widths)
        cost, _ = mixture_code(G, np.log(pi))
        assert true < cost <= (G - np.log(pi)).min() + 1e-9  # a coin helps, naming costs


# What the network predicts


def test_the_error_function_has_the_values_of_the_tables():
    np.testing.assert_allclose(
        gaussian_cdf(np.array([0, 1, -1.96, -10.0])),
        [0.5, 0.8413447460685429, 0.024997895148220435, 7.61985302416052e-24],
        rtol=1e-12,
    )


def test_moments_of_a_rectified_gaussian_are_its_integrals():
    x = np.linspace(0, 30, 300_001)
    for mu, v in ((0.5, 2.0), (-1.0, 0.3), (3.0, 0.1), (-4.0, 1.0)):
        density = np.exp(-((x - mu) ** 2) / (2 * v)) / math.sqrt(2 * math.pi * v)
        moments = relu_moments(np.array(mu), np.array(v))
        for k, got in ((1, moments.mean), (2, moments.square)):
            assert got == pytest.approx(np.trapezoid(x**k * density, x), rel=1e-6)
    far = relu_moments(np.array([-40.0, 40.0]), np.ones(2))
    np.testing.assert_allclose(far.mean, [0, 40], atol=1e-12)
    assert (far.variance >= 0).all()


def test_mean_and_variance_of_the_output_are_those_of_drawn_networks(small):
    params, X, _ = small
    outputs = sampled_outputs(params, X, np.random.default_rng(0), 100_000)
    mean, Vy = predict(params, X)
    error = outputs.std(axis=0) / math.sqrt(len(outputs))
    assert (np.abs(outputs.mean(axis=0) - mean) < 5 * error).all()
    np.testing.assert_allclose(outputs.var(axis=0), Vy, rtol=0.05)


def test_the_gradient_agrees_with_central_differences(small):
    params, X, y = small

    def cost(params):
        data, weights, _ = loss_and_gradient(params, X, y, 0.7)
        return data + 0.7 * weights

    _, _, grads = loss_and_gradient(params, X, y, 0.7)
    assert set(grads) == set(params)
    for name, want in differences(cost, params).items():
        np.testing.assert_allclose(grads[name], want, rtol=1e-6, atol=1e-6, err_msg=name)


def test_the_sampled_gradient_is_right_on_average(small):
    params, X, y = small
    drawn = sampled_gradients(params, X, y, np.random.default_rng(0), 40_000)
    _, _, exact = loss_and_gradient(params, X, y, 0.0)
    for name, g in drawn.items():
        error = g.std(axis=0) / math.sqrt(len(g))
        assert (np.abs(g.mean(axis=0) - exact[name]) < 4.5 * error).all(), name


def test_training_moves_every_parameter_and_shortens_the_description():
    task = make_task(3, 8)
    run = train(task.X, task.y, steps=200, widths=(0.05, 0.5))
    start = init_params(np.random.default_rng(0), 8, 4, (0.05, 0.5))
    for name, p in run.params.items():
        assert not np.array_equal(p, start[name]), name
    assert run.total_bits < sum(loss_and_gradient(start, task.X, task.y, 1.0)[:2]) * NAT
    assert run.relative_error(task.X_test, task.y_test) < 0.8


def test_a_run_can_be_stopped_and_repeated():
    task = make_task(0, 6)
    runs = [
        train(task.X, task.y, steps=30, after_step=lambda step, *_: step == 12) for _ in range(2)
    ]
    assert runs[0].interrupted
    np.testing.assert_array_equal(runs[0].params["W"], runs[1].params["W"])


# The task and its baselines


def test_the_task_is_standardised_and_five_inputs_matter():
    task = make_task(0)
    assert task.X.shape == (105, 24) and task.X_test.shape == (420, 24)
    assert task.y.mean() == pytest.approx(0) and task.y.std() == pytest.approx(1)
    assert task.relative_error(np.full(420, task.y_test.mean())) == 1
    wide = np.column_stack([task.X**2, task.X])
    slopes = np.linalg.lstsq(wide, task.y, rcond=None)[0]
    assert len(slopes) == 48 and RELEVANT == [0, 1, 2, 3, 4]


def test_the_plain_gradient_agrees_with_central_differences():
    rng = np.random.default_rng(0)
    params = {"W": rng.standard_normal((4, 3)), "w": rng.standard_normal(4)}
    X, y = rng.standard_normal((7, 3)), rng.standard_normal(7)

    def cost(params):
        squares = sum((p**2).sum() for p in params.values())
        return 0.5 * ((plain_output(params, X) - y) ** 2).sum() + 0.5 * 0.3 * squares

    for name, want in differences(cost, params).items():
        np.testing.assert_allclose(
            plain_gradient(params, X, y, 0.3)[name], want, rtol=1e-6, atol=1e-7
        )


def test_the_baselines_fit_what_they_can():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((500, 3))
    y = X @ np.array([1.0, -2.0, 0.5]) + 0.7
    task = Task(X[:80], y[:80], X[80:], y[80:])
    assert task.relative_error(linear_fit(task)) < 1e-20
    assert task.relative_error(plain_output(train_plain(task), task.X_test)) < 0.05


def test_noisy_weights_without_noise_are_the_plain_network(small):
    params, X, _ = small
    quiet = {name: np.array(p) for name, p in params.items()}
    for name in ("ln_sW", "ln_sw"):
        quiet[name][...] = math.log(1e-9)
    mean, Vy = predict(quiet, X)
    np.testing.assert_allclose(mean, plain_output(params, X), atol=1e-7)
    assert Vy.max() < 1e-12


# The coder and the message


def test_symbols_come_off_the_stack_in_reverse_and_cost_their_surprise():
    rng = np.random.default_rng(0)
    p = np.array([0.5, 0.3, 0.15, 0.05])
    symbols = rng.choice(4, size=2000, p=p)
    code, stack = choice(p), Stack(123 << R)
    before = stack.bits
    for k in symbols:
        code.push(stack, int(k))
    want = -np.log2(p[symbols]).sum()
    assert stack.bits - before == pytest.approx(want, abs=0.5)
    assert [code.pop(stack) for _ in symbols] == symbols[::-1].tolist()
    assert stack.number == 123 << R


def test_popping_random_bits_draws_from_the_code():
    rng = np.random.default_rng(0)
    stack = Stack(int.from_bytes(b"\x01" + rng.bytes(4000), "big"))
    number, code = stack.number, TARGETS.gaussian(0.4, 0.7)
    drawn = [code.pop(stack) for _ in range(3000)]
    values = np.asarray(TARGETS.value(np.array(drawn)))
    assert values.mean() == pytest.approx(0.4, abs=0.06)
    assert values.std() == pytest.approx(0.7, abs=0.05)
    for k in reversed(drawn):
        code.push(stack, k)
    assert stack.number == number


def test_every_symbol_can_be_sent_even_far_out():
    code = TARGETS.gaussian(0.0, 0.05)
    starts = [code.start(k) for k in range(code.n + 1)]
    assert starts[0] == 0 and starts[-1] == 1 << R
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 1
    stack = Stack()
    for k in (0, 1023, 511):  # the two ends and the middle
        code.push(stack, k)
    assert [code.pop(stack) for _ in range(3)] == [511, 1023, 0]


@pytest.mark.parametrize("widths", [(0.15,), (0.05, 0.5)])
def test_a_receiver_gets_targets_weights_and_story(widths):
    task = make_task(5, 7)

    def learn(X, y):
        return train(X, y, H=3, steps=150, widths=widths).params

    template = init_params(np.random.default_rng(9), 7, 3, widths)
    known = Agreed(task.X, learn, template, weight_grid())
    story = "The fox asked the crow for a song. " * 12
    message = send(known, task.y, story_number(story))
    weights, y, rest = receive(known, message.number)
    np.testing.assert_array_equal(TARGETS.places(y), TARGETS.places(task.y))
    assert story_text(rest) == story
    assert weights.shape == (8 * 3 + 4,)
    assert message.header == pytest.approx(8 * known.header_size(), abs=1e-6)
    rng = np.random.default_rng(0)
    nets = [
        send(known, task.y, int.from_bytes(b"\x01" + rng.bytes(200), "big")).net for _ in range(12)
    ]
    error = np.std(nets) / math.sqrt(len(nets))
    assert np.mean(nets) == pytest.approx(expected_bits(known, task.y), abs=4 * error + 2)


def test_without_a_network_a_target_costs_the_entropy_of_its_gaussian():
    y = np.random.default_rng(0).standard_normal(4000)
    want = 4000 * (0.5 * math.log2(2 * math.pi * math.e) + 5)
    assert without_network(y) == pytest.approx(want, rel=0.01)


def test_the_header_holds_what_training_can_reach():
    places = HEADER.places(np.array([-4.6, -4.0, 0.0, 3.9, 9.0]))
    assert places.min() == 0 and places.max() == 255
    np.testing.assert_allclose(HEADER.value(places), [-4, -4, 0, 3.90625, 3.96875])


# The band


def test_the_energy_has_the_gradient_of_central_differences():
    rng = np.random.default_rng(0)
    params = init_params(rng, 1, 3, (0.8,))
    X, y = rng.standard_normal((5, 1)), rng.standard_normal(5)
    at = {"W": rng.standard_normal((2, 2, 3)), "w": rng.standard_normal((2, 4))}
    want = differences(lambda p: energy(p["W"], p["w"], X, y, params)[0].sum(), at)
    _, d_W, d_w = energy(at["W"], at["w"], X, y, params)
    np.testing.assert_allclose(d_W, want["W"], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(d_w, want["w"], rtol=1e-6, atol=1e-6)


def test_without_data_the_markov_chain_draws_from_the_prior():
    params = init_params(np.random.default_rng(0), 1, 3, (0.6,))
    nothing = np.zeros((0, 1)), np.zeros(0)
    rng = np.random.default_rng(0)
    W, w, accepted = markov_chain(params, *nothing, rng, C=300, rounds=60, step=0.1)
    assert W.std() == pytest.approx(0.6, rel=0.05)
    assert w.std() == pytest.approx(0.3, rel=0.05)
    assert accepted > 0.9 and kinetic(W, w).shape == (len(W),)


def test_two_chains_agree_on_the_band_in_the_gap(result):
    band = result.envelope
    rng = np.random.default_rng(7)
    W, w, accepted = markov_chain(band.run.params, band.X, band.y, rng)
    at_zero = np.maximum(W[:, 1], 0)  # at x = 0 only the bias is left
    outputs = (at_zero * w[:, :-1]).sum(axis=1) + w[:, -1]
    assert accepted > 0.4
    assert outputs.std() == pytest.approx(band.exact.at(0), rel=0.25)


def test_an_untrained_prior_is_free():
    params = init_params(np.random.default_rng(0), 3, 2, (0.15,))
    for layer, width in (("W", 0.15), ("w", 0.3)):
        params[layer][...] = 0
        params[f"ln_s{layer}"][...] = math.log(width)
    assert weight_cost(params)[0] == pytest.approx(0, abs=1e-12)


def test_the_band_is_the_same_each_time():
    a, b = (envelope(seed=1, H=4, steps=50, M=5) for _ in range(2))
    np.testing.assert_array_equal(a.exact.sigma, b.exact.sigma)
    np.testing.assert_array_equal(a.noisy.sigma, b.noisy.sigma)
