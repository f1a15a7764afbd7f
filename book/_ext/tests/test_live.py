"""Live demos: the host element, and the network in JavaScript against NumPy."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import numpy as np
import pytest
from docutils import nodes
from in_node import demo

from u30book.element import script_names
from u30book.live import MIME_TYPE, LiveRenderer, kinds

V, H = 27, 96
SHAPES = {"Wxh": (V, H), "Whh": (H, H), "bh": (H,), "Why": (H, V), "by": (V,)}
VOCABULARY = ' \n".[]abcdefghijklmnopqrstu'[:V]


def encode(array: np.ndarray) -> str:
    return base64.b64encode(array.astype("<f2").tobytes()).decode()


def random_model(seed: int = 0) -> tuple[dict, dict]:
    """Return (the demo's data, the same weights as float16 holds them)."""
    rng = np.random.default_rng(seed)
    weights = {name: rng.normal(size=shape) * 0.3 for name, shape in SHAPES.items()}
    data = {
        "vocab": VOCABULARY,
        "hidden": H,
        "weights": {name: encode(array) for name, array in weights.items()},
        "dtype": "float16",
        "seed_text": "the ",
    }
    return data, {name: array.astype("<f2").astype(np.float64) for name, array in weights.items()}


run_node = demo("char-rnn", "net")
run_parts = demo("parts", "parts")


def test_the_network_in_the_page_computes_what_numpy_computes():
    data, p = random_model()
    text = [3, 0, 26, 7, 7, 12, 1, 5, 0, 19]
    h, expected = np.zeros(H), []
    for x in text:
        h = np.tanh(p["Wxh"][x] + h @ p["Whh"] + p["bh"])
        expected.append(h @ p["Why"] + p["by"])
    source = """
        const model = net.decodeModel(given.data);
        let h = new Float64Array(model.H), logits;
        return given.text.map((x) => {
            ({h, logits} = net.step(model, h, x));
            return Array.from(logits);
        });
    """
    logits = run_node(source, {"data": data, "text": text})
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-5)


def test_half_precision_is_decoded_exactly():
    values = np.array([0, -0.0, 1, -2.5, 65504, 6e-8, 6.1e-5, 0.1, np.inf], dtype="<f2")
    text = base64.b64encode(values.tobytes()).decode()
    decoded = run_parts(
        "return Array.from(parts.decodeArray(given, 'float16'), (v) => (v < 1e9 ? v : 'inf'));",
        text,
    )
    assert [float(value) for value in decoded] == values.astype(float).tolist()


def test_temperature_divides_the_logits_and_survives_large_ones():
    logits = np.array([1000.0, 999.0, -1000.0])
    for tau in (0.5, 2.0):
        p = np.exp((logits - 1000) / tau)
        given = {"logits": logits.tolist(), "tau": tau}
        seen = run_parts("return Array.from(parts.softmax(given.logits, given.tau));", given)
        np.testing.assert_allclose(seen, p / p.sum(), atol=1e-12)


def test_a_score_of_minus_infinity_gets_exactly_nothing():
    seen = run_parts("return Array.from(parts.softmax([0, -Infinity, 0]));", None)
    assert seen == [0.5, 0, 0.5]


def test_sampling_follows_the_running_sum():
    source = "return given.map((r) => net.sample([0.2, 0, 0.5, 0.3], () => r));"
    assert run_node(source, [0.0, 0.19, 0.21, 0.69, 0.71, 0.999999]) == [0, 0, 2, 2, 3, 3]


def render(content: dict):
    warnings: list[str] = []
    logger = SimpleNamespace(warning=lambda message, **_: warnings.append(message))
    data = SimpleNamespace(content=content, mime_type=MIME_TYPE, line=1)
    return LiveRenderer.handle_mime(SimpleNamespace(logger=logger), data, False), warnings


def test_the_host_has_name_script_data_and_a_fallback():
    data, _ = random_model()
    (host,), warnings = render({"kind": "char-rnn", "alt": "A network writes.", "data": data})
    assert host["script"] == "parts.js char-rnn.js"
    assert host["html"]["aria-label"] == "A network writes."
    html = host[0].astext()
    assert "<noscript><p>A network writes. This demo needs JavaScript.</p></noscript>" in html
    assert len(html) < 60_000
    assert warnings == []


def test_a_page_loads_what_demos_share_once_and_before_them():
    page = nodes.container()
    for kind in ("char-rnn", "bits-back", "char-rnn"):
        page += render({"kind": kind, "alt": "A demo.", "data": {}})[0]
    assert script_names(page) == ["parts.js", "char-rnn.js", "bits-back.js"]
    assert "parts" not in kinds()


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ({"kind": "char-rnm", "alt": "x", "data": {}}, "char-rnm'; there are: "),
        ({"kind": "char-rnn", "data": {}}, "no alternative text"),
    ],
)
def test_a_demo_that_is_not_there_or_has_no_alt_text_is_a_warning(content, part):
    hosts, warnings = render(content)
    assert hosts == []
    assert part in warnings[0]
