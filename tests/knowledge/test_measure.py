"""What one frame says, by hand and against the plainest way to count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.knowledge.measure import measure_frame


def test_by_hand() -> None:
    labels = np.array([[0, 1, 1], [2, 0, 1]], np.uint8)
    confidence = np.array([[255, 102, 204], [51, 255, 255]], np.uint8)
    got = measure_frame(labels, confidence, (4, 6), 4)
    assert got.pixels.tolist() == [8, 12, 4, 0]
    assert got.objects.tolist() == [1, 1, 1, 0]  # the corners of class 0 touch
    np.testing.assert_allclose(got.confidence, [1, 0.733333, 0.2, np.nan], atol=1e-6)


@given(
    st.integers(1, 24), st.integers(1, 24), st.integers(1, 60), st.integers(1, 60), st.integers(1, 6), st.integers(0, 9)
)
def test_pixels_are_those_of_labels_scaled_by_nearest_neighbour(
    height: int, width: int, tall: int, wide: int, classes: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, (height, width), np.uint8)
    confidence = random.integers(0, 256, (height, width), np.uint8)
    got = measure_frame(labels, confidence, (tall, wide), classes)
    rows, columns = (np.arange(n) * 2 + 1 for n in (tall, wide))  # centres, in half pixels
    scaled = labels[rows * height // (2 * tall)][:, columns * width // (2 * wide)]
    assert got.pixels.tolist() == np.bincount(scaled.ravel(), minlength=classes).tolist()
    for class_id in range(classes):
        expected = confidence[labels == class_id].mean() / 255 if (labels == class_id).any() else np.nan
        assert got.confidence[class_id] == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_ignored_pixels_are_of_no_class() -> None:
    labels = np.full((4, 4), 255, np.uint8)
    labels[0, 0] = 1
    got = measure_frame(labels, np.full((4, 4), 128, np.uint8), (8, 8), 2)
    assert got.pixels.tolist() == [0, 4]
