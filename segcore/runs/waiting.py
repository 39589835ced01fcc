"""What a job has said and the run store has not taken yet."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable

from segcore.errors import RunError
from segcore.runs.records import MetricPoint

_BATCH = 900

Batch = list[tuple[str, MetricPoint]]
"""Values of metrics, each with its name."""


class Waiting:
    """Metrics and tags that wait to be written; thread-safe. What is not taken is kept, in its order.

    Args:
        write: writes values and tags; False where the store does not take them now.
    """

    def __init__(self, write: Callable[[Batch, dict[str, str]], bool]) -> None:
        self._write = write
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self.points: deque[tuple[str, MetricPoint]] = deque()
        self._tags: dict[str, str] = {}
        self._last_ms = 0

    def log(self, metrics: dict[str, float], step: int) -> None:
        """Add the values of a step.

        Raises:
            RunError: a name or a value that cannot be kept; nothing was added.
        """
        values = {checked_metric(key): _number(key, value) for key, value in metrics.items()}
        with self._guard:
            # strictly rising times: together with the step they identify a point, so a retry counts once
            self._last_ms = max(self._last_ms + 1, int(time.time() * 1000))
            point_time = self._last_ms / 1000
            self.points.extend((key, MetricPoint(step, point_time, value)) for key, value in values.items())

    def set_tags(self, tags: dict[str, str]) -> None:
        """Add tags; the newest value of each counts."""
        with self._guard:
            self._tags |= tags

    def flush(self) -> bool:
        """Write all that waits. True when nothing is left."""
        with self._writing:
            return self._write_all()

    def _write_all(self) -> bool:
        while True:
            with self._guard:
                points = [self.points[i] for i in range(min(_BATCH, len(self.points)))]
                tags, self._tags = self._tags, {}
            if not points and not tags:
                return True
            if not self._write(points, tags):
                with self._guard:
                    self._tags = tags | self._tags
                return False
            with self._guard:
                for _ in points:
                    self.points.popleft()


def checked_metric(key: str) -> str:
    """A metric name that the store can keep.

    Raises:
        RunError: other characters than letters, digits, _ - . / : and space.
    """
    if not re.fullmatch(r"[\w\-. :/]{1,250}", key):
        raise RunError(f"Expected a metric name of letters, digits, _ - . / : and space. Received: {key!r}.")
    return key


def _number(key: str, value: float) -> float:
    number = float(value)
    if math.isinf(number):
        raise RunError(f"Expected a finite number (or NaN) for metric {key}. Received: {number}.")
    return number
