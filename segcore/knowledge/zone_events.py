"""Events of zones and lines: objects enter and leave, stay, and cross."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from segcore.knowledge.events import Event, EventSettings, event_table, moments
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import stays
from segcore.knowledge.ways import Way, ways_of
from segcore.knowledge.zones import Anchor, Line, Zone, beside, inside


def zone_events(
    positions: pd.DataFrame,
    times: FrameTimes,
    size: tuple[int, int],
    zones: Sequence[Zone | Line],
    settings: EventSettings | None = None,
) -> pd.DataFrame:
    """What objects did in zones and at lines.

    Args:
        positions: of `tracks.positions`.
        times: of all frames.
        size: (height, width) of the frames.
        zones: zones and lines, in shares of the frame.
        settings: what is too short; a step aside across the edge of a zone is none.

    Returns:
        Columns of `events`: "in zone", "enters", "leaves", "crosses".
    """
    settings = settings or EventSettings()
    found: list[Event] = []
    for way in ways_of(positions, times):
        for zone in zones:
            if isinstance(zone, Zone):
                found += _in_zone(way, times, size, zone, settings)
            else:
                found += _over_line(way, size, zone)
    return event_table(found, times)


def _in_zone(
    way: Way, times: FrameTimes, size: tuple[int, int], zone: Zone, settings: EventSettings
) -> Iterator[Event]:
    polygon = np.array(zone.points) * size[::-1]
    first, last = way.span
    there = np.zeros(len(times), bool)
    there[first : last + 1] = way.lasting(inside(_points(way, zone.anchor), polygon))
    for span in stays(there, times, bridge_s=settings.bridge_s, min_s=settings.min_s):
        yield Event("in zone", span, way.who, zone=zone.name)
        yield from moments("enters", "leaves", span, way.span, who=way.who, zone=zone.name)


def _over_line(way: Way, size: tuple[int, int], line: Line) -> Iterator[Event]:
    """Crossings; trembling on the line is none: an object must get a tenth of its size away from it."""
    start, end = np.array(line.start) * size[::-1], np.array(line.end) * size[::-1]
    distance, along = beside(_points(way, line.anchor), start, end)
    sure = np.flatnonzero(np.abs(distance) >= 0.1 * np.sqrt(way.pixels))
    sides = np.sign(distance[sure])
    for turn in np.flatnonzero(sides[1:] != sides[:-1]):
        between = np.arange(sure[turn], sure[turn + 1] + 1)
        after = between[1:][np.sign(distance[between[1:]]) != np.sign(distance[between[:-1]])][-1]
        near, far = abs(distance[after - 1]), abs(distance[after])
        where = along[after - 1] + (along[after] - along[after - 1]) * near / (near + far)
        if 0 <= where <= 1:
            place, side = int(way.at[after]), float(sides[turn + 1])
            yield Event("crosses", (place, place), way.who, zone=line.name, value=side, moment=True)


def _points(way: Way, anchor: Anchor) -> np.ndarray:
    return way.points if anchor == "middle" else way.feet
