"""What knowledge costs beside the network, in one run: ledger and objects a frame, tracks and events of a long video.

    python tests/benchmarks/knowledge_cost.py VIDEO RUN [--frames 200] [--long 20000]

RUN is a training run of the installation in SEGCORE_HOME. The first frames of the video are labelled by it one by one,
and what becomes of their labels is timed frame by frame, each step after the other, so that a busy machine slows all of
them alike; medians are given. For the long video the objects of these frames are gone through forward and backward,
again and again. Prints one JSON object: milliseconds a frame, seconds for the long video, and all of it as a share of
the network's time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np

from segcore.inference.load import load_predictor
from segcore.inference.predictor import Predictor
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.ledger import LedgerWriter
from segcore.knowledge.measure import measure_frame
from segcore.knowledge.object_table import ObjectRows
from segcore.knowledge.objects import FrameObjects, find_objects
from segcore.knowledge.tables import knowledge_of
from segcore.knowledge.thresholds import threshold_events
from segcore.knowledge.tracks import positions
from segcore.knowledge.zone_events import zone_events
from segcore.knowledge.zones import Line, Zone
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.reader import VideoReader

WARM_UP = 5
ZONES = (
    Zone(name="left", points=((0, 0), (0.4, 0), (0.4, 1), (0, 1))),
    Zone(name="right", points=((0.6, 0), (1, 0), (1, 1), (0.6, 1))),
    Line(name="middle", start=(0.5, 0), end=(0.5, 1)),
)


@dataclass
class Clock:
    """Seconds of each step, frame by frame."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def of(self, name: str, work: Callable[[], Any]) -> Any:
        """Do it, and note how long it took."""
        start = time.perf_counter()
        result = work()
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        return result


def frame_by_frame(video: Path, predictor: Predictor, frames: int, folder: Path) -> tuple[Clock, list[FrameObjects]]:
    """Label frames and measure them."""
    clock, found, classes = Clock(), [], len(predictor.classes)
    with VideoReader(video) as reader:
        size = (reader.info.height, reader.info.width)
        network_size = predictor.size_for(*size)
        predictor.prepare(network_size)
        with LedgerWriter(folder, predictor.classes, size) as ledger:
            for frame in islice(reader, frames):
                small = frame.scaled(network_size)[None]
                labels, sure = (a[0] for a in clock.of("network", lambda s=small: predictor.predict(s)))
                measured = clock.of("measure", lambda a=labels, b=sure: measure_frame(a, b, size, classes))
                clock.of("ledger", lambda f=frame, m=measured: ledger.append(f.index, f.time_s, m))
                found.append(clock.of("objects", lambda a=labels, b=sure: find_objects(a, b, size, classes)))
    return clock, found


def long_video(
    found: list[FrameObjects], predictor: Predictor, size: tuple[int, int], frames: int, folder: Path
) -> dict[str, float]:
    """Seconds of each step for so many frames."""
    clock, rows = Clock(), ObjectRows(predictor.classes)
    there_and_back = [*found, *found[::-1]]

    def collect() -> None:
        for number in range(frames):
            rows.append(number, number / 30, there_and_back[number % len(there_and_back)])

    clock.of("rows", collect)
    objects, contacts = clock.of("tables", rows.tables)
    times = FrameTimes(range(frames), np.arange(frames) / 30)
    tables = clock.of("tracks and events", lambda: knowledge_of(objects, contacts, times, size))
    clock.of("files", lambda: tables.write(folder))
    at = clock.of("positions", lambda: positions(tables.objects))
    clock.of("zones, asked for by a page", lambda: zone_events(at, times, size, ZONES))
    clock.of("thresholds, asked for by a page", lambda: threshold_events(at, times, share=0.02, speed=200))
    seconds = {name: round(sum(values), 2) for name, values in clock.seconds.items()}
    return seconds | {"objects": float(len(objects)), "tracks": float(len(tables.tracks))}


def main() -> None:
    """Measure both and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--long", type=int, default=20000)
    given = parser.parse_args()
    cv2.setNumThreads(1)  # as in a video job
    predictor = load_predictor(RunStore(Settings.from_env()), given.run)
    with tempfile.TemporaryDirectory() as name:
        clock, found = frame_by_frame(given.video, predictor, given.frames + WARM_UP, Path(name))
        with VideoReader(given.video) as reader:
            size = (reader.info.height, reader.info.width)
        late = long_video(found, predictor, size, given.long, Path(name))
    ms = {step: round(1000 * median(values[WARM_UP:]), 3) for step, values in clock.seconds.items()}
    a_frame = sum(late[step] for step in ("rows", "tables", "tracks and events", "files")) / given.long * 1000
    everything = ms["measure"] + 1000 * sum(clock.seconds["ledger"]) / len(found) + ms["objects"] + a_frame
    print(
        json.dumps(
            {
                "ms_a_frame": ms | {"rows, tracks, events, files": round(a_frame, 3)},
                "long_video_s": late,
                "share_of_network": {
                    "objects": round(ms["objects"] / ms["network"], 3),
                    "all knowledge": round(everything / ms["network"], 3),
                },
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
