"""A scored frame as one picture: image, truth, prediction, errors."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from pages.common.pictures import jpeg
from pages.common.thumbs import small
from segcore.classes import ClassTable
from segcore.datasets.dataset import Pair, read_labels
from segcore.errors import RunError
from segcore.training.pictures import Layer, compose

LAYERS: tuple[Layer, ...] = ("image", "truth", "prediction", "errors")
PANE = 400
"""Pixels that each is wide, at most."""
GAP = 6


def side_by_side(pair: Pair, prediction: Path, classes: ClassTable) -> bytes:
    """The four layers beside each other (JPEG).

    Args:
        pair: the frame.
        prediction: a grey PNG of predicted class ids, at any resolution.
        classes: their colours.

    Raises:
        SegcoreError: one of the files is damaged.
    """
    picture, truth, predicted = small(pair, classes, "image", PANE), read_labels(pair), read_prediction(prediction)
    layers = [compose(picture, predicted, truth, classes, layer) for layer in LAYERS]
    gap = np.full((picture.shape[0], GAP, 3), 128, np.uint8)
    parts = [part for layer in layers for part in (gap, layer)]
    return jpeg(np.hstack(parts[1:]))


def read_prediction(path: Path) -> np.ndarray:
    """Predicted labels as they were kept with a report: (h, w) uint8.

    Raises:
        RunError: the file is damaged.
    """
    found = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_GRAYSCALE)
    if found is None:
        raise RunError(f"{path.name}: the kept prediction is damaged.", fix="Score the frames again.")
    return np.asarray(found, np.uint8)
