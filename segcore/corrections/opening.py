"""A frame of a result, taken from its video, with what the network says of it: where correcting begins."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from segcore.classes import IGNORE
from segcore.corrections.packed import pack
from segcore.datasets.images import read_header
from segcore.errors import VideoError
from segcore.pipeline.scaled_labels import labels_at
from segcore.temporary import passing
from segcore.video.extract import Chosen

if TYPE_CHECKING:
    from segcore.inference.predictor import Scorer
    from segcore.video.config import SegmentConfig
    from segcore.video.region import Region


_PICTURE, _LABELS, _STEM = "frame.jpg", "labels", "stem.txt"


@dataclass(frozen=True)
class Place:
    """Where a frame is.

    Attributes:
        video: the file.
        fps: pictures a second, of pictures.
        chosen: its number in the whole video, and its time.
    """

    video: Path
    fps: float
    chosen: Chosen

    @property
    def stem(self) -> str:
        """Its name among labelled frames: two results of one video, and its labelling tasks, name it alike."""
        return f"{self.video.stem}_f{self.chosen.index:06d}"


def frame_times(video: Path) -> np.ndarray:
    """Seconds of every frame of a video file: (F,) float64, by its packets; of a long one that takes seconds.

    Raises:
        VideoError: it cannot be read.
    """
    from segcore.video.choose import all_frames

    return np.array([frame.time_s for frame in all_frames(video)])


def numbered(
    config: SegmentConfig, times: Sequence[float], every: Callable[[Path], np.ndarray] = frame_times
) -> list[Chosen]:
    """Frames by their numbers in the whole video.

    Args:
        config: of the video job.
        times: seconds of the source.
        every: `frame_times`, or what remembers it.

    Raises:
        VideoError: the video is not there (any more), or cannot be read.
    """
    if not config.video.exists():
        raise VideoError(
            f"The video of this result is not there any more: {config.video}.",
            fix="Put it back at that place, or segment it again from where it is now.",
        )
    if config.video.is_dir():
        return [Chosen(round(time * config.fps), time) for time in times]
    known = every(config.video)
    return [Chosen(int(np.abs(known - time).argmin()), time) for time in times]


def picture_of(place: Place) -> np.ndarray:
    """The frame itself, upright: (H, W, 3) uint8 RGB.

    Raises:
        VideoError: it cannot be read.
    """
    from segcore.video.extract import frames_at

    found = next(frames_at(place.video, [place.chosen], place.fps), None)
    if found is None:
        raise VideoError(
            f"{place.video.name} has no frame at {place.chosen.time_s:.2f} s.", fix="Is it still this result's video?"
        )
    return found[1].image


def seen_size(image: np.ndarray, region: Region | None) -> tuple[int, int]:
    """(height, width) of what a network sees of a frame (H, W, 3)."""
    height, width = image.shape[:2]
    part = region.within(width, height) if region else None
    return part.size if part else (height, width)


def labels_of(network: Scorer, image: np.ndarray, region: Region | None) -> np.ndarray:
    """What a network says of a frame, at the frame's own size.

    Args:
        network: the network.
        image: (H, W, 3) uint8 RGB.
        region: all that it sees; None: the whole frame.

    Returns:
        (H, W) uint8, 255 around the region.
    """
    height, width = image.shape[:2]
    part = region.within(width, height) if region else None
    if part is None:
        return labels_at(network.scores(image[None])[0], (height, width))
    labels = np.full((height, width), IGNORE, np.uint8)
    seen = np.ascontiguousarray(image[part.place])
    labels[part.place] = labels_at(network.scores(seen[None])[0], part.size)
    return labels


@dataclass(frozen=True)
class Opened:
    """A frame that can be painted on.

    Attributes:
        picture: a JPEG of the frame; it is what is learned from later.
        labels: a file of packed labels to begin with.
        size: (height, width).
        stem: the frame's name among labelled frames.
        version: of the labels.
    """

    picture: Path
    labels: Path
    size: tuple[int, int]
    stem: str
    version: str


def keep_opened(folder: Path, stem: str, image: np.ndarray | Path, labels: np.ndarray) -> Opened:
    """Write a frame and its labels into a folder, which appears whole.

    Args:
        folder: of this frame and network alone.
        stem: the frame's name among labelled frames.
        image: (H, W, 3) uint8 RGB; or a JPEG, taken as it is.
        labels: (H, W) uint8.
    """
    with passing(parent=folder.parent) as work:
        if isinstance(image, Path):
            shutil.copyfile(image, work / _PICTURE)
        else:
            Image.fromarray(image).save(work / _PICTURE, quality=95, subsampling=0)
        (work / _LABELS).write_bytes(pack(labels))
        (work / _STEM).write_text(stem, "utf-8")
        try:
            work.rename(folder)
        except OSError:  # somebody else opened the same frame just now
            if not folder.is_dir():
                raise
    opened = read_opened(folder)
    assert opened is not None
    return opened


def read_opened(folder: Path) -> Opened | None:
    """What `keep_opened` wrote; None where it is not there (any more)."""
    try:
        stem = (folder / _STEM).read_text("utf-8")
        packed = (folder / _LABELS).read_bytes()
        size = read_header(folder / _PICTURE).size
    except OSError:
        return None
    return Opened(folder / _PICTURE, folder / _LABELS, size, stem, hashlib.sha256(packed).hexdigest()[:16])
