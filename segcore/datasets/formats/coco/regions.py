"""One COCO annotation's region: polygons or run lengths, checked before anything is drawn.

Polygons are drawn by pycocotools, COCO's own tool, so that pixels are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from segcore.datasets.formats.coco.rle import check_counts, decode, parse_counts
from segcore.datasets.formats.polygons import area

_OUTSIDE = 0.5
"""How far a corner may lie outside of the picture, as a share of its larger side."""
_LONGEST = 2_000_000
"""Pixels of an outline; drawing takes memory for each."""


def region_area(annotation: dict[str, Any], size: tuple[int, int]) -> float:
    """The area of an annotation's region in pixels, about; overlapping parts count twice.

    Raises:
        ValueError: it is no region of a picture of (height, width); the message says why.
    """
    region = annotation.get("segmentation")
    if isinstance(region, dict):
        return float(_counts(region, size)[1::2].sum())
    return sum(area(corners) for corners in _polygons(region, size))


def region_counts(annotation: dict[str, Any], size: tuple[int, int]) -> np.ndarray:
    """The runs of an annotation's region in a picture of (height, width).

    Raises:
        ValueError: as `region_area`.
    """
    region = annotation.get("segmentation")
    if isinstance(region, dict):
        return _counts(region, size)
    corners = [polygon.ravel().tolist() for polygon in _polygons(region, size)]
    drawn = coco_mask.merge(coco_mask.frPyObjects(corners, *size))
    return parse_counts(drawn["counts"].decode())


def paint_regions(
    annotations: Sequence[dict[str, Any]], label_of: Callable[[dict[str, Any]], int], size: tuple[int, int]
) -> np.ndarray:
    """All regions on a background of 0, the largest first, so that small ones stay visible.

    Args:
        annotations: of one picture.
        label_of: the label of an annotation.
        size: (height, width).

    Returns:
        (height, width) uint8.

    Raises:
        ValueError: as `region_area`.
    """
    labels = np.zeros(size, np.uint8)
    regions = [(region_counts(annotation, size), label_of(annotation)) for annotation in annotations]
    for counts, label in sorted(regions, key=lambda one: -int(one[0][1::2].sum())):
        labels[decode(counts, size)] = label
    return labels


def _counts(region: dict[str, Any], size: tuple[int, int]) -> np.ndarray:
    """Run lengths, in a list or as text, that fill the picture exactly."""
    given, own = region.get("counts"), region.get("size")
    if not isinstance(own, list) or own != list(size):
        raise ValueError(f"a mask of size {str(own)[:40]}, the picture is [{size[0]}, {size[1]}] (height, width)")
    if isinstance(given, str):
        return check_counts(parse_counts(given), size)
    if not isinstance(given, list) or len(given) > size[0] * size[1] + 1 or not all(_is_run(n) for n in given):
        raise ValueError("run lengths that are no list of whole numbers from 0")
    if sum(given) != size[0] * size[1]:
        raise ValueError(f"runs for {str(sum(given))[:20]} pixels, expected {size[1]}×{size[0]}")
    return np.array(given, np.int64)


def _is_run(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


def _polygons(region: object, size: tuple[int, int]) -> list[np.ndarray]:
    """Polygons as (n, 2) float64 corners, none far outside of the picture."""
    if not isinstance(region, list) or not region:
        raise ValueError("no outline (a box only, or an empty segmentation)")
    reach = _OUTSIDE * max(size) + 1
    found = []
    for polygon in region:
        try:
            numbers = np.array(polygon, np.float64)
        except (ValueError, TypeError, OverflowError) as error:
            raise ValueError("an outline that is no list of numbers") from error
        if numbers.ndim != 1 or len(numbers) < 6 or len(numbers) % 2:
            raise ValueError("an outline with fewer than 3 points, or half a point")
        corners = numbers.reshape(-1, 2)
        far = (corners < -reach) | (corners > np.array(size[::-1]) + reach)
        if not np.isfinite(corners).all() or far.any():
            raise ValueError("an outline far outside of the picture")
        if np.abs(np.diff(corners, axis=0)).max(1).sum() > _LONGEST:
            raise ValueError(f"an outline longer than {_LONGEST} pixels")
        found.append(corners)
    return found
