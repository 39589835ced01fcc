"""Labels and pictures at another size, against numpy's steps."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.knowledge.nearest import every_nth, scaled


def test_labels_scaled_up_by_whole_numbers_are_repeated() -> None:
    labels = np.array([[1, 2], [3, 4]], np.uint8)
    assert scaled(labels, (4, 6)).tolist() == [[1, 1, 1, 2, 2, 2]] * 2 + [[3, 3, 3, 4, 4, 4]] * 2


@pytest.mark.parametrize("shape", [(32, 64), (352, 640, 3), (4, 8, 3)])
@pytest.mark.parametrize("n", [1, 2, 4])
def test_every_nth_pixel(shape: tuple[int, ...], n: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(every_nth(picture, n), picture[::n, ::n])


def test_of_a_picture_smaller_than_the_step_a_pixel_stays() -> None:
    assert every_nth(np.full((3, 2, 3), 7, np.uint8), 4).tolist() == [[[7, 7, 7]]]
