"""Objects of one frame: by hand, and against scikit-image's regionprops."""

from __future__ import annotations

from math import atan2, cos, degrees, sin

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import label, regionprops

from segcore.knowledge.components import MAX_A_CLASS, find_components
from segcore.knowledge.objects import MEASURES, FrameObjects, find_objects


def table(found: FrameObjects) -> pd.DataFrame:
    return pd.DataFrame(found.measures, columns=list(MEASURES))


def test_a_frame_by_hand() -> None:
    labels = np.zeros((4, 6), np.uint8)
    labels[0:2, 0:3] = 1  # at the border
    labels[2, 1:4] = 2  # touches the first along two edges
    confidence = np.full((4, 6), 102, np.uint8)
    confidence[2, 1] = 255
    found = find_objects(labels, confidence, (8, 12), 3, min_share=0)
    one, two = table(found).to_dict("records")
    assert (one["pixels"], one["share"], one["x"], one["y"]) == (24, 0.25, 3, 2)
    assert (one["left"], one["top"], one["width"], one["height"], one["at_border"]) == (0, 0, 6, 4, 1)
    assert (two["class_id"], two["x"], two["y"], two["at_border"], two["angle"]) == (2, 5, 5, 0, 0)
    assert two["confidence"] == pytest.approx((255 + 102 + 102) / 3 / 255)
    assert found.touching.tolist() == [[1, 2, 4]]  # two edges of two pixels of the frame


@pytest.mark.parametrize(("dx", "dy", "angle"), [(1, 0, 0), (0, 1, 90), (1, 1, -45), (1, -1, 45)])
def test_angles_are_counter_clockwise_as_one_sees_them(dx: int, dy: int, angle: float) -> None:
    labels = np.zeros((40, 40), np.uint8)
    for step in range(-12, 13):
        labels[20 + dy * step, 20 + dx * step] = 1
    assert abs(table(find_objects(labels, labels, (40, 40), 2)).angle[0]) == pytest.approx(abs(angle))
    assert np.sign(table(find_objects(labels, labels, (40, 40), 2)).angle[0] % 180 - 90) == np.sign(angle % 180 - 90)


def test_small_regions_are_noise() -> None:
    labels = np.zeros((100, 100), np.uint8)
    labels[10:13, 10:13] = 1  # 0.09 %
    labels[50:60, 50:60] = 1
    assert len(find_objects(labels, labels, (100, 100), 2, min_share=0.001).measures) == 1
    assert len(find_objects(labels, labels, (100, 100), 2, min_share=0.0009).measures) == 2


def test_labels_that_are_no_class_are_no_object() -> None:
    labels = np.full((20, 20), 255, np.uint8)
    labels[:5] = 3
    assert find_components(labels, 3) == []


def test_a_frame_without_objects() -> None:
    found = find_objects(np.zeros((9, 9), np.uint8), np.zeros((9, 9), np.uint8), (90, 90), 4)
    assert found.measures.shape == (0, len(MEASURES))
    assert found.touching.shape == (0, 3)


def test_only_the_largest_of_very_many_are_kept() -> None:
    labels = np.zeros((60, 60), np.uint8)
    labels[::2, ::2] = 1
    labels[0:3, 0:3] = 1
    components = find_components(labels, 2, min_share=0)
    assert len(components) == MAX_A_CLASS
    assert components[0].area == max(c.area for c in components) > 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.integers(2, 5), st.sampled_from([1, 3, 6]))
def test_agrees_with_regionprops(seed: int, classes: int, grain: int) -> None:
    random = np.random.default_rng(seed)
    small = random.integers(0, classes, (48 // grain, 66 // grain)).astype(np.uint8)
    labels = np.kron(small, np.ones((grain, grain), np.uint8))
    confidence = random.integers(0, 256, labels.shape).astype(np.uint8)
    got = table(find_objects(labels, confidence, labels.shape, classes, min_share=0.002))
    for class_id in range(1, classes):
        mine = got[got.class_id == class_id].sort_values(["pixels", "x", "y"])
        theirs = [
            r for r in regionprops(label(labels == class_id, connectivity=2), confidence)
            if r.area >= max(1, 0.002 * labels.size)
        ]  # fmt: skip
        theirs = sorted(theirs, key=lambda r: (r.area, r.centroid[1], r.centroid[0]))
        assert len(mine) == min(len(theirs), MAX_A_CLASS)
        for row, region in zip(mine.itertuples(), theirs, strict=True):
            top, left, bottom, right = region.bbox
            assert (row.left, row.top, row.width, row.height) == (left, top, right - left, bottom - top)
            assert (row.pixels, row.x, row.y) == pytest.approx(
                (region.area, region.centroid[1] + 0.5, region.centroid[0] + 0.5)
            )
            assert row.perimeter == pytest.approx(region.perimeter)
            assert row.confidence == pytest.approx(region.intensity_mean / 255)
            _same_direction(row.angle, region)


def _same_direction(angle: float, region: object) -> None:
    """Where there is a long axis at all, both name the same one."""
    large, small = region.inertia_tensor_eigvals  # type: ignore[attr-defined]
    if large - small < 1e-6 * max(large, 1):
        return
    axis = region.orientation  # type: ignore[attr-defined]  # from the rows' axis
    theirs = degrees(atan2(-cos(axis), sin(axis)))
    assert (angle - theirs + 90) % 180 - 90 == pytest.approx(0, abs=1e-4)


@given(st.integers(0, 999))
def test_common_borders_are_counted_edge_by_edge(seed: int) -> None:
    labels = np.kron(np.random.default_rng(seed).integers(0, 3, (6, 8)).astype(np.uint8), np.ones((3, 3), np.uint8))
    found = find_objects(labels, labels, labels.shape, 3, min_share=0)
    across = ((labels[:, :-1] != labels[:, 1:]) & (labels[:, :-1] > 0) & (labels[:, 1:] > 0)).sum()
    down = ((labels[:-1] != labels[1:]) & (labels[:-1] > 0) & (labels[1:] > 0)).sum()
    assert found.touching[:, 2].sum() == across + down
    kinds = found.measures[:, 0]
    assert all(kinds[int(a) - 1] != kinds[int(b) - 1] for a, b, _ in found.touching)
