"""The query dial of Day 13: its attention is the package's, and what it says is what happened."""

from __future__ import annotations

import math

import numpy as np
import pytest
from in_node import demo

from u30.kernels.attention import attention_forward
from u30.viz import live_query

run_node = demo("query", "dial")
DATA = live_query().data
STATE = {
    "q": [1.3, -0.7],
    "divisor": math.sqrt(2),
    "order": [0, 1, 2, 3, 4, 5],
    "positions": False,
    "seen": 6,
}
SWAPPED = [0, 4, 2, 3, 1, 5]
ATTEND = "return dial.attend(given.data, given.state);"


def attend(**change) -> dict:
    return run_node(ATTEND, {"data": DATA, "state": {**STATE, **change}})


def story(action: str, before: dict, after: dict) -> str:
    source = """
        const [before, after] = [given.before, given.after].map((s) => dial.attend(given.data, s));
        return dial.story(given.action, given.after, before, after);
    """
    given = {"data": DATA, "action": action}
    states = {"before": {**STATE, **before}, "after": {**STATE, **after}}
    return run_node(source, {**given, **states})


@pytest.mark.parametrize("seen", [6, 3])
@pytest.mark.parametrize("positions", [False, True])
def test_scores_weights_and_blend_are_those_of_the_package(seen, positions):
    order = [3, 1, 0, 5, 4, 2]
    x = np.array(DATA["vectors"])[order]
    if positions:
        i = np.arange(6)
        x = x + np.stack([np.sin(i), np.cos(i)], axis=1)  # the paper's encoding for two coordinates
    q = np.array(STATE["q"])[None, None, None]
    mask = (np.arange(6) < seen)[None, None, None]
    want, weights, _ = attention_forward(q, x[None, None], x[None, None], mask)
    now = attend(order=order, positions=positions, seen=seen)
    np.testing.assert_allclose(now["output"], want[0, 0, 0], atol=1e-12)
    got = [place["weight"] for place in now["places"]]
    np.testing.assert_allclose(got, weights[0, 0, 0], atol=1e-12)
    assert got[seen:] == [0] * (6 - seen)


def test_another_divisor_is_another_temperature():
    """The package divides by sqrt(2); a divisor twice that is a query half as long."""
    twice = attend(divisor=2 * math.sqrt(2))
    half = attend(q=[0.65, -0.35])
    np.testing.assert_allclose(twice["output"], half["output"], atol=1e-12)


def test_order_alone_changes_nothing_and_the_demo_says_so():
    assert "attention sees a set" in story("order", {}, {"order": SWAPPED})


def test_with_positions_order_counts_and_the_demo_says_so():
    on = {"positions": True}
    said = story("order", on, {**on, "order": SWAPPED})
    assert "the blend moved by" in said and "adds its own vector" in said


def test_a_mask_hides_by_place():
    masked = {"seen": 3}
    assert "the mask hides by place" in story("order", masked, {**masked, "order": SWAPPED})
    same = {**masked, "order": [1, 0, 2, 3, 4, 5]}  # both words may be seen before and after
    assert "same blend: the mask leaves the same words" in story("order", masked, same)


def test_a_smaller_divisor_sharpens():
    weight = [max(p["weight"] for p in attend(divisor=d)["places"]) for d in (0.1, 10)]
    assert weight[0] > 0.5 > 0.2 > weight[1]
    assert f"rises to {weight[0]:.0%}".replace("%", " %") in story("divisor", {}, {"divisor": 0.1})
    assert f"falls to {weight[1]:.0%}".replace("%", " %") in story("divisor", {}, {"divisor": 10})


def test_no_question_gets_the_mean():
    now = attend(q=[0, 0])
    np.testing.assert_allclose(now["output"], np.mean(DATA["vectors"], axis=0), atol=1e-12)
    assert story("drag", {}, {"q": [0, 0]}).startswith("No question")


def test_the_arrow_names_the_word_that_fits_best():
    assert "“dog” best" in story("drag", {}, {"q": [2, 0]})


def test_what_cannot_be_drawn_is_refused():
    for change in ({"q": (3, 0)}, {"words": {"dog": (1, 2, 3)}}, {"swap": ("dog", "cat")}):
        with pytest.raises(ValueError):
            live_query(**change)
