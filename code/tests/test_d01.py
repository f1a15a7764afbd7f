import math

import numpy as np
import pytest

from u30.data.text import Vocabulary, fables
from u30.kernels.softmax import log_softmax
from u30.papers.d01_char_rnn import (
    claims,
    evaluate,
    hidden_states,
    init_params,
    predict,
    sample,
    temperature_probabilities,
    train,
)
from u30.papers.d01_classic import ClassicRNN, benchmark, train_classic
from u30.papers.d01_headline import gradient_flow, headline, right_closers

TEXT = "the cat sat on the mat. " * 60


@pytest.fixture(scope="module")
def result():
    return headline(seed=0)


# The headline experiment


def test_every_claim_of_day_1_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) >= 3


def test_the_rnn_lies_between_the_best_ngram_and_the_entropy(result):
    assert result.entropy_rate - 0.02 < result.rnn_bpc < result.ngram_bpc.min() - 0.02
    assert result.rnn_bpc < result.run.history[0][2]


def test_ngrams_get_worse_when_the_context_is_too_long_for_the_text(result):
    assert result.best_ngram == 3
    assert result.ngram_bpc[6] > result.ngram_bpc[3] + 0.1


def test_an_untrained_network_guesses_closers():
    vocab = Vocabulary('ab"[] ')
    text = 'a "b" [a] "b a" [a b] '
    uniform = np.zeros((len(text), 2))
    assert right_closers(text, uniform) == 0.5
    params = {
        name: np.zeros_like(p) for name, p in init_params(np.random.default_rng(0), 6, 4).items()
    }
    assert evaluate(params, vocab.encode(text)) == pytest.approx(math.log2(6))


def test_right_closers_looks_at_the_positions_of_closers_only():
    text = '"a" [b] '
    scores = np.zeros((len(text), 2))
    scores[2], scores[6] = (1, 0), (0, 1)
    assert right_closers(text, scores) == 1
    assert right_closers(text, -scores) == 0


def test_samples_are_kept_at_the_steps_asked_for(result):
    assert list(result.run.snapshots) == [0, 50, 150, 300, 800]
    words = set(result.train_text.text.split())
    early, late = (result.run.snapshots[step].split() for step in (0, 800))
    known = [sum(word in words for word in text) / len(text) for text in (early, late)]
    assert known[0] < 0.3 and known[1] > 0.7


# Training


def test_training_moves_every_parameter_and_lowers_the_loss():
    run = train(TEXT[:1200], TEXT[1200:], steps=60, hidden=16, batch=4, seq=12, evaluate_every=20)
    start = init_params(np.random.default_rng(0), len(run.vocab), 16)
    for name, p in run.params.items():
        assert p.dtype == np.float32
        assert not np.array_equal(p, start[name]), name
    assert run.history[-1][2] < run.history[0][2] - 0.3
    assert run.h.dtype == np.float32


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    runs = [
        train(TEXT, TEXT[:50], steps=5, hidden=8, batch=2, seq=10, seed=seed) for seed in (1, 1, 2)
    ]
    for name in runs[0].params:
        np.testing.assert_array_equal(runs[0].params[name], runs[1].params[name])
    assert not np.array_equal(runs[0].params["Whh"], runs[2].params["Whh"])


def test_snapshots_do_not_change_what_is_learned():
    plain = train(TEXT, TEXT[:50], steps=10, hidden=8, batch=2, seq=10)
    watched = train(TEXT, TEXT[:50], steps=10, hidden=8, batch=2, seq=10, snapshots=range(11))
    np.testing.assert_array_equal(plain.params["Whh"], watched.params["Whh"])
    assert len(watched.snapshots) == 11 and len(watched.snapshots[0]) == 200


def test_training_continues_exactly_where_it_stopped():
    settings = {"steps": 30, "hidden": 8, "batch": 2, "seq": 10}
    whole = train(TEXT, TEXT[:50], **settings)
    part = train(TEXT, TEXT[:50], **settings, after_step=lambda run, _: run.step == 13)
    assert part.interrupted and part.step == 13
    rest = train(TEXT, TEXT[:50], **settings, resume=part)
    assert rest.step == 30 and not rest.interrupted
    for name in whole.params:
        np.testing.assert_array_equal(whole.params[name], rest.params[name])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_loss_that_is_not_finite_stops_training_with_a_sentence():
    with pytest.raises(ValueError, match="lower the learning rate"):
        train(TEXT, TEXT[:50], steps=50, hidden=8, batch=2, seq=10, lr=1e38)


