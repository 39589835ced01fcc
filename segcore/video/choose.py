"""Which frames of a video are worth labelling: evenly spread, or as different from each other as can be.

"Different" is farthest-point sampling (Gonzalez, 1985) on small colour pictures of candidate frames: each choice
is the candidate least like all chosen before. Blank frames and those much blurrier than their neighbours are
no candidates.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from segcore.errors import VideoError
from segcore.video.demux import open_video, packet_times
from segcore.video.extract import Chosen, frames_at
from segcore.video.pictures import is_sequence
from segcore.video.source import source_info

How = Literal["even", "different"]
MOST_FRAMES = 2000
CANDIDATES = 600
_THUMB = (27, 48)
_GREY = (135, 240)
_BLANK = 4.0
"""Grey levels of standard deviation below which a frame shows nothing."""
_BLURRED = 0.5
"""A frame with less than this share of its neighbours' sharpness is in motion or out of focus."""
_NEAR = 3


def choose_frames(
    video: Path, count: int, how: How = "different", *, on_progress: Callable[[int, int], None] | None = None
) -> list[Chosen]:
    """Choose frames to label.

    Args:
        video: a video file, or pictures in a folder or a ZIP.
        count: how many, 1 to 2000; all frames where the video has fewer.
        how: "even": at equal distances; "different": as unlike each other as can be (looks at up to 600 frames).
        on_progress: called with (frames looked at, frames to look at).

    Returns:
        The frames in order of time.

    Raises:
        VideoError: not a video that can be read, or a count out of range.
    """
    if not 1 <= count <= MOST_FRAMES:
        raise VideoError(f"Expected 1 to {MOST_FRAMES} frames to choose. Received: {count}.", fix="Choose fewer.")
    every = all_frames(video)
    if count >= len(every):
        return every
    if how == "even":
        return [every[i] for i in _evenly(len(every), count)]
    candidates = [every[i] for i in _evenly(len(every), min(len(every), max(CANDIDATES, count)))]
    looks, blank, sharpness = [], [], []
    for done, (_, frame) in enumerate(frames_at(video, candidates), 1):
        look, grey = descriptor(frame.scaled(_GREY))
        looks.append(look)
        blank.append(float(grey.std()) < _BLANK)
        sharpness.append(float(cv2.Laplacian(grey, cv2.CV_32F).var()))
        if on_progress:
            on_progress(done, len(candidates))
    usable = np.flatnonzero(~np.array(blank) & ~blurred(np.array(sharpness)))
    if len(usable) < count:
        usable = np.arange(len(looks))
    picked = farthest(np.stack(looks)[usable], count)
    return [candidates[usable[i]] for i in sorted(picked)]


def descriptor(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a frame looks like: a small blurred picture in CIELAB, and the grey frame.

    Args:
        image: (H, W, 3) uint8 RGB.

    Returns:
        (27 * 48 * 3,) float32, and (H, W) uint8.
    """
    small = cv2.resize(image, _THUMB[::-1], interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 1:] *= 2.0  # hue tells things apart better than light does
    return cv2.GaussianBlur(lab, (3, 3), 0).ravel(), cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def blurred(sharpness: np.ndarray) -> np.ndarray:
    """Which frames are much less sharp than the median of their neighbours: (N,) float → (N,) bool."""
    padded = np.pad(sharpness, _NEAR, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEAR + 1)
    return sharpness < _BLURRED * np.median(windows, axis=1)


def farthest(looks: np.ndarray, count: int) -> list[int]:
    """Farthest-point sampling: the row nearest to the mean, then ever the row farthest from all chosen.

    Args:
        looks: (N, D) float32.
        count: at most N.

    Returns:
        Row numbers in order of choice.
    """
    chosen = [int(((looks - looks.mean(0)) ** 2).sum(1).argmin())]
    distance = np.full(len(looks), np.inf)
    while len(chosen) < min(count, len(looks)):
        distance = np.minimum(distance, ((looks - looks[chosen[-1]]) ** 2).sum(1))
        distance[chosen[-1]] = -1.0
        chosen.append(int(distance.argmax()))
    return chosen


def all_frames(video: Path) -> list[Chosen]:
    """Every frame by its packet, not decoded.

    Raises:
        VideoError: not a video that can be read, or one without frames.
    """
    info = source_info(video)
    if is_sequence(video):
        return [Chosen(i, float(i * info.time_base)) for i in range(info.frames)]
    with open_video(video) as container:
        times = packet_times(container, limit=None)
    if not times:
        raise VideoError(f"{video.name}: no frames.", fix="Is the file complete? Copy it again.")
    return [Chosen(i, float((time - info.clock_start) * info.time_base)) for i, time in enumerate(times)]


def _evenly(total: int, count: int) -> list[int]:
    """`count` of 0..total-1, each in the middle of its share."""
    return sorted({int((i + 0.5) * total / count) for i in range(count)})
