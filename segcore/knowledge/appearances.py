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


def class_appearances(positions: pd.DataFrame, times: FrameTimes, settings: EventSettings) -> Iterator[Event]:
    """When each class was there: in frames with an object of it that has a track."""
    for _, part in positions[["frame", "class_id", "class"]].groupby("class_id", sort=True):
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
            if way.at_border[gap] or times.ends[last] - times.starts[first] < settings.min_s - 1e-6:
                continue
            other = touched(who.track, int(way.frames[gap]))
            if other is not NOBODY:
                yield Event("covered", (first, last), who, other)


def _touched(contacts: pd.DataFrame) -> Callable[[int, int], Subject]:
    """Gives for a track and a frame whom it touched there: the one with the longest border, or nobody."""
    columns = {name: contacts[name].to_numpy() for name in ("frame", "length", "track", "other_track")}
    known = np.flatnonzero((columns["track"] > 0) & (columns["other_track"] > 0)).astype(np.int32)
    frames, length = columns["frame"][known], columns["length"][known]
    keys = np.concatenate([_key(columns[name][known], frames) for name in ("track", "other_track")])
    order = np.lexsort((np.concatenate([length, length]), keys)).astype(np.int32)
    longest = order[np.append(np.diff(keys[order]) != 0, True)] if len(order) else order
    keys = keys[longest]

    def found(track: int, frame: int) -> Subject:
        key = _key(np.int64(track), np.int64(frame))
        at = int(np.searchsorted(keys, key))
        if at == len(keys) or keys[at] != key:
            return NOBODY
        back, row = divmod(int(longest[at]), len(known))
        return Subject.of_track(contacts, "" if back else "other_", int(known[row]))

    return found


def _key(tracks: np.ndarray | np.int64, frames: np.ndarray | np.int64) -> np.ndarray:
    """A track and a frame as one number: int64, in order of tracks, then frames."""
    return np.asarray(tracks, np.int64) << 32 | np.asarray(frames, np.int64)
