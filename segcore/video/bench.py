"""How fast each stage is on this machine, one after another, so that none disturbs the others."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from segcore.inference.predictor import Predictor
from segcore.knowledge.measure import measure_frame
from segcore.temporary import passing
from segcore.video.canvas import PlanesCanvas
from segcore.video.overlay import draw
from segcore.video.reader import Frame, VideoReader
from segcore.video.writer import VideoWriter

_MAX_FRAMES = 64


def bench_stages(video: Path, predictor: Predictor, frames: int = 32) -> dict[str, Any]:
    """Milliseconds a frame of each stage.

    Args:
        video: whose first frames are used.
        predictor: the network.
        frames: how many, at most 64.

    Returns:
        {"video": {...}, "frames": n, "stages": {name: ms}}.
    """
    stages: dict[str, float] = {}
    with VideoReader(video) as reader:
        source, info = iter(reader), reader.info
        kept: list[Frame] = []
        stages["decode"] = _ms(lambda: kept.extend(_take(source, min(frames, _MAX_FRAMES))), 1)
        stages["decode"] = round(stages["decode"] / len(kept), 2)
        size = predictor.size_for(info.height, info.width)
        predictor.prepare(size)
        stages["scale"] = _each(lambda f: f.scaled(size), kept)
        small = np.stack([f.scaled(size) for f in kept])
        predictor.predict(small[: predictor.parallel])
        start = time.perf_counter()
        labels, confidence = predictor.predict(small)
        stages["network"] = round(1000 * (time.perf_counter() - start) / len(kept), 2)
        stages["copy"] = _each(lambda f: f.planes(), kept)
        _bench_drawing(stages, kept, labels, confidence, predictor)
        with passing() as folder:
            stages["encode"] = _encode(kept, folder / "bench.mp4")
    return {
        "video": {"name": video.name, "width": info.width, "height": info.height, "codec": info.codec},
        "frames": len(kept),
        "stages": stages,
    }


def _bench_drawing(
    stages: dict[str, float], frames: list[Frame], labels: np.ndarray, confidence: np.ndarray, predictor: Predictor
) -> None:
    size = PlanesCanvas(frames[0].planes()).size
    every = [(PlanesCanvas(f.planes()), one, sure) for f, one, sure in zip(frames, labels, confidence, strict=True)]
    stages["draw"] = _each(lambda x: draw(x[0], x[1], predictor.classes, confidence=x[2]), every)
    stages["measure"] = _each(lambda x: measure_frame(x[1], x[2], size, len(predictor.classes)), every)


def _encode(frames: list[Frame], path: Path) -> float:
    every = [frame.planes() for frame in frames]

    def run() -> None:
        with VideoWriter(path, every[0].width, every[0].height, colors=every[0].colors) as writer:
            for planes in every:
                writer.write(planes)

    return _ms(run, len(every))


def _take(frames: Any, count: int) -> list[Frame]:
    return [frame for frame, _ in zip(frames, range(count), strict=False)]


def _each(work: Callable[[Any], Any], items: list[Any]) -> float:
    return _ms(lambda: [work(item) for item in items], len(items))


def _ms(work: Callable[[], Any], count: int) -> float:
    start = time.perf_counter()
    work()
    return round(1000 * (time.perf_counter() - start) / count, 2)
