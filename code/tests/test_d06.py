import itertools
import math

import numpy as np
import pytest

from u30.data.mixing import half_full
from u30.papers.d06_complexodynamics import (
    claims,
    log2_binomial,
    mix,
    quadtree,
    stirred,
    strips,
    two_part,
    unstirred,
)
from u30.papers.d06_headline import headline, raw_zlib


@pytest.fixture(scope="module")
def result():
    return headline(seed=0)


def random_picture(rng, n):
    """Blobs and dust, so that leaves of several sizes occur."""
    coarse = rng.random((n // 4, n // 4)) < 0.5
    return (np.kron(coarse, np.ones((4, 4))) + (rng.random((n, n)) < 0.1)).astype(int) % 2


def leaf(cells):
    return math.log2(cells.size + 1) + math.log2(math.comb(cells.size, int(cells.sum())))


# The headline experiment


def test_every_claim_of_day_6_holds(result):
    table = claims(result)
    assert table.hold, str(table)
    assert len(table) >= 8


def test_structure_rises_and_falls_while_the_total_only_rises(result):
    for run in result.stir:
        assert run.model[0] < 30 and run.model[-1] < 30
        assert run.model.max() > 500
        assert (np.diff(run.total) > -30).all()


def test_cells_are_neither_made_nor_lost(result):
    for run in result.stir + result.diffuse:
        assert {int(x.sum()) for x in run.pictures} == {64 * 64 // 2}


def test_information_comes_to_rest(result):
    below, above = result.settled
    assert (result.rising[:, 0] < 1).all() and (result.falling[:, 0] > 59).all()
    np.testing.assert_allclose(below, above, atol=4)


# Two-part codes


def test_the_binomial_is_exact():
    k = np.arange(101)
    want = [math.log2(math.comb(100, int(i))) for i in k]
    np.testing.assert_allclose(log2_binomial(100, k), want, rtol=1e-12, atol=1e-9)


def test_one_leaf_is_a_complete_code():
    """All pictures of one leaf: the bits, as probabilities, sum to one."""
    N = 8
    total = sum(
        2 ** -(math.log2(N + 1) + float(log2_binomial(N, np.array(sum(bits)))))
        for bits in itertools.product((0, 1), repeat=N)
    )
    assert total == pytest.approx(1)


def test_no_code_promises_more_than_there_is():
    pictures = [np.array(bits).reshape(2, 2) for bits in itertools.product((0, 1), repeat=4)]
    assert sum(2 ** -two_part(x).total for x in pictures) <= 1


def test_the_quadtree_is_the_best_of_all_partitions():
    rng = np.random.default_rng(0)
    for _ in range(200):
        x = (rng.random((4, 4)) < rng.random()).astype(int)
        quarters = [x[i : i + 2, j : j + 2] for i in (0, 2) for j in (0, 2)]
        totals = [1 + leaf(x)]
        for cut in itertools.product((False, True), repeat=4):  # a cell costs 1 bit: it has no flag
            parts = (1 + 4 if c else 1 + leaf(q) for c, q in zip(cut, quarters))
            totals.append(1 + sum(parts))
        assert quadtree(x).total == pytest.approx(min(totals))


def test_the_strips_are_the_best_of_all_partitions():
    rng = np.random.default_rng(1)
    for _ in range(100):
        x = (rng.random((4, 4)) < rng.random((4, 1))).astype(int)
        halves = [x[:2], x[2:]]
        totals = [1 + leaf(x)]
        for cut in itertools.product((False, True), repeat=2):
            parts = (
                1 + leaf(h[:1]) + leaf(h[1:]) if c else 1 + leaf(h) for c, h in zip(cut, halves)
            )
            totals.append(1 + sum(parts))
        assert strips(x).total == pytest.approx(min(totals))


def test_colours_and_diagonals_do_not_matter_to_the_quadtree():
    x = random_picture(np.random.default_rng(2), 16)
    code = quadtree(x)
    assert quadtree(x.T).total == pytest.approx(code.total)
    assert quadtree(1 - x).total == pytest.approx(code.total)
    assert len(code.leaves) > 4


def test_simple_pictures():
    for n in (2, 8, 64):
        constant = quadtree(np.ones((n, n), dtype=int))
        assert constant.model == pytest.approx(1 + math.log2(n * n + 1))
        assert constant.data == 0
    board = np.indices((8, 8)).sum(axis=0) % 2
    assert len(quadtree(board).leaves) == 1
    assert len(quadtree(board[:2, :2]).leaves) == 4
    assert two_part(half_full(64)).kind == "strips"
    assert two_part(half_full(64)).model == pytest.approx(3 + 1 + 2 * math.log2(2049))
    assert two_part(np.array([[1]])).total == pytest.approx(2)


def test_a_cut_that_pays_off_only_further_down_is_found():
    """Four dotted corners: cutting once is no better than not cutting, cutting twice is."""
    x = np.zeros((16, 16), dtype=int)
    for i, j in itertools.product((0, 8), repeat=2):
        x[i : i + 4, j : j + 4] = 1
    once = 1 + sum(1 + leaf(x[i : i + 8, j : j + 8]) for i in (0, 8) for j in (0, 8))
    assert once > 1 + leaf(x) > quadtree(x).total


def test_leaves_tile_the_picture_and_carry_the_bits():
    x = random_picture(np.random.default_rng(3), 32)
    for code in (quadtree(x), strips(x)):
        covered = np.zeros_like(x)
        data = 0.0
        for top, left, height, width in code.leaves:
            block = x[top : top + height, left : left + width]
            covered[top : top + height, left : left + width] += 1
            data += math.log2(math.comb(block.size, int(block.sum())))
        assert (covered == 1).all()
        assert data == pytest.approx(code.data)


def test_noise_has_no_structure_and_order_has_no_noise():
    rng = np.random.default_rng(4)
    noise = two_part(rng.integers(0, 2, size=(64, 64)))
    assert noise.model < 60 and noise.data > 4000
    order = two_part(half_full(64))
    assert order.data == 0 and order.total < 60


@pytest.mark.parametrize("x", [np.zeros((3, 3)), np.zeros((4, 8)), np.zeros((0, 0)), np.eye(4) * 2])
def test_pictures_that_cannot_be_coded_are_refused(x):
    with pytest.raises(ValueError, match="must"):
        quadtree(x)


# The box


def test_stirring_can_be_undone_by_who_knows_the_phases():
    x = half_full(32)
    mixed = stirred(x, 50, seed=7)
    assert two_part(mixed).total > 900
    assert (unstirred(mixed, 50, seed=7) == x).all()
    assert two_part(unstirred(mixed, 50, seed=8)).total > 900


def test_snapshots_come_at_the_times_asked_for():
    run = mix(np.random.default_rng(0), (0, 3, 5), n=16)
    assert run.times == (0, 3, 5)
    assert (run.pictures[0] == half_full(16)).all()
    assert len(run.codes) == 3
    assert (run.model <= run.total).all()


def test_zlib_shrinks_order_and_not_noise():
    noise = np.random.default_rng(0).integers(0, 2, size=(64, 64))
    assert raw_zlib(half_full(64)) < 400
    assert raw_zlib(noise) > 4096
