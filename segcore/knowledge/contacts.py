"""Events of touching: of each two classes, and of each two objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
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
    known = np.flatnonzero((contacts["track"] > 0) & (contacts["other_track"] > 0)).astype(np.int32)
    ids = [
        [contacts[f"{prefix}{name}"].to_numpy()[known] for prefix in ("", "other_")] for name in ("class_id", "track")
    ]
    wrong = ids[0][0] > ids[0][1]  # the class of the larger id is first
    keys = [np.where(wrong, pair[1 - side], pair[side]) for pair in ids for side in (0, 1)]
    at = times.places(contacts["frame"].to_numpy()[known]).astype(np.int32)
    length = contacts["length"].to_numpy()[known]
    order = np.lexsort(keys[::-1]).astype(np.int32)
    for compared, of in ((keys[:2], Subject.of_class), (keys, Subject.of_track)):
        for rows in _alike(compared, order):
            row = int(known[rows[0]])
            pair = of(contacts, "", row), of(contacts, "other_", row)
            sides = pair[::-1] if wrong[rows[0]] else pair
            yield from _of_pair(at[rows], length[rows], *sides, times, least, settings)


def _alike(keys: Sequence[np.ndarray], order: np.ndarray) -> Iterator[np.ndarray]:
    """The rows of an order, from one to the next with other keys."""
    new = np.zeros(max(len(order) - 1, 0), bool)
    for key in keys:
        new |= np.diff(key[order]) != 0
    for begin, end in pairwise([0, *(np.flatnonzero(new) + 1).tolist(), len(order)]):
        if end > begin:
            yield order[begin:end]


def _of_pair(
    at: np.ndarray,
    lengths: np.ndarray,
    who: Subject,
    other: Subject,
    times: FrameTimes,
    least: float,
    settings: EventSettings,
) -> Iterator[Event]:
    length = np.bincount(at, lengths, len(times))
    touching = hysteresis(length, least, 1e-9)
    for first, last in stays(touching, times, bridge_s=settings.bridge_s, min_s=settings.min_s):
        yield Event("touches", (first, last), who, other, value=float(length[first : last + 1].max()))
