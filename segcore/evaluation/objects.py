"""How well single objects are found, by their size. An object is a connected piece of a class in the truth.

Overlap of one object is the adjusted IoU of Chan et al., "SegmentMeIfYouCan", 2021: with all predicted pieces of its
class that touch it, less what of them lies on other objects of the class – so neighbours that were predicted as one
piece do not count against each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from segcore.classes import IGNORE

Size = Literal["small", "medium", "large"]
SIZES: tuple[Size, ...] = ("small", "medium", "large")
LIMITS = (0.003, 0.03)
"""Shares of the frame below which an object is small, and medium: COCO's 32² and 96² pixels of a 640×480 frame."""
FEWEST_PIXELS = 10
"""Smaller pieces are specks of labelling, no objects."""
FOUND = 0.5
"""An object is found when its overlap is at least this."""


@dataclass(frozen=True)
class ObjectScore:
    """One object of the truth.

    Attributes:
        class_id: never 0, the background.
        size: by its share of the frame.
        pixels: how large it is.
        hit: how many of them were predicted rightly.
        overlap: its adjusted IoU, in [0, 1].
    """

    class_id: int
    size: Size
    pixels: int
    hit: int
    overlap: float


def size_of(share: float) -> Size:
    """The size of an object that takes this share of its frame."""
    return SIZES[int(np.searchsorted(LIMITS, share, side="right"))]


def object_scores(truth: np.ndarray, labels: np.ndarray, classes: int) -> list[ObjectScore]:
    """All objects of a frame.

    Args:
        truth: (H, W) uint8, 255 = ignored.
        labels: (H, W) uint8.
        classes: number of classes; 0 is the background and has no objects.
    """
    scored = truth != IGNORE
    found: list[ObjectScore] = []
    for class_id in (int(c) for c in np.unique(truth) if 0 < c < classes):
        found += _of_class(class_id, truth == class_id, (labels == class_id) & scored)
    return found


def _of_class(class_id: int, true: np.ndarray, predicted: np.ndarray) -> Iterable[ObjectScore]:
    objects, true_pieces, true_stats, _ = cv2.connectedComponentsWithStats(true.astype(np.uint8), connectivity=8)
    pieces, predicted_pieces, predicted_stats, _ = cv2.connectedComponentsWithStats(
        predicted.astype(np.uint8), connectivity=8
    )
    both = true & predicted
    pairs, shared = np.unique(true_pieces[both].astype(np.int64) * pieces + predicted_pieces[both], return_counts=True)
    owner, piece = np.divmod(pairs, pieces)
    on_truth = np.bincount(piece, shared, pieces)  # pixels of a predicted piece that lie on any object
    sizes, areas = true_stats[:, cv2.CC_STAT_AREA], predicted_stats[:, cv2.CC_STAT_AREA]
    hit = np.bincount(owner, shared, objects)
    beyond = np.bincount(owner, areas[piece] - on_truth[piece], objects)  # of the touching pieces, on no object
    for number in range(1, objects):
        if sizes[number] >= FEWEST_PIXELS:
            overlap = hit[number] / (sizes[number] + beyond[number])
            size = size_of(sizes[number] / true.size)
            yield ObjectScore(class_id, size, int(sizes[number]), int(hit[number]), float(overlap))
