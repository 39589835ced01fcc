"""Names at objects: one a region of a sensible size, in place, inside the frame, calm."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.video.contours import Contours, find_contours
from segcore.video.legend import legend_patch
from segcore.video.names import place_names

CLASSES = ClassTable.of(["background", "mug", "мышь"])
SIZE = (540, 960)


def contours(*boxes: tuple[int, int, int, int, int]) -> Contours:
    """Of (class, top, bottom, left, right), in pixels of a frame's half."""
    labels = np.zeros((270, 480), np.uint8)
    for class_id, top, bottom, left, right in boxes:
        labels[top:bottom, left:right] = class_id
    return find_contours(labels, [1, 2], SIZE)


def names(found: Contours) -> list[str]:
    return [entry[0] for entry, _ in place_names(found, CLASSES, SIZE)]


def middle(found: Contours, number: int = 0) -> tuple[float, float]:
    """(x, y) of a name's middle."""
    entry, (x, y) = place_names(found, CLASSES, SIZE)[number]
    height, width = legend_patch((entry,), SIZE[0])[1].shape
    return x + width / 2, y + height / 2


def test_each_region_is_named_the_largest_first_and_specks_are_not() -> None:
    found = contours((1, 20, 60, 20, 60), (2, 100, 200, 100, 200), (1, 20, 60, 300, 340), (2, 250, 252, 10, 14))
    assert names(found) == ["мышь", "mug", "mug"]


def test_a_hole_has_no_name() -> None:
    assert names(contours((1, 50, 150, 50, 150), (0, 80, 120, 80, 120))) == ["mug"]


def test_a_large_object_has_its_name_at_its_middle_a_small_one_above() -> None:
    x, y = middle(contours((1, 50, 150, 100, 200)))
    assert x == pytest.approx(300, abs=2)
    assert y == pytest.approx(200, abs=2)
    x, y = middle(contours((1, 100, 120, 100, 120)))
    assert x == pytest.approx(220, abs=2)
    assert y < 200 - 5  # its upper side is at 200


@pytest.mark.parametrize("box", [(1, 0, 10, 0, 10), (1, 260, 270, 470, 480), (1, 0, 12, 460, 480)])
def test_names_stay_inside_the_frame(box: tuple[int, int, int, int, int]) -> None:
    ((entry, (x, y)),) = place_names(contours(box), CLASSES, SIZE)
    height, width = legend_patch((entry,), SIZE[0])[1].shape
    assert 0 <= x <= SIZE[1] - width
    assert 0 <= y <= SIZE[0] - height


def test_a_bump_at_the_border_hardly_moves_a_name() -> None:
    calm = middle(contours((1, 50, 150, 100, 200)))
    bump = middle(contours((1, 50, 150, 100, 200), (1, 30, 50, 195, 200)))  # its box grows by 40 pixels
    assert np.abs(np.subtract(calm, bump)).max() <= 4


def test_a_growing_object_s_name_does_not_jump() -> None:
    heights = [middle(contours((1, 135 - side, 135 + side, 240 - side, 240 + side)))[1] for side in range(8, 60)]
    assert np.abs(np.diff(heights)).max() <= 12


def test_a_frame_smaller_than_a_name_is_no_error() -> None:
    tiny = find_contours(np.ones((8, 8), np.uint8), [1], (8, 8))
    assert place_names(tiny, CLASSES, (8, 8))[0][1] == (0, 0)
