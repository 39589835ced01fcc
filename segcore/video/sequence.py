"""Numbered pictures, in a folder or a ZIP, read as a video: time-lapses, renderings, frames that a tool cut out.

Pictures come in natural order (2 before 10), one frame each, at an even rate. Those that cannot be read are counted
and located; their time stays empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from io import BytesIO
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from segcore.errors import UnsafeArchive, VideoError
from segcore.video.colors import Colors
from segcore.video.damage import Damage
from segcore.video.info import VideoInfo
from segcore.video.limits import check_size
from segcore.video.orientation import Orientation
from segcore.video.pictures import FPS, Pictures, open_pictures
from segcore.video.planes import Planes
from segcore.video.treatment import Treatment

_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")
_LYING = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""


def sequence_info(path: Path, fps: float = FPS) -> VideoInfo:
    """What the pictures of a folder or a ZIP are as a video.

    Args:
        path: with pictures of one size.
        fps: pictures a second.

    Raises:
        VideoError: no pictures, or the first that can be opened is too large.
        UnsafeArchive: a ZIP that must not be opened.
    """
    pictures = open_pictures(path)
    try:
        return _info(path, pictures, fps)
    finally:
        pictures.close()


def _info(path: Path, pictures: Pictures, fps: float) -> VideoInfo:
    count = len(pictures.names)
    size = next((found for n in range(count) if (found := _size(_read(pictures, n)))), None)
    if size is None:
        raise VideoError(f"{path.name}: not one of its {count} pictures can be opened.", fix="Copy them again.")
    check_size(path, *size)
    rate = Fraction(fps).limit_denominator(1001)
    return VideoInfo(
        path=path,
        width=size[0],
        height=size[1],
        frames=count,
        frames_exact=True,
        duration_s=float(count / rate),
        fps=float(rate),
        time_base=1 / rate,
        clock_start=0,
        orientation=Orientation(),
        coded_size=size,
        pixel_aspect=Fraction(1),
        codec=pictures.names[0].suffix.lower().lstrip("."),
        container="folder" if path.is_dir() else "zip",
        pixel_format="rgb24",
        has_audio=False,
        audio_codec=None,
        variable_rate=False,
        colors=Colors(matrix=1, primaries=1, transfer=1, large=size[0] >= 1280 or size[1] > 576),
        treatment=Treatment(),
        notes=(),
    )


class PictureFrame:
    """One picture, as `reader.Frame` is one of a video."""

    def __init__(self, index: int, pts: int, time_s: float, image: np.ndarray, colors: Colors) -> None:
        self.index, self.pts, self.time_s = index, pts, time_s
        self.image = image
        self._colors = colors

    def planes(self, darker: float = 1.0) -> Planes:
        """As encoders take it; its brightness divided by `darker`."""
        return Planes.of_rgb(self.image, self._colors).darker(darker)

    def scaled(self, size: tuple[int, int]) -> np.ndarray:
        """Scaled to (height, width), by area where it shrinks: (height, width, 3) uint8 RGB."""
        shrinks = size[0] * size[1] < self.image.shape[0] * self.image.shape[1]
        return cv2.resize(self.image, size[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


class SequenceReader:
    """Frames of a folder or a ZIP, as `reader.VideoReader` gives those of a video; the arguments are alike.

    Args:
        path: a folder with pictures, or a ZIP of one.
        start_s: seconds; pictures before it are left out.
        end_s: seconds; pictures at or after it are left out.
        fps: pictures a second.
    """

    def __init__(self, path: Path, *, start_s: float = 0.0, end_s: float | None = None, fps: float = FPS) -> None:
        self._pictures = open_pictures(path)
        try:
            self.info = _info(path, self._pictures, fps)
        except BaseException:
            self._pictures.close()
            raise
        self.damage = Damage()
        self.frames_read = 0
        self.beat: Callable[[], None] = lambda: None
        self._start_s, self._end_s = start_s, end_s

    def __enter__(self) -> SequenceReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pictures.close()

    @property
    def whole(self) -> bool:
        """True where no part was asked for."""
        return not self._start_s and self._end_s is None

    @property
    def expected_frames(self) -> int:
        """How many frames will come if all can be read."""
        return len(self._wanted)

    @cached_property
    def _wanted(self) -> list[int]:
        end = float("inf") if self._end_s is None else self._end_s
        every = range(len(self._pictures.names))
        return [n for n in every if self._start_s - 1e-6 <= n * self.info.time_base < end - 1e-6]

    def __iter__(self) -> Iterator[PictureFrame]:
        for number in self._wanted:
            self.beat()
            time_s = float(number * self.info.time_base)
            image = self._image(number)
            if image is None:
                self.damage.packet(time_s)
                continue
            yield PictureFrame(self.frames_read, number, time_s, image, self.info.colors)
            self.frames_read += 1
        if not self.frames_read:
            raise VideoError(
                f"{self.info.path.name}: not one of its pictures could be read.", fix="Copy or export them again."
            )

    def _image(self, number: int) -> np.ndarray | None:
        """A picture, upright, at the size of the first: (H, W, 3) uint8 RGB; None where it is damaged."""
        data = _read(self._pictures, number)
        size = _size(data)
        if data is None or size is None:
            return None
        check_size(Path(self._pictures.names[number].name), *size)
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            return None
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        wanted = (self.info.width, self.info.height)
        if rgb.shape[1::-1] != wanted:
            self.damage.resized += 1
            rgb = cv2.resize(rgb, wanted, interpolation=cv2.INTER_AREA)
        return rgb

    def warnings(self) -> list[str]:
        """What a person must know about what was read so far, in plain sentences."""
        damage, found = self.damage, []
        if damage.packets:
            where = ", ".join(f"{t:g} s" for t in damage.times_s[:5])
            found.append(f"{damage.packets} pictures could not be read and were left out (at {where}).")
        if damage.resized:
            found.append(f"{damage.resized} pictures have another size than the first and were scaled to it.")
        return found


def _read(pictures: Pictures, number: int) -> bytes | None:
    """A picture's file; None where it cannot be read."""
    try:
        return pictures.read(number)
    except (OSError, UnsafeArchive):
        return None


def _size(data: bytes | None) -> tuple[int, int] | None:
    """(width, height) of the upright picture by its header; None where that cannot be read."""
    if data is None:
        return None
    try:
        with Image.open(BytesIO(data), formats=_FORMATS) as image:
            lying = image.getexif().get(0x0112) in _LYING
            return (image.height, image.width) if lying else (image.width, image.height)
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
