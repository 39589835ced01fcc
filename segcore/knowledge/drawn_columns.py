"""What the columns of the tables mean that are made of a drawing: for files to take along, and docs/results.md."""

from __future__ import annotations

from segcore.knowledge.columns import EVENTS, Column, Table

ZONE_EVENTS = "zone_events"

_ZONE = Column("zone", "string", "", "name of the zone")
_LINE = Column("line", "string", "", "name of the line")
_NAME = Column("class", "string", "", "name of the class")
_TRACK = Column("track", "int32", "", "which object")
_FIRST = Column("first_s", "double", "s", "when it first happened", moment=True)
_LAST = Column("last_s", "double", "s", "when it last ended", moment=True)
_STAYS = (
    Column("visits", "int64", "", "stays in the zone"),
    Column("enters", "int64", "", "of these, how many began by coming in; what appears in the zone does not"),
    Column("leaves", "int64", "", "how many ended by going out; what disappears in the zone does not"),
)
_PASSED = (
    Column("right", "int64", "", "crossings with the line's arrow"),
    Column("left", "int64", "", "crossings against it"),
    Column("all", "int64", "", "both"),
)

DRAWN: dict[str, Table] = {
    table.name: table
    for table in (
        Table(ZONE_EVENTS, "an event", "who was in which zone, crossed which line, was large or fast", EVENTS.columns),
        Table(
            "dwell",
            "a zone and class",
            "how long each class was in each zone",
            (
                _ZONE,
                _NAME,
                Column("seconds", "double", "s", "of all objects of the class together"),
                Column("occupied_s", "double", "s", "with one of them in it at least"),
                *_STAYS,
                Column("objects", "int64", "", "different ones"),
                _FIRST,
                _LAST,
            ),
        ),
        Table(
            "dwell_objects",
            "a zone and object",
            "how long each object was in each zone",
            (_ZONE, _NAME, _TRACK, Column("seconds", "double", "s", "in the zone"), *_STAYS, _FIRST, _LAST),
        ),
        Table(
            "crossings",
            "a line and class",
            "how often each class crossed each line, and which way",
            (_LINE, _NAME, *_PASSED, _FIRST, _LAST),
        ),
        Table(
            "crossings_objects",
            "a line and object",
            "how often each object crossed each line, and which way",
            (_LINE, _NAME, _TRACK, *_PASSED, _FIRST, _LAST),
        ),
    )
}
"""Name → table. They are found anew for what is drawn now, from the objects that count."""
