"""What smoothing, flicker scores and error bars are worth, on the sample scene, whose truth is known.

    python tests/benchmarks/sure_and_steady.py RUN [--frames 90]

RUN is a training on the sample scene (`segcore train sample-scene --minutes 4`; a mediocre one shows more). Prints
JSON: flicker and mIoU before and after smoothing, flicker of the exact labels (what the score cannot tell from none),
the share of frames whose true area lies in its 95 % interval, of all and of each class, on frames half a second apart
(neighbours show the same objects in the same places), areas' mean error before and after correction (% of the frame),
and milliseconds of one core a frame for looking, for smoothing, and for the network.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from segcore.cli.validation import validation_confusions
from segcore.datasets.sample.scene import CLASSES, LABELLED_EVERY_S, LABELLED_FRAMES, sample_scene
from segcore.evaluation.metrics import confusion_matrix, iou, mean_present
from segcore.inference.load import load_predictor
from segcore.inference.predictor import Predictor
from segcore.knowledge.corrected_areas import learn_areas
from segcore.pipeline.preprocess import resize_labels
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.video.following import Follower
from segcore.video.labelled import DecodedFrame, LabelledFrame
from segcore.video.steadiness import Steadiness, Steady

FIRST_S = LABELLED_FRAMES * LABELLED_EVERY_S
spent: dict[str, list[float]] = defaultdict(list)


def timed(what: str, work: Callable[[], Any]) -> Any:
    begin = time.process_time()
    done = work()
    spent[what].append(1000 * (time.process_time() - begin))
    return done


def watched(frames: Sequence[LabelledFrame], *, smooth: bool) -> tuple[list[np.ndarray], list[Steady]]:
    """Labels as they are kept, and what is known of each frame."""
    steadiness = Steadiness(len(CLASSES), smooth=smooth)
    what = "look and smooth" if smooth else "look"
    found = [timed(what, lambda f=f: steadiness.look(f)) for f in frames]
    return [frame.labels for frame, _ in found], [steady for _, steady in found]


def flicker(found: Sequence[Steady]) -> float:
    """Mean over frames, then over classes."""
    return round(float(np.nanmean(np.nanmean([one.flicker.classes for one in found], axis=0))), 5)


def apart(network: Predictor, size: tuple[int, int], count: int) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted shares of `count` frames half a second apart, each (count, C)."""
    scene, shares = sample_scene(), ([], [])
    for number in range(count):
        image, labels = scene.draw(FIRST_S + number / 2)
        found, _ = network.predict(cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA)[None])
        for kept, plane in zip(shares, (labels, found[0]), strict=True):
            kept.append(np.bincount(plane.ravel(), minlength=len(CLASSES)) / plane.size)
    return np.stack(shares[0]), np.stack(shares[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("--frames", type=int, default=90)
    parser.add_argument("--apart", type=int, default=120, help="frames half a second apart, for the intervals")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    store = RunStore(Settings.from_env())
    network = load_predictor(store, asked.run, backend="openvino")
    scene, size = sample_scene(), network.size_for(540, 960)
    drawn = [scene.draw(FIRST_S + k / 30) for k in range(asked.frames)]
    truth = [labels for _, labels in drawn]
    frames, exact, follower = [], [], Follower()
    for number, (image, labels) in enumerate(drawn):
        small = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA)
        found, confidence = timed("network", lambda small=small: network.predict(small[None]))
        moved = follower.look(small, begins=number == 0)
        decoded = DecodedFrame(number, number / 30, number, None, small, moved=moved)  # type: ignore[arg-type]
        frames.append(LabelledFrame(decoded, found[0], confidence[0]))
        exact.append(LabelledFrame(decoded, resize_labels(labels, size), np.full(size, 255, np.uint8)))

    def overlap(shown: Sequence[np.ndarray]) -> float:
        pairs = zip(truth, shown, strict=True)
        return mean_present(iou(sum(confusion_matrix(t, resize_labels(s, t.shape), len(CLASSES)) for t, s in pairs)))

    raw, before = watched(frames, smooth=False)
    smooth, after = watched(frames, smooth=True)
    confusions = validation_confusions(store, store.get(asked.run).id)
    assert confusions is not None, "this run did not keep its validation images one by one"
    shares = apart(network, size, asked.apart)
    model = learn_areas(confusions)
    areas = model.apply(shares[1])
    held = (areas.low <= shares[0] + 1e-12) & (shares[0] <= areas.high + 1e-12)
    known = ~np.isnan(areas.low)
    result = {
        "flicker": {"before": flicker(before), "after": flicker(after)},
        "flicker_of_exact_labels": flicker(watched(exact, smooth=False)[1]),
        "pixels_changed": round(float(np.mean([one.changed for one in after])), 5),
        "miou": {"before": round(overlap(raw), 4), "after": round(overlap(smooth), 4)},
        "intervals": {
            "validation_images": len(confusions),
            "correction": model.correction,
            "hold_the_truth": round(float(held[known].mean()), 4),
            "of_class": {
                one.name: round(float(held[known[:, one.id], one.id].mean()), 3)
                for one in CLASSES
                if known[:, one.id].any()
            },
        },
        "area_error_percent": {
            "predicted": round(100 * float(np.abs(shares[1] - shares[0]).mean()), 4),
            "corrected": round(100 * float(np.abs(areas.corrected - shares[0]).mean()), 4),
            "half_width": round(100 * float(np.nanmean(areas.high - areas.low)) / 2, 4),
        },
        "cpu_ms_per_frame": {what: round(float(np.median(values)), 2) for what, values in spent.items()},
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
