"""The live picture of Day 6: its code in JavaScript is the package's, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from in_node import demo

from u30.data.mixing import half_full, stir
from u30.papers.d06_complexodynamics import mix, two_part
from u30.viz.live_structure import live_structure
from u30book import live

RANDOM = (
    "let state = 1; const random = () => {"
    "state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 4294967296; };"
)
run_node = demo("structure", "code", RANDOM)


def pictures() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    tiles = np.kron(rng.integers(0, 2, size=(8, 8)), np.ones((2, 2), dtype=int))
    stages = mix(rng, (0, 2, 8, 40), n=32).pictures
    return [*stages, tiles, rng.integers(0, 2, size=(8, 8)), np.zeros((4, 4), dtype=int)]


def test_the_bits_and_the_leaves_are_those_of_the_package():
    for x in pictures():
        seen = run_node(
            "return code.twoPart(Uint8Array.from(given.x), given.n);",
            {"x": x.ravel().tolist(), "n": len(x)},
        )
        want = two_part(x)
        assert seen["kind"] == want.kind
        assert seen["model"] == pytest.approx(want.model, abs=1e-6)
        assert seen["data"] == pytest.approx(want.data, abs=1e-6)
        assert sorted(map(tuple, seen["leaves"])) == sorted(want.leaves)


def test_stirring_is_that_of_the_package():
    class Phases:
        def __init__(self, *phases: float):
            self.left = list(phases)

        def uniform(self, low: float, high: float) -> float:
            return self.left.pop(0)

    x = np.arange(16 * 16).reshape(16, 16)
    given = {"x": x.ravel().tolist(), "phases": [0.4, 5.1]}
    seen = run_node("return code.stirred(given.x, 16, given.phases);", given)
    want = stir(x, Phases(0.4, 5.1), 0.12)  # type: ignore[arg-type]
    assert seen == want.ravel().tolist()


@pytest.mark.parametrize("call", ["shuffled(given, random)", "diffused(given, 8, random)"])
def test_nothing_is_made_or_lost(call: str):
    numbers = list(range(64))
    seen = run_node(f"return code.{call};", numbers)
    assert sorted(seen) == numbers
    assert seen != numbers


def test_diffusion_moves_a_cell_two_places_at_most():
    seen = np.array(run_node("return code.diffused(given, 8, random);", list(range(64))))
    now = np.stack(np.unravel_index(np.argsort(seen), (8, 8)))
    moved = np.abs(now - np.stack(np.unravel_index(np.arange(64), (8, 8))))
    assert 1 <= moved.max() <= 2


def test_the_demo_carries_its_first_picture():
    content = live_structure("Paint.", half_full(4)).data
    assert content == {"n": 4, "picture": "1111111100000000"}
    assert "structure" in live.kinds()
    for wrong in (np.zeros((3, 3)), np.zeros((2, 4)), np.full((4, 4), 2)):
        with pytest.raises(ValueError, match="must"):
            live_structure("Paint.", wrong)
