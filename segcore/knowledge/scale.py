"""From pixels to centimetres, by a known length on a frame.

One factor holds for the whole picture only where what is measured lies in one plane that is parallel to the camera's
picture plane (a camera that looks straight down on a table), at the distance of the known length, in every frame: no
zoom, no coming closer. A lens that bends lines, or a slanted view, makes things near the edge or far away wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isfinite

import numpy as np

from segcore.errors import ConfigError

Point = tuple[float, float]
"""(x, y) in pixels of the frame."""


@dataclass(frozen=True)
class Scale:
    """`cm_per_pixel`: how long a pixel of the frame is."""

    cm_per_pixel: float

    @classmethod
    def of_length(cls, pixels: float, cm: float) -> Scale:
        """By a length that is known in both.

        Raises:
            ConfigError: one of them is not above 0.
        """
        if not (isfinite(pixels) and isfinite(cm) and pixels > 0 and cm > 0):
            raise ConfigError(
                f"Expected a length above 0 in pixels and in cm. Received: {pixels:g} px, {cm:g} cm.",
                fix="Measure something whose length you know, such as the edge of a sheet (29.7 cm).",
            )
        return cls(cm / pixels)

    @classmethod
    def of_points(cls, start: Point, end: Point, cm: float) -> Scale:
        """By two points on a frame and how far they are apart.

        Raises:
            ConfigError: the points are one, or the length is not above 0.
        """
        return cls.of_length(hypot(end[0] - start[0], end[1] - start[1]), cm)

    def area_cm2(self, pixels: np.ndarray | float) -> np.ndarray | float:
        """Areas in pixels of the frame as square centimetres."""
        return pixels * self.cm_per_pixel**2
