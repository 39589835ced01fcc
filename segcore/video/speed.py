"""How fast a video job is to be, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

Speed = Literal["standard", "fast"]

FOLLOWED = 0.6
"""Labels move along only where at least this share of the picture could be followed."""


@dataclass(frozen=True)
class SpeedSettings:
    """What a speed changes.

    Attributes:
        scale: of the network's input.
        still: frames that differ by no more than this from the last one that was labelled take its labels; None: none.
        every: the network sees at least each n-th frame; between, labels move along with the picture.
        followed: where less than this share of the picture could be followed since the frame before, it looks, too.
    """

    scale: float
    still: float | None
    every: int
    followed: float = FOLLOWED


SPEEDS: dict[Speed, SpeedSettings] = {
    "standard": SpeedSettings(1.0, None, 1),
    "fast": SpeedSettings(0.8, 2.0, 4),
}

_BLOCK = 16


class Stillness:
    """Tells frames that show what the last labelled one showed.

    Means of blocks are compared, so that noise counts little and a small thing that moves counts; always with the last
    frame that was labelled, so that slow changes add up.

    Args:
        limit: levels (of 255) by which a block may differ; None: no frame is still.
    """

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._blocks: np.ndarray | None = None

    def forget(self) -> None:
        """The next frame is labelled, whatever it shows."""
        self._blocks = None

    def same(self, frame: np.ndarray) -> bool:
        """Whether a frame is still; one that is not becomes the one to compare with.

        Args:
            frame: (h, w, 3) uint8 RGB at network resolution, always of one size.
        """
        if self._limit is None:
            return False
        height, width = frame.shape[:2]
        blocks = cv2.resize(
            frame, (max(1, width // _BLOCK), max(1, height // _BLOCK)), interpolation=cv2.INTER_AREA
        ).astype(np.int16)
        if self._blocks is not None and np.abs(blocks - self._blocks).max() <= self._limit:
            return True
        self._blocks = blocks
        return False
