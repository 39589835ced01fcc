"""Flicker: how much labels change from frame to frame although the picture only moved; and what takes it away.

The score is 1 − IoU between a frame's labels and those of the frame before, brought to its places by optical flow,
over all pixels that were in both (after Varghese et al., "Unsupervised temporal consistency metric for video
segmentation", CVPR workshops 2020). It needs no truth: a network that is steadily wrong does not flicker.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from segcore.knowledge.motion import Carrier

DECAY = 0.7
"""What the votes of earlier frames keep from one frame to the next."""
_NOTHING, _LEAST = 100, 8
"""A frame's vote is its confidence (of 255) above this, at least so much: what is unsure hardly counts."""
EVEN = 128
"""The confidence of a pixel whose label was voted down: as good as even."""


@dataclass(frozen=True)
class Flicker:
    """How much changed since the frame before.

    Attributes:
        classes: (C,) float32, 1 − IoU of each class; NaN where it is in neither frame.
        share: of the pixels that can be followed, those of another label; NaN where none can.
    """

    classes: np.ndarray
    share: float

    @classmethod
    def unknown(cls, classes: int) -> Flicker:
        """Of a first frame, and of one after a cut."""
        return cls(np.full(classes, np.nan, np.float32), float("nan"))


def flicker(before: np.ndarray, labels: np.ndarray, seen: np.ndarray | None, classes: int) -> Flicker:
    """Compare two frames' labels.

    Args:
        before: (h, w) uint8, of the frame before, at the places of this one.
        labels: (h, w) uint8.
        seen: (h, w) uint8, 0 where they cannot be compared; None: they can be compared everywhere.
        classes: how many; other labels do not count.
    """
    table = cv2.calcHist([before, labels], [0, 1], seen, [classes, classes], [0, classes, 0, classes])
    hit = np.diag(table).astype(np.float64)
    union = table.sum(0, dtype=np.float64) + table.sum(1, dtype=np.float64) - hit
    scores = 1 - np.divide(hit, union, out=np.full(classes, np.nan), where=union > 0)
    total = float(table.sum(dtype=np.float64))
    return Flicker(scores.astype(np.float32), 1 - float(hit.sum()) / total if total else float("nan"))


class Voting:
    """Smooths labels over time: each pixel keeps one label and its votes, which move with the picture and fade.

    A frame votes for its label, or against the label that is kept, the more the surer it is; a label whose votes are
    used up gives way (the majority vote of Boyer and Moore, with votes that fade). It looks back only: what newly
    appears comes a frame or two late where something else was sure before, though not where it was just uncovered.
    """

    def __init__(self) -> None:
        self._labels: np.ndarray | None = None
        self._votes: np.ndarray | None = None

    def vote(
        self, labels: np.ndarray, confidence: np.ndarray, carrier: Carrier | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Take the next frame.

        Args:
            labels: (h, w) uint8.
            confidence: (h, w) uint8, probability × 255.
            carrier: from the frame before; None forgets all that was (the first frame, a cut).

        Returns:
            Labels and confidence as they are after the vote, of the same shapes; where a label was voted down, its
            confidence is `EVEN`.
        """
        sure = np.maximum(confidence.astype(np.float32) - _NOTHING, _LEAST)
        if carrier is None or self._labels is None or self._votes is None:
            self._labels, self._votes = labels, sure
            return labels, confidence
        kept = carrier.carry(self._labels)
        votes = np.where(carrier.seen > 0, carrier.carry(self._votes) * np.float32(DECAY), np.float32(0))
        same = cv2.compare(kept, labels, cv2.CMP_EQ)
        after = cv2.copyTo(cv2.add(votes, sure), same, cv2.subtract(votes, sure))
        gives_way = cv2.compare(after, np.zeros_like(after), cv2.CMP_LT)
        chosen = cv2.copyTo(labels, gives_way, kept)
        self._labels, self._votes = chosen, np.abs(after)
        changed = cv2.compare(chosen, labels, cv2.CMP_NE)
        return chosen, cv2.copyTo(np.full_like(confidence, EVEN), changed, confidence.copy())
