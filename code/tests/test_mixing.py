import numpy as np
import pytest

from u30.data.mixing import half_full, stir, sweep


def numbered(H, W):
    return np.arange(H * W).reshape(H, W)


def test_the_box_starts_half_full():
    grid = half_full(6)
    assert grid.sum() == 18
    assert grid[:3].all() and not grid[3:].any()


@pytest.mark.parametrize("shape", [(8, 8), (5, 7), (1, 6), (4, 1), (1, 1)])
def test_a_sweep_permutes_the_cells_and_leaves_its_input_alone(shape):
    grid = numbered(*shape)
    mixed = sweep(grid, np.random.default_rng(0))
    assert (grid == numbered(*shape)).all()
    assert sorted(mixed.ravel()) == list(range(grid.size))


def test_a_sweep_moves_a_cell_at_most_two_places_along_each_axis_and_not_through_walls():
    rng = np.random.default_rng(1)
    H, W = 9, 12
    furthest = 0
    for _ in range(50):
        mixed = sweep(numbered(H, W), rng)
        now = np.stack(np.unravel_index(np.argsort(mixed.ravel()), (H, W)))
        moved = np.abs(now - np.stack(np.unravel_index(np.arange(H * W), (H, W))))
        furthest = max(furthest, int(moved.max()))
    assert furthest == 2


def test_every_pair_of_neighbours_is_swapped_about_half_of_the_time():
    rng = np.random.default_rng(2)
    swaps = sum(int(sweep(numbered(1, 2), rng)[0, 0]) for _ in range(2000))
    assert abs(swaps - 1000) < 6 * np.sqrt(500)
    swaps = sum(int(sweep(numbered(2, 1), rng)[0, 0]) for _ in range(2000))
    assert abs(swaps - 1000) < 6 * np.sqrt(500)


def test_a_well_mixed_box_is_uniform():
    """Symmetric exclusion is doubly stochastic: in the long run each place is as likely as any."""
    rng = np.random.default_rng(3)
    grid, seen = half_full(6), np.zeros((6, 6))
    for step in range(6000):
        grid = sweep(grid, rng)
        if step >= 1000:
            seen += grid
    assert np.abs(seen / 5000 - 0.5).max() < 0.08


@pytest.mark.parametrize("shape", [(8, 8), (5, 7), (16, 3)])
def test_stirring_permutes_the_cells(shape):
    grid = numbered(*shape)
    stirred = stir(grid, np.random.default_rng(4), 0.3)
    assert stirred.shape == shape
    assert sorted(stirred.ravel()) == list(range(grid.size))
    assert (grid == numbered(*shape)).all()


def test_stirring_shears_by_a_sine():
    class Fixed:
        def uniform(self, low, high):
            return 0.5

    n, amplitude = 16, 0.2
    grid = numbered(n, n)
    shift = np.rint(amplitude * n * np.sin(2 * np.pi * np.arange(n) / n + 0.5)).astype(int)
    want = np.stack([np.roll(grid[y], shift[y]) for y in range(n)])
    want = np.stack([np.roll(want[:, x], shift[x]) for x in range(n)], axis=1)
    assert (stir(grid, Fixed(), amplitude) == want).all()
    assert (stir(grid, Fixed(), 0.0) == grid).all()


def test_the_same_seed_gives_the_same_box():
    def run():
        rng, grid = np.random.default_rng(5), half_full(8)
        for _ in range(5):
            grid = stir(sweep(grid, rng), rng)
        return grid

    assert (run() == run()).all()
