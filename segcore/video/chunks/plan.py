"""Which chunk a frame belongs to: stretches of equal time, so that it can be told from the frame's time alone."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Plan:
    """Equal stretches of time, without a gap, numbered from 0; at uneven frame rates they hold more or fewer frames.

    Attributes:
        start: where chunk 0 begins, in units of the source's time base; what is before belongs to it, too.
        length: of a chunk, in the same units, at least 1.
    """

    start: int
    length: int

    @classmethod
    def of(cls, frames: int, *, every: int, fps: float, time_base: Fraction, start_s: float = 0.0) -> Plan:
        """Chunks of about so many frames.

        Args:
            frames: that are segmented, in a chunk.
            every: only each so-many-th frame is segmented.
            fps: frames a second of the source, on average.
            time_base: seconds a unit.
            start_s: seconds; where the part of the video begins.
        """
        length = round(frames * every / (Fraction(fps) * time_base))
        return cls(round(Fraction(start_s) / time_base), max(1, length))

    def number_of(self, pts: int) -> int:
        """The chunk of a frame at this time."""
        return max(0, (pts - self.start) // self.length)

    def begins(self, number: int) -> int:
        """The first time that belongs to a chunk."""
        return self.start + number * self.length
