"""Labels of any size from a network's scores."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.pipeline import scaled_labels
from segcore.pipeline.scaled_labels import labels_at


def test_labels_of_another_size_lie_between_the_pixels() -> None:
    """Scores 1 and 0 side by side, scaled by four: the border is halfway between the pixels' centres, not a step."""
    scores = np.array([[[1.0, 0.0], [0.0, 3.0]]], np.float32)
    got = labels_at(scores, (1, 8))
    # the difference goes from 1 to -3: it is zero a quarter of the way from one centre (1.5) to the other (5.5)
    np.testing.assert_array_equal(got, [[0, 0, 0, 1, 1, 1, 1, 1]])


def test_labels_at_the_same_size_are_the_best_class() -> None:
    scores = np.random.default_rng(0).normal(size=(5, 7, 4)).astype(np.float32)
    np.testing.assert_array_equal(labels_at(scores, (5, 7)), scores.argmax(-1))


def test_scaled_labels_are_those_of_scaled_scores() -> None:
    scores = np.random.default_rng(1).normal(size=(6, 9, 5)).astype(np.float32)
    whole = cv2.resize(scores, (40, 31), interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(labels_at(scores, (31, 40)), whole.argmax(-1))


@pytest.fixture(params=[0.0, 1.0], ids=["whole planes", "between unlike neighbours only"], scope="module")
def many(request: pytest.FixtureRequest) -> float:
    return request.param


@settings(max_examples=60)
@given(
    height=st.integers(1, 20),
    width=st.integers(1, 20),
    classes=st.integers(1, 6),
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
    seed=st.integers(0, 9),
)
def test_both_ways_give_the_labels_of_scaled_scores(
    many: float, height: int, width: int, classes: int, size: tuple[int, int], seed: int
) -> None:
    """Grown, shrunk, and one pixel wide."""
    scores = np.random.default_rng(seed).normal(size=(height, width, classes)).astype(np.float32)
    planes = [cv2.resize(plane, size[::-1], interpolation=cv2.INTER_LINEAR) for plane in np.moveaxis(scores, -1, 0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scaled_labels, "MANY", many)
        np.testing.assert_array_equal(labels_at(scores, size), np.argmax(planes, axis=0))


def test_equal_scores_are_the_lowest_class() -> None:
    np.testing.assert_array_equal(labels_at(np.zeros((3, 4, 5), np.float32), (9, 9)), np.zeros((9, 9)))


def test_only_borders_are_scaled_in_a_scene_of_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most pixels of a scene lie among their like: nothing is computed there."""
    coarse = np.zeros((40, 60), np.int64)
    coarse[10:30, 20:40] = 1
    scores = np.eye(2, dtype=np.float32)[coarse]
    asked: list[int] = []
    real = scaled_labels._Between.of

    def of(self: scaled_labels._Between, plane: np.ndarray) -> np.ndarray:
        values = real(self, plane)
        asked.append(values.size)
        return values

    monkeypatch.setattr(scaled_labels._Between, "of", of)
    got = labels_at(scores, (160, 240))
    np.testing.assert_array_equal(got, cv2.resize(scores, (240, 160), interpolation=cv2.INTER_LINEAR).argmax(-1))
    assert len(asked) == 2
    assert 0 < asked[0] < got.size * 0.06
