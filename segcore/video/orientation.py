"""Display rotation: phones store frames lying and say how to turn them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Orientation:
    """Quarter turns, anticlockwise, that make a stored frame upright.

    Attributes:
        turns: 0..3.
    """

    turns: int = 0

    @classmethod
    def of_degrees(cls, degrees: int) -> Orientation:
        """From a display rotation in degrees anticlockwise; rounded to quarter turns."""
        return cls(round(degrees / 90) % 4)

    @property
    def swaps_sides(self) -> bool:
        """True where width and height change places."""
        return self.turns % 2 == 1

    def size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of the upright frame."""
        return (height, width) if self.swaps_sides else (width, height)

    def upright(self, image: np.ndarray) -> np.ndarray:
        """Turn a stored frame: (H, W, 3) uint8 → (H', W', 3) uint8, contiguous."""
        return np.ascontiguousarray(np.rot90(image, self.turns)) if self.turns else image
