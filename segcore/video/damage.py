"""What could not be read of a video."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


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

    def counted(self) -> dict[str, Any]:
        """All of it as it is now, as JSON."""
        return vars(self) | {"times_s": list(self.times_s)}


def between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What came to it from one `Damage.counted()` to a later one."""
    return {
        name: value - before[name] if isinstance(value, int) else value[len(before[name]) :]
        for name, value in after.items()
    }


def together(parts: Iterable[dict[str, Any]]) -> Damage:
    """The damage of a whole of that of its parts, in order."""
    whole = Damage()
    for part in parts:
        for time_s in part["times_s"]:
            whole.at(time_s)
        for name in part.keys() - {"times_s"}:
            setattr(whole, name, getattr(whole, name) + part[name])
    return whole
