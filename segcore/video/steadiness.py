"""How sure and how steady each frame's labels are; smoothed over time where that is wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from segcore.knowledge.certainty import Certainty, certainty_of
from segcore.knowledge.motion import WIDTH, Carrier
from segcore.knowledge.stability import Flicker, Voting, flicker
from segcore.video.labelled import LabelledFrame


@dataclass(frozen=True)
class Steady:
    """What is known of one frame.

    Attributes:
        flicker: of the labels as they are kept.
        before: of the labels as the network gave them; the same where nothing is smoothed.
        changed: share of the pixels that smoothing changed.
        cut: whether a new shot begins.
        certainty: of the network, before smoothing.
    """

    flicker: Flicker
    before: Flicker
    changed: float
    cut: bool
    certainty: Certainty


class Steadiness:
    """Looks at frames in order; each chunk stands on its own, so that a job that goes on computes as it did before.

    Args:
        classes: how many.
        smooth: vote over time.
    """

    def __init__(self, classes: int, *, smooth: bool) -> None:
        self._count, self._smooth = classes, smooth
        self._begin()

    def _begin(self) -> None:
        """Forget all that was."""
        self._voting = Voting() if self._smooth else None
        self._given: np.ndarray | None = None
        self._kept: np.ndarray | None = None

    def look(self, item: LabelledFrame) -> tuple[LabelledFrame, Steady]:
        """The next frame, smoothed where that is wanted, and what is known of it; it must know how it moved."""
        if item.frame.begins:
            self._begin()
        moved = item.frame.moved
        assert moved is not None
        certainty = certainty_of(item.labels, item.confidence, item.frame.small, moved.grey)
        whole, some = self._carriers(item)
        before = self._compare(self._given, item.labels, some)
        self._given = item.labels
        if not self._voting:
            return item, Steady(before, before, 0.0, moved.cut, certainty)
        labels, confidence = self._voting.vote(item.labels, item.confidence, whole)
        after = self._compare(self._kept, labels, some)
        self._kept = labels
        changed = float(np.count_nonzero(labels != item.labels) / labels.size)
        return replace(item, labels=labels, confidence=confidence), Steady(after, before, changed, moved.cut, certainty)

    def _carriers(self, item: LabelledFrame) -> tuple[Carrier | None, Carrier | None]:
        """What brings labels from the frame before: all (where they are smoothed), and those that are compared."""
        assert item.frame.moved is not None
        motion, whole = item.frame.moved.motion, item.carrier
        size, every = (item.labels.shape[0], item.labels.shape[1]), _every(item.labels)
        if whole is None and motion is not None and self._voting:
            whole = motion.at(size)
        if whole is not None:
            return whole, whole.some(every)
        return None, motion.at(size, every) if motion is not None else None

    def _compare(self, before: np.ndarray | None, labels: np.ndarray, carrier: Carrier | None) -> Flicker:
        if before is None or carrier is None:
            return Flicker.unknown(self._count)
        every = _every(labels)
        labels = np.ascontiguousarray(labels[::every, ::every])
        return flicker(carrier.carry(before), labels, carrier.seen, self._count)


def _every(labels: np.ndarray) -> int:
    """Labels are compared hardly more densely than motion is known: each so-many-th of each such row."""
    return max(1, labels.shape[1] // WIDTH)
