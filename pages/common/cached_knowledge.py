"""What pages keep of tracks and events that are found anew for what somebody asks. Keys as in `cached`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from pages.common import cached
from segcore.knowledge.counted import Counted
from segcore.knowledge.drawing import Drawing, drawing_events
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.known import KNOWN_TABLES, Known, known_of


def known(run_id: str, counted: Counted, size: tuple[int, int]) -> Known | None:
    """What is known of a result. Shared by all users: not to change. None where it was made without objects.

    Args:
        run_id: of the result.
        counted: which tracks count.
        size: (height, width) of its frames.
    """
    files = _files(run_id)
    return _known(files, _changed(files), counted.model_dump_json(), size) if files else None


def _files(run_id: str) -> tuple[str, ...]:
    """Where its tables are; empty where an older segcore made it without some."""
    if not all(cached.runs().has_file(run_id, f"{name}.parquet") for name in KNOWN_TABLES):
        return ()
    return tuple(str(cached.runs().file(run_id, f"{name}.parquet")) for name in KNOWN_TABLES)


def _changed(files: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(Path(file).stat().st_mtime_ns for file in files)


@st.cache_resource(max_entries=8, show_spinner="Finding events …")
def _known(files: tuple[str, ...], changed: tuple[int, ...], counted: str, size: tuple[int, int]) -> Known:
    del changed
    paths = dict(zip(KNOWN_TABLES, files, strict=True))
    times = FrameTimes.of_ledger(pd.read_parquet(paths["ledger"], columns=["frame", "time_s"]))
    return known_of(lambda name: pd.read_parquet(paths[name]), times, Counted.model_validate_json(counted), size)


def drawn_events(run_id: str, drawing: Drawing, size: tuple[int, int]) -> pd.DataFrame:
    """What a drawing finds in a result, from its stored tables; columns of `events`.

    Raises:
        ConfigError: it was drawn on frames of another shape.
    """
    found = known(run_id, drawing.counted, size)
    if found is None or not drawing.asks:
        return pd.DataFrame()
    return _drawn_events(run_id, _changed(_files(run_id)), drawing.model_dump_json(), size, found)


@st.cache_data(max_entries=16, show_spinner="Looking into zones …")
def _drawn_events(
    run_id: str, changed: tuple[int, ...], drawing: str, size: tuple[int, int], _found: Known
) -> pd.DataFrame:
    del run_id, changed
    return drawing_events(Drawing.model_validate_json(drawing), _found.positions, _found.times, size)
