"""Where the name of an object stands: at its middle, above it where it is small, calm from frame to frame."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.video.contours import Contours
from segcore.video.legend import Entry, legend_patch

_LEAST_SHARE = 0.0004
"""Of the frame's area; smaller regions are not named (29 × 29 pixels of 1080p)."""

_TIGHT, _ROOMY = 4.0, 6.0
"""An object up to so many times as high as its name has it above; one so many times, at its middle."""

Named = tuple[Entry, tuple[int, int]]
"""What is written, and the (x, y) of its upper left corner."""


def place_names(contours: Contours, classes: ClassTable, size: tuple[int, int]) -> list[Named]:
    """A name for each region that is large enough, the largest first, so that small ones stay readable.

    Places depend on area and centroid alone: sums over the whole region, which change no more than it does, where
    the sides of its box jump with each pixel at its border.

    Args:
        contours: of each class, holes among them, in pixels of the frame.
        classes: their names and colours.
        size: (height, width) of the frame.

    Returns:
        Names and their places, inside the frame where they fit into it.
    """
    found = [(area, center, c) for c, lines in contours.items() for area, center in _regions(lines)]
    least = _LEAST_SHARE * size[0] * size[1]
    large = sorted((region for region in found if region[0] >= least), key=lambda region: -region[0])
    return [_placed(area, center, (classes[c].name, classes[c].rgb), size) for area, center, c in large]


def _regions(contours: list[np.ndarray]) -> Iterator[tuple[float, tuple[float, float]]]:
    """Area and centroid of each outer contour; holes run the other way round and have a positive area."""
    for contour in contours:
        moments = cv2.moments(contour)
        area = -cv2.contourArea(contour, oriented=True)
        if area > 0 and moments["m00"]:
            yield area, (moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])


def _placed(area: float, center: tuple[float, float], entry: Entry, size: tuple[int, int]) -> Named:
    height, width = legend_patch((entry,), size[0])[1].shape
    side = area**0.5
    above = np.clip((_ROOMY - side / height) / (_ROOMY - _TIGHT), 0, 1) * (side + height) / 2
    x = np.clip(center[0] - width / 2, 0, max(0, size[1] - width))
    y = np.clip(center[1] - above - height / 2, 0, max(0, size[0] - height))
    return entry, (round(x), round(y))
