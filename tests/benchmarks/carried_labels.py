"""What labels lose that move along with the picture instead of coming from the network.

    python tests/benchmarks/carried_labels.py VIDEO RUN [--steps 4] [--speed fast]

RUN is a training in SEGCORE_HOME on frames of VIDEO. Each labelled frame is found in the video; the network labels the
frames up to `steps` before it, and these labels move along with the picture to the frame itself, as a job of that
speed moves them, where they are compared with the truth at its own size. Prints one JSON object: mIoU and IoU of the
lowest class by the number of steps (0: the network's own labels), for validation and training frames, and the same for
labels that stay where they are.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from segcore.datasets.dataset import Dataset, read_labels
from segcore.datasets.images import read_image
from segcore.datasets.store import DatasetStore
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.knowledge.masks import on_frame
from segcore.knowledge.motion import Carrier
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.following import Follower
from segcore.video.reader import VideoReader
from segcore.video.speed import SPEEDS

TINY = (160, 90)


def tiny(image: np.ndarray) -> np.ndarray:
    """A frame as small as suffices to know it again: (90, 160) float32."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return cv2.resize(grey, TINY, interpolation=cv2.INTER_AREA).astype(np.float32)


def read_video(video: Path, size: tuple[int, int]) -> np.ndarray:
    """(N, h, w, 3) uint8: all frames as the network sees them."""
    with VideoReader(video) as reader:
        return np.stack([frame.scaled(size) for frame in reader])


def places(dataset: Dataset, frames: np.ndarray) -> dict[str, int]:
    """The number of the video's frame that is most like each labelled one."""
    looks = np.stack([tiny(frame) for frame in frames])
    return {p.stem: int(np.abs(looks - tiny(read_image(p.image))).mean((1, 2)).argmin()) for p in dataset.pairs}


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", type=Path)
    parser.add_argument("run")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--speed", choices=list(SPEEDS), default="fast")
    given = parser.parse_args()
    store = RunStore(Settings.from_env())
    dataset = DatasetStore(store.settings).open(str(store.get(given.run).dataset))
    network = predictor_for(
        TrainedNetwork.of_run(store, given.run).scaled(SPEEDS[given.speed].scale), store.settings.home
    )
    with VideoReader(given.video) as reader:
        size = network.size_for(reader.info.height, reader.info.width)
    frames, classes = read_video(given.video, size), len(dataset.classes)
    found, learned = places(dataset, frames), {pair.stem for pair in dataset.part("train")}
    counts: dict[tuple[str, str, int], np.ndarray] = defaultdict(lambda: np.zeros((classes, classes), np.int64))
    for pair in dataset.pairs:
        at = found[pair.stem]
        if at < given.steps:
            continue
        seen = np.ascontiguousarray(frames[at - given.steps : at + 1])
        given_labels, _ = network.predict(seen)
        follower = Follower()
        moved = [follower.look(frame, begins=number == 0).motion for number, frame in enumerate(seen)]
        truth, part = read_labels(pair), "train" if pair.stem in learned else "val"
        for steps in range(given.steps + 1):
            first = given_labels[given.steps - steps]
            way: Carrier | None = None
            for motion in moved[given.steps - steps + 1 :]:
                assert motion is not None, "a cut"
                carrier = motion.at((size[0], size[1]))
                way = carrier.after(way) if way else carrier
            labels = way.carry(first) if way else first
            for how, here in (("moved", labels), ("stayed", first)):
                whole = on_frame(here, (truth.shape[0], truth.shape[1]), None, 255)
                counts[part, how, steps] += confusion_matrix(truth, whole, classes)
    scores = {f"{part} {way} {steps}": iou(counted) for (part, way, steps), counted in sorted(counts.items())}
    print(
        json.dumps({k: [round(mean_present(v), 4), round(float(np.nanmin(v)), 4)] for k, v in scores.items()}, indent=1)
    )


if __name__ == "__main__":
    main()
