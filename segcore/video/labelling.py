"""The network's part of a video job: frames in, labelled frames out, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from segcore.inference.predictor import Predictor, started
from segcore.knowledge.motion import Carrier
from segcore.knowledge.stability import EVEN
from segcore.video.clock import StageClock
from segcore.video.labelled import DecodedFrame, LabelledFrame
from segcore.video.speed import FOLLOWED, Stillness

_WAITING = 4
"""So many times the frames of a call may wait for their labels."""

Answer = tuple[np.ndarray, np.ndarray]
"""Labels and confidence (h, w) uint8."""
Origin = Literal["network", "still", "moved"]
"""Whose labels a frame takes: its own, those of the frame before, or these moved along with the picture."""
_Alike = list[tuple[DecodedFrame, Origin]]
"""A frame for the network, and those after it that take its labels."""


@dataclass(frozen=True)
class _Begun:
    """Frames that the network works at."""

    groups: list[_Alike]
    answers: Callable[[], Answer]

    @property
    def frames(self) -> int:
        """How many wait for these answers."""
        return sum(map(len, self.groups))


class Labelling:
    """Labels frames in batches; between frames that the network sees, labels may stay or move along.

    The network has its next batch before the last one's answers are waited for.

    Frames that show the same (see `Stillness`) share the labels of the first of them. Others take, where `every` is
    more than 1, the labels of the last frame that the network saw, each pixel from where it was there, by the motion of
    the frames between (`DecodedFrame.moved`).

    Args:
        predictor: the network.
        stillness: tells which frames show the same.
        clock: keeps the time of the network.
        every: of frames that move, the network sees at least each n-th,
        followed: and those of which less than this share could be followed.
    """

    def __init__(
        self,
        predictor: Predictor,
        stillness: Stillness,
        clock: StageClock,
        *,
        every: int = 1,
        followed: float = FOLLOWED,
    ) -> None:
        self._predictor, self._stillness, self._clock = predictor, stillness, clock
        self._every, self._since = every, 0
        self._least = followed
        self._seen: Answer | None = None
        self._way: Carrier | None = None
        self._answer: Answer | None = None
        self.frames = 0
        """How many frames the network has seen."""

    def of(self, frames: Iterable[DecodedFrame]) -> Iterator[LabelledFrame]:
        """The same frames, labelled."""
        batch: list[_Alike] = []
        begun: _Begun | None = None
        waiting = 0
        for frame in frames:
            origin = self._origin(frame)
            groups = batch or (begun.groups if begun else [])
            if origin == "network":
                batch.append([(frame, origin)])
            elif groups:
                groups[-1].append((frame, origin))
            else:
                yield self._given(frame, origin)
                continue
            waiting += 1
            if len(batch) == self._predictor.parallel:
                before, begun, batch = begun, self._begin(batch), []
                if before:
                    waiting -= before.frames
                    yield from self._labelled(before)
            if waiting >= _WAITING * self._predictor.parallel:
                yield from self._rest(begun, batch)
                begun, batch, waiting = None, [], 0
        yield from self._rest(begun, batch)

    def _origin(self, frame: DecodedFrame) -> Origin:
        with self._clock.of("network"):
            if frame.begins:  # what a chunk holds does not depend on what was before
                self._stillness.forget()
                self._since = self._every
            if self._stillness.same(frame.small):
                return "still"
            self._since += 1
            if self._since < self._every and self._followed(frame):
                return "moved"
            self._since = 0
            return "network"

    def _followed(self, frame: DecodedFrame) -> bool:
        motion = frame.moved.motion if frame.moved else None
        return motion is not None and cv2.countNonZero(motion.seen) >= self._least * motion.seen.size

    def _begin(self, groups: list[_Alike]) -> _Begun:
        """Give the network the first frame of each group."""
        with self._clock.of("network"):
            answers = started(self._predictor, [alike[0][0].small for alike in groups])
        self.frames += len(groups)
        return _Begun(groups, answers)

    def _labelled(self, begun: _Begun) -> Iterator[LabelledFrame]:
        with self._clock.of("network"):
            labels, confidence = begun.answers()
        for alike, *answer in zip(begun.groups, labels, confidence, strict=True):
            self._seen = self._answer = (answer[0], answer[1])
            self._way = None
            for frame, origin in alike:
                yield self._given(frame, origin)

    def _rest(self, begun: _Begun | None, batch: list[_Alike]) -> Iterator[LabelledFrame]:
        """All that waits."""
        last = self._begin(batch) if batch else None
        for one in (begun, last):
            if one:
                yield from self._labelled(one)

    def _given(self, frame: DecodedFrame, origin: Origin) -> LabelledFrame:
        assert self._answer is not None
        if origin != "moved":
            return LabelledFrame(frame, *self._answer)
        with self._clock.of("network"):
            assert self._seen is not None
            assert frame.moved is not None
            assert frame.moved.motion is not None
            labels, confidence = self._seen
            carrier = frame.moved.motion.at((labels.shape[0], labels.shape[1]))
            self._way = way = carrier.after(self._way) if self._way else carrier
            sure = way.carry(confidence)
            self._answer = way.carry(labels), cv2.copyTo(sure, way.seen, np.minimum(sure, EVEN))
        return LabelledFrame(frame, *self._answer, carrier)
