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
    assert abs(x - 102.5) <= 1  # a quarter of a network pixel inside
    assert abs(y - 52.5) <= 1
    assert abs(width - 95) <= 2
    assert abs(height - 95) <= 2


def test_at_full_size_nothing_moves() -> None:
    labels = np.zeros((64, 64), np.uint8)
    labels[10:50, 20:40] = 1
    filled = np.zeros((64, 64), np.uint8)
    found = find_contours(labels, [1], (64, 64))[1]
    cv2.fillPoly(filled, [np.rint(c).astype(np.int32) for c in found], 1)
    assert (filled != labels).sum() <= 8  # rounded corners


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


def test_a_circle_is_where_scikit_image_finds_it_and_round() -> None:
    yy, xx = np.mgrid[:90, :160]
    labels = ((xx - 80) ** 2 + (yy - 45) ** 2 < 30**2).astype(np.uint8)
    (ours,) = find_contours(labels, [1], (1080, 1920))[1]
    radius = np.hypot(*(ours[:, 0] - [80.5 * 12, 45.5 * 12]).T)
    (theirs,) = measure.find_contours(labels.astype(float), 0.5)
    assert abs(radius.mean() - np.hypot(*(theirs - [45, 80]).T).mean() * 12) < 4  # a third of a network pixel
    assert radius.std() < 3  # stair-steps of 12 pixels would give more than 4
