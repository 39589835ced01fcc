"""Decoded pictures as networks see them: small, upright, in RGB."""

from __future__ import annotations

from dataclasses import replace

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter

from segcore.video.colors import Colors
from segcore.video.orientation import Orientation
from segcore.video.planes import DIRECT, rows_of

_MATRICES = (1, 2, 4, 5, 6, 9)
"""Matrix coefficients (ISO/IEC 23091-2) that `Colors` tells apart; 4 is BT.601's but for the third digit."""


class Scaler:
    """Scales pictures by area averaging where they shrink, else linearly.

    Args:
        orientation: the turns that make them upright.
    """

    def __init__(self, orientation: Orientation) -> None:
        self._orientation, self._reformatter = orientation, VideoReformatter()

    def scaled(self, picture: av.VideoFrame, size: tuple[int, int]) -> np.ndarray:
        """A picture, upright.

        Args:
            picture: of any format.
            size: (height, width).

        Returns:
            (height, width, 3) uint8 RGB.
        """
        width, height = self._orientation.size(size[1], size[0])
        direct = picture.format.name in DIRECT and int(picture.colorspace) in _MATRICES
        rgb = self._of_planes if direct else self._of_any
        return self._orientation.upright(rgb(picture, width, height))

    def _of_planes(self, picture: av.VideoFrame, width: int, height: int) -> np.ndarray:
        """Scaled first, then made RGB: less than FFmpeg's scaler takes for both at once, and no colour is halved."""
        colors = replace(Colors.of_picture(picture), large=False)  # unspecified is BT.601 in full-size images, too
        form = "yuvj444p" if picture.format.name.startswith("yuvj") else "yuv444p"
        value_range = ColorRange.JPEG if colors.full else ColorRange.MPEG
        spread = self._resized(picture, width, height, form, value_range)
        return colors.rgb(cv2.merge([rows_of(plane) for plane in spread.planes]))

    def _of_any(self, picture: av.VideoFrame, width: int, height: int) -> np.ndarray:
        return self._resized(picture, width, height, "rgb24").to_ndarray()

    def _resized(
        self, picture: av.VideoFrame, width: int, height: int, form: str, value_range: ColorRange | None = None
    ) -> av.VideoFrame:
        shrinks = width * height < picture.width * picture.height
        return self._reformatter.reformat(
            picture,
            width=width,
            height=height,
            format=form,
            interpolation="AREA" if shrinks else "BILINEAR",
            dst_color_range=value_range,
            threads=1,
        )
