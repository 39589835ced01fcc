"""A folder of numbered pictures, read as a video: time-lapses, renderings, frames that a tool cut out.

Pictures come in natural order (2 before 10), one frame each, at an even rate. Those that cannot be read are counted
and located; their time stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from segcore.errors import VideoError
from segcore.video.colors import Colors
from segcore.video.damage import Damage
from segcore.video.info import VideoInfo
from segcore.video.limits import check_size
from segcore.video.orientation import Orientation
from segcore.video.planes import Planes
from segcore.video.treatment import Treatment

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
FPS = 25.0
_LYING = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder in natural order; hidden files and folders below are left out."""
    found = [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith(".") and p.is_file()]
    return sorted(found, key=lambda p: _natural(p.name))


def sequence_info(folder: Path, fps: float = FPS) -> VideoInfo:
    """What the pictures of a folder are as a video.

    Args:
        folder: with pictures of one size.
        fps: pictures a second.

    Raises:
        VideoError: no pictures, or the first that can be opened is too large.
    """
    paths = pictures_in(folder)
    if not paths:
        raise VideoError(f"{folder.name}: no pictures in this folder.", fix=f"Expected {', '.join(SUFFIXES)} files.")
    size = next((found for path in paths if (found := _size(path))), None)
    if size is None:
        raise VideoError(f"{folder.name}: not one of its {len(paths)} pictures can be opened.", fix="Copy them again.")
    check_size(folder, *size)
    rate = Fraction(fps).limit_denominator(1001)
    return VideoInfo(
        path=folder,
        width=size[0],
        height=size[1],
        frames=len(paths),
        frames_exact=True,
        duration_s=float(len(paths) / rate),
        fps=float(rate),
        time_base=1 / rate,
        clock_start=0,
        orientation=Orientation(),
        coded_size=size,
        pixel_aspect=Fraction(1),
        codec=paths[0].suffix.lower().lstrip("."),
        container="folder",
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

    def planes(self) -> Planes:
        """As encoders take it."""
        return Planes.of_rgb(self.image, self._colors)

    def scaled(self, size: tuple[int, int]) -> np.ndarray:
        """Scaled to (height, width), by area where it shrinks: (height, width, 3) uint8 RGB."""
        shrinks = size[0] * size[1] < self.image.shape[0] * self.image.shape[1]
        return cv2.resize(self.image, size[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


class SequenceReader:
    """Frames of a folder, as `reader.VideoReader` gives those of a video; the arguments are alike.

    Args:
        folder: with pictures.
        start_s: seconds; pictures before it are left out.
        end_s: seconds; pictures at or after it are left out.
        fps: pictures a second.
    """

    def __init__(self, folder: Path, *, start_s: float = 0.0, end_s: float | None = None, fps: float = FPS) -> None:
        self.info = sequence_info(folder, fps)
        self.damage = Damage()
        self.frames_read = 0
        self._start_s, self._end_s = start_s, end_s

    def __enter__(self) -> SequenceReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    @property
    def whole(self) -> bool:
        """True where no part was asked for."""
        return not self._start_s and self._end_s is None

    @property
    def expected_frames(self) -> int:
        """How many frames will come if all can be read."""
        return len(self._wanted)

    @cached_property
    def _wanted(self) -> list[tuple[int, Path]]:
        end = float("inf") if self._end_s is None else self._end_s
        every = enumerate(pictures_in(self.info.path))
        return [(n, p) for n, p in every if self._start_s - 1e-6 <= n * self.info.time_base < end - 1e-6]

    def __iter__(self) -> Iterator[PictureFrame]:
        for number, path in self._wanted:
            time_s = float(number * self.info.time_base)
            image = self._read(path, time_s)
            if image is None:
                continue
            yield PictureFrame(self.frames_read, number, time_s, image, self.info.colors)
            self.frames_read += 1
        if not self.frames_read:
            raise VideoError(
                f"{self.info.path.name}: not one of its pictures could be read.", fix="Copy or export them again."
            )

    def _read(self, path: Path, time_s: float) -> np.ndarray | None:
        size = _size(path)
        image = cv2.imread(str(path), cv2.IMREAD_COLOR) if size else None
        if size is None or image is None:
            self.damage.packets += 1
            self.damage.at(time_s)
            return None
        check_size(path, *size)
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


def _size(path: Path) -> tuple[int, int] | None:
    """(width, height) of the upright picture by its header; None where that cannot be read."""
    try:
        with Image.open(path) as image:
            lying = image.getexif().get(0x0112) in _LYING
            return (image.height, image.width) if lying else (image.width, image.height)
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Numbers by value, letters by themselves: frame2 before frame10."""
    parts = re.split(r"(\d+)", name.lower())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]
