"""The network's part of a video job: frames in, labelled frames out, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from segcore.inference.predictor import Predictor
from segcore.video.clock import StageClock
from segcore.video.labelled import DecodedFrame, LabelledFrame
from segcore.video.speed import Stillness

_WAITING = 4
"""So many times the frames of a call may wait for their labels."""


class Labelling:
    """Labels frames in batches; frames that show the same (see `Stillness`) share the labels of the first of them.

    Args:
        predictor: the network.
        stillness: tells which frames show the same.
        clock: keeps the time of the network.
    """

    def __init__(self, predictor: Predictor, stillness: Stillness, clock: StageClock) -> None:
        self._predictor, self._stillness, self._clock = predictor, stillness, clock
        self._answer: tuple[np.ndarray, np.ndarray] | None = None
        self.frames = 0
        """How many frames the network has seen."""

    def of(self, frames: Iterable[DecodedFrame]) -> Iterator[LabelledFrame]:
        """The same frames, labelled."""
        batch: list[list[DecodedFrame]] = []
        waiting = 0
        for frame in frames:
            if not self._same(frame):
                batch.append([frame])
            elif batch:
                batch[-1].append(frame)
            else:
                yield from self._given([frame])
                continue
            waiting += 1
            if len(batch) == self._predictor.parallel or waiting == _WAITING * self._predictor.parallel:
                yield from self._labelled(batch)
                batch, waiting = [], 0
        yield from self._labelled(batch)

    def _same(self, frame: DecodedFrame) -> bool:
        with self._clock.of("network"):
            if frame.begins:  # what a chunk holds does not depend on what was before
                self._stillness.forget()
            return self._stillness.same(frame.small)

    def _labelled(self, batch: list[list[DecodedFrame]]) -> Iterator[LabelledFrame]:
        if not batch:
            return
        with self._clock.of("network"):
            labels, confidence = self._predictor.predict(np.stack([alike[0].small for alike in batch]))
        self.frames += len(batch)
        for alike, *answer in zip(batch, labels, confidence, strict=True):
            self._answer = (answer[0], answer[1])
            yield from self._given(alike)

    def _given(self, alike: list[DecodedFrame]) -> Iterator[LabelledFrame]:
        assert self._answer is not None
        for frame in alike:
            yield LabelledFrame(frame, *self._answer)
