"""Events of touching: of each two classes, and of each two objects."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

import numpy as np
import pandas as pd

from segcore.knowledge.events import Event, EventSettings, Subject
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import hysteresis, stays


def touches(
    contacts: pd.DataFrame, times: FrameTimes, size: tuple[int, int], settings: EventSettings
) -> Iterator[Event]:
    """Who touched whom from when to when, each pair once: the class of the smaller id first.

    A contact begins when the common border is `touch_share` of the frame's diagonal long, and ends when there is none.

    Args:
        contacts: columns of `object_table`, tracks filled in; only pairs in which both have one count.
        times: of all frames.
        size: (height, width) of the frames.
        settings: what is too short.
    """
    least = max(settings.touch_share * hypot(*size), 1e-6)
    of_both = [f"{prefix}{name}" for prefix in ("", "other_") for name in ("track", "class_id", "class")]
    known = (contacts["track"] > 0) & (contacts["other_track"] > 0)
    pairs = ordered(contacts.loc[known, ["frame", "length", *of_both]])
    for _, part in pairs.groupby(["class_id", "other_class_id"], sort=True):
        pair = Subject.of_class(part), Subject.of_class(part, "other_")
        yield from _of_pair(part, *pair, times, least, settings)
    for _, part in pairs.groupby(["class_id", "other_class_id", "track", "other_track"], sort=True):
        pair = Subject.of_track(part), Subject.of_track(part, "other_")
        yield from _of_pair(part, *pair, times, least, settings)


def ordered(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts with the smaller class id first."""
    names = ("track", "class_id", "class")
    swap = {a: b for n in names for a, b in ((n, f"other_{n}"), (f"other_{n}", n))}
    wrong = contacts["class_id"] > contacts["other_class_id"]
    return pd.concat([contacts[~wrong], contacts[wrong].rename(columns=swap)])


def _of_pair(
    part: pd.DataFrame, who: Subject, other: Subject, times: FrameTimes, least: float, settings: EventSettings
) -> Iterator[Event]:
    length = np.bincount(times.places(part["frame"]), part["length"], len(times))
    touching = hysteresis(length, least, 1e-9)
    for first, last in stays(touching, times, bridge_s=settings.bridge_s, min_s=settings.min_s):
        yield Event("touches", (first, last), who, other, value=float(length[first : last + 1].max()))
