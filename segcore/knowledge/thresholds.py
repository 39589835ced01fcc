"""Events of objects that are large, or fast."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from segcore.knowledge.events import Event, EventSettings, event_table
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import hysteresis, stays
from segcore.knowledge.ways import Way, ways_of

_RELEASE = 0.8
"""An event ends when the value falls below this share of the threshold."""
_WINDOW_S = 0.2
"""Speed is measured over so long."""


def threshold_events(
    positions: pd.DataFrame,
    times: FrameTimes,
    *,
    share: float | None = None,
    speed: float | None = None,
    settings: EventSettings | None = None,
) -> pd.DataFrame:
    """When objects were large or fast.

    Args:
        positions: of `tracks.positions`.
        times: of all frames.
        share: of the frame, from which on an object is large; None asks for no such events.
        speed: pixels a second, from which on one is fast.
        settings: what is too short.

    Returns:
        Columns of `events`: "large", "fast", `value` the highest.
    """
    settings = settings or EventSettings()
    found: list[Event] = []
    for way in ways_of(positions, times):
        if share is not None:
            found += _above(way, way.share, "large", times, share, settings)
        if speed is not None:
            found += _above(way, speeds(way), "fast", times, speed, settings)
    return event_table(found, times)


def speeds(way: Way) -> np.ndarray:
    """Speed of an object at each of its moments, over 0.2 seconds around it.

    Returns:
        (n,) float64, pixels a second.
    """
    seconds, last = way.seconds, len(way.seconds) - 1
    before = np.searchsorted(seconds, seconds - _WINDOW_S / 2 - 1e-9)
    after = np.searchsorted(seconds, seconds + _WINDOW_S / 2 + 1e-9) - 1
    alone = before == after  # few pictures a second: from the one before to the one after
    before, after = np.maximum(before - alone, 0), np.minimum(after + alone, last)
    passed = seconds[after] - seconds[before]
    length = np.hypot(*(way.points[after] - way.points[before]).T)
    return np.divide(length, passed, out=np.zeros_like(length), where=passed > 0)


def _above(
    way: Way, values: np.ndarray, kind: str, times: FrameTimes, threshold: float, settings: EventSettings
) -> Iterator[Event]:
    series, above = np.zeros(len(times)), np.zeros(len(times), bool)
    series[way.at] = values
    above[way.at] = hysteresis(values, threshold, _RELEASE * threshold)
    for first, last in stays(above, times, bridge_s=settings.bridge_s, min_s=settings.min_s):
        yield Event(kind, (first, last), way.who, value=float(series[first : last + 1].max()))
