"""Labels at the frame's own size, whose borders follow the frame's own edges: for small objects, which the network sees
in a few pixels only.

A guided filter (He, Sun and Tang 2013) in its fast form (He and Sun 2015): around each pixel of the network, a class's
probability is fitted by a line over brightness, and the line is applied to the brightness of the frame's own pixels.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from segcore.video.contours import sides

RADIUS = 2
"""Of the window, in pixels of the network."""

EPSILON = 1e-3
"""Variance of brightness (0..1) below which there is no edge to follow."""

_MARGIN = 2 * RADIUS + 1


def refine(labels: np.ndarray, confidence: np.ndarray, guide: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scale labels up along the edges of a frame.

    Args:
        labels: (h, w) uint8, at network resolution.
        confidence: (h, w) uint8, probability of each label × 255.
        guide: (H, W) uint8, brightness of the frame.

    Returns:
        labels (H, W) uint8 and confidence (H, W) uint8. No class appears that was not there.
    """
    if guide.shape == labels.shape:
        return labels, confidence
    scale = (guide.shape[0] / labels.shape[0], guide.shape[1] / labels.shape[1])
    small = cv2.resize(guide, labels.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    fine = guide.astype(np.float32) / 255
    best, found = np.full(guide.shape, -np.inf, np.float32), np.zeros(guide.shape, np.uint8)
    for class_id, rows, columns, plane in _planes(labels, confidence):
        slope, offset = _lines(small[rows, columns], plane)
        place = _larger(rows, scale[0], guide.shape[0]), _larger(columns, scale[1], guide.shape[1])
        slope, offset = (_scaled(part, (rows, columns), place, scale) for part in (slope, offset))
        likely = cv2.add(cv2.multiply(slope, fine[place]), offset)
        better = likely > best[place]
        np.putmask(found[place], better, class_id)
        np.maximum(best[place], likely, out=best[place])
    return found, np.rint(best.clip(0, 1) * 255).astype(np.uint8)


def brightness(image: np.ndarray) -> np.ndarray:
    """The guide of an image (H, W, 3) uint8 RGB; that of planes is their luma."""
    return cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def _planes(labels: np.ndarray, confidence: np.ndarray) -> Iterator[tuple[int, slice, slice, np.ndarray]]:
    """Each class that is there, with rows and columns around it and its probability there, float32."""
    inside, outside = sides(confidence)
    height, width = labels.shape
    for class_id in np.flatnonzero(np.bincount(labels.ravel(), minlength=256)).tolist():
        mask = cv2.inRange(labels, class_id, class_id)
        x, y, wide, high = cv2.boundingRect(mask)
        rows = slice(max(0, y - _MARGIN), min(height, y + high + _MARGIN))
        columns = slice(max(0, x - _MARGIN), min(width, x + wide + _MARGIN))
        plane = cv2.copyTo(inside[rows, columns], mask[rows, columns], outside[rows, columns].copy())
        yield class_id, rows, columns, plane.astype(np.float32) / 255


def _lines(guide: np.ndarray, plane: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and offset of the line that fits the plane over the guide around each pixel, averaged over its windows."""
    mean, level = _mean(guide), _mean(plane)
    slope = (_mean(guide * plane) - mean * level) / (_mean(guide * guide) - mean * mean + EPSILON)
    return _mean(slope), _mean(level - slope * mean)


def _mean(plane: np.ndarray) -> np.ndarray:
    side = 2 * RADIUS + 1
    return cv2.blur(plane, (side, side), borderType=cv2.BORDER_REPLICATE)


def _larger(lines: slice, scale: float, end: int) -> slice:
    """The frame's lines that lie in these of the network."""
    return slice(round(lines.start * scale), min(end, round(lines.stop * scale)))


def _scaled(
    part: np.ndarray, lies: tuple[slice, slice], place: tuple[slice, slice], scale: tuple[float, float]
) -> np.ndarray:
    """Bilinear, between pixel centres of the network and of the frame."""
    steps = [1 / s for s in scale]
    starts = [(p.start + 0.5) * step - 0.5 - at.start for at, p, step in zip(lies, place, steps, strict=True)]
    matrix = np.array([[steps[1], 0, starts[1]], [0, steps[0], starts[0]]])
    size = (place[1].stop - place[1].start, place[0].stop - place[0].start)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
