"""From a network and labelled frames to a report, and to the predictions that are kept with it."""

from __future__ import annotations

import hashlib
import heapq
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.datasets.dataset import Pair, read_labels
from segcore.datasets.images import read_image
from segcore.datasets.parallel import in_order
from segcore.datasets.stages import enter
from segcore.errors import DatasetError
from segcore.evaluation.answer import answer
from segcore.evaluation.counting import FrameCounts, count_frame, report_of
from segcore.evaluation.report import Report, Subject, report_file
from segcore.pipeline.preprocess import resize_labels

if TYPE_CHECKING:
    from segcore.inference.predictor import Scorer

KEPT = 60
"""Predictions of so many frames are kept, those of the worst."""
LONGEST = 1280
"""They are scaled down to this long side, by nearest neighbour."""

Keep = Callable[[str, bytes], None]
"""Writes a file of the run: its name, its content."""


def write_report(
    predictor: Scorer,
    pairs: Sequence[Pair],
    subject: Subject,
    keep: Keep,
    on_progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Count all frames, keep the predictions of the worst, and the report last.

    Args:
        predictor: the network.
        pairs: images and masks of any sizes.
        subject: what is evaluated.
        keep: writes a file of the run.
        on_progress: told (done, total).

    Raises:
        DatasetError: there are no pairs, or a mask has a class that the network does not know.
    """
    if not pairs:
        raise DatasetError("There are no labelled frames to score.", fix="Choose another split.")
    began, one_at_a_time = time.monotonic(), threading.Lock()
    classes, folder = predictor.classes, f"evaluation/{subject.split}"

    def work(pair: Pair) -> tuple[FrameCounts, np.ndarray]:
        image, truth = read_image(pair.image), read_labels(pair)
        with one_at_a_time:
            scores = predictor.scores(image[None])[0]
        given = answer(scores, predictor.output, (truth.shape[0], truth.shape[1]))
        return _counted(pair, lambda: count_frame(pair.stem, truth, given, len(classes)), classes), given.labels

    enter(on_progress, "scoring frames")
    frames: list[FrameCounts] = []
    worst: list[tuple[float, int, bytes]] = []
    for number, (counts, labels) in enumerate(in_order(work, pairs)):
        frames.append(counts)
        badness = -np.nan_to_num(counts.image.score(len(classes)), nan=1.0)
        if len(worst) < KEPT or badness > worst[0][0]:
            add = heapq.heappush if len(worst) < KEPT else heapq.heapreplace
            add(worst, (badness, number, label_png(labels)))
        if on_progress:
            on_progress(len(frames), len(pairs))
    for _, number, picture in worst:
        name = f"{folder}/{picture_name(frames[number].image.stem)}"
        keep(name, picture)
        frames[number] = replace(frames[number], image=frames[number].image.model_copy(update={"picture": name}))
    report = report_of(subject, classes, frames, time.monotonic() - began)
    keep(report_file(subject.split), report.model_dump_json().encode())
    return report


def picture_name(stem: str) -> str:
    """The file of a frame's prediction; stems may hold anything, so it is a hash."""
    return f"{hashlib.sha256(stem.encode()).hexdigest()[:20]}.png"


def label_png(labels: np.ndarray) -> bytes:
    """(H, W) uint8 labels as a grey PNG of class ids, at most `LONGEST` long."""
    scale = min(1.0, LONGEST / max(labels.shape))
    small = resize_labels(labels, (max(1, round(labels.shape[0] * scale)), max(1, round(labels.shape[1] * scale))))
    done, data = cv2.imencode(".png", small)
    assert done
    return data.tobytes()


def check_classes(known: ClassTable, asked: ClassTable, dataset: str) -> None:
    """A network can be scored on a dataset whose classes are its own, even if some were given other names since.

    Args:
        known: by the network.
        asked: of the dataset.
        dataset: its name, for the message.

    Raises:
        DatasetError: there are more or fewer, or a class of the same name has another number.
    """
    places = {c.name: c.id for c in known}
    moved = [c.name for c in asked if places.get(c.name, c.id) != c.id]
    if len(known) != len(asked) or moved:
        raise DatasetError(
            f"Dataset {dataset!r} has the classes {', '.join(asked.names)}; the network learned "
            f"{', '.join(known.names)}.",
            fix="Score it on a dataset with the classes it was trained on, in their order.",
        )


def _counted(pair: Pair, count: Callable[[], FrameCounts], classes: ClassTable) -> FrameCounts:
    try:
        return count()
    except ValueError as error:
        raise DatasetError(
            f"{pair.mask.name}: the network knows {len(classes)} classes; {error}",
            fix="Score it on a dataset with the classes it was trained on.",
        ) from error
