"""Display matrices: cameras store frames lying or mirrored and say how to turn them."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import av
import numpy as np
from av.sidedata.sidedata import Type


@dataclass(frozen=True)
class Orientation:
    """What makes a stored frame upright: first mirrored, then turned.

    Attributes:
        turns: quarter turns, anticlockwise: 0..3.
        mirrored: left and right change places before the turns.
    """

    turns: int = 0
    mirrored: bool = False

    @classmethod
    def of_degrees(cls, degrees: int) -> Orientation:
        """From a display rotation in degrees anticlockwise; rounded to quarter turns."""
        return cls(round(degrees / 90) % 4)

    @classmethod
    def of_picture(cls, picture: av.VideoFrame) -> Orientation:
        """As a decoded picture says of itself."""
        matrix = picture.side_data.get(Type.DISPLAYMATRIX)  # type: ignore[call-overload]
        return cls() if matrix is None else cls.of_matrix(*struct.unpack_from("=5i", bytes(matrix)))

    @classmethod
    def of_matrix(cls, a: int, b: int, _u: int, c: int, d: int) -> Orientation:
        """From the first numbers of a display matrix (ISO/IEC 14496-12): x' = ax + cy, y' = bx + dy, y downwards.

        Rounded to quarter turns.
        """
        mirrored = a * d - b * c < 0
        if mirrored:
            a, b = -a, -b
        return cls(round(float(np.degrees(np.arctan2(-b, a))) / 90) % 4, mirrored)

    @property
    def degrees(self) -> int:
        """The turn, anticlockwise: 0, 90, 180 or 270."""
        return 90 * self.turns

    @property
    def swaps_sides(self) -> bool:
        """True where width and height change places."""
        return self.turns % 2 == 1

    def size(self, width: int, height: int) -> tuple[int, int]:
        """(width, height) of the upright frame."""
        return (height, width) if self.swaps_sides else (width, height)

    def turned(self, plane: np.ndarray) -> np.ndarray:
        """A view of a stored frame or plane (H, W, …) as it stands upright: (H', W', …)."""
        return np.rot90(plane[:, ::-1] if self.mirrored else plane, self.turns)

    def upright(self, image: np.ndarray) -> np.ndarray:
        """A stored frame made upright: (H, W, 3) uint8 → (H', W', 3) uint8, contiguous."""
        return np.ascontiguousarray(self.turned(image)) if self.turns or self.mirrored else image
