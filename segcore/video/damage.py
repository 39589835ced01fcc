"""What could not be read of a video."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Damage:
    """Counted and located while a video is read."""

    packets: int = 0
    """Packets that the decoder refused; pictures of a sequence that could not be read."""
    corrupt: int = 0
    """Frames that were decoded with visible faults."""
    repaired_times: int = 0
    """Frames whose time stamp was missing or not after the one before."""
    resized: int = 0
    """Frames of another size than the first, scaled to it."""
    times_s: list[float] = field(default_factory=list)
    """Where: seconds of the first 20 damaged places."""

    def at(self, time_s: float) -> None:
        """Note a damaged place."""
        if len(self.times_s) < 20:
            self.times_s.append(round(time_s, 3))
