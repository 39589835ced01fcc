"""The one way from a frame to the network's input, shared by training, evaluation and inference.

No TensorFlow here: frames are scaled by OpenCV, and each network normalises uint8 colours itself.
"""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from segcore.errors import ConfigError

STRIDE = 32
"""Sides of the network's input are multiples of this (the deepest feature map's stride)."""


class Geometry(BaseModel):
    """How a whole frame of any size becomes network input.

    Either `long_side` (the frame's shape is kept, up to rounding to multiples of 32) or `squeeze`
    (height, width: every frame is scaled to exactly this, as the notebook does).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    long_side: int | None = Field(default=None, ge=64, le=4096)
    squeeze: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _one(self) -> Geometry:
        if (self.long_side is None) == (self.squeeze is None):
            raise ValueError("expected either long_side or squeeze, not both or neither")
        if self.squeeze and any(side % STRIDE or side < STRIDE for side in self.squeeze):
            raise ValueError(f"expected squeeze sides that are multiples of {STRIDE}. Received: {self.squeeze}")
        return self

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """Network size (height, width) for frames of this size, both multiples of 32."""
        if self.squeeze:
            return self.squeeze
        assert self.long_side is not None
        scale = self.long_side / max(height, width)
        return _to_stride(height * scale), _to_stride(width * scale)

    def within(self, side: int) -> Geometry:
        """The same for frames whose longer side has `side` pixels: they are never magnified to reach `long_side`.

        A magnified frame holds no more than it did, costs more, and less of it fits into a crop.
        """
        if self.long_side is None or side >= self.long_side:
            return self
        return Geometry(long_side=max(64, side))

    def scaled(self, scale: float) -> Geometry:
        """The same, larger or smaller.

        Raises:
            ConfigError: frames would become too large or too small.
        """
        try:
            if self.squeeze:
                height, width = (_to_stride(side * scale) for side in self.squeeze)
                return Geometry(squeeze=(height, width))
            return Geometry(long_side=round((self.long_side or 0) * scale))
        except ValidationError as error:
            raise ConfigError(
                f"At scale {scale:g} frames do not fit the network.", fix="Choose one nearer to 1."
            ) from error


def _to_stride(side: float) -> int:
    return max(STRIDE, STRIDE * round(side / STRIDE))


def resize_frame(frame: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Scale a frame; anti-aliased when it shrinks.

    Args:
        frame: (H, W, 3) uint8.
        size: (height, width).

    Returns:
        (height, width, 3) uint8; the same array where the size already fits.
    """
    if frame.shape[:2] == size:
        return frame
    shrinks = size[0] * size[1] < frame.shape[0] * frame.shape[1]
    return cv2.resize(frame, size[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def resize_labels(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Scale labels by nearest neighbour: no label appears that was not there.

    Args:
        labels: (H, W) uint8.
        size: (height, width).

    Returns:
        (height, width) uint8.
    """
    if labels.shape == size:
        return labels
    return cv2.resize(labels, size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
