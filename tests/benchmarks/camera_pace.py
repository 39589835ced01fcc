"""How many pictures a second the live camera gives: frames of 640×360, one at a time, as the dashboard draws them.

    python tests/benchmarks/camera_pace.py VIDEO RUN [--frames 100]

Prints pictures a second by the clock (from a JPEG that came in to the JPEG that goes out) and the milliseconds of the
processor that one takes, beside those of the network as a video's job sets it up by default (several frames at once);
both take turns, frame by frame. The way through the browser comes on top.
"""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

import cv2

from pages.video.camera import HEIGHT, WIDTH, Drawer
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.inference.predictor import Predictor
from segcore.inference.soonest import SoonestPredictor
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.reader import VideoReader


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--frames", type=int, default=100)
    options = parser.parse_args()
    store = RunStore(Settings.from_env())
    network = TrainedNetwork.of_run(store, store.get(options.run).id)
    ways: dict[str, Predictor] = {
        "as the camera does": SoonestPredictor(network, store.settings.home),
        "as videos do, in float32": predictor_for(network, store.settings.home, backend="openvino"),
    }
    with VideoReader(options.video) as reader:
        sent = [_jpeg(frame.image) for frame, _ in zip(reader, range(options.frames), strict=False)]
    drawers = {name: Drawer(one, threading.Lock(), one.classes, "notebook") for name, one in ways.items()}
    took: dict[str, list[float]] = {name: [] for name in ways}
    work = dict.fromkeys(ways, 0.0)
    for drawer in drawers.values():
        drawer(sent[0])
    for frame in sent:
        for name, drawer in drawers.items():
            began, worked = time.perf_counter(), time.process_time()
            drawer(frame)
            took[name].append(time.perf_counter() - began)
            work[name] += time.process_time() - worked
    for name, seconds in took.items():
        middle = sorted(seconds)[len(seconds) // 2]
        each = f"{1000 * middle:.0f} ms in the median, {1000 * work[name] / len(sent):.0f} ms of the processor"
        print(f"{name}: {len(sent) / sum(seconds):.1f} pictures/s, {each} each")


def _jpeg(image: cv2.typing.MatLike) -> bytes:
    small = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small[..., ::-1])[1].tobytes()


if __name__ == "__main__":
    main()
