"""Odd videos for jobs in chunks, a predictor that sees every pixel, and what came out of a job."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import av.filter
import cv2
import numpy as np
import pandas as pd

from segcore.classes import ClassTable
from segcore.video.config import SegmentConfig
from segcore.video.segment import SegmentResult, segment

WIDTH, HEIGHT = 128, 96
MS = Fraction(1, 1000)


class Shades:
    """Labels by brightness, with a confidence that is the brightness: no pixel may change unnoticed."""

    classes = ClassTable.of(["background", "dim", "bright", "white"])
    backend = "shades"
    parallel = 2

    def __init__(self, fails_at: int | None = None) -> None:
        self.calls, self.fails_at = 0, fails_at

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return height // 2, width // 2

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.calls += 1
        if self.calls == self.fails_at:
            raise MemoryError("no room")
        grey = frames.astype(np.uint16).sum(-1)
        return (grey // 192).clip(0, 3).astype(np.uint8), (grey // 3).astype(np.uint8)


@lru_cache(maxsize=64)
def scene(number: int) -> np.ndarray:
    """A bright disc on its way over noise that is too dim to be objects: (HEIGHT, WIDTH, 3) uint8."""
    image = np.random.default_rng(number).integers(0, 56, (HEIGHT, WIDTH, 3), np.uint8)
    cv2.circle(image, (10 + number * 2 % 70, 20 + number % 30), 14, (250, 200 - number % 100, 60), -1)
    return image


def film(
    path: Path, pts: list[int], codec: str = "libx264", *, interlaced: bool = False, loop: int = 1000, **options: str
) -> Path:
    """A video with frames at these milliseconds, the same ones again after `loop`; `options` of the encoder."""
    extra = {"flags": "+ildct+ilme", "x264-params": "tff=1"} if interlaced else {}
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=25, options=options | extra)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.thread_count = 1
        if codec == "libx264":
            stream.codec_context.time_base = MS
        for number, time in enumerate(pts):
            frame = av.VideoFrame.from_ndarray(scene(number % loop), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time, MS
            if codec != "libx264":
                frame.pts, frame.time_base = number, Fraction(1, 25)
            output.mux(stream.encode(_in_fields(frame) if interlaced else frame))
        output.mux(stream.encode(None))
    return path


def _in_fields(frame: av.VideoFrame) -> av.VideoFrame:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=WIDTH, height=HEIGHT, format=frame.format, time_base=frame.time_base)
    graph.link_nodes(source, graph.add("setfield", "tff"), graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()


def outcome(result: SegmentResult) -> dict[str, Any]:
    """All that must be the same however the work was cut: the tables, the times, how many frames."""
    with av.open(str(result.overlay)) as container:
        stream = container.streams.video[0]
        times = [float(p.pts * p.time_base) for p in container.demux(stream) if p.dts is not None]
    return {
        "ledger": pd.read_parquet(result.ledger),
        "csv": result.csv.read_bytes(),
        "times": times,
        "frames": result.frames,
        "warnings": result.warnings,
    }


def pictures(path: Path) -> list[np.ndarray]:
    """Every frame of a video, as luma."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def job(
    video: Path, out: Path, predictor: Shades | None = None, work: Path | None = None, **settings: Any
) -> SegmentResult:
    """Do a job with these settings."""
    return segment(SegmentConfig(video=video, run="r", **settings), predictor or Shades(), out, work=work)
