"""Scores and pictures of a network on the validation frames, whole, at the masks' own resolution."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from segcore.classes import ClassTable
from segcore.datasets.dataset import read_labels
from segcore.datasets.images import read_image
from segcore.datasets.store import Pair
from segcore.evaluation.metrics import Evaluation, confusion_matrix, evaluation
from segcore.pipeline.preprocess import Geometry, resize_frame, resize_labels
from segcore.pipeline.scaled_labels import labels_at

PICTURES = 3
"""Validation frames that are shown epoch by epoch."""

Score = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, float]]
"""(frame (h, w, 3) uint8, labels (h, w) uint8) at network resolution → (scores (h, w, C) float32, loss)."""


@dataclass(frozen=True)
class Frame:
    """A validation frame, ready."""

    stem: str
    image: np.ndarray
    """(h, w, 3) uint8 at network resolution."""
    labels: np.ndarray
    """(h, w) uint8 at network resolution."""
    truth: np.ndarray
    """(H, W) uint8 at the mask's own resolution."""


def load_frames(pairs: Sequence[Pair], geometry: Geometry) -> list[Frame]:
    """Read and scale validation frames."""

    def load(pair: Pair) -> Frame:
        truth = read_labels(pair)
        size = geometry.size_for(*truth.shape)
        image = resize_frame(read_image(pair.image), size)
        return Frame(pair.stem, image, resize_labels(truth, size), truth)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(load, pairs))


def validate(frames: Sequence[Frame], classes: ClassTable, score: Score) -> tuple[Evaluation, float, list[np.ndarray]]:
    """Score a network.

    Returns:
        Its evaluation, its mean loss, and the predicted labels (H, W) uint8 of the first `PICTURES` frames, at their
        masks' own resolution.
    """
    confusions, losses = [], []
    shown: list[np.ndarray] = []
    for frame in frames:
        scores, loss = score(frame.image, frame.labels)
        whole = labels_at(scores, frame.truth.shape)
        confusions.append((frame.stem, confusion_matrix(frame.truth, whole, len(classes))))
        losses.append(loss)
        if len(shown) < PICTURES:
            shown.append(whole)
    return evaluation(classes.names, confusions), float(np.mean(losses)), shown
