"""What drawing costs: contours found and drawn on the planes of a video's frames, by style, on real predictions.

    python tests/benchmarks/drawing.py VIDEO RUN [--frames 60] [--rounds 3]

Each style draws the same frames, with OpenCV on one thread as in a video job. Milliseconds are processor time of that
thread, so that other processes do not count; styles take turns. The baseline, in the same run, is the plain way: every
class's plane scaled to the frame, `skimage.measure.find_contours` at ½, `cv2.polylines`. Prints one JSON object: median
milliseconds a frame, and how far, in pixels of the frame, our contours are from those of scikit-image on the same
planes (the margin left out).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from scipy.spatial import cKDTree
from skimage import measure

from segcore.classes import ClassTable
from segcore.inference.load import load_predictor
from segcore.runs import RunStore
from segcore.settings import Settings
from segcore.video.alpha_canvas import AlphaCanvas
from segcore.video.canvas import PlanesCanvas
from segcore.video.contours import find_contours, sides
from segcore.video.look import STYLES, Look
from segcore.video.overlay import draw
from segcore.video.planes import Planes
from segcore.video.reader import VideoReader
from segcore.video.refine import refine

Case = tuple[Planes, np.ndarray, np.ndarray]
"""A frame, its labels and their confidence."""
PLAIN_FRAMES = 3


def predicted(video: Path, run: str, frames: int) -> tuple[ClassTable, list[Case]]:
    """Frames of a video with what a run's network says of them."""
    network = load_predictor(RunStore(Settings.from_env()), run)
    with VideoReader(video) as reader:
        size = network.size_for(reader.info.height, reader.info.width)
        found = [(frame.planes(), network.predict(frame.scaled(size)[None])) for frame in islice(reader, frames)]
    return network.classes, [(planes, labels[0], confidence[0]) for planes, (labels, confidence) in found]


def plain_contours(case: Case, class_id: int) -> list[np.ndarray]:
    """scikit-image's contours of a class, (n, 2) as (x, y) in the frame's pixels."""
    planes, labels, confidence = case
    inside, outside = sides(confidence)
    plane = np.where(labels == class_id, inside, outside).astype(np.float32)
    large = cv2.resize(plane, (planes.width, planes.height), interpolation=cv2.INTER_LINEAR)
    return [line[:, ::-1] for line in measure.find_contours(large, 127.5)]


def plainly(case: Case, classes: ClassTable) -> None:
    """The baseline, on an image of the frame's size."""
    image = np.zeros((case[0].height, case[0].width, 3), np.uint8)
    for segclass in classes:
        if segclass.id:
            lines = [np.rint(line).astype(np.int32)[:, None] for line in plain_contours(case, segclass.id)]
            cv2.polylines(image, lines, True, segclass.rgb, 4, cv2.LINE_AA)


def distances(case: Case, classes: ClassTable) -> np.ndarray:
    """From points along our contours to those of scikit-image, pixels of the frame."""
    size = (case[0].height, case[0].width)
    found = find_contours(case[1], [c.id for c in classes if c.id], size, case[2])
    margin = 2 * size[0] / case[1].shape[0]
    apart = []
    for class_id, lines in found.items():
        ours = np.concatenate([_along(np.concatenate([line, line[:1]])[:, 0], 40) for line in lines])
        inner = ((ours >= margin) & (ours < np.array(size[::-1]) - margin)).all(axis=1)
        theirs = np.concatenate([_along(line, 5) for line in plain_contours(case, class_id)])
        apart.append(cKDTree(theirs).query(ours[inner])[0])
    return np.concatenate(apart)


def _along(line: np.ndarray, steps: int) -> np.ndarray:
    """Points along a line (n, 2), so many between two of its own."""
    share = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    return (line[:-1] + share * np.diff(line, axis=0)).reshape(-1, 2)


def works(classes: ClassTable) -> dict[str, Callable[[Case], object]]:
    """What is measured; each takes a case whose planes it may change."""
    shown = [c.id for c in classes if c.id]

    def styled(look: Look) -> Callable[[Case], object]:
        return lambda case: draw(PlanesCanvas(case[0]), case[1], classes, look, confidence=case[2])

    def transparent(case: Case) -> None:
        canvas = AlphaCanvas((case[0].height, case[0].width))
        draw(canvas, case[1], classes, Look(style="both"), confidence=case[2])

    def refined(case: Case) -> None:
        refine(case[1], case[2], case[0].luma[: case[0].height, : case[0].width])

    return {
        "contours alone": lambda case: find_contours(case[1], shown, (case[0].height, case[0].width), case[2]),
        **{style: styled(Look(style=style)) for style in STYLES},
        "contour, names and legend": styled(Look(style="contour", names=True, legend=True)),
        "both, transparent": transparent,
        "refine": refined,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    classes, cases = predicted(asked.video, asked.run, asked.frames)
    cv2.setNumThreads(1)
    times: dict[str, list[float]] = {name: [] for name in works(classes)}
    for _ in range(asked.rounds):
        for planes, labels, confidence in cases:
            for name, work in works(classes).items():
                times[name].append(_ms(work, (planes.copy(), labels, confidence)))
    plain = [_ms(lambda case: plainly(case, classes), case) for case in cases[:PLAIN_FRAMES]]
    apart = np.concatenate([distances(case, classes) for case in cases[:: max(1, len(cases) // 10)]])
    middle = {name: round(statistics.median(values), 2) for name, values in times.items()}
    report = {
        "size": [cases[0][0].width, cases[0][0].height],
        "network_size": list(cases[0][1].shape),
        "frames": len(cases),
        "classes_a_frame": statistics.median(len(np.unique(labels)) - 1 for _, labels, _ in cases),
        "median_ms": middle,
        "plain_ms": round(statistics.median(plain), 1),
        "plain_to_contour": round(statistics.median(plain) / middle["contour"], 1),
        "pixels_from_scikit_image": {
            "median": round(float(np.median(apart)), 3),
            "99 %": round(float(np.quantile(apart, 0.99)), 3),
            "largest": round(float(apart.max()), 3),
            "share above 1": float((apart > 1).mean()),
        },
    }
    print(json.dumps(report))


def _ms(work: Callable[[Case], object], case: Case) -> float:
    begin = time.thread_time()
    work(case)
    return 1000 * (time.thread_time() - begin)


if __name__ == "__main__":
    main()
