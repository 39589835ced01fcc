"""Boundary F-score: how well the outline of each class is met, whatever its area.

Csurka, Larlus & Perronnin, "What is a good evaluation measure for semantic segmentation?", BMVC 2013: a boundary
pixel counts as met when the other side has one within a tolerance of 0.75 % of the frame's diagonal. A frame's
score is the harmonic mean of the two shares that are met; a class's score is its mean over frames.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from segcore.classes import IGNORE

TOLERANCE = 0.0075
"""Of the diagonal: 16.5 pixels at 1920×1080, 4.5 at 480×360."""

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def tolerance(height: int, width: int) -> float:
    """The tolerance in pixels."""
    return TOLERANCE * math.hypot(height, width)


def boundary_counts(truth: np.ndarray, labels: np.ndarray, classes: int) -> dict[int, tuple[int, int, int, int]]:
    """Boundary pixels of each class and how many of them are met.

    Args:
        truth: (H, W) uint8, 255 = ignored: neither those pixels nor borders with them count.
        labels: (H, W) uint8.
        classes: number of classes.

    Returns:
        class id → (predicted, of them met, true, of them met); classes without a boundary on either side are left out.
    """
    labels = np.where(truth == IGNORE, IGNORE, labels).astype(np.uint8)
    radius, known = tolerance(*truth.shape), truth != IGNORE
    counts = {}
    present = np.union1d(np.unique(truth), np.unique(labels))
    for class_id in (int(c) for c in present if c < classes):
        predicted, true = (_border(side == class_id, known) for side in (labels, truth))
        if predicted.any() or true.any():
            counts[class_id] = _met(predicted, true, radius)
    return counts


def f_score(counts: tuple[int, int, int, int]) -> float:
    """F of a class in one frame: 0 where one side has no boundary, NaN where neither has."""
    predicted, met, true, found = counts
    if not predicted and not true:
        return math.nan
    if not met or not found:
        return 0.0
    precision, recall = met / predicted, found / true
    return 2 * precision * recall / (precision + recall)


def _border(inside: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(H, W) bool: pixels of a class that have a neighbour (of four) of another class.

    Neither the frame's rim nor ignored pixels make a border: they count as inside of every class.
    """
    whole = (inside | ~known).astype(np.uint8)
    kept = cv2.erode(whole, _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=1)
    return inside & (kept == 0)


def _met(predicted: np.ndarray, true: np.ndarray, radius: float) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(predicted | true)
    around = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    predicted, true = predicted[around], true[around]
    return (
        int(predicted.sum()),
        int((predicted & _near(true, radius)).sum()),
        int(true.sum()),
        int((true & _near(predicted, radius)).sum()),
    )


def _near(border: np.ndarray, radius: float) -> np.ndarray:
    """(H, W) bool: within `radius` pixels of a border."""
    if not border.any():
        return np.zeros(border.shape, bool)
    away = cv2.distanceTransform((~border).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return away <= radius
