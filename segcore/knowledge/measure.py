"""What one frame's labels say: pixels, objects and confidence of every class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from segcore.knowledge.class_parts import ClassPart, Parts, class_parts
from segcore.knowledge.nearest import sources


@dataclass(frozen=True)
class FrameMeasure:
    """One value a class, in id order.

    Attributes:
        pixels: (C,) int64, at the frame's own size; they sum to its area where every label is a class.
        objects: (C,) int32, connected regions (8 neighbours) at network resolution.
        confidence: (C,) float32 in [0, 1], mean over the class's pixels; NaN where it has none.
    """

    pixels: np.ndarray
    objects: np.ndarray
    confidence: np.ndarray


def measure_frame(
    labels: np.ndarray, confidence: np.ndarray, size: tuple[int, int], classes: int, parts: Parts | None = None
) -> FrameMeasure:
    """Measure a frame.

    Args:
        labels: (h, w) uint8, at network resolution.
        confidence: (h, w) uint8, probability × 255.
        size: (height, width) of the frame; pixels are counted as if labels were scaled to it by nearest neighbour.
        classes: how many.
        parts: of the labels, where they are known already.
    """
    parts = class_parts(labels) if parts is None else parts
    own = [parts.get(c) for c in range(classes)]
    rest = np.array([part.pixels if part else 0 for part in own], np.int64)
    pixels = np.zeros_like(rest)
    most, others = _groups(labels.shape, size)
    for rows, columns, weight in others:
        some = np.ascontiguousarray(labels[rows][:, columns])
        counts = cv2.calcHist([some], [0], None, [classes], [0, classes]).reshape(-1).astype(np.int64)
        pixels += weight * counts
        rest -= counts
    pixels += most * rest
    objects = np.array([part.count if part else 0 for part in own], np.int32)
    mean = np.array([_mean(confidence, part) if part else np.nan for part in own], np.float32)
    return FrameMeasure(pixels, objects, mean)


def _mean(confidence: np.ndarray, part: ClassPart) -> float:
    left, top, width, height = part.box
    return cv2.mean(confidence[top : top + height, left : left + width], mask=part.mask)[0] / 255


Lines = slice | np.ndarray
"""Rows or columns: all of them, or their numbers."""


@lru_cache(maxsize=4)
def _groups(shape: tuple[int, ...], size: tuple[int, int]) -> tuple[int, tuple[tuple[Lines, Lines, int], ...]]:
    """Network pixels by how many frame pixels each becomes: that number for most of them, and rows, columns and number
    of all others."""
    rows, columns = (_alike(_repeats(small, large)) for small, large in zip(shape, size, strict=True))
    (most_rows, times), *_ = rows
    (most_columns, over), *_ = columns
    pairs = [(r, c, down * across) for r, down in rows for c, across in columns]
    return times * over, tuple(pair for pair in pairs if pair[0] is not most_rows or pair[1] is not most_columns)


def _alike(repeats: np.ndarray) -> list[tuple[Lines, int]]:
    """Lines by how often they stand there, most of them first."""
    values, counts = np.unique(repeats, return_counts=True)
    if len(values) == 1:
        return [(slice(None), int(values[0]))]
    return [(np.flatnonzero(repeats == value), int(value)) for value in values[np.argsort(-counts)]]


def _repeats(small: int, large: int) -> np.ndarray:
    """How often each of the small lines stands among the large ones: (small,) int64."""
    return np.bincount(sources(small, large), minlength=small)
