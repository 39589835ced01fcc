"""How many pictures a second the live camera gives: frames of 640×360, one at a time, as the dashboard draws them.

    python tests/benchmarks/camera_pace.py VIDEO RUN [--frames 100]

Prints pictures a second by the clock (from a JPEG that came in to the JPEG that goes out) and the milliseconds of the
processor that one takes; the way through the browser comes on top.
"""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

import cv2

from pages.video.camera import HEIGHT, WIDTH, Drawer
from segcore.inference.load import load_predictor
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
    predictor = load_predictor(store, store.get(options.run).id, backend="openvino")
    drawer = Drawer(predictor, threading.Lock(), predictor.classes, "notebook")
    with VideoReader(options.video) as reader:
        sent = [_jpeg(frame.image) for frame, _ in zip(reader, range(options.frames), strict=False)]
    drawer(sent[0])
    began, worked = time.perf_counter(), time.process_time()
    for frame in sent:
        drawer(frame)
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{len(sent) / seconds:.1f} pictures/s, {1000 * work / len(sent):.0f} ms of the processor each")


def _jpeg(image: cv2.typing.MatLike) -> bytes:
    small = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small[..., ::-1])[1].tobytes()


if __name__ == "__main__":
    main()
