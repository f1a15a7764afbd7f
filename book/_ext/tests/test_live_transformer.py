"""The explorer of Day 13: its model in JavaScript is the package's, and it judges honestly."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from in_node import demo

from u30.data import strings
from u30.papers.d13_attention import Transformer, greedy_decode
from u30.tensor import no_grad
from u30.viz import live_transformer
from u30.viz.live_transformer import pack

RANDOM = "let seed = 7; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;"
run_node = demo("transformer", "net", RANDOM)
TEXT = "Rbighead"


def untrained(seed: int = 0, **options) -> Transformer:
    """A model none of whose weights is 0 or 1, so that each of them counts."""
    rng = np.random.default_rng(seed)
    model = Transformer(rng, len(strings.SYMBOLS), **options)
    for parameter in model.parameters():
        if parameter.data.ndim == 1:
            parameter.data += rng.normal(0, 0.3, parameter.data.shape).astype(np.float32)
    return model


def explorer(model: Transformer, **options):
    return live_transformer(
        model, symbols=strings.SYMBOLS, jobs=strings.NAMES, alt="A model.", **options
    )


def unpack(packed: dict) -> np.ndarray:
    raw = base64.b64decode(packed["values"])
    if "scale" not in packed:
        return np.frombuffer(raw, "<f2").astype(np.float32)
    scale = np.frombuffer(base64.b64decode(packed["scale"]), "<f2").astype(np.float32)
    return np.frombuffer(raw, np.int8).reshape(packed["shape"]) * scale


def in_both(**options) -> tuple[Transformer, dict]:
    """A model with the weights that the page has, and the data of the page."""
    model = untrained(**options)
    data = explorer(model).data
    model.load_state_dict({name: unpack(packed) for name, packed in data["weights"].items()})
    return model, data


@pytest.mark.parametrize(
    "options",
    [{}, {"norm_first": True}, {"positions": False}, {"N": 1, "h": 2, "D": 16, "d_ff": 24}],
    ids=["paper", "norm first", "no positions", "small"],
)
def test_scores_and_attention_are_those_of_the_package(options):
    model, data = in_both(**options)
    X, Y = strings.encode([TEXT]), np.array([[strings.START, 9, 3, 15, 1, 7]])
    with no_grad():
        logits = model(X, Y).data[0]
    source = """
        const model = net.decodeModel(given.data);
        const { memory, maps } = net.encode(model, given.X);
        const state = net.begin(model, memory);
        const logits = given.Y.map((symbol) => Array.from(net.step(model, state, symbol)));
        const decoder = state.layers.map(({ self, cross }) => ({ self, cross }));
        return { logits, maps, decoder };
    """
    seen = run_node(source, {"data": data, "X": X[0].tolist(), "Y": Y[0].tolist()})
    np.testing.assert_allclose(seen["logits"], logits, atol=1e-4)
    assert np.ptp(logits) > 1

    def same(maps, attention):  # [query][head][key] against (1,h,query,key)
        for t, heads in enumerate(maps):
            n = len(heads[0])
            np.testing.assert_allclose(heads, attention.weights[0, :, t, :n], atol=1e-4)
            assert not attention.weights[0, :, t, n:].any()

    for i, layer in enumerate(model.encoder):
        same(seen["maps"][i], layer.self_attention)
    for i, decoder in enumerate(model.decoder):
        same(seen["decoder"][i]["self"], decoder.self_attention)
        same(seen["decoder"][i]["cross"], decoder.cross_attention)


def test_it_writes_what_the_package_writes():
    model, data = in_both(seed=3)
    texts = ["Rab", "Sjihgfe", "Cbighead", "Raaaaaaaaaaaaaa"]
    source = """
        const model = net.decodeModel(given.data);
        return given.texts.map(([X, most]) => net.greedy(model, X, most));
    """
    rows = [strings.encode([text])[0] for text in texts]
    given = {"data": data, "texts": [[row.tolist(), len(row) + 2] for row in rows]}
    for row, seen in zip(rows, run_node(source, given), strict=True):
        want = greedy_decode(model, row[None], len(row) + 2)[0].tolist()
        assert seen["Y"] == want
        assert len(seen["sure"]) == len(want) and all(1 / 16 < p <= 1 for p in seen["sure"])


ANSWER = """
    const model = net.decodeModel(given.data);
    return given.asked.map(([job, letters]) => net.answer(model, job, Array.from(letters)));
"""


def test_the_right_answers_are_those_of_the_package():
    _, data = in_both()
    asked = [[job, text] for job in strings.JOBS for text in ("bighead", "aab", "j", "")]
    for (job, text), seen in zip(asked, run_node(ANSWER, {"data": data, "asked": asked})):
        assert strings.spell(np.array(seen["wanted"])) == strings.solve(job, text) + "$"
        want = [a == b for a, b in zip(seen["Y"], seen["wanted"])]
        want += [False] * (len(seen["Y"]) - len(want))  # it wrote too much
        assert seen["right"] == want
        assert seen["exact"] == (seen["Y"] == seen["wanted"])
        assert len(seen["Y"]) <= len(text) + 3


def test_an_answer_that_stops_too_early_is_wrong():
    """Equal as far as it goes: E of the end sign is made to win everywhere."""
    model = untrained()
    model.E.data[strings.END] *= 0
    for last in model.decoder[-1].add_norm[2].norm.parameters():
        last.data[:] = 0
    model.decoder[-1].add_norm[2].norm.beta.data[0] = 1
    model.E.data[:, 0] = 0
    model.E.data[strings.END, 0] = 5
    data = explorer(model).data
    short, empty = run_node(ANSWER, {"data": data, "asked": [["C", "abc"], ["C", ""]]})
    assert short["Y"] == [strings.END] and not short["exact"]
    assert empty["Y"] == [strings.END] and empty["exact"] and empty["right"] == [True]


def test_a_trial_counts_whole_answers():
    _, data = in_both()
    source = """
        const model = net.decodeModel(given);
        return [net.trial(model, "R", 4, 20, random), net.trial(model, "R", 0, 5, random)];
    """
    (empty,) = run_node(ANSWER, {"data": data, "asked": [["R", ""]]})
    assert run_node(source, data) == [0, 5 * empty["exact"]]


def test_eight_bits_are_off_by_half_a_step_at_most():
    W = np.random.default_rng(0).normal(size=(7, 5)) * [1e-7, 0.01, 1, 3, 100]
    packed = pack(W)
    scale = np.frombuffer(base64.b64decode(packed["scale"]), "<f2").astype(float)
    assert (np.abs(unpack(packed) - W) <= 0.51 * scale + 0.001 * np.abs(W)).all()


def test_the_weights_fit_into_a_page():
    model = untrained()
    count = sum(array.size for array in model.state_dict().values())
    size = len(str(explorer(model).data))
    assert count == 42_496 and size < 70_000


def test_what_cannot_be_shown_is_refused():
    model = untrained(N=1)
    with pytest.raises(ValueError, match="not one of"):
        explorer(model, string="xyz")
    with pytest.raises(ValueError, match="can judge"):
        live_transformer(model, strings.SYMBOLS, {"R": "rotate"}, alt="A model.")
    with pytest.raises(ValueError, match="sees the future"):
        explorer(untrained(N=1, causal=False))
