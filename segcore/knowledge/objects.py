"""The objects of one frame with their measures, and which of them touch, in the frame's own pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, sqrt

import cv2
import numpy as np

from segcore.knowledge.class_parts import Parts
from segcore.knowledge.components import MIN_SHARE, Component, component_map, find_components
from segcore.knowledge.outlines import outlines_of, perimeters, shared

MEASURES = (
    *("class_id", "pixels", "share", "x", "y", "left", "top", "width", "height"),
    *("perimeter", "angle", "confidence", "at_border"),
)
"""Columns of `FrameObjects.measures`, see `object_table`."""


@dataclass(frozen=True)
class FrameObjects:
    """All objects of a frame; object k of n stands in row k - 1.

    Attributes:
        measures: (n, 13) float64, the columns `MEASURES`. Lengths are pixels of the frame, x to the right and y down
            from its upper left corner, so that the middle of the first pixel is at 0.5, 0.5.
        touching: (m, 3) float64: object, other object (a larger number), pixels of border between them.
    """

    measures: np.ndarray
    touching: np.ndarray


def find_objects(
    labels: np.ndarray,
    confidence: np.ndarray,
    size: tuple[int, int],
    classes: int,
    min_share: float = MIN_SHARE,
    parts: Parts | None = None,
) -> FrameObjects:
    """Find and measure the objects of a frame.

    Args:
        labels: (h, w) uint8, at network resolution.
        confidence: (h, w) uint8, probability × 255.
        size: (height, width) of the frame.
        classes: how many, the background included.
        min_share: smaller regions are noise.
        parts: of the labels, where they are known already.
    """
    components = find_components(labels, classes, min_share, parts)
    scale = (size[0] / labels.shape[0], size[1] / labels.shape[1])
    outlines = outlines_of(component_map(components, labels.shape))
    lengths = perimeters(outlines, len(components)) * sqrt(scale[0] * scale[1])
    rows = [
        _measure(component, confidence, scale, labels.size, length)
        for component, length in zip(components, lengths, strict=True)
    ]
    measures = np.array(rows, np.float64).reshape(len(rows), len(MEASURES))
    return FrameObjects(measures, np.column_stack(shared(outlines, scale)))


def _measure(
    component: Component, confidence: np.ndarray, scale: tuple[float, float], whole: int, perimeter: float
) -> tuple[float, ...]:
    """A row of `MEASURES`."""
    left, top, width, height = component.box
    tall, wide = scale
    shape = cv2.moments(component.mask)  # only ratios are used, so that 255 is as good as 1
    sure = cv2.mean(confidence[top : top + height, left : left + width], mask=component.mask)[0] / 255
    return (
        component.class_id,
        round(component.area * tall * wide),
        component.area / whole,
        (left + shape["m10"] / shape["m00"] + 0.5) * wide,
        (top + shape["m01"] / shape["m00"] + 0.5) * tall,
        left * wide,
        top * tall,
        width * wide,
        height * tall,
        perimeter,
        _angle(shape["mu20"] * wide**2, shape["mu11"] * wide * tall, shape["mu02"] * tall**2),
        sure,
        left == 0 or top == 0 or left + width == confidence.shape[1] or top + height == confidence.shape[0],
    )


def _angle(across: float, mixed: float, down: float) -> float:
    """Degrees in (-90, 90] from the horizontal to the long axis, counter-clockwise as one sees it."""
    return degrees(-0.5 * atan2(2 * mixed, across - down)) + 0.0
