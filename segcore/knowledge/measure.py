"""What one frame's labels say: pixels, objects and confidence of every class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np


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


def measure_frame(labels: np.ndarray, confidence: np.ndarray, size: tuple[int, int], classes: int) -> FrameMeasure:
    """Measure a frame.

    Args:
        labels: (h, w) uint8, at network resolution.
        confidence: (h, w) uint8, probability × 255.
        size: (height, width) of the frame; pixels are counted as if labels were scaled to it by nearest neighbour.
        classes: how many.
    """
    flat = labels.ravel()
    counts = np.bincount(flat, minlength=classes)[:classes]
    pixels = np.bincount(flat, weights=_weights(labels.shape, size), minlength=classes)[:classes]
    certain = np.bincount(flat, weights=confidence.ravel(), minlength=classes)[:classes]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (certain / counts / 255).astype(np.float32)
    objects = np.array([_objects(labels, c) if counts[c] else 0 for c in range(classes)], np.int32)
    return FrameMeasure(np.rint(pixels).astype(np.int64), objects, mean)


def _objects(labels: np.ndarray, class_id: int) -> int:
    mask = cv2.inRange(labels, class_id, class_id)
    x, y, width, height = cv2.boundingRect(mask)
    part = np.ascontiguousarray(mask[y : y + height, x : x + width])
    return cv2.connectedComponents(part, connectivity=8)[0] - 1


@lru_cache(maxsize=4)
def _weights(shape: tuple[int, ...], size: tuple[int, int]) -> np.ndarray:
    """How many frame pixels each network pixel becomes: (h·w,) float64."""
    rows, columns = (_repeats(small, large) for small, large in zip(shape, size, strict=True))
    return np.outer(rows, columns).ravel()


def _repeats(small: int, large: int) -> np.ndarray:
    sources = (np.arange(large) * 2 + 1) * small // (2 * large)
    return np.bincount(sources, minlength=small).astype(np.float64)
