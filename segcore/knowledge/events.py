"""Events: what happened when, to which class or object, with which other. One row an event.

Columns: `columns.EVENTS`; what `value` is depends on the kind:

| kind | lasts | value |
|---|---|---|
| there | yes | |
| appears, disappears | no | not at the ends of the video; an object's names what it touches |
| covered | yes | of an object that is not seen for a while, after it touched another |
| touches | yes | longest common border, pixels |
| in zone | yes | |
| enters, leaves | no | of a zone; not told for what appears or disappears in it |
| crosses | no | 1 from the left to the right of the line, looking from its first point to its second; else -1 |
| large | yes | largest share of the frame |
| fast | yes | highest speed, pixels a second |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import Span

EVENTS = "events"
"""Name of the table's files."""

EVENT_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("time_s", pa.float64()),
        ("end_s", pa.float64()),
        ("seconds", pa.float64()),
        ("frame", pa.int32()),
        ("end_frame", pa.int32()),
        ("class_id", pa.int16()),
        ("class", pa.string()),
        ("track", pa.int32()),
        ("other_class_id", pa.int16()),
        ("other", pa.string()),
        ("other_track", pa.int32()),
        ("zone", pa.string()),
        ("value", pa.float64()),
    ]
)


class EventSettings(BaseModel):
    """What is too short to be an event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bridge_s: float = Field(default=0.5, ge=0, description="interruptions that are shorter are none")
    min_s: float = Field(default=0.2, ge=0, description="what lasts for less did not happen")
    touch_share: float = Field(default=0.002, ge=0, description="border in common, of the frame's diagonal, to touch")


@dataclass(frozen=True)
class Subject:
    """A class, or one object of it."""

    class_id: int
    name: str
    track: int = 0

    @classmethod
    def of_class(cls, rows: pd.DataFrame, prefix: str = "", row: int = 0) -> Subject:
        """The class of a row; `prefix` is "other_" for the second one of contacts."""
        return cls(int(rows[f"{prefix}class_id"].iloc[row]), str(rows[f"{prefix}class"].iloc[row]))

    @classmethod
    def of_track(cls, rows: pd.DataFrame, prefix: str = "", row: int = 0) -> Subject:
        """The object of a row."""
        return replace(cls.of_class(rows, prefix, row), track=int(rows[f"{prefix}track"].iloc[row]))


NOBODY = Subject(-1, "")


@dataclass(frozen=True)
class Event:
    """A row in the making; `span` are places among all frames, `moment` says that only the first of them counts."""

    kind: str
    span: Span
    who: Subject
    other: Subject = NOBODY
    zone: str = ""
    value: float | None = None
    moment: bool = False


def event_table(events: Iterable[Event], times: FrameTimes) -> pd.DataFrame:
    """Events as a table, columns and types of `EVENT_SCHEMA`, in order of time."""
    rows = [_row(event, times) for event in events]
    table = pd.DataFrame(rows, columns=EVENT_SCHEMA.names)
    types = {f.name: f.type.to_pandas_dtype() for f in EVENT_SCHEMA if f.type != pa.string()}
    return table.astype(types).sort_values(["frame", "kind", "class_id", "track"], kind="stable", ignore_index=True)


def _row(event: Event, times: FrameTimes) -> tuple[object, ...]:
    first, last = event.span
    begin = float(times.starts[first])
    end = begin if event.moment else float(times.ends[last])
    return (
        event.kind,
        begin,
        end,
        round(end - begin, 6),
        int(times.frames[first]),
        int(times.frames[first if event.moment else last]),
        event.who.class_id,
        event.who.name,
        event.who.track,
        event.other.class_id,
        event.other.name,
        event.other.track,
        event.zone,
        event.value,
    )


def moments(kind_in: str, kind_out: str, span: Span, within: Span, **fields: object) -> list[Event]:
    """Begin and end of a stretch as events of their own, where they lie inside of what was seen.

    Args:
        kind_in, kind_out: their names.
        span: the stretch.
        within: what was seen; a begin or an end at its edge is none.
        fields: the rest of `Event`.
    """
    found = []
    if span[0] > within[0]:
        found.append(Event(kind_in, (span[0], span[0]), moment=True, **fields))  # type: ignore[arg-type]
    if span[1] < within[1]:
        found.append(Event(kind_out, (span[1] + 1, span[1] + 1), moment=True, **fields))  # type: ignore[arg-type]
    return found
