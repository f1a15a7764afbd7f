"""The zipper of Day 5: its bets in JavaScript are NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from in_node import demo

from u30.papers.d05_markov import RULE, bill, generate
from u30.viz import live_zipper

TAP_ALL = "const state = zipper.create(given.K); given.x.forEach((s) => zipper.tap(state, s));"


run_node = demo("zipper", "zipper")


def test_the_lengths_are_those_of_the_package():
    """The first K taps cost a bit each, the rest what KT charges in NumPy."""
    for n, K in ((40, 4), (300, 4), (90, 2)):
        x = generate(np.random.default_rng(n), RULE, n, 1)
        seen = run_node(TAP_ALL + "return state.bits;", {"K": K, "x": x[0].tolist()})
        want = [K + bill(x, k, start=K).total("KT")[0] for k in range(K + 1)]
        np.testing.assert_allclose(seen, want)


def test_the_leader_has_the_fewest_bits_and_ties_go_to_the_lower_order():
    x = generate(np.random.default_rng(0), RULE, 500, 1)[0].tolist()
    source = TAP_ALL + "return [state.bits, zipper.leader(state)];"
    bits, leader = run_node(source, {"K": 4, "x": x})
    assert leader == int(np.argmin(bits)) == 2
    assert run_node(source, {"K": 4, "x": [1] * 30})[1] == 0


def test_it_guesses_what_has_always_come_next():
    source = TAP_ALL + "return [zipper.guess(state), state.right, state.guessed];"
    guess, right, guessed = run_node(source, {"K": 4, "x": [0, 1] * 30})
    assert guess == 0
    assert right > 0.85 * guessed > 40


def test_it_has_no_opinion_before_it_has_seen_anything():
    source = TAP_ALL + "return [zipper.guess(state), state.guessed, state.bits];"
    assert run_node(source, {"K": 4, "x": [1, 1, 1]}) == [None, 0, [3] * 5]


def test_a_bet_is_made_before_the_tap_is_known():
    """Whatever comes next, the leader has expected the same."""
    x = generate(np.random.default_rng(1), RULE, 60, 1)[0].tolist()
    source = TAP_ALL + "const g = zipper.guess(state); return [g, zipper.tap(state, given.last)];"
    seen = [run_node(source, {"K": 4, "x": x, "last": last}) for last in (0, 1)]
    assert seen[0] == seen[1] and seen[0][0] == seen[0][1]


def test_chance_cannot_be_compressed():
    x = np.random.default_rng(2).integers(0, 2, size=2000).tolist()
    source = TAP_ALL + "return [Math.min(...state.bits), state.right / state.guessed];"
    bits, share = run_node(source, {"K": 4, "x": x})
    assert bits > 1990
    assert share == pytest.approx(0.5, abs=0.05)


def test_the_demo_carries_its_highest_order_and_refuses_what_cannot_be_shown():
    bundle = live_zipper(alt="Two buttons.")._repr_mimebundle_()
    assert bundle["application/vnd.u30.live+json"]["data"] == {"max_order": 4}
    for change in ({"max_order": 7}, {"max_order": -1}, {"alt": ""}):
        with pytest.raises(ValueError):
            live_zipper(**{"alt": "a", **change})
