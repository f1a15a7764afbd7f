"""DRAFT: tests named after what the paper's parts do; a gradient check of every new piece."""

import numpy as np
import pytest

from u30 import functional as F
from u30.gradcheck import assert_gradients
from u30.papers.d00_headline import headline
from u30.papers.d00_template import Line, TwoLayers, accuracy, claims, quadrants, train
from u30.tensor import Tensor


@pytest.fixture(scope="module")
def result():
    return headline()


def test_every_claim_of_the_day_holds(result):
    table = claims(result)
    assert table.hold, str(table)


def test_both_models_are_trained_alike_on_several_seeds(result):
    for runs in result.runs.values():
        assert len(runs) >= 3
        assert {run.steps for run in runs} == {200}
        assert len({run.losses[0] for run in runs}) == len(runs)  # seeds that differ


def test_the_gradient_of_every_parameter_agrees_with_central_differences():
    rng = np.random.default_rng(0)
    model = TwoLayers(rng, 3).astype(np.float64)
    x, k = quadrants(rng, 5)

    def loss(W1, b1, W2, b2):
        model.W1, model.b1, model.W2, model.b2 = W1, b1, W2, b2
        return F.cross_entropy(model.forward(Tensor(x.astype(np.float64))), k)

    assert_gradients(loss, *(p.data for p in model.parameters()))


def test_training_moves_every_parameter_and_lowers_the_loss():
    model = TwoLayers(np.random.default_rng(0), 8)
    before = model.state_dict()
    run = train(model, steps=100)
    for name, now in model.state_dict().items():
        assert now.dtype == np.float32 and not np.array_equal(now, before[name]), name
    assert np.mean(run.losses[-10:]) < 0.9 * np.mean(run.losses[:10])


def test_the_same_seed_gives_the_same_run_and_stopping_is_possible():
    first, again, other = (
        train(Line(np.random.default_rng(seed)), seed, steps=5) for seed in (1, 1, 2)
    )
    assert first.losses == again.losses and first.losses != other.losses
    stopped = train(Line(np.random.default_rng(0)), steps=5, after_step=lambda run: run.steps == 2)
    assert stopped.interrupted and stopped.steps == 2


def test_opposite_quarters_share_a_class():
    x, k = quadrants(np.random.default_rng(0), 500)
    assert (k == (np.sign(x[:, 0]) == np.sign(x[:, 1]))).all()
    assert k.dtype == np.intp and 0.4 < k.mean() < 0.6


def test_accuracy_counts_right_answers():
    model = Line(np.random.default_rng(0))
    model.W.data[...] = 0
    model.b.data[...] = [0, 1]
    x = np.zeros((3, 2), np.float32)
    assert accuracy(model, x, np.array([1, 1, 0])) == pytest.approx(2 / 3)
