"""What a style is made of, on RGB images and on the planes of a video alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from segcore.video.legend import Entry, legend_patch
from segcore.video.planes import Planes

Color = tuple[int, int, int]
"""Red, green, blue: 0..255."""

Painting = Sequence[tuple[Color, list[np.ndarray]]]
"""Colours and their closed contours, (n, 1, 2) float32 (x, y) in the frame's pixels each."""

_SHIFT = 4


class Canvas(Protocol):
    """A frame that is drawn on, in place."""

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the frame, pixels."""
        ...

    def darken(self, by: float) -> None:
        """Divide its brightness."""
        ...

    def tint(self, painting: Painting, opacity: float) -> None:
        """Blend colours over regions; holes within a region's own contours stay."""
        ...

    def outline(self, painting: Painting, thickness: int) -> None:
        """Draw contours, anti-aliased."""
        ...

    def legend(self, entries: Sequence[Entry]) -> None:
        """Name colours in the upper left corner."""
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
            cv2.fillPoly(painted, fixed_point(contours), color, cv2.LINE_AA, _SHIFT)
        cv2.addWeighted(self.image, 1 - opacity, painted, opacity, 0, dst=self.image)

    def outline(self, painting: Painting, thickness: int) -> None:
        """See `Canvas`."""
        for color, contours in painting:
            cv2.polylines(self.image, fixed_point(contours), True, color, thickness, cv2.LINE_AA, _SHIFT)

    def legend(self, entries: Sequence[Entry]) -> None:
        """See `Canvas`."""
        if entries:
            patch, cover = legend_patch(tuple(entries), self.size[0])
            _blend(self.image, patch, cover)


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
        neutral = (self.planes.colors.black, 128, 128)
        for plane, middle in zip(self._parts(), neutral, strict=True):
            cv2.convertScaleAbs(plane, dst=plane, alpha=1 / by, beta=middle * (1 - 1 / by))

    def tint(self, painting: Painting, opacity: float) -> None:
        """See `Canvas`."""
        pieces = [(self._yuv(color), contours, _halved(contours)) for color, contours in painting]
        for number, plane in enumerate(self._parts()):
            painted = plane.copy()
            for yuv, whole, half in pieces:
                points = fixed_point(half if number else whole)
                cv2.fillPoly(painted, points, yuv[number], cv2.LINE_AA, _SHIFT)
            cv2.addWeighted(plane, 1 - opacity, painted, opacity, 0, dst=plane)

    def outline(self, painting: Painting, thickness: int) -> None:
        """See `Canvas`."""
        parts = self._parts()
        for color, contours in painting:
            yuv, whole, half = self._yuv(color), fixed_point(contours), fixed_point(_halved(contours))
            cv2.polylines(parts[0], whole, True, yuv[0], thickness, cv2.LINE_AA, _SHIFT)
            for plane, value in zip(parts[1:], yuv[1:], strict=True):
                cv2.polylines(plane, half, True, value, max(1, (thickness + 1) // 2), cv2.LINE_AA, _SHIFT)

    def legend(self, entries: Sequence[Entry]) -> None:
        """See `Canvas`."""
        if not entries:
            return
        patch, cover = legend_patch(tuple(entries), self.size[0])
        yuv = self.planes.colors.yuv(patch)
        parts = self._parts()
        _blend(parts[0], np.ascontiguousarray(yuv[..., 0]), cover)
        half = (max(1, patch.shape[1] // 2), max(1, patch.shape[0] // 2))
        small = cv2.resize(cover, half, interpolation=cv2.INTER_AREA)
        for number, plane in enumerate(parts[1:], 1):
            _blend(plane, cv2.resize(yuv[..., number], half, interpolation=cv2.INTER_AREA), small)

    def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return (self.planes.luma, *self.planes.chroma)

    def _yuv(self, color: Color) -> tuple[int, int, int]:
        luma, blue, red = self.planes.colors.yuv(np.array(color, np.uint8)).tolist()
        return luma, blue, red


def fixed_point(contours: list[np.ndarray]) -> list[np.ndarray]:
    """Positions as OpenCV draws parts of a pixel: whole numbers of 1 / 2^shift."""
    return [np.rint(contour * (1 << _SHIFT)).astype(np.int32) for contour in contours]


def _halved(contours: list[np.ndarray]) -> list[np.ndarray]:
    """Places on the colour planes, whose pixels lie between two rows and on every second column of the luma."""
    return [(contour - np.array([0, 0.5], np.float32)) / 2 for contour in contours]


def _blend(frame: np.ndarray, patch: np.ndarray, cover: np.ndarray) -> None:
    """Lay a patch over the upper left corner; what does not fit is cut off."""
    height, width = min(frame.shape[0], patch.shape[0]), min(frame.shape[1], patch.shape[1])
    corner, over = frame[:height, :width], cover[:height, :width]
    frame[:height, :width] = cv2.blendLinear(patch[:height, :width], corner, over, 1 - over)
