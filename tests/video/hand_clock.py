"""A clock that tests set by hand."""

from __future__ import annotations


class Clock:
    """Stands for the module `time`; it goes on when `now` is moved, in seconds."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """As `time.monotonic`."""
        return self.now
