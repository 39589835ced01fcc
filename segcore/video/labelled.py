"""A frame on its way through a video job."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segcore.knowledge.measure import FrameMeasure
from segcore.video.contours import Contours
from segcore.video.planes import Planes


@dataclass(frozen=True)
class DecodedFrame:
    """A frame as the network and the drawing take it.

    Attributes:
        index: its number in what is read, from 0.
        time_s: its time in the source.
        pts: the same in units of the source's time base.
        planes: the frame, upright, at its own size.
        small: (h, w, 3) uint8 RGB, at network resolution.
    """

    index: int
    time_s: float
    pts: int
    planes: Planes
    small: np.ndarray


@dataclass(frozen=True)
class LabelledFrame:
    """A frame with its answer.

    Attributes:
        labels: (h, w) uint8, at network resolution.
        confidence: (h, w) uint8, probability of each label × 255.
    """

    frame: DecodedFrame
    labels: np.ndarray
    confidence: np.ndarray


@dataclass(frozen=True)
class FinishedFrame:
    """A frame as outputs take it.

    Attributes:
        labels: (h, w) uint8, at network resolution, or at the frame's size where they were refined.
        confidence: likewise, probability of each label × 255.
        contours: of the classes that are drawn.
        overlay: the drawn frame; the source's own planes may have become it.
        measure: what its labels say.
    """

    index: int
    time_s: float
    pts: int
    labels: np.ndarray
    confidence: np.ndarray
    contours: Contours
    overlay: Planes
    measure: FrameMeasure

    def mask(self, size: tuple[int, int]) -> np.ndarray:
        """The labels at a size (height, width), by nearest neighbour, as the ledger counts them: uint8."""
        return cv2.resize(self.labels, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
