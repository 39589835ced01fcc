"""Polygons and label maps: painted by pixel centres, traced along pixel edges, so that one undoes the other.

Coordinates are in pixels, (0, 0) is the upper left corner of the picture; the centre of the pixel in row r and
column c is (c + 0.5, r + 0.5). A pixel belongs to a polygon if its centre lies inside (even-odd rule).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Outline:
    """One closed border of a region: (n, 2) int64 corners (x, y) on pixel edges, each side level or upright."""

    points: np.ndarray
    is_hole: bool


def area(points: np.ndarray) -> float:
    """The area of a polygon (n, 2), in square pixels."""
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def paint(canvas: np.ndarray, points: np.ndarray, label: int) -> None:
    """Set all pixels whose centres lie inside a polygon, in place.

    Args:
        canvas: (H, W) uint8.
        points: (n, 2) float corners (x, y) in pixels; what lies outside of the canvas is cut off.
        label: the value to set.
    """
    height, width = canvas.shape
    lowest, highest = points.min(0), points.max(0)
    top, bottom = max(0, int(np.ceil(lowest[1] - 0.5))), min(height, int(np.ceil(highest[1] - 0.5)))
    left, right = max(0, int(np.ceil(lowest[0] - 0.5))), min(width, int(np.ceil(highest[0] - 0.5)))
    if top >= bottom or left >= right:
        return
    rows, columns = _crossings(points.astype(np.float64), top, bottom)
    crossed = np.zeros((bottom - top, right - left + 1), np.uint8)
    np.bitwise_xor.at(crossed, (rows - top, np.clip(columns, left, right) - left), 1)
    inside = np.bitwise_xor.accumulate(crossed[:, :-1], axis=1).astype(bool)
    canvas[top:bottom, left:right][inside] = label


def _crossings(points: np.ndarray, top: int, bottom: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the sides cross the centre lines of rows top..bottom-1: row, and the first column right of the crossing."""
    begin, end = points, np.roll(points, -1, axis=0)
    begin, end = np.where((begin[:, 1:] <= end[:, 1:]), begin, end), np.where(begin[:, 1:] <= end[:, 1:], end, begin)
    first = np.clip(np.ceil(begin[:, 1] - 0.5), top, bottom).astype(np.int64)
    last = np.clip(np.ceil(end[:, 1] - 0.5), top, bottom).astype(np.int64)
    count = last - first
    side = np.repeat(np.arange(len(points)), count)
    rows = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + first[side]
    x0, y0 = begin[side].T
    x1, y1 = end[side].T
    crossing = x0 + (rows + 0.5 - y0) * (x1 - x0) / (y1 - y0)
    return rows, np.ceil(crossing - 0.5).astype(np.int64)


def outlines(mask: np.ndarray) -> list[Outline]:
    """All borders of a region's 4-connected parts, outer ones and holes, from top to bottom.

    Where two parts touch at a corner only, each has a border of its own there.

    Args:
        mask: (H, W) bool.
    """
    framed = np.pad(mask, 1)
    y, x, level, upright = _corners(framed)
    if not len(y):
        return []
    beside = _partners(np.lexsort((level, x, y)))
    above = _partners(np.lexsort((upright, y, x)))
    found = []
    for ring in _rings(beside.tolist(), above.tolist()):
        first = ring[0]
        found.append(Outline(np.stack([x[ring], y[ring]], 1), is_hole=not framed[y[first] + 1, x[first] + 1]))
    return found


def _corners(framed: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where borders turn, in reading order: y, x, and the order in which doubled corners meet level and upright sides.

    A corner between two diagonal pixels of the region is there twice, once for each of them.
    """
    upper_left, upper_right = framed[:-1, :-1], framed[:-1, 1:]
    lower_left, lower_right = framed[1:, :-1], framed[1:, 1:]
    odd = upper_left ^ upper_right ^ lower_left ^ lower_right
    crossed = (upper_left == lower_right) & (upper_right == lower_left) & (upper_left != upper_right)
    y1, x1 = np.nonzero(odd)
    y2, x2 = np.nonzero(crossed)
    falling = upper_left[y2, x2].astype(np.int64)
    y, x = np.concatenate([y1, y2, y2]), np.concatenate([x1, x2, x2])
    zeros, ones = np.zeros(len(y2), np.int64), np.ones(len(y2), np.int64)
    level = np.concatenate([np.zeros(len(y1), np.int64), zeros, ones])
    upright = np.concatenate([np.zeros(len(y1), np.int64), 1 - falling, falling])
    order = np.lexsort((level, x, y))
    return y[order], x[order], level[order], upright[order]


def _partners(order: np.ndarray) -> np.ndarray:
    """For each corner the one at the other end of its side; along a line, corners pair off in order."""
    partner = np.empty(len(order), np.int64)
    partner[order[0::2]], partner[order[1::2]] = order[1::2], order[0::2]
    return partner


def _rings(beside: list[int], above: list[int]) -> list[list[int]]:
    """Follow level and upright sides in turn until every corner was met; each ring begins at its upper left."""
    seen = [False] * len(beside)
    rings = []
    for start in range(len(beside)):
        if seen[start]:
            continue
        ring, at = [], start
        while not seen[at]:
            seen[at] = True
            across = beside[at]
            seen[across] = True
            ring += [at, across]
            at = above[across]
        rings.append(ring)
    return rings
