"""A quick look at what a job would give: some frames, spread over the video, segmented within seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from segcore.classes import ClassTable
from segcore.inference.predictor import Predictor
from segcore.knowledge.measure import measure_frame
from segcore.video.colors import BT601
from segcore.video.config import SegmentConfig
from segcore.video.demux import open_video
from segcore.video.info import VideoInfo
from segcore.video.job import drawn, opened, region_of, seen_of, settled
from segcore.video.look import Look
from segcore.video.overlay import draw_overlay, trace
from segcore.video.planes import Planes
from segcore.video.region import Region
from segcore.video.source import SourceFrame, source_info

COUNT = 20
_SEEK_FROM = 40
"""From so many frames between two wanted ones on, seeking is quicker than decoding what lies between."""
_FARTHEST = 75
_TINY = 1e-6


@dataclass(frozen=True)
class Glimpse:
    """One frame of the quick look.

    Attributes:
        time_s: its time in the source, seconds.
        picture: (H, W, 3) uint8 RGB, the frame or its region, drawn, at most as wide as was asked for.
        shares: (C,) float64, share of each class in what the network saw.
    """

    time_s: float
    picture: np.ndarray
    shares: np.ndarray


def preview(
    config: SegmentConfig,
    predictor: Predictor,
    count: int = COUNT,
    *,
    width: int = 480,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> list[Glimpse]:
    """Segment and draw frames spread evenly over the part of the video.

    Args:
        config: as of the job; `every` has no meaning here.
        predictor: the network.
        count: how many frames; fewer where there are not so many.
        width: of the pictures, pixels.
        on_progress: called with (frames done, frames in all).

    Raises:
        VideoError: the video cannot be read, or the region reaches out of it.
    """
    info = source_info(config.video, config.fps)
    region = region_of(config, info)
    size = region.size if region else (info.height, info.width)
    network = predictor.size_for(*size)
    predictor.prepare(network)
    found: list[Glimpse] = []
    on_progress(0, count)
    waiting: list[tuple[float, Planes, np.ndarray]] = []

    def label() -> None:
        labels, confidence = predictor.predict(np.stack([small for _, _, small in waiting]))
        for (time_s, planes, _), its, sure in zip(waiting, labels, confidence, strict=True):
            its, sure = settled(config, None, planes, its, sure)
            measure = measure_frame(its, sure, size, len(predictor.classes))
            overlay = drawn(config, predictor.classes, None, planes, trace(its, predictor.classes, config, size, sure))
            found.append(Glimpse(time_s, overlay.rgb(width), measure.pixels / (size[0] * size[1])))
        waiting.clear()
        on_progress(len(found), count)

    for frame in spread(config, info, count):
        planes = frame.planes()
        part = region.cut(planes) if region else planes
        waiting.append((frame.time_s, part, seen_of(frame, planes, region, network)))
        if len(waiting) == predictor.parallel:
            label()
    if waiting:
        label()
    return found


def still(
    frame: np.ndarray,
    labels: np.ndarray,
    classes: ClassTable,
    look: Look,
    region: Region | None = None,
    *,
    confidence: np.ndarray,
) -> np.ndarray:
    """One frame as a job will draw it.

    Args:
        frame: (H, W, 3) uint8 RGB; unchanged.
        labels, confidence: (h, w) uint8, of the frame or of its region.
        classes: of the network.
        look: how it looks.
        region: one of `Region.within`; None: the whole frame.

    Returns:
        (H, W, 3) uint8 RGB, a new array; (H, 2 W, 3) side by side.
    """
    if region is None:
        return draw_overlay(frame, labels, classes, look, confidence=confidence)
    contours = trace(labels, classes, look, region.size, confidence)
    return drawn(look, classes, region, Planes.of_rgb(frame, BT601), contours).rgb()


def spread(config: SegmentConfig, info: VideoInfo, count: int) -> Iterator[SourceFrame]:
    """Frames at about equal distances over the part of a video, in order, none twice; what lies between is not decoded.

    A key frame stands for the wanted times that follow it up to the next one: it costs least. Where there are several
    of them, frames come from there on in steps of at most 75 frames: all must be decoded from the key frame on.
    """
    end = min(info.duration_s, config.end_s or info.duration_s) if info.duration_s else config.end_s or 0.0
    distance = max(0.0, end - config.start_s) / count
    wanted = [config.start_s + (n + 0.5) * distance for n in range(count)]
    if distance * info.fps < _SEEK_FROM:
        yield from _passing(config, wanted)
        return
    step = min(distance, _FARTHEST / info.fps)
    for key, times in _by_key_frame(info, wanted).items():
        first = max(key, config.start_s)
        yield from _passing(config, [first + n * step for n in range(len(times))])


def _passing(config: SegmentConfig, wanted: list[float]) -> Iterator[SourceFrame]:
    """The first frame at or after each time; one that is the first after several comes once."""
    waiting = list(reversed(wanted))
    with opened(config, wanted[0]) as source:
        for frame in source:
            if frame.time_s >= waiting[-1] - _TINY:
                while waiting and frame.time_s >= waiting[-1] - _TINY:
                    waiting.pop()
                yield frame
            if not waiting:
                return


def _by_key_frame(info: VideoInfo, wanted: list[float]) -> dict[float, list[float]]:
    """The wanted times by the time of the key frame before them; a folder's pictures need none."""
    if info.path.is_dir():
        return {at: [at] for at in wanted}
    found: dict[float, list[float]] = {}
    with open_video(info.path) as container:
        stream = container.streams.video[0]
        for at in wanted:
            container.seek(info.clock_start + round(at / info.time_base), stream=stream)
            packet = next((p for p in container.demux(stream) if p.pts is not None), None)
            key = at
            if packet is not None and packet.pts is not None and packet.is_keyframe:
                key = min(at, float((packet.pts - info.clock_start) * info.time_base))
            found.setdefault(key, []).append(at)
    return found
