"""The whisper game of Day 9: the players in JavaScript mishear as those in NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from in_node import demo

from u30.viz import live_whisper

run_node = demo("whisper", "game")
WORD = 0xFFFFFFFF


def mulberry32(seed: int):
    """The demo's generator, written with Python's whole numbers."""

    def product(a: int, b: int) -> int:
        return (a * b) & WORD

    while True:
        seed = (seed + 0x6D2B79F5) & WORD
        t = product(seed ^ (seed >> 15), seed | 1)
        t ^= (t + product(t ^ (t >> 7), t | 61)) & WORD
        yield (t ^ (t >> 14)) / 2**32


def normals(random, n: int) -> np.ndarray:
    u = np.array([next(random) for _ in range(n + n % 2)]).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(1 - u[:, 0])), 2 * np.pi * u[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()[:n]


def unit(h: np.ndarray) -> np.ndarray:
    return h / np.sqrt(np.mean(h * h))


def play(first: np.ndarray, row: list, noise: float, edit: float) -> dict:
    def say(h, R):
        return unit(np.tanh((1 - noise) * h + noise * R @ h))

    passed = {"plain": [first], "residual": [first]}
    for R in row:
        passed["plain"].append(say(passed["plain"][-1], R))
        note = passed["residual"][-1]
        passed["residual"].append(note + edit * say(note, R))
    return passed


def whole_game(given: dict) -> dict:
    """Both rows and how like the message they are, as the page has them."""
    source = """
        const first = game.message(given.rows);
        const row = game.players(given.seed, given.count, first.length);
        const passed = game.play(first, row, given.noise, given.edit);
        const out = {likeness: {}};
        for (const name of ["plain", "residual"]) {
            out[name] = passed[name].map((values) => Array.from(values));
            out.likeness[name] = passed[name].map((values) => game.correlation(first, values));
        }
        return out;
    """
    return run_node(source, given)


def test_the_generator_is_the_one_in_python():
    source = "const random = game.generator(given); return Array.from({length: 50}, random);"
    for seed in (0, 1, 123456789, WORD):
        random = mulberry32(seed)
        assert run_node(source, seed) == [next(random) for _ in range(50)]


def test_normal_numbers_have_mean_zero_and_variance_one():
    seen = run_node("return Array.from(game.normals(game.generator(3), 20001));", None)
    np.testing.assert_allclose(seen, normals(mulberry32(3), 20001), atol=1e-12)
    assert abs(np.mean(seen)) < 0.03 and abs(np.var(seen) - 1) < 0.05


@pytest.mark.parametrize(("noise", "edit"), [(0.3, 0.2), (1.0, 0.5), (0.0, 0.0)])
def test_the_game_is_the_one_in_numpy(noise: float, edit: float):
    rows = ["##.", "..#", "#.."]
    given = {"rows": rows, "seed": 7, "count": 5, "noise": noise, "edit": edit}
    seen = whole_game(given)
    dark = np.array([letter == "#" for letter in "".join(rows)], dtype=float)
    first, random = unit(dark - dark.mean()), mulberry32(7)
    row = [normals(random, 81).reshape(9, 9) / 3 for _ in range(5)]
    for name, want in play(first, row, noise, edit).items():
        np.testing.assert_allclose(seen[name], want, atol=1e-10)
        likeness = [np.corrcoef(first, h)[0, 1] for h in want]
        np.testing.assert_allclose(seen["likeness"][name], likeness, atol=1e-10)


def at_the_start(**change) -> dict:
    data = live_whisper().data
    given = {"rows": data["pictures"]["seven"], "seed": data["seed"], "count": data["most"]}
    return given | {"noise": data["noise"], "edit": data["edit"]} | change


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_demo_shows_what_its_words_say(seed: int):
    likeness = whole_game(at_the_start(seed=seed))["likeness"]
    assert likeness["plain"][20] < 0.5 < 0.9 < likeness["residual"][20]
    made_up = whole_game(at_the_start(seed=seed, noise=1))["likeness"]
    assert max(map(abs, made_up["plain"][1:])) < 0.6 < made_up["residual"][20]


def test_large_edits_lose_the_message_too():
    small, large = (
        whole_game(at_the_start(noise=1, edit=edit))["likeness"]["residual"][-1]
        for edit in (0.1, 1.0)
    )
    assert small > 0.6 and large < 0.4


def test_without_noise_nothing_is_lost_and_without_edits_nothing_changes():
    quiet = whole_game(at_the_start(noise=0))["likeness"]
    assert min(quiet["plain"]) > 0.95 and min(quiet["residual"]) > 0.95
    untouched = whole_game(at_the_start(noise=1, edit=0))["residual"]
    assert untouched[-1] == untouched[0]


def test_pictures_are_square_and_have_dark_and_light_pixels():
    for rows in live_whisper().data["pictures"].values():
        assert [len(row) for row in rows] == [8] * 8
        assert set("".join(rows)) == {"#", "."}


@pytest.mark.parametrize(
    ("change", "part"),
    [({"players": 61}, "0 to 60"), ({"noise": 1.5}, "noise is a share"), ({"edit": -1}, "edit is")],
)
def test_a_start_that_the_sliders_do_not_have_is_refused(change: dict, part: str):
    with pytest.raises(ValueError, match=part):
        live_whisper(**change)
