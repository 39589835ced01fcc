"""What pages keep of tracks and events that are found anew for what somebody asks. Keys as in `cached`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.common import cached
from segcore.knowledge.counted import Counted, counted_tracks, only
from segcore.knowledge.drawing import Drawing, drawing_events
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.tables import events_of
from segcore.knowledge.tracks import positions

_NAMES = ("objects", "contacts", "tracks", "events", "ledger")


@dataclass(frozen=True)
class Known:
    """Tables of a result in which only tracks have a part that count. Shared by all users: not to change.

    Attributes:
        tracks, events: columns as stored.
        positions: of `tracks.positions`.
        times: of all frames.
        left_out: how many tracks do not count.
        changed: when the stored tables were written.
    """

    tracks: pd.DataFrame
    events: pd.DataFrame
    positions: pd.DataFrame
    times: FrameTimes
    left_out: int
    changed: tuple[int, ...]


def known(run_id: str, counted: Counted, size: tuple[int, int]) -> Known | None:
    """What is known of a result; None where an older segcore made it without objects.

    Args:
        run_id: of the result.
        counted: which tracks count.
        size: (height, width) of its frames.
    """
    if not all(cached.runs().has_file(run_id, f"{name}.parquet") for name in _NAMES):
        return None
    files = [cached.runs().file(run_id, f"{name}.parquet") for name in _NAMES]
    changed = tuple(file.stat().st_mtime_ns for file in files)
    return _known(tuple(str(file) for file in files), changed, counted.model_dump_json(), size)


@st.cache_resource(max_entries=8, show_spinner="Finding events …")
def _known(files: tuple[str, ...], changed: tuple[int, ...], counted: str, size: tuple[int, int]) -> Known:
    paths = dict(zip(_NAMES, map(Path, files), strict=True))
    stored, events = (pd.read_parquet(paths[name]) for name in ("tracks", "events"))
    times = FrameTimes.of_ledger(pd.read_parquet(paths["ledger"], columns=["frame", "time_s"]))
    tracks = counted_tracks(stored, Counted.model_validate_json(counted))
    objects = only(pd.read_parquet(paths["objects"]), tracks)
    if len(tracks) < len(stored):
        events = events_of(objects, only(pd.read_parquet(paths["contacts"]), tracks), times, size)
    return Known(tracks, events, positions(objects), times, len(stored) - len(tracks), changed)


def drawn_events(run_id: str, drawing: Drawing, size: tuple[int, int]) -> pd.DataFrame:
    """What a drawing finds in a result, from its stored tables; columns of `events`.

    Raises:
        ConfigError: it was drawn on frames of another shape.
    """
    found = known(run_id, drawing.counted, size)
    if found is None or not drawing.asks:
        return pd.DataFrame()
    return _drawn_events(run_id, found.changed, drawing.model_dump_json(), size, found)


@st.cache_data(max_entries=16, show_spinner="Looking into zones …")
def _drawn_events(
    run_id: str, changed: tuple[int, ...], drawing: str, size: tuple[int, int], _found: Known
) -> pd.DataFrame:
    del run_id, changed
    return drawing_events(Drawing.model_validate_json(drawing), _found.positions, _found.times, size)
