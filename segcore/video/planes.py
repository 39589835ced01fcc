"""Frames as decoders give them and encoders take them: luma at full size, two colour differences at half of it.

Drawn on in this form, a frame needs no way to RGB and back: half the bytes, no loss, the source's own colours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from segcore.video.colors import Colors
from segcore.video.orientation import Orientation

DIRECT = ("yuv420p", "yuvj420p")
"""Formats whose planes are taken as they are."""
_MATRICES = {"bt601": Colorspace.ITU601, "bt709": Colorspace.ITU709, "bt2020": Colorspace.BT2020}


@dataclass(frozen=True)
class Planes:
    """One upright frame in YUV 4:2:0, 8 bit; sides are padded to even numbers by repeating the border.

    Attributes:
        data: (H × 3/2, W) uint8, the three planes one after another, contiguous.
        width, height: of what is seen, without padding.
        colors: what the numbers mean.
        darkened: by what their brightness is divided already.
    """

    data: np.ndarray
    width: int
    height: int
    colors: Colors
    darkened: float = 1.0

    @classmethod
    def empty(cls, width: int, height: int, colors: Colors) -> Planes:
        """Room for a frame."""
        padded = (width + width % 2, height + height % 2)
        return cls(np.empty((padded[1] * 3 // 2, padded[0]), np.uint8), width, height, colors)

    @classmethod
    def of_rgb(cls, image: np.ndarray, colors: Colors) -> Planes:
        """Of an image (H, W, 3) uint8 RGB."""
        height, width = image.shape[:2]
        image = cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
        made = cls.empty(width, height, colors)
        yuv = colors.yuv(image)
        np.copyto(made.luma, yuv[..., 0])
        for number, plane in enumerate(made.chroma, 1):
            cv2.resize(yuv[..., number], plane.shape[::-1], dst=plane, interpolation=cv2.INTER_AREA)
        return made

    @property
    def luma(self) -> np.ndarray:
        """(H, W) uint8, a view."""
        return self.data[: self.data.shape[0] * 2 // 3]

    @property
    def chroma(self) -> tuple[np.ndarray, np.ndarray]:
        """Blue and red difference, (H/2, W/2) uint8 each, views."""
        height, width = self.luma.shape
        flat = self.data.reshape(-1)[height * width :]
        quarter = height * width // 4
        halves = (height // 2, width // 2)
        return flat[:quarter].reshape(halves), flat[quarter:].reshape(halves)

    def copy(self) -> Planes:
        """Another frame that may be drawn on."""
        return replace(self, data=self.data.copy())

    def darker(self, by: float) -> Planes:
        """The same memory with the source's brightness divided; what already is, is not divided again."""
        rest = by / self.darkened
        if rest != 1:
            for plane, middle in zip((self.luma, *self.chroma), self.colors.neutral, strict=True):
                _divide(plane, plane, rest, middle)
        return replace(self, darkened=by)

    def picture(self) -> av.VideoFrame:
        """For an encoder; shares the memory where it can."""
        return as_picture(self.data)

    def rgb(self, width: int | None = None) -> np.ndarray:
        """As people see it, (h, w, 3) uint8 RGB, scaled to a width where that is smaller."""
        if width is None or width >= self.width:
            return self.scaled((self.height, self.width))
        return self.scaled((max(1, round(self.height * width / self.width)), width))

    def scaled(self, size: tuple[int, int]) -> np.ndarray:
        """As people see it, at (height, width), by area where it shrinks: (height, width, 3) uint8 RGB."""
        parts = [self.luma[: self.height, : self.width]]
        parts += [plane[: (self.height + 1) // 2, : (self.width + 1) // 2] for plane in self.chroma]
        return self.colors.rgb(np.dstack([_scaled(part, size[::-1]) for part in parts]))


def paired_width(width: int) -> int:
    """The width of two frames of this width beside each other; each keeps the column that pads an odd one."""
    return 2 * (width + width % 2)


def side_by_side(left: Planes, right: Planes) -> Planes:
    """Two frames of one size and the same colours as one."""
    made = Planes.empty(paired_width(left.width), left.height, left.colors)
    parts = zip((left.luma, *left.chroma), (right.luma, *right.chroma), (made.luma, *made.chroma), strict=True)
    for one, other, both in parts:
        np.concatenate([one, other], axis=1, out=both)
    return made


def as_picture(data: np.ndarray) -> av.VideoFrame:
    """Planes (H × 3/2, W) uint8 as a picture for an encoder; shares the memory where H is a multiple of 4.

    PyAV takes a buffer of any other height for one that is two rows lower, so these are copied.
    """
    rows, width = data.shape
    height = rows * 2 // 3
    if height % 4 == 0:
        return av.VideoFrame.from_numpy_buffer(data, "yuv420p")
    made = av.VideoFrame(width, height, "yuv420p")
    flat, start = data.reshape(-1), 0
    for plane in made.planes:
        end = start + plane.height * plane.width
        rows_of(plane)[:] = flat[start:end].reshape(plane.height, plane.width)
        start = end
    return made


def rows_of(plane: av.video.plane.VideoPlane) -> np.ndarray:
    """A view of a picture's plane without the padding of its rows: (H, W) uint8."""
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]


def _scaled(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    shrinks = size[0] < plane.shape[1]
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


class PlaneReader:
    """Makes upright planes of decoded pictures.

    Args:
        size: (width, height) as stored; pictures of another size are scaled to it.
        orientation: the turns that make them upright.
        colors: of the first picture; all others are taken to be the same.
    """

    def __init__(self, size: tuple[int, int], orientation: Orientation, colors: Colors) -> None:
        self._size, self._orientation, self._colors = size, orientation, colors
        self._reformatter = VideoReformatter()

    def read(self, picture: av.VideoFrame, darker: float = 1.0) -> Planes:
        """The picture's planes, in memory of their own.

        Args:
            picture: decoded.
            darker: what their brightness is divided by on the way, at hardly more than the cost of the copy.
        """
        if picture.format.name not in DIRECT or (picture.width, picture.height) != self._size:
            width, height = self._size
            picture = self._reformatter.reformat(
                picture,
                width=width,
                height=height,
                format="yuv420p",
                dst_colorspace=_MATRICES[self._colors.standard] if picture.format.is_rgb else None,
                dst_color_range=ColorRange.JPEG if self._colors.full else ColorRange.MPEG,
                threads=1,
            )
        made = replace(Planes.empty(*self._orientation.size(*self._size), self._colors), darkened=darker)
        parts = zip((made.luma, *made.chroma), picture.planes, self._colors.neutral, strict=True)
        for target, plane, middle in parts:
            _fill(target, self._orientation.turned(rows_of(plane)), darker, middle)
        return made


def _fill(target: np.ndarray, plane: np.ndarray, darker: float, middle: int) -> None:
    """Copy, brightness divided; what the target has more is the repeated border."""
    height, width = plane.shape
    inner = target[:height, :width]
    if darker == 1:
        inner[...] = plane
    else:
        _divide(plane, inner, darker, middle)
    target[:height, width:] = target[:height, width - 1 : width]
    target[height:] = target[height - 1]


def _divide(plane: np.ndarray, out: np.ndarray, by: float, middle: int) -> None:
    """Distances from a middle, divided: uint8 of one shape, `out` may be `plane`."""
    cv2.convertScaleAbs(plane, dst=out, alpha=1 / by, beta=middle * (1 - 1 / by))
