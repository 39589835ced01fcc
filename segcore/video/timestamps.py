"""Time stamps made strictly increasing: what is missing is filled in, what jitters is put in order, a clock that starts
anew (joined recordings, damaged stamps) is followed."""

from __future__ import annotations

_RESTART_S = 0.5
"""Farther back than that, and than three steps, is no jitter."""
_LEAP_S = 10.0


class Timestamps:
    """Times of one track, in its units.

    Args:
        step: usual distance of two times.
        second: units of a second.
        end: no time is expected after it; None: unknown.

    Attributes:
        repaired: times that were missing or not after the one before.
        restarts: how often it started anew.
    """

    def __init__(self, step: int, second: float, end: float | None = None) -> None:
        self.repaired = 0
        self.restarts = 0
        self._step, self._second, self._end = max(1, step), second, end
        self._last: int | None = None
        self._offset = 0

    @property
    def following(self) -> int:
        """The time that comes next where nothing is said."""
        return 0 if self._last is None else self._last + self._step

    def time(self, stamp: int | None) -> int:
        """The time of the next one.

        Args:
            stamp: as it is written; None where it is missing.
        """
        self._last = self._next(stamp)
        return self._last

    def _next(self, stamp: int | None) -> int:
        if stamp is None:
            self.repaired += 1
            return self.following
        if self._last is None:
            if not self._leaps(stamp):
                return stamp
            self.restarts, self._offset = 1, -stamp
            return 0
        forward = [stamp + offset for offset in (self._offset, 0) if stamp + offset > self._last]
        nearest = min(forward, default=None)
        if nearest is not None and not self._leaps(nearest):
            return nearest
        if nearest is None and self._last - (stamp + self._offset) <= max(_RESTART_S * self._second, 3 * self._step):
            self.repaired += 1
            return self._last + max(1, self._step // 4)
        self.restarts += 1
        self._offset = self.following - stamp
        return self.following

    def _leaps(self, time: int) -> bool:
        """Far from the one before, and after the end."""
        return self._end is not None and time > self._end and time - (self._last or 0) > _LEAP_S * self._second
