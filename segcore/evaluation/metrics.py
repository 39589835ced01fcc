"""Scores of a segmentation, all from one confusion matrix. numpy alone: pages and reports read this too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segcore.classes import IGNORE


def confusion_matrix(truth: np.ndarray, prediction: np.ndarray, classes: int) -> np.ndarray:
    """Count pixels by true and predicted class; pixels whose truth is 255 do not count.

    Args:
        truth: uint8 labels of any shape, each below `classes` or 255.
        prediction: uint8 labels of the same shape, each below `classes`.
        classes: number of classes.

    Returns:
        (classes, classes) int64, rows are the truth.

    Raises:
        ValueError: the shapes differ, or a label is out of range.
    """
    if truth.shape != prediction.shape:
        raise ValueError(f"expected equal shapes. Received: {truth.shape} and {prediction.shape}.")
    pairs = (truth.astype(np.uint16) << 8 | prediction.astype(np.uint8)).ravel()
    counts = np.bincount(pairs, minlength=256 * 256).reshape(256, 256)
    counts[IGNORE] = 0
    used = np.flatnonzero(counts.any(axis=0) | counts.any(axis=1))
    if used.size and used[-1] >= classes:
        raise ValueError(f"expected labels below {classes}. Received: {used[-1]}.")
    return counts[:classes, :classes].copy()


def iou(confusion: np.ndarray) -> np.ndarray:
    """Intersection over union of each class: (C,) float64, NaN where a class is neither true nor predicted."""
    hit = np.diag(confusion).astype(float)
    union = confusion.sum(0) + confusion.sum(1) - hit
    return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)


def dice(confusion: np.ndarray) -> np.ndarray:
    """Dice coefficient (F1) of each class: (C,) float64, NaN where a class is neither true nor predicted."""
    hit = np.diag(confusion).astype(float)
    total = (confusion.sum(0) + confusion.sum(1)).astype(float)
    return np.divide(2 * hit, total, out=np.full(len(hit), np.nan), where=total > 0)


def precision(confusion: np.ndarray) -> np.ndarray:
    """Share of a class's predicted pixels that are right: (C,) float64, NaN where it is not predicted."""
    hit, predicted = np.diag(confusion).astype(float), confusion.sum(0).astype(float)
    return np.divide(hit, predicted, out=np.full(len(hit), np.nan), where=predicted > 0)


def recall(confusion: np.ndarray) -> np.ndarray:
    """Share of a class's true pixels that were found: (C,) float64, NaN where it is not there."""
    hit, true = np.diag(confusion).astype(float), confusion.sum(1).astype(float)
    return np.divide(hit, true, out=np.full(len(hit), np.nan), where=true > 0)


def mean_present(values: np.ndarray) -> float:
    """Mean over the classes that are there (not NaN); NaN where none is."""
    present = values[~np.isnan(values)]
    return float(present.mean()) if present.size else float("nan")


@dataclass(frozen=True)
class Evaluation:
    """Scores of one network on one set of labelled frames."""

    names: tuple[str, ...]
    confusion: np.ndarray
    """(C, C) int64 pixels, rows are the truth."""
    images: tuple[tuple[str, float], ...] = ()
    """(stem, mIoU) of every image."""
    confusions: tuple[np.ndarray, ...] = ()
    """(C, C) int64 pixels of every image, in the same order; empty where only their sum was kept."""

    @property
    def miou(self) -> float:
        """Mean IoU over classes with a non-empty union, background included."""
        return mean_present(iou(self.confusion))

    @property
    def miou_foreground(self) -> float:
        """The same without class 0, the background."""
        return mean_present(iou(self.confusion)[1:])

    @property
    def dice(self) -> float:
        """Mean Dice over classes with a non-empty union, background included."""
        return mean_present(dice(self.confusion))

    def as_json(self, *, every_image: bool = False) -> dict[str, Any]:
        """The contract of `segcore evaluate --json`; a class that is nowhere has null.

        Args:
            every_image: keep what was counted in each image too: (true class, predicted class, pixels) that occur.
        """
        columns = {"iou": iou, "dice": dice, "precision": precision, "recall": recall}
        scores = {name: measure(self.confusion) for name, measure in columns.items()}
        return {
            "miou": _or_null(self.miou),
            "miou_foreground": _or_null(self.miou_foreground),
            "dice": _or_null(self.dice),
            "classes": {
                name: {column: _or_null(values[i]) for column, values in scores.items()}
                for i, name in enumerate(self.names)
            },
            "confusion": self.confusion.tolist(),
            "images": [
                {"stem": stem, "miou": _or_null(value)}
                | ({"confusion": _entries(self.confusions[i])} if every_image else {})
                for i, (stem, value) in enumerate(self.images)
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Evaluation:
        """The inverse of `as_json`."""
        images = tuple((i["stem"], np.nan if i["miou"] is None else float(i["miou"])) for i in data["images"])
        kept = [i["confusion"] for i in data["images"] if "confusion" in i]
        confusions = (
            tuple(_matrix(entries, len(data["classes"])) for entries in kept) if len(kept) == len(images) else ()
        )
        return cls(tuple(data["classes"]), np.array(data["confusion"], np.int64), images, confusions)


def evaluation(names: Sequence[str], images: Sequence[tuple[str, np.ndarray]]) -> Evaluation:
    """Sum the confusion matrices of single images, keeping each one's mIoU.

    Args:
        names: class names in id order.
        images: (stem, (C, C) confusion) of every image.
    """
    total = np.zeros((len(names), len(names)), np.int64)
    for _, confusion in images:
        total += confusion
    scores = tuple((stem, mean_present(iou(c))) for stem, c in images)
    return Evaluation(tuple(names), total, scores, tuple(confusion for _, confusion in images))


def _entries(confusion: np.ndarray) -> list[list[int]]:
    return [[int(t), int(p), int(confusion[t, p])] for t, p in np.argwhere(confusion)]


def _matrix(entries: Sequence[Sequence[int]], classes: int) -> np.ndarray:
    """The inverse of `_entries`.

    Raises:
        ValueError: a class or a count out of range.
    """
    table = np.zeros((classes, classes), np.int64)
    for true, predicted, pixels in (map(int, entry) for entry in entries):
        if not (0 <= true < classes and 0 <= predicted < classes and pixels >= 0):
            raise ValueError(f"expected classes below {classes} and counts. Received: {true}, {predicted}, {pixels}.")
        table[true, predicted] = pixels
    return table


def _or_null(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)
