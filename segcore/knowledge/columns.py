"""What every column of every table means: the one place where it is told.

docs/results.md shows these tables (a test holds them together), and so do the pages and `segcore ask`.
Types are those of the Parquet files. Lengths are pixels of the video's own frames.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: as in the files.
        type: as pyarrow writes it ("int32", "double"); what is "binary" is in the Parquet file alone.
        unit: "s", "px", "px²", "share" (0 to 1), "°"; empty where there is none.
        meaning: in a few words.
        moment: it is a time of the source, to which a player can go.
    """

    name: str
    type: str
    unit: str
    meaning: str
    moment: bool = False


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: of its files.
        row: what one row of it is.
        holds: what is in it.
        columns: in the order of its files.
    """

    name: str
    row: str
    holds: str
    columns: tuple[Column, ...]


_FRAME = (
    Column("frame", "int32", "", "number of the frame, from 0"),
    Column("time_s", "double", "s", "its time", moment=True),
)
_CLASS = (Column("class_id", "int16", "", "0 is the background"), Column("class", "string", "", "name of the class"))
_SIDES = (
    Column("object", "int32", "", "number of the one object within the frame"),
    Column("track", "int32", "", "its track"),
    Column("class_id", "int16", "", "its class"),
    Column("class", "string", "", "name of its class"),
    Column("other_object", "int32", "", "the same of the other object"),
    Column("other_track", "int32", "", "its track"),
    Column("other_class_id", "int16", "", "its class"),
    Column("other_class", "string", "", "name of its class"),
)

LEDGER = Table(
    "ledger",
    "a frame and class",
    "how much of each class there was, and how sure; empty frames too",
    (
        *_FRAME,
        *_CLASS,
        Column("pixels", "int64", "px²", "area of the class in the frame"),
        Column("share", "double", "share", "the same over the frame's area"),
        Column("objects", "int32", "", "connected regions, the smallest too"),
        Column("confidence", "float", "share", "mean probability over its pixels; empty where it has none"),
    ),
)
OBJECTS = Table(
    "objects",
    "a frame and object",
    "each connected region: where, how large, which way, which track",
    (
        *_FRAME,
        Column("object", "int32", "", "its number within the frame, from 1"),
        Column("track", "int32", "", "which object it is over time; 0: it was there too shortly to be one"),
        Column("class_id", "int16", "", "its class, never the background"),
        Column("class", "string", "", "name of its class"),
        Column("pixels", "int32", "px²", "area"),
        Column("share", "float", "share", "the same over the frame's area"),
        Column("x", "float", "px", "its middle (centroid), from the left"),
        Column("y", "float", "px", "its middle, from the top"),
        Column("left", "float", "px", "left side of the box around it"),
        Column("top", "float", "px", "upper side of the box"),
        Column("width", "float", "px", "width of the box"),
        Column("height", "float", "px", "height of the box"),
        Column("perimeter", "float", "px", "length of its outline, holes included"),
        Column("angle", "float", "°", "of its long axis to the horizontal, in (−90, 90], counter-clockwise"),
        Column("confidence", "float", "share", "mean probability over its pixels"),
        Column("at_border", "bool", "", "it touches the border of the picture and may go on beyond it"),
    ),
)
CONTACTS = Table(
    "contacts",
    "a frame and pair of objects that touch",
    "which objects touch, and along how much border",
    (*_FRAME, *_SIDES, Column("length", "float", "px", "length of the border between them")),
)
TRACKS = Table(
    "tracks",
    "an object over time",
    "from when to when, how far, how large, how sure",
    (
        Column("track", "int32", "", "its number, from 1 in the order of first appearance"),
        *_CLASS,
        Column("first_s", "double", "s", "when it was first seen", moment=True),
        Column("last_s", "double", "s", "when it was last seen", moment=True),
        Column("first_frame", "int32", "", "the frame where it was first seen"),
        Column("last_frame", "int32", "", "the frame where it was last seen"),
        Column("frames", "int32", "", "in how many frames it was seen"),
        Column("seconds", "double", "s", "from first to last, gaps included"),
        Column(
            "path",
            "float",
            "px",
            "length of its way; steps below a tenth of its size are none; with the camera's motion",
        ),
        Column("pixels", "float", "px²", "mean area while seen"),
        Column("confidence", "float", "share", "mean probability while seen"),
    ),
)
EVENTS = Table(
    "events",
    "an event",
    "what appeared, disappeared, touched, was covered",
    (
        Column(
            "kind", "string", "", "there, appears, disappears, covered, touches, in zone, enters, leaves, crosses …"
        ),
        Column("time_s", "double", "s", "when it is, or begins", moment=True),
        Column("end_s", "double", "s", "end of its last frame; of a moment, the moment", moment=True),
        Column("seconds", "double", "s", "how long it lasts, 0 for a moment"),
        Column("frame", "int32", "", "frame where it is, or begins"),
        Column("end_frame", "int32", "", "its last frame"),
        *_CLASS,
        Column("track", "int32", "", "which object; 0: the event is of the whole class"),
        Column("other_class_id", "int16", "", "class of what touches or covers it; −1: none"),
        Column("other", "string", "", "name of that class; empty: none"),
        Column("other_track", "int32", "", "which object that is; 0: none, or the whole class"),
        Column("zone", "string", "", "name of a zone or line; empty: none"),
        Column("value", "double", "", "depends on the kind, see below; empty: none"),
    ),
)
AREAS = Table(
    "areas",
    "a frame and class",
    "areas corrected by the validation frames, with 95 % intervals",
    (
        *_FRAME,
        *_CLASS,
        Column("pixels", "int64", "px²", "area as the network sees it"),
        Column("area_corrected", "float", "px²", "corrected by what it mistook on its validation images"),
        Column("area_low", "float", "px²", "lower end of the 95 % interval; empty where there is none"),
        Column("area_high", "float", "px²", "upper end of the 95 % interval"),
    ),
)
STABILITY = Table(
    "stability",
    "a frame and class",
    "how much labels flicker",
    (
        *_FRAME,
        *_CLASS,
        Column(
            "flicker", "float", "share", "1 − IoU with the frame before, brought to its places; empty where in neither"
        ),
        Column("flicker_before", "float", "share", "the same before smoothing"),
    ),
)
CERTAINTY = Table(
    "certainty",
    "a frame",
    "how sure and how steady the network was",
    (
        *_FRAME,
        Column("confidence", "float", "share", "mean probability of the labels away from borders"),
        Column("unsure", "float", "share", "of those pixels, whose label has less than 0.6"),
        Column("unstable", "float", "share", "of pixels whose label changed though the picture only moved"),
        Column("smoothed", "float", "share", "of pixels that smoothing changed"),
        Column("cut", "bool", "", "a new shot begins"),
        Column("sharpness", "float", "", "variance of the Laplacian; low where the picture is blurred"),
        Column("look", "binary", "", "a tiny picture to tell frames apart (not in CSV, not to be asked)"),
    ),
)
MASKS = Table(
    "masks",
    "a frame and class",
    "which pixels, as run lengths at the network's resolution (Parquet alone)",
    (
        *_FRAME,
        *_CLASS,
        Column("height", "int32", "px", "of the picture that the runs fill; it is scaled by nearest neighbour"),
        Column("width", "int32", "px", "of that picture"),
        Column("rle", "string", "", "COCO's compressed run lengths; what no row covers is class 0"),
    ),
)
CLASSES = Table(
    "classes",
    "a class, over the whole video",
    "when each class was there, and how much of it",
    (
        *_CLASS,
        Column("frames", "int64", "", "with at least one pixel of it"),
        Column("seconds", "double", "s", "how long it was there"),
        Column("first_s", "double", "s", "when it was first there", moment=True),
        Column("last_s", "double", "s", "when it was last there", moment=True),
        Column("mean_share", "double", "share", "of the frame's area, mean over all frames"),
        Column("max_share", "double", "share", "the largest"),
        Column("max_s", "double", "s", "when it was largest", moment=True),
        Column("max_objects", "int64", "", "most regions in one frame, the smallest too"),
        Column("confidence", "double", "share", "mean probability over all its pixels"),
    ),
)
VIDEO = Table(
    "video",
    "a video",
    "the video, and what segmented it",
    (
        Column("name", "string", "", "of its file"),
        Column("width", "int64", "px", "of its frames"),
        Column("height", "int64", "px", "of its frames"),
        Column("duration_s", "double", "s", "length of the whole video"),
        Column("fps", "double", "", "frames a second"),
        Column("frames", "int64", "", "frames that were segmented"),
        Column("network", "string", "", "name of the training run that segmented it"),
        Column("dataset", "string", "", "that it was trained on"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (LEDGER, OBJECTS, CONTACTS, TRACKS, EVENTS, AREAS, STABILITY, CERTAINTY, MASKS, CLASSES, VIDEO)
}
"""Name → table. All but `classes` and `video` are files of a result; these two can be asked only."""
FILES = tuple(name for name in TABLES if name not in (CLASSES.name, VIDEO.name))
ASKED = tuple(name for name in FILES if name != MASKS.name)
"""Files that are asked in SQL: run lengths say nothing there, and are large."""


def moments(names: Iterable[str]) -> list[str]:
    """Those of these columns that are times of the source, to which a player can go."""
    known = {column.name for table in TABLES.values() for column in table.columns if column.moment}
    return [name for name in names if name in known]


def unit_of(name: str) -> str:
    """The unit of a column of this name; "" where none is known."""
    return next((c.unit for table in TABLES.values() for c in table.columns if c.name == name), "")


def markdown(table: Table) -> str:
    """A table's columns as docs/results.md shows them."""
    rows = (f"| {c.name} | {c.type} | {c.unit} | {c.meaning} |" for c in table.columns)
    return "\n".join(["| column | type | unit | meaning |", "|---|---|---|---|", *rows])
