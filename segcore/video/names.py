"""Where the name of an object stands: at its middle, above it where it is small, calm from frame to frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.video.contours import Contours
from segcore.video.legend import Entry, legend_patch

_LEAST_SHARE = 0.0004
"""Of the frame's area; smaller regions are not named (29 × 29 pixels of 1080p)."""

_TIGHT, _ROOMY = 4.0, 6.0
"""An object (the root of its area) up to so many times as large as its name is high has it above; one so many times
or more, at its middle."""

Named = tuple[Entry, tuple[int, int]]
"""What is written, and the (x, y) of its upper left corner."""


@dataclass(frozen=True)
class Region:
    """An outer contour of a class, by its moments, in pixels of the frame.

    Attributes:
        area: without regard to holes.
        center: its centroid, (x, y).
        rise: from there to its upper side, as far as an ellipse with its moments reaches.
    """

    class_id: int
    area: float
    center: tuple[float, float]
    rise: float


def place_names(contours: Contours, classes: ClassTable, size: tuple[int, int]) -> list[Named]:
    """A name for each region that is large enough, the largest first, so that small ones stay readable.

    Places depend on moments alone: sums over the whole region, which change no more than it does, where the sides of
    its box jump with each pixel at its border.

    Args:
        contours: of each class, holes among them, in pixels of the frame.
        classes: their names and colours.
        size: (height, width) of the frame.

    Returns:
        Names and their places, inside the frame where they fit into it.
    """
    least = _LEAST_SHARE * size[0] * size[1]
    found = [region for c, lines in contours.items() for region in _regions(c, lines, least)]
    return [_placed(region, classes, size) for region in sorted(found, key=lambda region: -region.area)]


def _regions(class_id: int, contours: list[np.ndarray], least: float) -> Iterator[Region]:
    """Outer contours of this area or more; holes run the other way round and have a positive area."""
    for contour in contours:
        area = -cv2.contourArea(contour, oriented=True)
        if area >= least:
            sums = cv2.moments(contour)
            whole = sums["m00"]
            center = (sums["m10"] / whole, sums["m01"] / whole)
            yield Region(class_id, area, center, 2 * (max(0.0, sums["mu02"] / whole)) ** 0.5)


def _placed(region: Region, classes: ClassTable, size: tuple[int, int]) -> Named:
    entry = (classes[region.class_id].name, classes[region.class_id].rgb)
    height, width = legend_patch((entry,), size[0])[1].shape
    share = np.clip((_ROOMY - region.area**0.5 / height) / (_ROOMY - _TIGHT), 0, 1)
    x = np.clip(region.center[0] - width / 2, 0, max(0, size[1] - width))
    y = np.clip(region.center[1] - share * (region.rise + height / 2) - height / 2, 0, max(0, size[0] - height))
    return entry, (round(x), round(y))
