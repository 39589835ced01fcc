"""From labels at network resolution to smooth closed contours at the frame's own size."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

Contours = dict[int, list[np.ndarray]]
"""Class id → closed contours, each (n, 1, 2) float32 as (x, y) in pixels of the frame; holes are contours too."""

_SMOOTHING = 1.0
"""Standard deviation, in network pixels, of the blur that turns stair-steps into curves."""

_MARGIN = 3
_FINER = 2
"""Contours are followed at this multiple of the network's resolution, so that their cost does not grow with the frame.
They run through the centres of a region's outermost pixels there: a quarter of a network pixel inside its edge."""

_TOLERANCE = 0.5
"""Pixels, at that resolution, by which a contour may be simplified."""


def find_contours(labels: np.ndarray, class_ids: Iterable[int], size: tuple[int, int]) -> Contours:
    """The borders of each class's regions. A class that is absent has no contour.

    Args:
        labels: (h, w) uint8, at network resolution.
        class_ids: the classes wanted.
        size: (height, width) of the frame.

    Returns:
        Contours in the frame's pixels.
    """
    present = np.bincount(labels.ravel(), minlength=256)
    scale = np.array([size[1] / labels.shape[1], size[0] / labels.shape[0]], np.float32)
    return {c: [_to_frame(found, scale) for found in _of_class(labels, c)] for c in class_ids if present[c]}


def _of_class(labels: np.ndarray, class_id: int) -> list[np.ndarray]:
    """Contours of a class, (n, 1, 2) int32 at the finer resolution."""
    mask = cv2.inRange(labels, class_id, class_id)
    x, y, width, height = cv2.boundingRect(mask)
    left, top = max(0, x - _MARGIN), max(0, y - _MARGIN)
    right, bottom = min(labels.shape[1], x + width + _MARGIN), min(labels.shape[0], y + height + _MARGIN)
    smooth = cv2.GaussianBlur(mask[top:bottom, left:right], (5, 5), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    finer = cv2.resize(smooth, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_LINEAR)
    region = cv2.threshold(finer, 127, 255, cv2.THRESH_BINARY)[1]
    offset = (left * _FINER, top * _FINER)
    found, _ = cv2.findContours(region, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE, offset=offset)
    return [cv2.approxPolyDP(contour, _TOLERANCE, True) for contour in found]


def _to_frame(contour: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Pixel centres at the finer resolution → pixel centres of the frame."""
    return (contour.astype(np.float32) + 0.5) * (scale / _FINER) - 0.5
