"""Display matrices: the eight ways in which a picture may lie."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.video.orientation import Orientation

ONE = 1 << 16
STORED = np.array([[1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize(
    ("matrix", "upright"),
    [
        ((ONE, 0, 0, ONE), [[1, 2, 3], [4, 5, 6]]),
        ((-ONE, 0, 0, -ONE), [[6, 5, 4], [3, 2, 1]]),
        ((0, ONE, -ONE, 0), [[4, 1], [5, 2], [6, 3]]),  # what is right comes to stand below: a quarter turn clockwise
        ((0, -ONE, ONE, 0), [[3, 6], [2, 5], [1, 4]]),
        ((-ONE, 0, 0, ONE), [[3, 2, 1], [6, 5, 4]]),
        ((ONE, 0, 0, -ONE), [[4, 5, 6], [1, 2, 3]]),
        ((0, ONE, ONE, 0), [[1, 4], [2, 5], [3, 6]]),
        ((0, -ONE, -ONE, 0), [[6, 3], [5, 2], [4, 1]]),
    ],
)
def test_each_matrix_puts_pixels_where_it_says(matrix: tuple[int, int, int, int], upright: list[list[int]]) -> None:
    a, b, c, d = matrix
    found = Orientation.of_matrix(a, b, 0, c, d)
    assert found.upright(STORED).tolist() == upright
    assert found.size(3, 2) == np.array(upright).shape[::-1]
    places = {(a * x + c * y, b * x + d * y): STORED[y, x] for y in range(2) for x in range(3)}
    left, top = (min(place[n] for place in places) for n in (0, 1))
    for (x, y), value in places.items():
        assert upright[(y - top) // ONE][(x - left) // ONE] == value


def test_small_errors_of_a_matrix_do_not_matter() -> None:
    assert Orientation.of_matrix(3, ONE - 2, 0, -ONE + 5, 1) == Orientation(3)


def test_degrees_are_anticlockwise() -> None:
    assert [Orientation.of_degrees(d).degrees for d in (0, 90, -90, 180, -180, 89)] == [0, 90, 270, 180, 180, 90]
