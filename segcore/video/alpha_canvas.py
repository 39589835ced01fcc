"""Drawing on nothing: colours and how far they cover, for a video that is laid over another."""

from __future__ import annotations

from collections.abc import Sequence

import av
import cv2
import numpy as np

from segcore.video.canvas import SHIFT, Painting, fixed_point, halved
from segcore.video.colors import Colors
from segcore.video.legend import Entry, plane_patch

COLORS = Colors(matrix=1, primaries=1, transfer=1, large=True)
"""BT.709, limited range."""

_SPREAD = 4
"""Pixels by which colours reach beyond their cover, so that no edge blends into the black around it."""


class AlphaCanvas:
    """A transparent frame (YUV 4:2:0 with alpha, not premultiplied); see `Canvas`.

    Args:
        size: (height, width), pixels.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.picture = av.VideoFrame(size[1], size[0], "yuva420p")
        self._parts = [_view(plane) for plane in self.picture.planes]
        for part, value in zip(self._parts, (COLORS.black, 128, 128, 0), strict=True):
            part[...] = value

    def darken(self, by: float) -> None:
        """There is no picture."""

    def clear(self) -> None:
        """There is no picture."""

    def tint(self, painting: Painting, opacity: float) -> None:
        """See `Canvas`."""
        self._spread(painting, 1)
        cover = round(255 * opacity)
        for values, whole, half in _pieces(painting):
            for part, value, lines in zip(self._parts, (*values, cover), (whole, half, half, whole), strict=True):
                cv2.fillPoly(part, lines, value, cv2.LINE_AA, SHIFT)

    def outline(self, painting: Painting, thickness: int) -> None:
        """See `Canvas`."""
        self._spread(painting, thickness)
        for values, whole, half in _pieces(painting):
            cv2.polylines(self._parts[0], whole, True, values[0], thickness, cv2.LINE_AA, SHIFT)
            for part, value in zip(self._parts[1:3], values[1:], strict=True):
                cv2.polylines(part, half, True, value, max(1, (thickness + 1) // 2), cv2.LINE_AA, SHIFT)
            cv2.polylines(self._parts[3], whole, True, 255, thickness, cv2.LINE_AA, SHIFT)

    def label(self, entries: Sequence[Entry], at: tuple[int, int]) -> None:
        """See `Canvas`."""
        if not entries:
            return
        patch = plane_patch(tuple(entries), self.size[0], COLORS)
        luma, blue, red, alpha = self._parts
        half = (at[0] // 2, at[1] // 2)
        small = cv2.resize(alpha, blue.shape[::-1], interpolation=cv2.INTER_AREA)
        lay(luma, alpha, patch.luma, patch.cover, at)
        for part, values in zip((blue, red), patch.chroma, strict=True):
            lay(part, small.copy(), values, patch.half_cover, half)

    def _spread(self, painting: Painting, thickness: int) -> None:
        """Colours without cover around the lines; where something is covered already, it keeps its colour."""
        bare = [cv2.inRange(self._parts[3], 0, 0)]
        bare.append(cv2.resize(bare[0], self._parts[1].shape[::-1], interpolation=cv2.INTER_NEAREST))
        painted = [part.copy() for part in self._parts[:3]]
        for values, whole, half in _pieces(painting):
            cv2.polylines(painted[0], whole, True, values[0], thickness + 2 * _SPREAD, cv2.LINE_8, SHIFT)
            for part, value in zip(painted[1:], values[1:], strict=True):
                cv2.polylines(part, half, True, value, (thickness + 1) // 2 + _SPREAD, cv2.LINE_8, SHIFT)
        for part, source, mask in zip(self._parts, painted, (bare[0], bare[1], bare[1]), strict=False):
            cv2.copyTo(source, mask, part)


def lay(frame: np.ndarray, alpha: np.ndarray, patch: np.ndarray, cover: np.ndarray, at: tuple[int, int]) -> None:
    """Lay a patch over a frame that is transparent itself (Porter and Duff's "over"), from (x, y) on.

    Args:
        frame: (H, W) uint8, changes.
        alpha: (H, W) uint8, its cover, changes.
        patch: (h, w) uint8.
        cover: (h, w) float32 in [0, 1].
        at: inside the frame; what does not fit is cut off.
    """
    x, y = at
    place = slice(y, y + patch.shape[0]), slice(x, x + patch.shape[1])
    height, width = frame[place].shape
    over, under = cover[:height, :width], alpha[place].astype(np.float32) / 255
    both = over + under * (1 - over)
    mixed = patch[:height, :width] * over + frame[place] * (under * (1 - over))
    frame[place] = np.where(both > 0, np.rint(mixed / np.maximum(both, 1e-6)), frame[place])
    alpha[place] = np.rint(255 * both)


def _view(plane: av.video.plane.VideoPlane) -> np.ndarray:
    return np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]


def _pieces(painting: Painting) -> list[tuple[list[int], list[np.ndarray], list[np.ndarray]]]:
    """Numbers of each colour, its contours on the luma and on the colour planes."""
    return [
        (COLORS.yuv(np.array(color, np.uint8)).tolist(), fixed_point(lines), fixed_point(halved(lines)))
        for color, lines in painting
    ]
