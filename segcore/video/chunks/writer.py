"""Frames on their way to the outputs of their chunks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from segcore.video.chunks.plan import Plan
from segcore.video.chunks.record import ChunkRecord, Ends, Witness
from segcore.video.chunks.shelf import Shelf
from segcore.video.damage import Damage, between
from segcore.video.flow import StageClock
from segcore.video.labelled import DecodedFrame, FinishedFrame, LabelledFrame
from segcore.video.outputs.output import Output
from segcore.video.outputs.product import Product


class ChunkWriter:
    """Opens the outputs of a chunk at its first frame, and keeps the chunk when the first frame of another one comes.

    Args:
        shelf: where chunks are kept.
        plan: which frame belongs to which.
        products: what is written.
        clock: the time of each output is kept there.
        before: tells the segmented frame before the first one that comes; None at the beginning. Asked when that one
            comes.
    """

    def __init__(
        self,
        shelf: Shelf,
        plan: Plan,
        products: Sequence[Product],
        clock: StageClock,
        before: Callable[[], Witness | None],
    ) -> None:
        self._shelf, self._plan, self._products, self._clock = shelf, plan, products, clock
        self._first_before = before
        self._before: Witness | None = None
        self._since = time.monotonic()
        self._damage = Damage().counted()
        self._number = -1
        self._frames = self._labelled = 0
        self._labels: np.ndarray | None = None
        self._last: DecodedFrame | None = None
        self._open = ExitStack()
        self._outputs: list[Output] = []
        self._folder = Path()

    def __enter__(self) -> ChunkWriter:
        return self

    def write(self, finished: FinishedFrame, item: LabelledFrame) -> None:
        """Take the next frame; `item` is what it was made of."""
        frame = item.frame
        number = self._plan.number_of(frame.pts)
        if self._last is None:
            self._before = self._first_before()
            self._begin(number)
        elif number != self._number:
            self._keep("border", self._last.damage)
            self._begin(number)
        for output in self._outputs:
            with self._clock.of(output.stage):
                output.write(finished)
        self._frames += 1
        if item.labels is not self._labels:
            self._labels = item.labels
            self._labelled += item.carrier is None
        self._last = frame

    def close(self, ends: Ends, damage: dict[str, Any]) -> None:
        """No frame follows.

        Args:
            ends: why.
            damage: of the source, as it is in the end; what came after the last frame belongs to the next chunk,
                where one follows.
        """
        if self._last is not None:
            self._keep(ends, self._last.damage if ends == "border" else damage)

    def _begin(self, number: int) -> None:
        self._number, self._frames, self._labelled = number, 0, 0
        self._folder = self._shelf.begin(number)
        self._outputs = [self._open.enter_context(product.part(self._folder)) for product in self._products]

    def _keep(self, ends: Ends, damage: dict[str, Any]) -> None:
        assert self._last is not None
        with self._clock.of("keep"):
            self._open.close()
            last = Witness.of(self._last.index, self._last.pts, self._last.small)
            now = time.monotonic()
            record = ChunkRecord(
                number=self._number,
                frames=self._frames,
                labelled=self._labelled,
                before=self._before,
                last=last,
                ends=ends,
                seconds=round(now - self._since, 3),
                damage=between(self._damage, damage),
            )
            self._shelf.keep(self._folder, record)
        self._before, self._since, self._damage = last, now, damage

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """After an error, what is open is of a chunk that will not be finished."""
        self._open.__exit__(kind, error, trace)
        if kind is not None and self._number >= 0:
            shutil.rmtree(self._folder, ignore_errors=True)
