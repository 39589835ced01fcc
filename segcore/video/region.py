"""A region of interest: the network sees only it, at its best resolution."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from segcore.errors import VideoError
from segcore.video.canvas import PlanesCanvas
from segcore.video.contours import Contours
from segcore.video.planes import Planes

SMALLEST = 16
"""Pixels that a side must have."""
_DIMMING = 2.5
"""What is outside is divided by this; the style "notebook" divides what is inside by 1.5."""
_BORDER = (255, 255, 255)


class Region(NamedTuple):
    """A rectangle in pixels of the upright frame: its upper left corner, its width and its height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.height, self.width

    @property
    def place(self) -> tuple[slice, slice]:
        """Its rows and columns in an array of the frame."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def within(self, width: int, height: int, name: str = "The frame") -> Region | None:
        """The region in a frame of this size, its borders moved outwards to even pixels; None where that is all of it.

        (Video keeps colours for two by two pixels.)

        Raises:
            VideoError: it reaches out of the frame, or is too small; the message names the frame's size.
        """
        fits = self.x >= 0 and self.y >= 0 and self.x + self.width <= width and self.y + self.height <= height
        if not fits or min(self.width, self.height) < SMALLEST:
            raise VideoError(
                f"{name} has {width}×{height} pixels; expected a region within it, of at least {SMALLEST}×{SMALLEST}. "
                f"Received: {self.width}×{self.height} from x={self.x}, y={self.y}.",
                fix=f"A region is X,Y,WIDTH,HEIGHT with X+WIDTH up to {width} and Y+HEIGHT up to {height}.",
            )
        left, top = self.x - self.x % 2, self.y - self.y % 2
        right, bottom = (
            min(side, end + end % 2) for side, end in ((width, self.x + self.width), (height, self.y + self.height))
        )
        settled = Region(left, top, right - left, bottom - top)
        return None if settled == (0, 0, width, height) else settled

    def cut(self, planes: Planes) -> Planes:
        """That part of a frame, in memory of its own; the region is one of `within`."""
        part = Planes.empty(self.width, self.height, planes.colors)
        for target, source in zip(_all(part), self._of(planes), strict=True):
            np.copyto(target, source)
        return part

    def paste(self, part: Planes, planes: Planes) -> None:
        """Put it back."""
        for source, target in zip(_all(part), self._of(planes), strict=True):
            np.copyto(target, source)

    def frame(self, part: Planes, planes: Planes) -> None:
        """Put a drawn part back into its frame: what is outside is dimmed, a thin line runs around it."""
        canvas = PlanesCanvas(planes)
        canvas.darken(_DIMMING)
        self.paste(part, planes)
        corners = [(0, 0), (self.width - 1, 0), (self.width - 1, self.height - 1), (0, self.height - 1)]
        line = np.array([[(self.x + x, self.y + y)] for x, y in corners], np.float32)
        canvas.outline([(_BORDER, [line])], max(1, round(planes.height / 540)))

    def shifted(self, contours: Contours) -> Contours:
        """Contours in its pixels → in pixels of the frame."""
        corner = np.array([self.x, self.y], np.float32)
        return {class_id: [line + corner for line in lines] for class_id, lines in contours.items()}

    def _of(self, planes: Planes) -> tuple[np.ndarray, ...]:
        """Its part of each plane, as views; where it reaches the border, with the padding."""
        even = (self.height + self.height % 2, self.width + self.width % 2)
        luma = planes.luma[self.y : self.y + even[0], self.x : self.x + even[1]]
        half = (slice(self.y // 2, (self.y + even[0]) // 2), slice(self.x // 2, (self.x + even[1]) // 2))
        return (luma, *(plane[half] for plane in planes.chroma))


def _all(planes: Planes) -> tuple[np.ndarray, ...]:
    return (planes.luma, *planes.chroma)
