"""A quick look at what a job would give: some frames, spread over the video, segmented within seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from segcore.inference.predictor import Predictor
from segcore.knowledge.measure import measure_frame
from segcore.video.config import SegmentConfig
from segcore.video.demux import open_video
from segcore.video.info import VideoInfo
from segcore.video.job import drawn, opened, region_of, seen_of
from segcore.video.planes import Planes
from segcore.video.source import SourceFrame, source_info

COUNT = 20
_SEEK_FROM = 40
"""From so many frames between two wanted ones on, seeking is quicker than decoding what lies between."""


@dataclass(frozen=True)
class Glimpse:
    """One frame of the quick look.

    Attributes:
        time_s: its time in the source, seconds.
        picture: (H, W, 3) uint8 RGB, drawn, at most as wide as was asked for.
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
            measure = measure_frame(its, sure, size, len(predictor.classes))
            drawn(config, predictor.classes, region, planes, its, sure)
            found.append(Glimpse(time_s, planes.rgb(width), measure.pixels / (size[0] * size[1])))
        waiting.clear()
        on_progress(len(found), count)

    for frame in spread(config, info, count):
        planes = frame.planes()
        waiting.append((frame.time_s, planes, seen_of(frame, planes, region, network)))
        if len(waiting) == predictor.parallel:
            label()
    if waiting:
        label()
    return found


def spread(config: SegmentConfig, info: VideoInfo, count: int) -> Iterator[SourceFrame]:
    """Frames at about equal distances over the part of a video, in order, none twice; what lies between is not decoded.

    Where a key frame lies between the frame before and the wanted time, it is taken: nothing before it must be decoded.
    """
    end = min(info.duration_s, config.end_s or info.duration_s) if info.duration_s else config.end_s or 0.0
    span = max(0.0, end - config.start_s)
    wanted = [config.start_s + (n + 0.5) * span / count for n in range(count)]
    if span * info.fps < count * _SEEK_FROM:
        yield from _passing(config, wanted)
        return
    before = config.start_s
    for at in wanted:
        key = _key_frame(info, at)
        start = at if key is None or key <= before else key
        with opened(config, start) as source:
            frame = next(iter(source))
            if frame.time_s > before or at == wanted[0]:
                before = frame.time_s
                yield frame


def _passing(config: SegmentConfig, wanted: list[float]) -> Iterator[SourceFrame]:
    """The first frame at or after each time, all of it decoded once."""
    waiting = list(reversed(wanted))
    last: SourceFrame | None = None
    given = -1.0
    with opened(config, config.start_s) as source:
        for frame in source:
            last = frame
            if waiting and frame.time_s >= waiting[-1] - 1e-6:
                while waiting and frame.time_s >= waiting[-1] - 1e-6:
                    waiting.pop()
                given = frame.time_s
                yield frame
            if not waiting:
                return
    if last is not None and last.time_s > given:
        yield last


def _key_frame(info: VideoInfo, at: float) -> float | None:
    """The time of the key frame from which a frame is decoded, seconds; None where that cannot be told."""
    if info.path.is_dir():
        return None
    with open_video(info.path) as container:
        stream = container.streams.video[0]
        container.seek(info.clock_start + round(at / info.time_base), stream=stream)
        packet = next((p for p in container.demux(stream) if p.pts is not None), None)
    if packet is None or packet.pts is None or not packet.is_keyframe:
        return None
    time_s = float((packet.pts - info.clock_start) * info.time_base)
    return time_s if time_s <= at else None
