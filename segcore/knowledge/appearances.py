"""Events of being there: of classes, and of each object; and of objects that another covers for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from segcore.knowledge.events import NOBODY, Event, EventSettings, Subject, moments
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import stays
from segcore.knowledge.ways import ways_of


def class_appearances(objects: pd.DataFrame, times: FrameTimes, settings: EventSettings) -> Iterator[Event]:
    """When each class was there: in frames with an object of it that has a track."""
    rows = objects[objects["track"] > 0]
    for _, part in rows.groupby("class_id", sort=True):
        there = np.zeros(len(times), bool)
        there[times.places(part["frame"])] = True
        who = Subject.of_class(part)
        for span in stays(there, times, bridge_s=settings.bridge_s, min_s=settings.min_s):
            yield Event("there", span, who)
            yield from moments("appears", "disappears", span, (0, len(times) - 1), who=who)


def track_appearances(
    positions: pd.DataFrame, contacts: pd.DataFrame, times: FrameTimes, settings: EventSettings
) -> Iterator[Event]:
    """When each object was there, and when it was covered.

    Args:
        positions: of `tracks.positions`.
        contacts: columns of `object_table`, tracks filled in.
        times: of all frames.
        settings: gaps shorter than `min_s` are none.
    """
    touched = _touched(contacts)
    for way in ways_of(positions, times):
        who = way.who
        yield Event("there", way.span, who)
        for event in moments("appears", "disappears", way.span, (0, len(times) - 1), who=who):
            edge = way.frames[0 if event.kind == "appears" else -1]
            yield replace(event, other=touched(who.track, int(edge)))
        for gap in np.flatnonzero(np.diff(way.at) > 1):
            first, last = int(way.at[gap]) + 1, int(way.at[gap + 1]) - 1
            other = touched(who.track, int(way.frames[gap]))
            lasts = times.ends[last] - times.starts[first]
            if other is not NOBODY and lasts >= settings.min_s - 1e-6 and not way.at_border[gap]:
                yield Event("covered", (first, last), who, other)


def _touched(contacts: pd.DataFrame) -> Callable[[int, int], Subject]:
    """Gives for a track and a frame whom it touched there: the one with the longest border, or nobody."""
    names = ("track", "class_id", "class")
    one = contacts[["frame", "length", *names, *(f"other_{name}" for name in names)]]
    two = one.rename(columns={a: b for n in names for a, b in ((n, f"other_{n}"), (f"other_{n}", n))})
    both = pd.concat([one, two])
    both = both[(both["track"] > 0) & (both["other_track"] > 0)].sort_values("length")
    last = both.drop_duplicates(["track", "frame"], keep="last")
    place = dict(zip(zip(last["track"].tolist(), last["frame"].tolist(), strict=True), range(len(last)), strict=True))
    others = [last[name].to_numpy() for name in ("other_class_id", "other_class", "other_track")]

    def found(track: int, frame: int) -> Subject:
        at = place.get((track, frame))
        return NOBODY if at is None else Subject(int(others[0][at]), str(others[1][at]), int(others[2][at]))

    return found
