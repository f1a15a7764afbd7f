"""The handwritten digits are the published ones, and can be told apart."""

import numpy as np

from u30.data.digits import digits

# How many images of each digit the UCI repository gives for this test set.
PUBLISHED_COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_counts_are_the_published_ones():
    images, labels = digits()
    assert images.shape == (1797, 8, 8)
    assert np.bincount(labels.astype(np.intp)).tolist() == PUBLISHED_COUNTS


def test_values_are_the_seventeen_shades():
    images, _ = digits()
    assert images.dtype == np.float32
    assert np.array_equal(np.unique(images * 16), np.arange(17))


def test_a_nearest_neighbour_reads_most_of_them():
    images, labels = digits()
    rows = images.reshape(len(images), -1)
    known, new = rows[:1500], rows[1500:]
    distance = (new**2).sum(1)[:, None] - 2 * new @ known.T + (known**2).sum(1)
    assert (labels[distance.argmin(1)] == labels[1500:]).mean() > 0.94
