"""Calibration: of the pixels a network is 90 % sure of, are 90 % right?

Expected calibration error with equal bins, as Guo et al., "On Calibration of Modern Neural Networks", ICML 2017,
after Naeini et al., AAAI 2015: the gap between confidence and accuracy of each bin, weighted by its pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from segcore.classes import IGNORE

BINS = 15


class Bin(BaseModel):
    """Pixels of about the same confidence: how many, and the sums of their confidence and of right ones."""

    model_config = ConfigDict(frozen=True)

    pixels: int
    confidence: float
    right: int


def confidence_counts(truth: np.ndarray, labels: np.ndarray, confidence: np.ndarray) -> np.ndarray:
    """Pixels by confidence and by whether they are right.

    Args:
        truth: (H, W) uint8, 255 = ignored.
        labels: (H, W) uint8.
        confidence: (H, W) uint8, probability × 255.

    Returns:
        (256, 2) int64: wrong ones, right ones.
    """
    scored = truth != IGNORE
    right = (truth == labels)[scored]
    index = confidence[scored].astype(np.int64) * 2 + right
    return np.bincount(index, minlength=512).reshape(256, 2)


def binned(counts: np.ndarray) -> list[Bin]:
    """Counts of `confidence_counts`, summed into `BINS` equal bins."""
    level = np.arange(256) / 255
    place = np.minimum((level * BINS).astype(int), BINS - 1)
    pixels = np.bincount(place, counts.sum(1), BINS)
    sums = np.bincount(place, counts.sum(1) * level, BINS)
    right = np.bincount(place, counts[:, 1], BINS)
    return [Bin(pixels=int(p), confidence=float(s), right=int(r)) for p, s, r in zip(pixels, sums, right, strict=True)]


def added(parts: Sequence[Sequence[Bin]]) -> list[Bin]:
    """The bins of several sets of frames as one."""
    return [
        Bin(
            pixels=sum(b.pixels for b in column),
            confidence=sum(b.confidence for b in column),
            right=sum(b.right for b in column),
        )
        for column in zip(*parts, strict=True)
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error, in [0, 1]; None without pixels."""
    total = sum(b.pixels for b in bins)
    return sum(abs(b.right - b.confidence) for b in bins) / total if total else None
