"""Odd video files, made with PyAV, and a predictor that needs no network."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.video.config import SegmentConfig
from segcore.video.reader import VideoReader
from segcore.video.segment import SegmentResult, segment

CLASSES = ClassTable.of(["background", "bright"])


class BrightPredictor:
    """Labels bright pixels 1, at 64×32."""

    classes = CLASSES
    backend = "threshold"
    parallel = 2

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return (64, 32) if height > width else (32, 64)

    def prepare(self, size: tuple[int, int]) -> None:
        assert size in ((32, 64), (64, 32))

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        size = self.size_for(*frames.shape[1:3])
        small = np.stack([cv2.resize(f, size[::-1]) for f in frames])
        labels = (small.mean(-1) > 128).astype(np.uint8)
        return labels, np.full_like(labels, 200)


def picture(width: int, height: int, number: int) -> np.ndarray:
    """Dark, with a bright square that moves: (height, width, 3) uint8."""
    image = np.full((height, width, 3), 40, np.uint8)
    left = (number * 3) % max(1, width - width // 4)
    image[height // 4 : height // 2, left : left + width // 4] = 220
    return image


def clip(
    path: Path,
    width: int = 64,
    height: int = 48,
    pts: Sequence[int] = tuple(range(0, 400, 40)),
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    fmt: str | None = None,
    time_base: Fraction = Fraction(1, 1000),
    rotation: int = 0,
    noise: int = 0,
    options: dict[str, str] | None = None,
    **context: int,
) -> Path:
    """A video with a frame at each of these times."""
    with av.open(
        str(path), "w", format=fmt, options={"movflags": "faststart"} if path.suffix == ".mp4" else {}
    ) as output:
        stream = output.add_stream(codec, rate=25, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        stream.time_base = stream.codec_context.time_base = time_base
        for name, value in context.items():
            setattr(stream.codec_context, name, value)
        if rotation:
            stream.set_display_rotation(rotation)
        for number, time in enumerate(pts):
            image = picture(width, height, number)
            if noise:
                image += np.random.default_rng(number).integers(0, noise, image.shape, np.uint8)
            frame = av.VideoFrame.from_ndarray(image, "rgb24").reformat(format=pix_fmt)
            frame.pts, frame.time_base = time, time_base
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def run(video: Path, out: Path) -> SegmentResult:
    """Segment a video by brightness."""
    return segment(SegmentConfig(video=video, run="none"), BrightPredictor(), out)


def times_ms(path: Path) -> list[float]:
    """Times of all frames, in milliseconds."""
    with VideoReader(path) as reader:
        return [1000 * frame.time_s for frame in reader]


def facts(path: Path) -> tuple[int, str, str, int, int]:
    """Frames, codec, pixel format, width and height of a written video."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        return sum(1 for _ in container.decode(stream)), context.name, context.pix_fmt, context.width, context.height
