"""The live memory of Day 2: its cell computes what NumPy computes, and its rules are fair."""

from __future__ import annotations

import numpy as np
import pytest
from in_node import demo

from u30.kernels.lstm import lstm_forward
from u30.viz import live_memory

RANDOM = "let seed = 7; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;"
run_node = demo("memory", "cell", RANDOM)


def random_weights() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {"Wx": rng.normal(size=(3, 4)), "Wh": rng.normal(size=(1, 4)), "b": rng.normal(size=4)}


def test_the_cell_in_the_page_computes_what_numpy_computes():
    demo = live_memory(random_weights(), alt="A cell.")
    weights = {name: np.array(value) for name, value in demo.data["weights"].items()}
    x = np.random.default_rng(1).normal(size=(9, 1, 3))
    zeros = np.zeros((1, 1))
    hs, _, _, cache = lstm_forward(x, zeros, zeros, **weights)
    source = """
        let state = {c: 0, h: 0};
        return given.xs.map((x) => {
            state = cell.step(given.weights, state, x);
            return [state.h, state.c, state.i, state.f, state.g, state.o];
        });
    """
    seen = run_node(source, {"weights": demo.data["weights"], "xs": x[:, 0].tolist()})
    want = np.column_stack([hs[:, 0, 0], cache.cs[1:, 0, 0], cache.gates[:, :, 0, 0]])
    np.testing.assert_allclose(seen, want, atol=1e-6)


def test_doors_that_are_operated_perfectly_lose_nothing_and_leak_nothing():
    source = """
        const symbols = cell.round(random, 14, 0.8);
        let c = 0;
        const shown = symbols.map(({level, store, tell}) => {
            const gates = {f: store ? 0 : 1, i: store ? 1 : 0, o: tell ? 1 : 0};
            const after = cell.move(gates, c, cell.content(given, level));
            c = after.c;
            return after.h;
        });
        const told = symbols.flatMap(({tell}, t) => tell ? [shown[t]] : []);
        return {told, wanted: cell.wanted(symbols), score: cell.score(symbols, shown)};
    """
    weights = {name: value.tolist() for name, value in random_weights().items()}
    weights["Wx"][0][2] = 1.4
    seen = run_node(source, weights)
    goals = [goal for goal in seen["wanted"] if goal]
    want = [np.tanh(np.tanh(1.4 * goal)) for goal in goals]
    np.testing.assert_allclose(seen["told"], want, atol=1e-12)
    assert seen["score"]["leaked"] == 0 and seen["score"]["told"] < 0.2


def test_every_round_stores_twice_and_asks_twice():
    source = "return Array.from({length: 200}, () => cell.round(random, 14, 0.8));"
    for symbols in run_node(source, None):
        stores = [t for t, s in enumerate(symbols) if s["store"]]
        tells = [t for t, s in enumerate(symbols) if s["tell"]]
        assert len(symbols) == 14 and stores[0] == 0 and tells[-1] == 13
        assert len(stores) == len(tells) == 2
        assert tells[0] == stores[1] - 1 and tells[0] >= 4 and tells[1] - stores[1] >= 4
        assert all(0.16 <= abs(s["level"]) <= 0.8 or s["tell"] for s in symbols)


def test_what_cannot_be_one_cell_is_refused():
    weights = random_weights()
    with pytest.raises(ValueError, match="one cell needs"):
        live_memory({**weights, "b": np.zeros(8)}, alt="A cell.")
    with pytest.raises(ValueError, match="at least 10"):
        live_memory(weights, alt="A cell.", length=9)
