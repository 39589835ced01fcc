"""Contours: closed, at the right place, smooth, and none for what is absent."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import measure

from segcore.video.contours import find_contours


def test_an_absent_class_has_no_contour() -> None:
    assert find_contours(np.zeros((20, 30), np.uint8), [1, 2], (200, 300)) == {}


def test_a_square_keeps_its_place_when_scaled() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[5:15, 10:20] = 3
    (contour,) = find_contours(labels, [3], (200, 300))[3]
    x, y, width, height = cv2.boundingRect(contour)
    assert abs(x - 99.5) <= 1
    assert abs(y - 49.5) <= 1
    assert abs(width - 100) <= 2
    assert abs(height - 100) <= 2


def test_at_full_size_nothing_moves() -> None:
    labels = np.zeros((64, 64), np.uint8)
    labels[10:50, 20:40] = 1
    (contour,) = find_contours(labels, [1], (64, 64))[1]
    left, top = contour[:, 0].min(axis=0)
    right, bottom = contour[:, 0].max(axis=0)
    np.testing.assert_allclose([left, right, top, bottom], [19.5, 39.5, 9.5, 49.5], atol=0.15)
    assert cv2.contourArea(contour) == pytest.approx(40 * 20, rel=0.01)  # rounded corners


def test_every_region_and_every_hole_has_its_contour() -> None:
    labels = np.zeros((40, 80), np.uint8)
    labels[5:35, 5:35] = 1
    labels[15:25, 15:25] = 0
    labels[5:35, 45:75] = 1
    assert len(find_contours(labels, [1], (160, 320))[1]) == 3


def test_a_region_at_the_border_is_closed() -> None:
    labels = np.full((10, 10), 1, np.uint8)
    (contour,) = find_contours(labels, [1], (100, 100))[1]
    assert cv2.contourArea(contour) == pytest.approx(100 * 100, rel=0.1)  # half a network pixel inside


def soft_disc(radius: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A disc around (80, 45): its probability (90, 160), labels, and their confidence."""
    y, x = np.mgrid[:90, :160]
    probability = 1 / (1 + np.exp((np.hypot(x - 80, y - 45) - radius) / 1.5))
    labels = (probability > 0.5).astype(np.uint8)
    return probability, labels, np.rint(np.maximum(probability, 1 - probability) * 255).astype(np.uint8)


def radii(contour: np.ndarray, scale: int) -> np.ndarray:
    """Distances from the disc's centre, in pixels of the labels."""
    return np.hypot(*((contour[:, 0] + 0.5) / scale - [80.5, 45.5]).T)


def test_without_confidence_a_circle_is_round_and_where_scikit_image_finds_it() -> None:
    _, labels, _ = soft_disc(30)
    (ours,) = find_contours(labels, [1], (1080, 1920))[1]
    (theirs,) = measure.find_contours(labels.astype(float), 0.5)
    found = radii(ours, 12)
    assert abs(found.mean() - np.hypot(*(theirs - [45, 80]).T).mean()) < 0.15
    assert found.std() < 0.25  # stair-steps would give 0.35


@pytest.mark.parametrize("radius", [3.0, 10.3, 30.0])
def test_with_confidence_borders_run_between_pixels(radius: float) -> None:
    probability, labels, confidence = soft_disc(radius)
    (ours,) = find_contours(labels, [1], (1080, 1920), confidence)[1]
    found = radii(ours, 12)
    assert abs(found.mean() - radius) < 0.06
    assert found.std() < 0.06
    (theirs,) = measure.find_contours(probability, 0.5)
    points = (theirs[:, ::-1] + 0.5) * 12 - 0.5
    off = [abs(cv2.pointPolygonTest(ours, (float(x), float(y)), True)) for x, y in points]
    assert max(off) < 2.4  # a fifth of a label's pixel, twelve of the frame's
    assert np.mean(off) < 1.2


def test_what_is_one_pixel_thin_keeps_two_sides() -> None:
    labels, confidence = np.zeros((20, 40), np.uint8), np.full((20, 40), 230, np.uint8)
    labels[9, 5:35] = 1
    (contour,) = find_contours(labels, [1], (200, 400), confidence)[1]
    assert cv2.contourArea(contour) == pytest.approx(30 * 10 * 10, rel=0.1)


def test_unsure_labels_of_a_third_class_do_not_move_a_border() -> None:
    """Class 2 wins with 0.4 beside class 1: what it leaves (0.6) is not all of class 1."""
    labels, confidence = np.full((20, 40), 1, np.uint8), np.full((20, 40), 250, np.uint8)
    labels[:, 20:], confidence[:, 20:] = 2, 102
    (contour,) = find_contours(labels, [1], (20, 40), confidence)[1]
    assert contour[..., 0].max() == pytest.approx(19.5, abs=0.8)
