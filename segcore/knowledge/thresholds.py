"""Events of objects that are large, or fast."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from segcore.knowledge.events import Event, EventSettings, Subject, event_table
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import hysteresis, stays

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
    for _, part in positions.groupby("track", sort=True):
        who = Subject.of_track(part)
        if share is not None:
            found += _above(part, part["share"].to_numpy(np.float64), "large", who, times, share, settings)
        if speed is not None:
            found += _above(part, speeds(part), "fast", who, times, speed, settings)
    return event_table(found, times)


def speeds(part: pd.DataFrame) -> np.ndarray:
    """Speed of one track at each of its positions, over 0.2 seconds around it.

    Args:
        part: rows of `tracks.positions` of one track, in order of time.

    Returns:
        (n,) float64, pixels a second.
    """
    seconds = part["time_s"].to_numpy(np.float64)
    points = part[["x", "y"]].to_numpy(np.float64)
    before = np.searchsorted(seconds, seconds - _WINDOW_S / 2 - 1e-9)
    after = np.searchsorted(seconds, seconds + _WINDOW_S / 2 + 1e-9) - 1
    before = np.where(before == after, np.maximum(before - 1, 0), before)
    after = np.where(before == after, np.minimum(after + 1, len(seconds) - 1), after)
    passed = seconds[after] - seconds[before]
    way = np.hypot(*(points[after] - points[before]).T)
    return np.divide(way, passed, out=np.zeros_like(way), where=passed > 0)


def _above(
    part: pd.DataFrame,
    values: np.ndarray,
    kind: str,
    who: Subject,
    times: FrameTimes,
    threshold: float,
    settings: EventSettings,
) -> Iterator[Event]:
    at = times.places(part["frame"])
    series = np.zeros(len(times))
    series[at] = values
    above = np.zeros(len(times), bool)
    above[at] = hysteresis(values, threshold, _RELEASE * threshold)
    for first, last in stays(above, times, bridge_s=settings.bridge_s, min_s=settings.min_s):
        yield Event(kind, (first, last), who, value=float(series[first : last + 1].max()))
