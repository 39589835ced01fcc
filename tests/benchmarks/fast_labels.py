"""How much the labels of the speed "fast" are those of "standard", by how often the network looks.

    python tests/benchmarks/fast_labels.py VIDEO RUN [--every 1,2,3,4,5] [--followed 0.6,0.8] [--frames 0] [--step 7]

Segments the video (its first `frames`; 0: all) at "standard", then at "fast" where the network sees at least each n-th
frame and each of which less than a share of the picture can be followed. Every `step`-th frame is compared: `step` is
best a number that none of `--every` divides, so that frames of all ages come up. Prints a JSON object for each: the
share of frames that the network saw, milliseconds a frame by the clock and of the processor, the share of pixels with
the class that standard gives (mean, and the 5th percentile of frames), mean IoU against standard's labels, and the IoU
of each class.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from segcore.cli.video_network import network_for
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.inference.network import TrainedNetwork
from segcore.knowledge.masks import MASKS_FILE, read_masks
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.config import SegmentConfig
from segcore.video.segment import segment
from segcore.video.source import source_info
from segcore.video.speed import FOLLOWED, SPEEDS, Speed


def measured(store: RunStore, config: SegmentConfig, step: int) -> tuple[dict[str, Any], list[np.ndarray]]:
    """What the job cost, and the labels of each `step`-th frame."""
    network, _ = network_for(store, config.run, config)
    with tempfile.TemporaryDirectory() as name:
        clock, processor = time.perf_counter(), time.process_time()
        result = segment(config, network, Path(name))
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        labels = [m.labels for m in read_masks(Path(name) / MASKS_FILE, set(range(0, result.frames, step)))]
    figures = {
        "seen": round(result.summary["frames_labelled"] / result.frames, 3),
        "ms": round(1000 * clock / result.frames, 1),
        "processor_ms": round(1000 * processor / result.frames, 1),
    }
    return figures, labels


def alike(labels: list[np.ndarray], others: list[np.ndarray], classes: int) -> dict[str, Any]:
    """How far labels are those of `others`, at the frame's size."""
    counts, pixels = np.zeros((classes, classes), np.int64), []
    for one, other in zip(labels, others, strict=True):
        counted = confusion_matrix(other, one, classes)
        counts += counted
        pixels.append(np.trace(counted) / counted.sum())
    return {
        "pixels": round(float(np.mean(pixels)), 5),
        "pixels_5th_percentile": round(float(np.percentile(pixels, 5)), 5),
        "miou": round(mean_present(iou(counts)), 4),
        "iou": iou(counts).round(3).tolist(),
    }


def main() -> None:
    """Segment, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--every", default="1,2,3,4,5")
    parser.add_argument("--followed", default=str(FOLLOWED))
    parser.add_argument("--frames", type=int, default=0)
    parser.add_argument("--step", type=int, default=7)
    given = parser.parse_args()
    store = RunStore(Settings.from_env())
    run = store.get(given.run)
    classes = len(TrainedNetwork.of_run(store, run.id).spec.classes)
    end_s = given.frames / source_info(given.video).fps if given.frames else None

    def config(speed: Speed) -> SegmentConfig:
        return SegmentConfig(video=given.video, run=run.id, speed=speed, end_s=end_s)

    figures, standard = measured(store, config("standard"), given.step)
    print(json.dumps({"speed": "standard"} | figures), flush=True)
    for followed, every in itertools.product(map(float, given.followed.split(",")), map(int, given.every.split(","))):
        SPEEDS["fast"] = replace(SPEEDS["fast"], every=every, followed=followed)
        figures, labels = measured(store, config("fast"), given.step)
        known = {"speed": "fast", "every": every, "followed": followed}
        print(json.dumps(known | figures | alike(labels, standard, classes)), flush=True)


if __name__ == "__main__":
    main()
