"""Masks with blurred borders: the classes' colours are found again, and nearly every pixel's class with them."""

from __future__ import annotations

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from segcore.datasets.formats.masks.near_colors import class_colors, count_flat, flat_places, snap

COLORS = np.array([(0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128)], np.uint8)


def truth(seed: int, classes: int = len(COLORS)) -> np.ndarray:
    """(120, 160) uint8: overlapping discs and boxes of all classes."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((120, 160), np.uint8)
    for number in range(14):
        centre = int(rng.integers(10, 150)), int(rng.integers(10, 110))
        size = int(rng.integers(9, 26))
        if number % 2:
            cv2.circle(labels, centre, size, 1 + number % (classes - 1), -1)
        else:
            corner = centre[0] + size, centre[1] + size
            cv2.rectangle(labels, centre, corner, 1 + number % (classes - 1), -1)
    return labels


def as_jpeg(rgb: np.ndarray, quality: int) -> np.ndarray:
    packed = io.BytesIO()
    Image.fromarray(rgb).save(packed, format="JPEG", quality=quality)
    return np.asarray(Image.open(packed))


def smooth(rgb: np.ndarray) -> np.ndarray:
    half = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return cv2.resize(half, (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize(
    ("how", "agree"),
    [
        (lambda rgb: rgb, 1.0),
        (lambda rgb: as_jpeg(rgb, 95), 0.996),
        (lambda rgb: as_jpeg(rgb, 75), 0.995),
        (lambda rgb: as_jpeg(rgb, 60), 0.99),
        (smooth, 0.994),
        (lambda rgb: cv2.GaussianBlur(rgb, (0, 0), 1.0), 0.993),
        (lambda rgb: as_jpeg(cv2.GaussianBlur(rgb, (0, 0), 1.0), 75), 0.992),
    ],
    ids=["crisp", "jpeg95", "jpeg75", "jpeg60", "halved and back", "blurred", "blurred jpeg"],
)
def test_all_classes_are_found_and_nearly_all_pixels(how: Callable[[np.ndarray], np.ndarray], agree: float) -> None:
    labels = truth(3)
    rgb = how(COLORS[labels])
    found = class_colors(count_flat(rgb))
    assert len(found) == len(COLORS), found
    table = np.array(found, np.uint8)
    names = [int(np.abs(COLORS.astype(int) - c).sum(1).argmin()) for c in table.astype(int)]
    assert sorted(names) == list(range(len(COLORS)))
    snapped, _ = snap(rgb, table)
    assert (np.array([*names, *[255] * (256 - len(names))])[snapped] == labels).mean() >= agree


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, len(COLORS)))
def test_crisp_masks_are_left_as_they_are(seed: int, classes: int) -> None:
    labels = truth(seed, classes)
    snapped, changed = snap(COLORS[labels], COLORS[:classes])
    assert (snapped == labels).all()
    assert changed == 0


def test_a_ramp_between_two_classes_does_not_pass_through_a_third() -> None:
    """Black to white over 5 pixels passes grey, which is a class elsewhere in the picture."""
    row = np.array([0] * 20 + [43, 85, 128, 170, 213] + [255] * 20, np.uint8)
    rgb = np.dstack([np.tile(row, (30, 1))] * 3)
    colors = np.array([(0, 0, 0), (255, 255, 255), (120, 120, 120)], np.uint8)
    labels, changed = snap(rgb, colors)
    assert set(np.unique(labels)) == {0, 1}
    assert changed == 30 * 5


def test_a_region_of_an_unknown_colour_is_ignored() -> None:
    rgb = np.zeros((40, 40, 3), np.uint8)
    rgb[:, 20:] = (255, 0, 255)
    labels, _ = snap(rgb, np.array([(0, 0, 0), (0, 255, 0)], np.uint8))
    assert (labels[:, :20] == 0).all()
    assert (labels[:, 24:] == 255).all()


def test_thin_lines_of_a_classes_very_colour_stay() -> None:
    rgb = np.zeros((40, 40, 3), np.uint8)
    rgb[:, 10] = (255, 0, 0)
    labels, _ = snap(rgb, np.array([(0, 0, 0), (255, 0, 0)], np.uint8))
    assert (labels[:, 10] == 1).all()
    assert labels.sum() == 40


def test_flat_places_by_hand() -> None:
    rgb = np.zeros((5, 6), np.uint8)
    rgb[:, 3:] = 200
    assert flat_places(rgb, 0).tolist() == [[True, True, False, False, True, True]] * 5


def test_close_colours_stay_apart() -> None:
    """Two classes 20 apart, as some road palettes have them."""
    assert class_colors({0x003C64: 5000, 0x005064: 4000, 0x000000: 9000}) == [(0, 0, 0), (0, 60, 100), (0, 80, 100)]


def test_halos_and_blends_are_no_classes() -> None:
    flat = {0x000000: 100_000, 0xFF0000: 50_000, 0x7F0000: 900, 0x14060A: 300, 0x00FF00: 300}
    assert class_colors(flat) == [(0, 0, 0), (255, 0, 0), (0, 255, 0)]
