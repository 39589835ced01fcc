"""What objects did in zones and at lines, summed up. Pure functions over the events of `zone_events`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from segcore.knowledge.columns import Column
from segcore.knowledge.drawn_columns import DRAWN, ZONE_EVENTS
from segcore.knowledge.events import EVENT_SCHEMA


def dwell(events: pd.DataFrame, *, each: bool = False) -> pd.DataFrame:
    """How long objects were in each zone.

    Args:
        events: of `zone_events`.
        each: a row for each object, instead of each class.

    Returns:
        One row a zone and class: zone, class, seconds (of all objects together), occupied_s (with one of them at
        least), visits, enters and leaves (what appears, or disappears, in it does neither), objects (different ones),
        first_s, last_s. With `each`, `track` follows `class`, and the columns occupied_s and objects are not there.
    """
    rows = events[events["kind"] == "in zone"]
    keys = ["zone", "class", "track"] if each else ["zone", "class"]
    groups = rows.groupby(keys, sort=False)
    table = groups.agg(
        seconds=("seconds", "sum"),
        visits=("seconds", "size"),
        objects=("track", "nunique"),
        first_s=("time_s", "min"),
        last_s=("end_s", "max"),
    )
    for place, kind in ((2, "enters"), (3, "leaves")):
        passed = events[events["kind"] == kind].groupby(keys).size()
        table.insert(place, kind, passed.reindex(table.index, fill_value=0).astype(int))
    if each:
        return _by_place(table.drop(columns="objects").reset_index())
    table.insert(1, "occupied_s", [covered(part["time_s"], part["end_s"]) for _, part in groups])
    return _by_place(table.reset_index())


def crossings(events: pd.DataFrame, *, each: bool = False) -> pd.DataFrame:
    """How often objects crossed each line.

    Args:
        events: of `zone_events`.
        each: a row for each object, instead of each class.

    Returns:
        One row a line and class: line, class (with `each`, track), right, left (by direction, as one looks from the
        line's start to its end), all, first_s, last_s.
    """
    rows = events[events["kind"] == "crosses"].rename(columns={"zone": "line"})
    rows = rows.assign(right=rows["value"] > 0, left=rows["value"] < 0)
    table = rows.groupby(["line", "class", "track"] if each else ["line", "class"], sort=False).agg(
        right=("right", "sum"),
        left=("left", "sum"),
        all=("right", "size"),
        first_s=("time_s", "min"),
        last_s=("time_s", "max"),
    )
    return _by_place(table.reset_index())


def _by_place(table: pd.DataFrame) -> pd.DataFrame:
    """The same with the rows of each zone or line, its first column, together; else in order of time, as they stand."""
    return table.iloc[np.argsort(pd.factorize(table.iloc[:, 0])[0], kind="stable")].reset_index(drop=True)


def drawn_tables(events: pd.DataFrame) -> dict[str, tuple[pd.DataFrame, pa.Schema]]:
    """All tables of what a drawing finds, as `table_files.write_tables` takes them; `drawn_columns` tells the columns.

    Args:
        events: of `drawing.drawing_events`.
    """
    made = {
        "dwell": dwell(events),
        "dwell_objects": dwell(events, each=True),
        "crossings": crossings(events),
        "crossings_objects": crossings(events, each=True),
    }
    told = {
        name: (table, pa.schema([_field(column) for column in DRAWN[name].columns])) for name, table in made.items()
    }
    return {ZONE_EVENTS: (events, EVENT_SCHEMA), **told}


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, pa.type_for_alias(column.type))


def covered(starts: pd.Series, ends: pd.Series) -> float:
    """Seconds that stretches cover together, where they overlap counted once."""
    total, until = 0.0, float("-inf")
    for start, end in sorted(zip(starts.tolist(), ends.tolist(), strict=True)):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total
