"""Polygons: painted by pixel centres, traced along pixel edges."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from segcore.datasets.formats.polygons import area, outlines, paint

MASKS = arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12))


def painted(points: list[tuple[float, float]], size: tuple[int, int]) -> list[str]:
    canvas = np.zeros(size, np.uint8)
    paint(canvas, np.array(points, np.float64), 1)
    return ["".join(".#"[v] for v in row) for row in canvas]


def test_a_square_along_pixel_edges_is_exactly_its_pixels() -> None:
    assert painted([(1, 1), (3, 1), (3, 2), (1, 2)], (3, 4)) == ["....", ".##.", "...."]


def test_a_pixel_belongs_to_what_holds_its_centre() -> None:
    assert painted([(0, 0), (4, 0), (0, 4)], (4, 4)) == ["###.", "##..", "#...", "...."]
    assert painted([(0.6, 0), (2.4, 0), (2.4, 1), (0.6, 1)], (1, 4)) == [".#.."]


def test_polygons_that_share_a_side_share_no_pixel() -> None:
    left, right = [(0, 0), (2.5, 0), (1.5, 4), (0, 4)], [(2.5, 0), (5, 0), (5, 4), (1.5, 4)]
    both = zip(painted(left, (4, 5)), painted(right, (4, 5)), strict=True)
    assert all((a == "#") != (b == "#") for one, other in both for a, b in zip(one, other, strict=True))


def test_what_lies_outside_is_cut_off() -> None:
    assert painted([(-9, -9), (2, -9), (2, 9), (-9, 9)], (2, 3)) == ["##.", "##."]
    assert painted([(5, 0), (9, 0), (9, 2), (5, 2)], (2, 3)) == ["...", "..."]


def test_crossing_sides_follow_the_even_odd_rule() -> None:
    rows = painted([(0, 0), (6, 0), (6, 6), (0, 6), (0, 0), (2, 2), (4, 2), (4, 4), (2, 4), (2, 2)], (6, 6))
    assert rows[0] == "######"
    assert rows[2] == rows[3] == "##..##"


@pytest.mark.parametrize(("points", "size"), [([(0, 0), (2, 0), (2, 3), (0, 3)], 6.0), ([(0, 0), (4, 0), (0, 3)], 6.0)])
def test_area(points: list[tuple[int, int]], size: float) -> None:
    assert area(np.array(points)) == size


def test_a_hole_is_a_hole_and_a_touching_corner_is_no_hole() -> None:
    ring = np.ones((3, 3), bool)
    ring[1, 1] = False
    assert [(len(o.points), o.is_hole) for o in outlines(ring)] == [(4, False), (4, True)]
    ring[0, 0] = False  # the inner pixel is now joined to the outside over a corner
    assert [(len(o.points), o.is_hole) for o in outlines(ring)] == [(10, False)]


@settings(max_examples=60, deadline=None)
@given(MASKS)
def test_outlines_painted_again_give_the_region(mask: np.ndarray) -> None:
    again = np.zeros(mask.shape, np.uint8)
    found = outlines(mask)
    for outline in found:
        one = np.zeros(mask.shape, np.uint8)
        paint(one, outline.points, 1)
        again ^= one
    np.testing.assert_array_equal(again, mask)
    parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)[0] - 1
    assert sum(not outline.is_hole for outline in found) == parts


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-4, 14), st.floats(-4, 14)), min_size=3, max_size=9))
def test_painting_agrees_with_a_point_in_polygon_test(points: list[tuple[float, float]]) -> None:
    canvas = np.zeros((10, 11), np.uint8)
    paint(canvas, np.array(points), 1)
    sides = list(zip(points, points[1:] + points[:1], strict=True))
    for row in range(10):
        for column in range(11):
            x, y = column + 0.5, row + 0.5
            crossings = sum(
                (y0 <= y) != (y1 <= y) and x >= x0 + (y - y0) * (x1 - x0) / (y1 - y0) for (x0, y0), (x1, y1) in sides
            )
            near = any(_distance((x, y), a, b) < 1e-6 for a, b in sides)
            assert near or canvas[row, column] == crossings % 2


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    line, to = np.subtract(b, a), np.subtract(p, a)
    at = np.clip(to @ line / max(line @ line, 1e-12), 0, 1)
    return float(np.linalg.norm(to - at * line))
