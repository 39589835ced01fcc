"""A frame of a result, taken from its video, with what the network says of it: where correcting begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from segcore.classes import IGNORE
from segcore.errors import VideoError
from segcore.pipeline.preprocess import labels_at
from segcore.video.extract import Chosen

if TYPE_CHECKING:
    from segcore.inference.predictor import Scorer
    from segcore.video.config import SegmentConfig
    from segcore.video.region import Region


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


def numbered(config: SegmentConfig, times: Sequence[float]) -> list[Chosen]:
    """Frames by their numbers in the whole video.

    Args:
        config: of the video job.
        times: seconds of the source.

    Raises:
        VideoError: the video is not there (any more), or cannot be read.
    """
    from segcore.video.choose import all_frames

    if not config.video.exists():
        raise VideoError(
            f"The video of this result is not there any more: {config.video}.",
            fix="Put it back at that place, or segment it again from where it is now.",
        )
    if config.video.is_dir():
        return [Chosen(round(time * config.fps), time) for time in times]
    every = np.array([frame.time_s for frame in all_frames(config.video)])
    return [Chosen(int(np.abs(every - time).argmin()), time) for time in times]


def picture_of(place: Place) -> np.ndarray:
    """The frame itself, upright: (H, W, 3) uint8 RGB.

    Raises:
        VideoError: it cannot be read.
    """
    from segcore.video.extract import frames_at

    for _, frame in frames_at(place.video, [place.chosen], place.fps):
        return frame.image
    raise VideoError(
        f"{place.video.name} has no frame at {place.chosen.time_s:.2f} s.", fix="Is it still the video of this result?"
    )


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
