"""How long each stage of a video job worked, and how long its threads waited for each other."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from segcore.video.load import Load, StageLoad, ThreadLoad

Side = Literal["input", "output"]
"""input: the stage before has nothing ready; output: the stage behind takes nothing more."""


class StageClock:
    """Counts by thread and stage, so that any number of threads may be timed without a lock."""

    def __init__(self) -> None:
        self._work: dict[tuple[str, str], float] = {}
        self._waits: dict[tuple[str, Side], float] = {}
        self._began: float | None = None
        self._last = 0.0

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Time a piece of a stage's work."""
        start = self._now()
        try:
            yield
        finally:
            key = (threading.current_thread().name, stage)
            self._work[key] = self._work.get(key, 0.0) + self._now() - start

    @contextmanager
    def waiting(self, side: Side) -> Iterator[None]:
        """Time a wait for another stage."""
        start = self._now()
        try:
            yield
        finally:
            key = (threading.current_thread().name, side)
            self._waits[key] = self._waits.get(key, 0.0) + self._now() - start

    def _now(self) -> float:
        self._last = time.perf_counter()
        if self._began is None:
            self._began = self._last
        return self._last

    def load(self, frames: int) -> Load:
        """What the stages and threads did so far.

        Args:
            frames: that were finished.
        """
        seconds = self._last - (self._began or self._last)
        return load_of(self._work.copy(), self._waits.copy(), frames, seconds)


def load_of(
    work: dict[tuple[str, str], float], waits: dict[tuple[str, Side], float], frames: int, seconds: float
) -> Load:
    """Sums by stage and by thread.

    Args:
        work: seconds by (thread, stage).
        waits: seconds by (thread, side).
        frames: that were finished.
        seconds: of the whole.
    """
    threads_of: dict[str, list[str]] = defaultdict(list)
    for thread, stage in work:
        threads_of[stage].append(thread)
    whole = max(seconds, 1e-9)
    stages = []
    for stage, threads in threads_of.items():
        spent = sum(work[thread, stage] for thread in threads)
        busy = round(spent / whole / len(threads), 4)
        stages.append(StageLoad(name=stage, ms=_ms(spent, frames), busy=busy, threads=tuple(threads)))
    names = dict.fromkeys(thread for thread, _ in work)
    return Load(
        frames=frames,
        seconds=round(seconds, 3),
        stages=tuple(stages),
        threads=tuple(_thread(name, work, waits, whole) for name in names),
    )


def _thread(
    name: str, work: dict[tuple[str, str], float], waits: dict[tuple[str, Side], float], whole: float
) -> ThreadLoad:
    spent = sum(seconds for (thread, _), seconds in work.items() if thread == name)
    return ThreadLoad(
        name=name,
        busy=round(spent / whole, 4),
        waits_for_input=round(waits.get((name, "input"), 0.0) / whole, 4),
        waits_for_output=round(waits.get((name, "output"), 0.0) / whole, 4),
    )


def _ms(seconds: float, frames: int) -> float:
    return round(1000 * seconds / max(1, frames), 2)
