"""Whether borders along the frame's own edges bring labels nearer to the truth, on a run's labelled frames.

    python tests/benchmarks/refinement.py RUN --dataset DATASET [--split val]

From the same labels and confidences: as the ledger counts without refinement (nearest neighbour), as contours run
(probability ½ between the network's pixels), and refined. Prints one JSON object: mIoU, the smallest class, every
class, and milliseconds a frame of the refinement (OpenCV on one thread).
"""

from __future__ import annotations

import argparse
import json
import time

import cv2
import numpy as np

from segcore.datasets.dataset import read_labels
from segcore.datasets.images import read_image
from segcore.datasets.store import DatasetStore
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.inference.load import load_predictor
from segcore.pipeline.preprocess import resize_labels
from segcore.pipeline.scaled_labels import labels_at
from segcore.runs import RunStore
from segcore.settings import Settings
from segcore.video.contours import sides
from segcore.video.refine import brightness, refine


def halfway(labels: np.ndarray, confidence: np.ndarray, size: tuple[int, int], classes: int) -> np.ndarray:
    """Labels at a size, with borders where probabilities are ½."""
    inside, outside = sides(confidence)
    planes = [np.where(labels == c, inside, outside) for c in range(classes)]
    return labels_at(np.stack(planes, axis=-1).astype(np.float32), size)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--split", default="val", choices=("train", "val", "all"))
    asked = parser.parse_args()
    settings = Settings.from_env()
    network = load_predictor(RunStore(settings), asked.run)
    count = len(network.classes)
    matrices: dict[str, np.ndarray] = {
        way: np.zeros((count, count), np.int64) for way in ("nearest", "half", "refined")
    }
    pairs, took = DatasetStore(settings).open(asked.dataset).part(asked.split), 0.0
    cv2.setNumThreads(1)
    for pair in pairs:
        image, truth = read_image(pair.image), read_labels(pair)
        found, sure = network.predict(image[None])
        labels, confidence, size = found[0], sure[0], (image.shape[0], image.shape[1])
        begin = time.thread_time()
        refined, _ = refine(labels, confidence, brightness(image))
        took += time.thread_time() - begin
        made = {"nearest": resize_labels(labels, size), "refined": refined}
        made["half"] = halfway(labels, confidence, size, count)
        for way, matrix in matrices.items():
            matrix += confusion_matrix(truth, resize_labels(made[way], truth.shape), count)
    report = {way: _scores(matrix) for way, matrix in matrices.items()}
    print(json.dumps({"frames": len(pairs), "ms_a_frame": round(1000 * took / len(pairs), 1), **report}))


def _scores(confusion: np.ndarray) -> dict[str, object]:
    found = iou(confusion)
    overlaps = [round(float(value), 4) for value in found]
    return {"miou": round(mean_present(found), 4), "smallest": round(float(np.nanmin(found)), 4), "iou": overlaps}


if __name__ == "__main__":
    main()
