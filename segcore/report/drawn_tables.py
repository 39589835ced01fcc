"""The tables of what was drawn on a frame: zones, lines, large and fast objects; and of each object. Pure."""

from __future__ import annotations

import pandas as pd

from segcore.knowledge.contact_graph import object_name
from segcore.knowledge.event_words import detail
from segcore.knowledge.track_measures import length_unit, track_measures
from segcore.knowledge.zone_tables import crossings, dwell
from segcore.report.charts.on_frame import color_of
from segcore.report.document import Cell, Table
from segcore.report.facts import Facts
from segcore.report.tables import percent
from segcore.report.words import clock, count

MOST_ROWS = 40
"""Rows of a table of objects or events that are printed."""
_OF_DRAWING = ("large", "fast")


def dwell_table(facts: Facts, *, each: bool = False) -> Table | None:
    """How long each class, or each object, was in each zone; None where none was."""
    assert facts.drawn is not None
    rows = dwell(facts.drawn, each=each)
    if rows.empty:
        return None
    head = ["Zone", "Object" if each else "Class", "In it", *([] if each else ["Occupied"]), "Stays", "Entered", "Left"]
    made = [
        [
            *_names(facts, row, "zone"),
            Cell(f"{row['seconds']:.2f} s"),
            *([] if each else [Cell(f"{row['occupied_s']:.2f} s")]),
            *(Cell(count(row[name])) for name in ("visits", "enters", "leaves")),
            *([] if each else [Cell(count(row["objects"]))]),
            Cell(clock(row["first_s"])),
            Cell(clock(row["last_s"])),
        ]
        for _, row in rows.head(MOST_ROWS).iterrows()
    ]
    note = (
        "Entered and left: came in and went out; what appears or disappears in the zone does neither."
        if each
        else "In it: all objects together, two at once count twice. Occupied: with one of them in it at least. "
        "Entered and left: came in and went out; what appears or disappears in the zone does neither."
    )
    head += [*([] if each else ["Objects"]), "First", "Last"]
    return Table(head, made, left=2, note=_rest(rows, "dwell_objects" if each else "dwell") + note)


def crossing_table(facts: Facts, *, each: bool = False) -> Table | None:
    """How often each class, or each object, crossed each line, and which way; None where none did."""
    assert facts.drawn is not None
    rows = crossings(facts.drawn, each=each)
    if rows.empty:
        return None
    made = [
        [
            *_names(facts, row, "line"),
            *(Cell(count(row[name])) for name in ("right", "left", "all")),
            Cell(clock(row["first_s"])),
            Cell(clock(row["last_s"])),
        ]
        for _, row in rows.head(MOST_ROWS).iterrows()
    ]
    head = ["Line", "Object" if each else "Class", "With the arrow", "Against it", "Both", "First", "Last"]
    return Table(head, made, left=2, note=_rest(rows, "crossings_objects" if each else "crossings"))


def threshold_table(facts: Facts) -> Table | None:
    """When objects were large or fast; None where none was, or nobody asked."""
    assert facts.drawn is not None
    rows = facts.drawn[facts.drawn["kind"].isin(_OF_DRAWING)]
    if rows.empty:
        return None
    made = [
        [
            Cell(str(row["kind"])),
            _named(facts, row),
            Cell(f"{row['time_s']:.2f} s"),
            Cell(f"{row['seconds']:.2f} s"),
            Cell(detail(row["kind"], row["value"], facts.scale)),
        ]
        for _, row in rows.head(MOST_ROWS).iterrows()
    ]
    return Table(["Event", "Object", "From", "Lasts", "At most"], made, left=2, note=_rest(rows, "zone_events"))


def track_table(facts: Facts) -> Table | None:
    """Where a length is known or something was drawn: each object's path, speed and area, the longest seen ones."""
    if facts.known is None or facts.known.tracks.empty or not (facts.scale or facts.drawing.asks):
        return None
    tracks = facts.known.tracks
    shown = tracks.nlargest(MOST_ROWS, "seconds").sort_values("track")
    unit, measured = length_unit(facts.scale), track_measures(shown, facts.scale)
    made = [
        [
            _named(facts, row),
            Cell(clock(row["first_s"])),
            Cell(clock(row["last_s"])),
            Cell(f"{row['seconds']:.2f} s"),
            Cell(f"{measures['path']:.1f} {unit}"),
            Cell(f"{measures['speed']:.1f} {unit}/s"),
            Cell(f"{measures['area']:.{1 if facts.scale else 0}f} {unit}²"),
            Cell(percent(row["confidence"])),
        ]
        for (_, row), (_, measures) in zip(shown.iterrows(), measured.iterrows(), strict=True)
    ]
    head = ["Object", "First", "Last", "There for", "Path", "Mean speed", "Mean area", "Sure"]
    note = "Steps below a tenth of an object's size are no path; the camera's own motion is in it."
    left = len(tracks) - len(shown)
    return Table(
        head, made, note=(f"Those seen longest; {count(left)} more are in the table tracks. " if left else "") + note
    )


def _names(facts: Facts, row: pd.Series, place: str) -> list[Cell]:
    """A zone or line in its colour, and a class or an object in its own."""
    number = [shape.name for shape in facts.drawing.shapes].index(row[place])
    return [Cell(str(row[place]), color_of(number)), _named(facts, row)]


def _named(facts: Facts, row: pd.Series) -> Cell:
    colors = {c.name: c.color for c in facts.classes}
    name = object_name(row["class"], row["track"]) if row.get("track", 0) > 0 else str(row["class"])
    return Cell(name, colors.get(row["class"], ""))


def _rest(rows: pd.DataFrame, table: str) -> str:
    left = len(rows) - MOST_ROWS
    return f"{count(left)} more are in the table {table}. " if left > 0 else ""
