"""The live cup: its rules lose no cream, and its instruments read what NumPy's read."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from in_node import demo

from u30.papers.d07_coffee import (
    adjusted_complexity,
    bucket,
    clean_complexity,
    coarse_grain,
    cup,
    entropy,
    naive_complexity,
    row_densities,
    row_majority,
)

RANDOM = (  # mulberry32
    "let state = 1; const random = () => { state = (state + 0x6d2b79f5) | 0;"
    "let t = Math.imul(state ^ (state >>> 15), 1 | state);"
    "t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;"
    "return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };"
)
run_node = demo("coffee", "cup", RANDOM)


def cups() -> list[np.ndarray]:
    """Cups at several stages, two sizes, all with structure worth measuring."""
    found = []
    for n, dynamics in ((64, "stirred"), (33, "interacting")):
        for t, s in enumerate(cup(dynamics, n, np.random.default_rng(0))):
            if t in (0, 5, 30, 60):
                found.append(s)
            if t == 60:
                break
    return found


@pytest.fixture(scope="module")
def seen() -> list[dict]:
    """What the page's instruments say about each of `cups()`."""
    source = """
        const found = [];
        for (const s of given) {
            const n = s.length, flat = Uint8Array.from(s.flat());
            const means = cup.coarseGrain(flat, n, 5), greys = cup.bucket(means, 7);
            found.push({
                means: Array.from(means), greys: Array.from(greys),
                flat: Array.from(cup.rowMajority(greys, n)), packed: Array.from(cup.packed(flat)),
                ...(await cup.readings(flat, n, 5, 8)),
            });
        }
        return found;
    """
    return run_node(source, [s.tolist() for s in cups()])


def test_blur_greys_and_majority_are_numpys(seen):
    for s, page in zip(cups(), seen, strict=True):
        means = coarse_grain(s, 5)
        np.testing.assert_allclose(page["means"], means.ravel(), atol=1e-12)
        np.testing.assert_array_equal(page["greys"], bucket(means, 7).ravel())
        np.testing.assert_array_equal(page["flat"], row_majority(bucket(means, 7)).ravel())
        np.testing.assert_array_equal(page["packed"], np.packbits(s))


def test_clean_complexity_is_numpys(seen):
    want = [clean_complexity(s, 8) for s in cups()]
    np.testing.assert_allclose([page["clean"] for page in seen], want, atol=1e-9)
    assert max(want) > 0


def test_zipped_sizes_are_within_a_tenth_of_zlibs(seen):
    for s, page in zip(cups(), seen, strict=True):
        for name, want in (
            ("entropy", entropy(s)),
            ("naive", naive_complexity(s, 5)),
            ("adjusted", adjusted_complexity(s, 5)),
        ):
            assert abs(page[name] - want) <= 6 + 0.1 * want, name  # the browser's level is 6, not 9


def test_the_browsers_format_is_zlibs():
    sizes = run_node("return Promise.all(given.map((x) => cup.zipped(Uint8Array.from(x))));", [[7]])
    assert sizes == [len(zlib.compress(bytes([7]), 6))]


@pytest.mark.parametrize("n", [2, 7, 24])
def test_sweeps_keep_every_cell_and_move_it_two_rows_or_columns_at_most(n):
    source = """
        const cells = Int32Array.from({length: given * given}, (_, i) => i);
        cup.sweep(cells, given, random);
        return Array.from(cells);
    """
    after = np.array(run_node(source, n))
    assert sorted(after) == list(range(n * n))
    moved = np.abs(np.stack(divmod(after, n)) - np.stack(divmod(np.arange(n * n), n))).max(axis=0)
    assert 0 < moved.max() <= 2  # once by each matching of an axis


def test_sweeps_follow_the_heat_equation():
    n, sweeps, runs = 12, 20, 400
    source = """
        const [n, sweeps, runs] = given, rows = new Array(n).fill(0);
        for (let run = 0; run < runs; run++) {
            const s = cup.pour(n);
            for (let t = 0; t < sweeps; t++) cup.sweep(s, n, random);
            s.forEach((cell, i) => { rows[Math.floor(i / n)] += cell / n / runs; });
        }
        return rows;
    """
    rho = row_densities(n, sweeps)[-1]
    bound = 5 * np.sqrt(rho * (1 - rho) / (n * runs))
    assert (np.abs(np.array(run_node(source, [n, sweeps, runs])) - rho) < bound).all()


@pytest.mark.parametrize("down", [False, True])
def test_the_spoon_takes_its_neighbours_along_and_loses_nothing(down):
    source = """
        const cells = Int32Array.from({length: 400}, (_, i) => i), carry = new Float64Array(20);
        for (let i = 0; i < 6; i++) cup.drag(cells, 20, 9, 1, given, 3, carry);
        return Array.from(cells);
    """
    after = np.array(run_node(source, down)).reshape(20, 20)
    assert sorted(after.ravel()) == list(range(400))
    lines = after.T if down else after
    start = np.arange(400).reshape(20, 20)
    start = start.T if down else start
    for i in range(20):
        cells = round(6 * np.exp(-(((i - 9) / 3) ** 2)))  # far away: none
        np.testing.assert_array_equal(lines[i], np.roll(start[i], cells))


def test_a_turn_of_the_spoon_is_a_permutation_like_the_packages():
    source = """
        const cells = Int32Array.from({length: 576}, (_, i) => i);
        cup.stir(cells, 24, 0.1, random);
        return Array.from(cells);
    """
    after = run_node(source, None)
    assert sorted(after) == list(range(576)) and after != list(range(576))
