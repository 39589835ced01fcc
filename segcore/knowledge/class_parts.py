"""Where each class is in a frame: looked for once, for all that measure or draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from segcore.knowledge.label_runs import LabelRuns


@dataclass(frozen=True)
class ClassPart:
    """The pixels of one class.

    Attributes:
        pixels: how many.
        box: left, top, width, height of what holds them all.
        mask: (height, width) uint8, 255 where they are in the box, else 0.
    """

    pixels: int
    box: tuple[int, int, int, int]
    mask: np.ndarray

    @cached_property
    def count(self) -> int:
        """Connected regions (8 neighbours): those borders that lie in no other. A tenth of the work of numbering them,
        which is needed only where there are several."""
        _, levels = cv2.findContours(self.mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
        return int(np.count_nonzero(levels[0, :, 3] < 0))

    @cached_property
    def regions(self) -> tuple[np.ndarray, np.ndarray]:
        """(height, width) int32, the number of each pixel's region, from 1 on, 0 where another class is; and (count, 5)
        int32, statistics of each as OpenCV tells them, lengths from the box's corner."""
        _, numbers, stats, _ = cv2.connectedComponentsWithStats(self.mask, connectivity=8)
        return numbers, stats[1:]

    def padded(self, margin: int, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], np.ndarray]:
        """Its place in a frame of this shape with so many more pixels on each side, where the frame has them, and its
        mask there."""
        left, top, width, height = self.box
        before_x, before_y = min(left, margin), min(top, margin)
        after_x, after_y = min(shape[1] - left - width, margin), min(shape[0] - top - height, margin)
        mask = cv2.copyMakeBorder(self.mask, before_y, after_y, before_x, after_x, cv2.BORDER_CONSTANT)
        rows = slice(top - before_y, top + height + after_y)
        return (rows, slice(left - before_x, left + width + after_x)), mask


Parts = Mapping[int, ClassPart]
"""Label → where it is; labels that do not occur are not there."""


def class_parts(labels: np.ndarray, runs: LabelRuns | None = None) -> dict[int, ClassPart]:
    """Look for every label.

    Args:
        labels: (h, w) uint8.
        runs: of the labels, where they are known already.
    """
    boxes = (runs or LabelRuns.of(labels)).boxes()
    return {label: ClassPart(pixels, box, _mask(labels, label, box)) for label, (pixels, box) in boxes.items()}


def _mask(labels: np.ndarray, label: int, box: tuple[int, int, int, int]) -> np.ndarray:
    x, y, width, height = box
    return cv2.inRange(labels[y : y + height, x : x + width], label, label)
