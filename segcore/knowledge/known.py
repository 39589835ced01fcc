"""What is known of a result once it is chosen which tracks count: pages and reports tell the same numbers by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from segcore.knowledge.contact_edges import contact_edges
from segcore.knowledge.counted import Counted, counted_tracks, only
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.tables import events_of
from segcore.knowledge.tracks import positions

KNOWN_TABLES = ("objects", "contacts", "tracks", "events", "ledger")
"""What a result must have for it."""


@dataclass(frozen=True)
class Known:
    """Tables of a result in which only tracks have a part that count. May be shared: not to change.

    Attributes:
        tracks, events, contacts: columns as stored.
        positions: of `tracks.positions`.
        times: of all frames.
        left_out: how many tracks do not count.
    """

    tracks: pd.DataFrame
    events: pd.DataFrame
    contacts: pd.DataFrame
    positions: pd.DataFrame
    times: FrameTimes
    left_out: int

    @cached_property
    def edges(self) -> pd.DataFrame:
        """Which classes touched: `contact_edges`."""
        return contact_edges(self.events, self.contacts)

    @cached_property
    def object_edges(self) -> pd.DataFrame:
        """Which objects touched: `contact_edges` of each."""
        return contact_edges(self.events, self.contacts, each=True)


def known_of(read: Callable[[str], pd.DataFrame], times: FrameTimes, counted: Counted, size: tuple[int, int]) -> Known:
    """What is known of a result.

    Args:
        read: gives a stored table by its name, one of `KNOWN_TABLES`; the ledger is not asked for.
        times: of all frames.
        counted: which tracks count.
        size: (height, width) of the frames.
    """
    stored, events = read("tracks"), read("events")
    tracks = counted_tracks(stored, counted)
    objects, contacts = only(read("objects"), tracks), only(read("contacts"), tracks)
    points = positions(objects)
    if len(tracks) < len(stored):
        events = events_of(points, contacts, times, size)
    return Known(tracks, events, contacts, points, times, len(stored) - len(tracks))
