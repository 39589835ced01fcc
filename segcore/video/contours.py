"""From labels and confidence at network resolution to smooth closed contours at the frame's own size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

import cv2
import numpy as np

from segcore.knowledge.class_parts import ClassPart, Parts, class_parts

Contours = dict[int, list[np.ndarray]]
"""Class id → closed contours, each (n, 1, 2) float32 as (x, y) in pixels of the frame; holes are contours too."""

_HALF = 127.5
"""The level at which a class ends: probability ½, of 255."""

_SMOOTHING = 1.0
"""Standard deviation, in pixels of the labels, of the blur that turns stair-steps into curves where no confidence is
known."""

_MARGIN = 3
_FINER = (2, 4)
"""Contours are followed at a multiple of the labels' resolution between these, so that what is one pixel thin keeps two
sides, and their cost does not grow with the frame; labels that are sure at the frame's own size are followed as they
are."""

_STEEP = 4.0
"""Levels a pixel: where a plane is flatter, a border is not moved."""

_TOLERANCE, _TOLERANCE_FRAME = 0.25, 0.35
"""By how many pixels a contour may be simplified: of the finer resolution, and of the frame."""


class _Followed(NamedTuple):
    """Of one class: contours (n, 1, 2) int32 each along pixel centres of a part of the labels, at a finer resolution;
    that part's plane with one more pixel on each side, (h + 2, w + 2) uint8; and where its corner lies, (x, y)."""

    contours: Sequence[np.ndarray]
    plane: np.ndarray
    corner: tuple[int, int]


def find_contours(
    labels: np.ndarray,
    class_ids: Iterable[int],
    size: tuple[int, int],
    confidence: np.ndarray | None = None,
    parts: Parts | None = None,
) -> Contours:
    """The borders of each class's regions. A class that is absent has no contour.

    With `confidence`, borders run where the class's probability is ½, between the pixels; without it, labels are
    smoothed first.

    Args:
        labels: (h, w) uint8, at any resolution.
        class_ids: the classes wanted.
        size: (height, width) of the frame.
        confidence: (h, w) uint8, probability of the label × 255.
        parts: of the labels, where they are known already.

    Returns:
        Contours in the frame's pixels, whole numbers at pixel centres.
    """
    parts = class_parts(labels) if parts is None else parts
    sure = None if confidence is None else sides(confidence)
    scale = np.array([size[1] / labels.shape[1], size[0] / labels.shape[0]], np.float32)
    finer = 1 if sure and labels.shape == size else min(max(_FINER[0], round(scale.max() / 2)), _FINER[1])
    scale /= finer
    tolerance = min(_TOLERANCE, _TOLERANCE_FRAME / float(scale.max()))
    shown = [c for c in class_ids if c in parts]
    lines = _between([_followed(parts[c], labels.shape, sure, finer) for c in shown])
    return {
        c: [cv2.approxPolyDP(line, tolerance, True) * scale - 0.5 for line in own]
        for c, own in zip(shown, lines, strict=True)
    }


def sides(confidence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A class's probability × 255, by what is known of each pixel's own label.

    Args:
        confidence: (h, w) uint8, probability of the label × 255.

    Returns:
        (h, w) uint8 each: where the label is the class, at least ½; where it is another, below ½ (all that the label
        leaves: exact between two classes, too much where three meet).
    """
    return cv2.max(confidence, 128), cv2.min(cv2.bitwise_not(confidence), 127)  # type: ignore[call-overload]


def _followed(
    part: ClassPart, shape: tuple[int, ...], sure: tuple[np.ndarray, np.ndarray] | None, finer: int
) -> _Followed:
    """A class's regions at the finer resolution, followed along the centres of their outermost pixels.

    Args:
        part: where it is.
        shape: of the labels.
        sure: what `sides` gives, or None.
        finer: how many times finer.
    """
    (rows, columns), mask = part.padded(_MARGIN, shape)
    if sure is None:
        plane = cv2.GaussianBlur(mask, (5, 5), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    else:
        inside, outside = (side[rows, columns] for side in sure)
        plane = cv2.copyTo(inside, mask, outside.copy())
    plane = cv2.resize(plane, None, fx=finer, fy=finer, interpolation=cv2.INTER_LINEAR)
    region = cv2.threshold(plane, int(_HALF), 255, cv2.THRESH_BINARY)[1]
    found, _ = cv2.findContours(region, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    padded = cv2.copyMakeBorder(plane, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    return _Followed(found, padded, (columns.start * finer, rows.start * finer))


def _between(followed: Sequence[_Followed]) -> list[list[np.ndarray]]:
    """Contours along pixel centres, moved to where the plane is ½: one step down its slope, at most a pixel.

    Those of all classes at once: their points are few, and each of a dozen calls costs more than its work.

    Returns:
        Of each class, (n, 1, 2) float32 each, whole numbers at the corners of the finer resolution's pixels.
    """
    contours = [contour for one in followed for contour in one.contours]
    if not contours:
        return [[] for _ in followed]
    points = np.concatenate(contours)[:, 0]
    counts = [sum(len(contour) for contour in one.contours) for one in followed]
    starts = np.cumsum([0, *(one.plane.size for one in followed[:-1])])
    row = np.repeat([one.plane.shape[1] for one in followed], counts)
    places = (points[:, 1] + 1) * row + points[:, 0] + 1 + np.repeat(starts, counts)
    levels = np.concatenate([one.plane.reshape(-1) for one in followed])
    here, right, left, below, above = (levels.take(places + step).astype(np.float32) for step in (0, 1, -1, row, -row))
    slopes = np.stack([_fall(here - right, here - left), _fall(here - below, here - above)], axis=-1)
    steepness = np.maximum(np.hypot(slopes[:, 0], slopes[:, 1]), _STEEP)
    far = np.minimum((here - _HALF) / steepness, 1) / steepness
    corners = np.repeat(np.array([one.corner for one in followed], np.float32) + 0.5, counts, axis=0)
    moved = (points + far[:, None] * slopes + corners).astype(np.float32)[:, None]
    ends = np.cumsum([0, *map(len, contours)]).tolist()
    lines = (moved[begin:end] for begin, end in pairwise(ends))
    return [list(islice(lines, len(one.contours))) for one in followed]


def _fall(ahead: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """By how much a plane falls towards the lower neighbour: positive ahead, negative behind, 0 on a summit's flat."""
    return np.where(ahead >= behind, np.maximum(ahead, 0), -np.maximum(behind, 0))
