"""How far a video job is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from segcore.video.load import Load


@dataclass(frozen=True)
class SegmentProgress:
    """How far a video job is, and what each part of it has cost so far.

    `total` is 0 and `eta_s` None where the header names no length; `helpers` work on it beside the job now.
    """

    frames: int
    total: int
    fps: float
    eta_s: float | None
    load: Load = field(default_factory=Load)
    helpers: int = 0


class Speedometer:
    """Frames a second over the last seconds, and what is left.

    Args:
        tell: takes the progress, twice a second at most.
        load: what the stages cost so far.
        before: frames that were finished before this began.
    """

    def __init__(
        self, tell: Callable[[SegmentProgress], None], load: Callable[[], Load] = Load, before: int = 0
    ) -> None:
        self._tell, self._load = tell, load
        self._told = 0.0
        self._marks: list[tuple[float, int]] = [(time.monotonic(), before)]

    def look(self, done: int, expected: int, *, helpers: int = 0, last: bool = False) -> None:
        """Tell the progress.

        Args:
            done: frames that are finished.
            expected: how many there will be, as far as is known (0: unknown).
            helpers: how many work on it beside the job.
            last: the job is done.
        """
        now = time.monotonic()
        if now - self._told < 0.5 and not last:
            return
        self._told = now
        self._marks = [*self._marks[-40:], (now, done)]
        since, before = self._marks[0]
        fps = (done - before) / (now - since) if now > since else 0.0
        left = max(0, expected - done) if expected else 0
        eta = left / fps if expected and fps > 0 else None
        total = done if last else max(expected, done) if expected else 0
        self._tell(SegmentProgress(done, total, round(fps, 2), eta, self._load(), helpers))
