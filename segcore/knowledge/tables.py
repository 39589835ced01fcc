"""All that is known of a video beside its ledger: objects, contacts, tracks and events."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from segcore.knowledge.appearances import class_appearances, track_appearances
from segcore.knowledge.contacts import touches
from segcore.knowledge.events import EVENT_SCHEMA, EVENTS, EventSettings, event_table
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.object_table import CONTACT_SCHEMA, CONTACTS, OBJECT_SCHEMA, OBJECTS, with_tracks
from segcore.knowledge.table_files import table_files, write_tables
from segcore.knowledge.tracks import TRACK_SCHEMA, TRACKS, TrackSettings, find_tracks, positions, track_table

KNOWLEDGE_SCHEMAS = {OBJECTS: OBJECT_SCHEMA, CONTACTS: CONTACT_SCHEMA, TRACKS: TRACK_SCHEMA, EVENTS: EVENT_SCHEMA}
"""By name, the columns and types of the four tables."""


@dataclass(frozen=True)
class KnowledgeTables:
    """Four tables of one video; their columns are told by `object_table`, `tracks` and `events`."""

    objects: pd.DataFrame
    contacts: pd.DataFrame
    tracks: pd.DataFrame
    events: pd.DataFrame

    def write(self, folder: Path) -> None:
        """Write each as Parquet and CSV: `knowledge_files`."""
        tables = (self.objects, self.contacts, self.tracks, self.events)
        named = zip(KNOWLEDGE_SCHEMAS.items(), tables, strict=True)
        write_tables(folder, {name: (table, schema) for (name, schema), table in named})


def knowledge_files(folder: Path) -> tuple[Path, ...]:
    """What `KnowledgeTables.write` writes."""
    return table_files(folder, list(KNOWLEDGE_SCHEMAS))


def knowledge_of(
    objects: pd.DataFrame,
    contacts: pd.DataFrame,
    times: FrameTimes,
    size: tuple[int, int],
    track_settings: TrackSettings | None = None,
    event_settings: EventSettings | None = None,
) -> KnowledgeTables:
    """Join objects into tracks, and find events.

    Args:
        objects, contacts: as of `ObjectRows.tables`; their tracks are filled in anew.
        times: of all frames.
        size: (height, width) of the frames.
        track_settings, event_settings: as they are by default, unless given.
    """
    objects = objects.assign(track=find_tracks(objects, times, track_settings))
    contacts = with_tracks(contacts, objects)
    points = positions(objects)
    events = events_of(points, contacts, times, size, event_settings)
    return KnowledgeTables(objects, contacts, track_table(points, times), events)


def events_of(
    points: pd.DataFrame,
    contacts: pd.DataFrame,
    times: FrameTimes,
    size: tuple[int, int],
    settings: EventSettings | None = None,
) -> pd.DataFrame:
    """The events of objects that have a track.

    Args:
        points: of `tracks.positions`.
        contacts: tracks filled in.
        times: of all frames.
        size: (height, width) of the frames.
        settings: as they are by default, unless given.
    """
    settings = settings or EventSettings()
    found = [
        *class_appearances(points, times, settings),
        *track_appearances(points, contacts, times, settings),
        *touches(contacts, times, size, settings),
    ]
    return event_table(found, times)
