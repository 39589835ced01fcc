"""Cut-outs of classes and previews."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.classes import ClassTable
from segcore.datasets.drafts.cutouts import crop, evenly, largest_region, preview


def _scene() -> tuple[np.ndarray, np.ndarray]:
    labels = np.zeros((200, 300), np.uint8)
    labels[20:60, 30:90] = 1
    labels[100:104, 200:204] = 1
    return np.full((200, 300, 3), 120, np.uint8), labels


def test_the_largest_region_by_hand() -> None:
    _, labels = _scene()
    assert largest_region(labels, 1) == (30, 20, 60, 40)
    assert largest_region(labels, 2) is None


def test_a_region_too_small_for_the_search_is_found() -> None:
    labels = np.zeros((2000, 3000), np.uint8)
    labels[1501, 2001] = 1
    assert largest_region(labels, 1) == (2001, 1501, 1, 1)


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1)])
def test_frames_of_one_line_are_shown(shape: tuple[int, int]) -> None:
    labels = (np.arange(5000) // 1000).astype(np.uint8).reshape(shape)
    assert largest_region(labels, 4) is not None
    assert crop(np.zeros((*shape, 3), np.uint8), labels, 4, (1, 2, 3)) is not None


def test_a_cutout_shows_the_region_with_its_contour() -> None:
    image, labels = _scene()
    picture = crop(image, labels, 1, (255, 0, 0))
    assert picture is not None
    assert picture.shape == (160, 160, 3)
    red = (picture[..., 0] > 150) & (picture[..., 1] < 60)
    assert 100 < red.sum() < 1000, "the contour is drawn in the class's colour, the inside is not"
    assert crop(image, labels, 7, (255, 0, 0)) is None


def test_a_preview_is_small_and_draws_no_background() -> None:
    labels = np.zeros((700, 1400), np.uint8)
    picture = preview(np.full((700, 1400, 3), 120, np.uint8), labels, ClassTable.of(["table", "cup"]))
    assert picture.shape == (320, 640, 3)
    assert (picture == 120).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 200), st.integers(0, 200))
def test_cutouts_never_leave_the_frame(height: int, width: int, y: int, x: int) -> None:
    labels = np.zeros((height, width), np.uint8)
    labels[min(y, height - 1), min(x, width - 1)] = 3
    picture = crop(np.zeros((height, width, 3), np.uint8), labels, 3, (1, 2, 3))
    assert picture is not None
    assert 0 < max(picture.shape[:2]) <= 160


def test_evenly_by_hand() -> None:
    assert evenly("abcdefghi", 3) == ["a", "e", "i"]
    assert evenly("ab", 3) == ["a", "b"]
