"""What a style is made of, on RGB images and on the planes of a video alike."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import cv2
import numpy as np

from segcore.video.colors import Colors
from segcore.video.legend import Entry, legend_patch, plane_patch
from segcore.video.planes import Planes

Color = tuple[int, int, int]
"""Red, green, blue: 0..255."""

Painting = Sequence[tuple[Color, list[np.ndarray]]]
"""Colours and their closed contours, (n, 1, 2) float32 (x, y) in the frame's pixels each."""

SHIFT = 4
"""OpenCV draws at positions in whole numbers of 1 / 2^SHIFT pixels."""


class Canvas(Protocol):
    """A frame that is drawn on, in place."""

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the frame, pixels."""
        ...

    def darken(self, by: float) -> None:
        """Divide its source's brightness; where the frame came so dark, nothing is left to do."""
        ...

    def tint(self, painting: Painting, opacity: float) -> None:
        """Blend colours over regions; holes within a region's own contours stay."""
        ...

    def outline(self, painting: Painting, thickness: int) -> None:
        """Draw contours, anti-aliased."""
        ...

    def clear(self) -> None:
        """Make it black."""
        ...

    def label(self, entries: Sequence[Entry], at: tuple[int, int]) -> None:
        """Name colours below each other, from (x, y) on; what does not fit is cut off."""
        ...


class RgbCanvas:
    """On an image (H, W, 3) uint8 RGB, which changes."""

    def __init__(self, image: np.ndarray) -> None:
        self.image = image

    @property
    def size(self) -> tuple[int, int]:
        """See `Canvas`."""
        return self.image.shape[0], self.image.shape[1]

    def darken(self, by: float) -> None:
        """See `Canvas`."""
        cv2.convertScaleAbs(self.image, dst=self.image, alpha=1 / by)

    def tint(self, painting: Painting, opacity: float) -> None:
        """See `Canvas`."""
        painted = self.image.copy()
        for color, contours in painting:
            cv2.fillPoly(painted, fixed_point(contours), color, cv2.LINE_AA, SHIFT)
        cv2.addWeighted(self.image, 1 - opacity, painted, opacity, 0, dst=self.image)

    def outline(self, painting: Painting, thickness: int) -> None:
        """See `Canvas`."""
        for color, contours in painting:
            cv2.polylines(self.image, fixed_point(contours), True, color, thickness, cv2.LINE_AA, SHIFT)

    def clear(self) -> None:
        """See `Canvas`."""
        self.image[...] = 0

    def label(self, entries: Sequence[Entry], at: tuple[int, int]) -> None:
        """See `Canvas`."""
        if entries:
            patch, cover = legend_patch(tuple(entries), self.size[0])
            blend(self.image, patch, cover, at)


class PlanesCanvas:
    """On the planes of a video frame, which change."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes

    @property
    def size(self) -> tuple[int, int]:
        """See `Canvas`."""
        return self.planes.height, self.planes.width

    def darken(self, by: float) -> None:
        """See `Canvas`."""
        self.planes = self.planes.darker(by)

    def tint(self, painting: Painting, opacity: float) -> None:
        """See `Canvas`."""
        pieces = [(_yuv(self.planes.colors, color), contours, halved(contours)) for color, contours in painting]
        for number, plane in enumerate(self._parts()):
            painted = plane.copy()
            for yuv, whole, half in pieces:
                points = fixed_point(half if number else whole)
                cv2.fillPoly(painted, points, yuv[number], cv2.LINE_AA, SHIFT)
            cv2.addWeighted(plane, 1 - opacity, painted, opacity, 0, dst=plane)

    def outline(self, painting: Painting, thickness: int) -> None:
        """See `Canvas`."""
        parts, thin = self._parts(), max(1, (thickness + 1) // 2)
        edge = cv2.LINE_AA if thin == 1 else cv2.LINE_8  # a thick line's soft edge would make colour a third too wide
        for color, contours in painting:
            yuv, whole, half = _yuv(self.planes.colors, color), fixed_point(contours), fixed_point(halved(contours))
            cv2.polylines(parts[0], whole, True, yuv[0], thickness, cv2.LINE_AA, SHIFT)
            for plane, value in zip(parts[1:], yuv[1:], strict=True):
                cv2.polylines(plane, half, True, value, thin, edge, SHIFT)

    def clear(self) -> None:
        """See `Canvas`."""
        for plane, value in zip(self._parts(), self.planes.colors.neutral, strict=True):
            plane[...] = value

    def label(self, entries: Sequence[Entry], at: tuple[int, int]) -> None:
        """See `Canvas`."""
        if not entries:
            return
        patch = plane_patch(tuple(entries), self.size[0], self.planes.colors)
        luma, *chroma = self._parts()
        blend(luma, patch.luma, patch.cover, at)
        for plane, values in zip(chroma, patch.chroma, strict=True):
            blend(plane, values, patch.half_cover, (at[0] // 2, at[1] // 2))

    def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return (self.planes.luma, *self.planes.chroma)


@lru_cache(maxsize=256)
def _yuv(colors: Colors, color: Color) -> tuple[int, int, int]:
    """A colour as a video writes it: the same few ones in every frame."""
    luma, blue, red = colors.yuv(np.array(color, np.uint8)).tolist()
    return luma, blue, red


def fixed_point(contours: list[np.ndarray]) -> list[np.ndarray]:
    """Positions as OpenCV draws parts of a pixel: whole numbers of 1 / 2^shift."""
    return [np.rint(contour * (1 << SHIFT)).astype(np.int32) for contour in contours]


def halved(contours: list[np.ndarray]) -> list[np.ndarray]:
    """Places on the colour planes, whose pixels lie between two rows and on every second column of the luma."""
    return [(contour - np.array([0, 0.5], np.float32)) / 2 for contour in contours]


def blend(frame: np.ndarray, patch: np.ndarray, cover: np.ndarray, at: tuple[int, int]) -> None:
    """Lay a patch over a frame, from (x, y) on; what does not fit is cut off.

    Args:
        frame: (H, W) or (H, W, 3) uint8, changes.
        patch: (h, w) or (h, w, 3) uint8.
        cover: (h, w) float32 in [0, 1], how much of the patch is seen.
        at: inside the frame.
    """
    x, y = at
    height, width = min(frame.shape[0] - y, patch.shape[0]), min(frame.shape[1] - x, patch.shape[1])
    corner, over = frame[y : y + height, x : x + width], cover[:height, :width]
    frame[y : y + height, x : x + width] = cv2.blendLinear(patch[:height, :width], corner, over, 1 - over)