# Evaluation and sampling


def test_evaluation_is_the_same_in_pieces_and_at_once():
    text = fables()[:9000]
    vocab = Vocabulary(text)
    params = init_params(np.random.default_rng(0), len(vocab), 12)
    ids = vocab.encode(text)
    log_p = log_softmax(predict(params, ids)[:-1].astype(np.float64))
    want = -log_p[np.arange(len(ids) - 1), ids[1:]].mean() / math.log(2)
    assert evaluate(params, ids) == pytest.approx(want, rel=1e-5)


def test_hidden_states_follow_the_text_from_an_empty_memory():
    params = init_params(np.random.default_rng(0), 5, 4, np.float64)
    ids = np.array([1, 3, 3])
    h = np.zeros(4)
    for t, i in enumerate(ids):
        h = np.tanh(params["Wxh"][i] + h @ params["Whh"] + params["bh"])
        np.testing.assert_allclose(hidden_states(params, ids)[t], h)


@pytest.mark.parametrize("tau", [1e-6, 0.5, 1.0, 2.0, 1e6])
def test_temperature_gives_probabilities_even_for_huge_logits(tau):
    p = temperature_probabilities(np.array([1e3, -1e3, 999.0], dtype=np.float32), tau)
    assert p.sum() == pytest.approx(1) and np.isfinite(p).all()
    assert p.argmax() == 0


def test_temperature_one_is_softmax_and_lower_is_sharper():
    logits = np.array([0.0, math.log(3)])
    np.testing.assert_allclose(temperature_probabilities(logits, 1), [0.25, 0.75])
    np.testing.assert_allclose(temperature_probabilities(logits, 0.5), [0.1, 0.9])


def test_a_network_that_learned_one_sentence_by_heart_repeats_it():
    text = "abcdefgh " * 200
    run = train(text, text[:100], steps=150, hidden=24, batch=8, seq=20, lr=1e-2)
    rng = np.random.default_rng(0)
    assert sample(run.params, run.vocab, 18, rng, 0.2, start="abc") == "defgh abcdefgh abc"
    assert run.bpc < 0.2


def test_sampling_needs_characters_that_are_in_the_vocabulary():
    vocab = Vocabulary("abc")
    params = init_params(np.random.default_rng(0), 3, 4)
    assert len(sample(params, vocab, 7, np.random.default_rng(0))) == 7
    with pytest.raises(ValueError, match="'z'"):
        sample(params, vocab, 7, np.random.default_rng(0), start="z")


def test_the_gradient_of_one_prediction_fades_towards_the_past(result):
    ids = result.vocab.encode(result.validation_text.text)
    norms = gradient_flow(result.params, ids, T=40)
    assert norms.shape[1] == 40 and (norms > 0).all()
    median = np.median(norms, axis=0)
    assert median[0] < 0.1 * median[-1]


# The classic loop


def test_the_gradients_of_the_classic_loop_agree_with_central_differences():
    net = ClassicRNN(V=4, H=5)
    rng = np.random.default_rng(0)
    for p in net.params.values():
        p += 0.3 * rng.standard_normal(p.shape)
    X, Y, h = np.array([0, 2, 2, 1]), np.array([2, 2, 1, 3]), rng.standard_normal(5)
    _, grads, _ = net.loss(X, Y, h)
    for name, p in net.params.items():
        for index in np.ndindex(p.shape):
            kept = p[index]
            p[index] = kept + 1e-5
            up = net.loss(X, Y, h)[0]
            p[index] = kept - 1e-5
            down = net.loss(X, Y, h)[0]
            p[index] = kept
            want = (up - down) / 2e-5
            assert grads[name][index] == pytest.approx(want, rel=1e-5, abs=1e-8), (name, index)


def test_the_classic_loop_learns():
    _, bpc = train_classic(TEXT, steps=150, hidden=20)
    assert bpc[-20:].mean() < bpc[:20].mean() - 1


def test_the_batched_version_is_several_times_faster_than_the_classic_loop():
    speed = benchmark(0.6, text=fables(), hidden=64)
    assert next(iter(speed.speedup.values())) == 1
    assert speed.speedup["batch 16, fast"] > 4
