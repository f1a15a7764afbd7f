"""The post office of Day 4: its arithmetic in JavaScript is NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from in_node import demo

from u30.viz import live_bits_back

run_node = demo("bits-back", "post")


def test_the_mean_prices_are_those_of_numpy():
    rng = np.random.default_rng(0)
    for _ in range(3):
        q, p = rng.integers(0, 21, size=8), rng.integers(1, 21, size=8)
        q[rng.integers(8)] = 0
        seen = run_node(
            "return post.average(post.chances(given.q), post.chances(given.p));",
            {"q": q.tolist(), "p": p.tolist()},
        )
        a, b = q[q > 0] / q.sum(), (p / p.sum())[q > 0]
        gross, refund = -np.sum(a * np.log2(b)), -np.sum(a * np.log2(a))
        assert seen["gross"] == pytest.approx(gross)
        assert seen["refund"] == pytest.approx(refund)
        assert seen["net"] == pytest.approx(gross - refund) and seen["net"] > 0


def test_a_hole_that_the_tariff_does_not_know_is_infinitely_dear():
    seen = run_node("return post.average([0.5, 0.5], [1, 0]).net === Infinity;", {})
    assert seen is True


def test_letters_go_where_q_says_and_never_to_an_empty_hole():
    source = "return given.map((r) => post.pick([0, 0.25, 0, 0.75, 0], () => r));"
    assert run_node(source, [0.0, 0.24, 0.26, 0.9, 0.9999999999999999]) == [1, 1, 3, 3, 3]


def test_the_mean_of_the_letters_is_the_mean_price():
    source = """
        let state = 1;
        const random = () => (state = (1664525 * state + 1013904223) % 4294967296) / 4294967296;
        const [q, p] = [post.chances(given.q), post.chances(given.p)];
        let net = 0;
        for (let n = 0; n < 20000; n++) net += post.letter(q, p, post.pick(q, random)).net;
        return [net / 20000, post.average(q, p).net];
    """
    mean, theory = run_node(source, {"q": [1, 2, 3, 4], "p": [4, 3, 2, 1]})
    assert mean == pytest.approx(theory, abs=0.03)


def test_the_demo_carries_both_profiles_and_refuses_what_cannot_be_shown():
    bundle = live_bits_back(alt="A post office.")._repr_mimebundle_()
    data = bundle["application/vnd.u30.live+json"]["data"]
    assert len(data["q"]) == len(data["p"]) == 8
    for change in ({"q": [1, 2]}, {"p": [0] * 8}, {"q": [21] + [0] * 7}, {"alt": " "}):
        with pytest.raises(ValueError):
            live_bits_back(**{"alt": "a", **change})
