"""How far a video job is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from segcore.video.load import Load


@dataclass(frozen=True)
class SegmentProgress:
    """How far a video job is, and what each part of it has cost so far.

    `total` is 0 and `eta_s` None where the header names no length; `helpers` work on it beside the job now. `joined`
    is None while frames are segmented; then it is the share of what is left to do with all of them: finished parts
    become one, and objects are followed over all frames. `eta_s` is of that, then.
    """

    frames: int
    total: int
    fps: float
    eta_s: float | None
    load: Load = field(default_factory=Load)
    helpers: int = 0
    joined: float | None = None


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


class JoiningMeter:
    """Tells how far joining is, by the frames over which objects were followed: that takes longest, where it was not
    done while they came.

    Args:
        tell: takes the progress, twice a second at most, from the thread that calls `look`.
        ask: called at every step; may raise, to end the work.
    """

    def __init__(self, tell: Callable[[SegmentProgress], None], ask: Callable[[], None]) -> None:
        self._tell, self._ask = tell, ask
        self._done = 0
        self._speed: Speedometer | None = None
        self._before = SegmentProgress(0, 0, 0.0, None)

    def begin(self, frames: int, load: Load) -> None:
        """So many frames are segmented, at that cost; from now on `look` tells."""
        self._before = SegmentProgress(frames, frames, 0.0, None, load)
        self._speed = Speedometer(self._shown)

    def step(self) -> None:
        """Objects were followed over one more frame; from any one thread."""
        self._done += 1
        self._ask()

    def look(self) -> None:
        """Ask, and tell where it is."""
        self._ask()
        if self._speed:
            self._speed.look(self._done, self._before.frames)

    def _shown(self, now: SegmentProgress) -> None:
        frames = self._before.frames
        self._tell(replace(self._before, eta_s=now.eta_s, joined=min(1.0, now.frames / frames) if frames else 0.0))
