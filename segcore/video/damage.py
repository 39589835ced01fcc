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
    restarts: int = 0
    """How often the file's clock starts anew."""
    resized: int = 0
    """Frames of another size than the first, scaled to it."""
    broken_off: str = ""
    """Why reading ended before the end of the file, for people."""
    times_s: list[float] = field(default_factory=list)
    """Where: seconds of the first 20 damaged places."""

    def packet(self, time_s: float) -> None:
        """Count a packet that could not be decoded."""
        self.packets += 1
        self.at(time_s)

    def at(self, time_s: float) -> None:
        """Note a damaged place."""
        if len(self.times_s) < 20:
            self.times_s.append(round(time_s, 3))
