"""Small pictures that show what a class is: cut-outs of its largest regions, and whole frames with contours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from segcore.classes import ClassTable

CROP_SIDE = 160
PREVIEW_SIDE = 640
_MARGIN = 0.25
_LEAST = 24
"""A cut-out shows at least so many pixels of the frame on each side."""
_MOST_ENLARGED = 4.0
_SEARCH_SIDE = 640
_DARK, _LIGHT = (20, 20, 20), (235, 235, 235)


def largest_region(labels: np.ndarray, class_id: int) -> tuple[int, int, int, int] | None:
    """The bounding box of a class's largest connected region: (x, y, width, height); None where there is none.

    Args:
        labels: (H, W) uint8.
        class_id: the class.
    """
    scale = min(1.0, _SEARCH_SIDE / max(labels.shape))
    small = labels
    if scale < 1:
        size = max(1, round(labels.shape[1] * scale)), max(1, round(labels.shape[0] * scale))
        small = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    inside = (small == class_id).astype(np.uint8)
    if not inside.any():  # lost by the scaling, or not there
        small, scale = labels, 1.0
        inside = (labels == class_id).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    if count < 2:
        return None
    x, y, width, height = stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()), :4] / scale
    return int(x), int(y), max(1, round(float(width))), max(1, round(float(height)))


def crop(image: np.ndarray, labels: np.ndarray, class_id: int, color: tuple[int, int, int]) -> np.ndarray | None:
    """A class's largest region with a margin and its contour, at most 160 pixels on a side.

    Args:
        image: (H, W, 3) uint8 RGB.
        labels: (H, W) uint8.
        class_id: the class.
        color: of the contour.

    Returns:
        (h, w, 3) uint8 RGB; None where the class is not in the frame.
    """
    box = largest_region(labels, class_id)
    if box is None:
        return None
    rows, columns = _around(box, labels.shape)
    picture = image[rows, columns]
    scale = min(CROP_SIDE / max(picture.shape[:2]), _MOST_ENLARGED)
    return outlined(picture, (labels[rows, columns] == class_id).astype(np.uint8), {1: color}, scale)


def _around(box: tuple[int, int, int, int], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """A square around a box with a margin, moved into the frame and cut off where the frame is smaller."""
    x, y, width, height = box
    side = max(_LEAST, round(max(width, height) * (1 + 2 * _MARGIN)))
    slices = []
    for at, length, whole in ((y, height, shape[0]), (x, width, shape[1])):
        begin = max(0, min(at + length // 2 - side // 2, whole - side))
        slices.append(slice(begin, min(whole, begin + side)))
    return slices[0], slices[1]


def preview(image: np.ndarray, labels: np.ndarray, classes: ClassTable) -> np.ndarray:
    """A whole frame with the contours of all classes but the first, at most 640 pixels on a side.

    Args:
        image: (H, W, 3) uint8 RGB.
        labels: (H, W) uint8.
        classes: their colours.

    Returns:
        (h, w, 3) uint8 RGB.
    """
    scale = min(1.0, PREVIEW_SIDE / max(labels.shape))
    return outlined(image, labels, {c.id: c.rgb for c in classes if c.id}, scale)


def outlined(
    image: np.ndarray, labels: np.ndarray, colors: dict[int, tuple[int, int, int]], scale: float
) -> np.ndarray:
    """An image scaled, with the contours of some labels drawn in their colours over a casing that sets them off."""
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    picture = np.ascontiguousarray(cv2.resize(image, size, interpolation=how))
    small = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    present = [i for i in np.unique(small).tolist() if i in colors]
    lines = {i: _contours(small == i) for i in present}
    for i, contours in lines.items():
        cv2.drawContours(picture, contours, -1, _LIGHT if max(colors[i]) < 80 else _DARK, 3, cv2.LINE_AA)
    for i, contours in lines.items():
        cv2.drawContours(picture, contours, -1, colors[i], 1, cv2.LINE_AA)
    return picture


def _contours(inside: np.ndarray) -> list[np.ndarray]:
    return list(cv2.findContours(inside.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)[0])


def save(path: Path, picture: np.ndarray) -> None:
    """Write a picture (H, W, 3) uint8 RGB by the suffix of its path; JPEG at quality 88."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path, quality=88)


def evenly(items: Iterable[str], count: int) -> list[str]:
    """At most `count` of the items, spread evenly, the order kept."""
    every = list(items)
    if len(every) <= count:
        return every
    return [every[i] for i in np.linspace(0, len(every) - 1, count).round().astype(int)]
