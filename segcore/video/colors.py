"""How a video's numbers mean colours: its matrix and range, kept from the source to the overlay."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import av
import cv2
import numpy as np

_UNSPECIFIED = 2
_BT709, _BT2020 = 1, (9, 10)
_FULL = 2
_LUMA_WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
"""Share of red and of blue in the luma (ITU-R BT.601, BT.709, BT.2020)."""


@dataclass(frozen=True)
class Colors:
    """What a decoder says of its pictures, in the numbers of ISO/IEC 23091-2; 2 is "unspecified".

    Attributes:
        matrix: matrix coefficients; that of RGB counts as unspecified, for it is converted.
        primaries: colour primaries.
        transfer: transfer characteristics.
        full: the range is 0..255, not 16..235.
        large: more pixels than standard definition has: what is unspecified then means BT.709, to players and to us.
    """

    matrix: int = _UNSPECIFIED
    primaries: int = _UNSPECIFIED
    transfer: int = _UNSPECIFIED
    full: bool = False
    large: bool = False

    @classmethod
    def of_picture(cls, picture: av.VideoFrame) -> Colors:
        """Of a decoded picture."""
        rgb = picture.format.is_rgb
        return cls(
            matrix=_UNSPECIFIED if rgb else int(picture.colorspace),
            primaries=int(picture.color_primaries),
            transfer=int(picture.color_trc),
            full=not rgb and (int(picture.color_range) == _FULL or picture.format.name.startswith("yuvj")),
            large=picture.width >= 1280 or picture.height > 576,
        )

    @property
    def standard(self) -> str:
        """The matrix by name: "bt601", "bt709" or "bt2020"."""
        if self.matrix in _BT2020:
            return "bt2020"
        if self.matrix == _BT709 or (self.matrix == _UNSPECIFIED and self.large):
            return "bt709"
        return "bt601"

    @property
    def black(self) -> int:
        """The luma of black."""
        return 0 if self.full else 16

    @property
    def neutral(self) -> tuple[int, int, int]:
        """Black: luma, blue difference, red difference."""
        return self.black, 128, 128

    def yuv(self, rgb: np.ndarray) -> np.ndarray:
        """RGB as this video writes it.

        Args:
            rgb: (..., 3) uint8.

        Returns:
            (..., 3) uint8: luma, blue difference, red difference.
        """
        matrix, offset = _matrix(self.standard, self.full)
        return np.rint(rgb.astype(np.float32) @ matrix.T + offset).clip(0, 255).astype(np.uint8)

    def rgb(self, yuv: np.ndarray) -> np.ndarray:
        """The way back: (..., 3) uint8 → (..., 3) uint8."""
        return cv2.transform(yuv.reshape(1, -1, 3), _inverse(self.standard, self.full)).reshape(yuv.shape)


BT601 = Colors(matrix=6)
"""Limited range, as OpenCV converts."""


@lru_cache(maxsize=8)
def _matrix(standard: str, full: bool) -> tuple[np.ndarray, np.ndarray]:
    """RGB in 0..255 → YUV: (3, 3) and (3,) float32."""
    red, blue = _LUMA_WEIGHTS[standard]
    luma = np.array([red, 1 - red - blue, blue])
    unit = np.eye(3)
    matrix = np.stack([luma, (unit[2] - luma) / (2 * (1 - blue)), (unit[0] - luma) / (2 * (1 - red))])
    if not full:
        matrix *= np.array([219, 224, 224])[:, None] / 255
    return matrix.astype(np.float32), np.array([0 if full else 16, 128, 128], np.float32)


@lru_cache(maxsize=8)
def _inverse(standard: str, full: bool) -> np.ndarray:
    """YUV → RGB in 0..255: (3, 4), the matrix and what is added."""
    matrix, offset = (part.astype(np.float64) for part in _matrix(standard, full))
    back = np.linalg.inv(matrix)
    return np.hstack([back, (-back @ offset)[:, None]])
