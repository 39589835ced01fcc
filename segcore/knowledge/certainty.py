"""How sure a network is of a frame away from borders, where every network is unsure; and what the frame looks like."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segcore.knowledge.nearest import every_nth

UNSURE = 0.6
"""A pixel is unsure where its label has less than this probability."""
LOOK = (9, 16, 3)
"""The shape of a look: a tiny CIELAB picture, uint8."""
_EVERY, _EVERY_OF_LOOK = 2, 4
"""Every second pixel of every second row is looked at, every fourth for the look: shares and means do not need more."""
_BORDER = np.ones((3, 3), np.uint8)
"""Of those, a border's nearest neighbours are left out."""


@dataclass(frozen=True)
class Certainty:
    """One frame.

    Attributes:
        confidence: mean probability of the labels away from borders, 0..1; NaN where there is only border.
        unsure: share of those pixels below `UNSURE`.
        sharpness: variance of the Laplacian of the grey picture; low where it is blurred.
        look: `LOOK` as bytes, to tell frames apart.
    """

    confidence: float
    unsure: float
    sharpness: float
    look: bytes


def certainty_of(labels: np.ndarray, confidence: np.ndarray, picture: np.ndarray, grey: np.ndarray) -> Certainty:
    """Look at one frame.

    Args:
        labels: (h, w) uint8.
        confidence: (h, w) uint8, probability × 255.
        picture: (H, W, 3) uint8 RGB, of any size.
        grey: `motion.small_grey` of it.
    """
    labels, confidence = (np.ascontiguousarray(plane[::_EVERY, ::_EVERY]) for plane in (labels, confidence))
    inner = cv2.compare(cv2.erode(labels, _BORDER), cv2.dilate(labels, _BORDER), cv2.CMP_EQ)
    counts = cv2.calcHist([confidence], [0], inner, [256], [0, 256]).ravel().astype(np.float64)
    total = counts.sum()
    mean = float(counts @ np.arange(256) / total / 255) if total else float("nan")
    unsure = float(counts[: round(UNSURE * 255)].sum() / total) if total else float("nan")
    tiny = cv2.resize(every_nth(picture, _EVERY_OF_LOOK), LOOK[1::-1], interpolation=cv2.INTER_AREA)
    sharpness = float(cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))[1][0, 0] ** 2)
    return Certainty(mean, unsure, sharpness, cv2.cvtColor(tiny, cv2.COLOR_RGB2LAB).tobytes())
