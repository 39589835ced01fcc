"""Every column of a result's tables: its unit and what it means. Written beside tables that leave segcore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """Of a table: what a row is, and what it holds."""

    row: str
    holds: str


TABLES: Mapping[str, Told] = {
    "ledger": Told("a frame and class", "how much of each class there was, and how sure; empty frames too"),
    "areas": Told("a frame and class", "areas corrected by the validation frames, with 95 % intervals"),
    "objects": Told("a frame and object", "each connected region: where, how large, which way, which track"),
    "contacts": Told("a frame and pair", "which objects touch, and along how much border"),
    "tracks": Told("an object over time", "from when to when, how far, how large, how sure"),
    "events": Told("an event", "what appeared, disappeared, touched, was covered"),
    "stability": Told("a frame and class", "how much labels flicker"),
    "certainty": Told("a frame", "how sure and how steady the network was"),
    "masks": Told("a frame and class", "which pixels, as run lengths at the network's resolution"),
}
"""The tables of a result."""


@dataclass(frozen=True)
class Column:
    """`unit`: "s", "px", "px²", "1" (a share, a probability, a ratio), "°", "px/s"; "" for what has none."""

    unit: str
    meaning: str


_FRAME = {
    "frame": Column("", "number of the frame in what was segmented, from 0"),
    "time_s": Column("s", "when the frame is, in the source"),
}
_CLASS = {
    "class_id": Column("", "number of the class; 0 is the background"),
    "class": Column("", "name of the class"),
}
_TRACK = Column("", "which object it is over time; 0: none")

COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "ledger": {
        **_FRAME,
        **_CLASS,
        "pixels": Column("px²", "area of the class, in pixels of the frame"),
        "share": Column("1", "the same over the frame's area (of a region: over the region's)"),
        "objects": Column("", "number of connected regions, the smallest too"),
        "confidence": Column("1", "mean probability over its pixels; empty where it has none"),
    },
    "areas": {
        **_FRAME,
        **_CLASS,
        "pixels": Column("px²", "area as the network gives it"),
        "area_corrected": Column("px²", "corrected by what the network mistook on its validation frames"),
        "area_low": Column("px²", "lower bound of the 95 % interval of this frame; empty where there is none"),
        "area_high": Column("px²", "upper bound of it"),
    },
    "objects": {
        **_FRAME,
        "object": Column("", "its number within the frame, from 1"),
        "track": _TRACK,
        **_CLASS,
        "pixels": Column("px²", "area"),
        "share": Column("1", "the same over the frame's area"),
        "x": Column("px", "of its middle (centroid), to the right from the frame's left edge"),
        "y": Column("px", "of its middle, down from the frame's upper edge"),
        "left": Column("px", "of the box around it"),
        "top": Column("px", "of the box around it"),
        "width": Column("px", "of the box around it"),
        "height": Column("px", "of the box around it"),
        "perimeter": Column("px", "length of its outline, holes included"),
        "angle": Column("°", "of its long axis to the horizontal, in (−90, 90], counter-clockwise"),
        "confidence": Column("1", "mean probability over its pixels"),
        "at_border": Column("", "whether it touches the border of the picture, and may go on beyond it"),
    },
    "contacts": {
        **_FRAME,
        "object": Column("", "the one: its number within the frame"),
        "track": _TRACK,
        **_CLASS,
        "other_object": Column("", "the other: its number within the frame"),
        "other_track": _TRACK,
        "other_class_id": Column("", "number of the other's class"),
        "other_class": Column("", "name of the other's class"),
        "length": Column("px", "of the border that they share"),
    },
    "tracks": {
        "track": Column("", "its number, from 1 in the order of first appearance"),
        **_CLASS,
        "first_s": Column("s", "when it was first seen"),
        "last_s": Column("s", "when it was last seen"),
        "first_frame": Column("", "the frame of that"),
        "last_frame": Column("", "the frame of that"),
        "frames": Column("", "in how many frames it was seen"),
        "seconds": Column("s", "from first to last, gaps included"),
        "path": Column("px", "length of its way; steps below a tenth of its size are none"),
        "pixels": Column("px²", "mean area while seen"),
        "confidence": Column("1", "mean probability while seen"),
    },
    "events": {
        "kind": Column(
            "", "there, appears, disappears, covered, touches, in zone, enters, leaves, crosses, large, fast"
        ),
        "time_s": Column("s", "when it is, or begins"),
        "end_s": Column("s", "the end of its last frame; of a moment, the moment"),
        "seconds": Column("s", "how long it lasts; 0 for a moment"),
        "frame": Column("", "the frame in which it is, or begins"),
        "end_frame": Column("", "its last frame"),
        **_CLASS,
        "track": Column("", "which object; 0: the event is of the whole class"),
        "other_class_id": Column("", "class of what touches or covers it; −1: none"),
        "other": Column("", "its name; empty: none"),
        "other_track": Column("", "which object it is; 0: none"),
        "zone": Column("", "name of a zone or a line; empty: none"),
        "value": Column(
            "", "touches: longest border, px; large: largest share, 1; fast: highest speed, px/s; crosses: ±1"
        ),
    },
    "stability": {
        **_FRAME,
        **_CLASS,
        "flicker": Column("1", "1 − IoU with the frame before, brought to its places; empty after a cut"),
        "flicker_before": Column("1", "the same of the labels before smoothing"),
    },
    "certainty": {
        **_FRAME,
        "confidence": Column("1", "mean probability of the labels away from borders"),
        "unsure": Column("1", "share of those pixels whose label has less than 0.6"),
        "unstable": Column("1", "share of pixels whose label changed though the picture only moved, before smoothing"),
        "smoothed": Column("1", "share of pixels that smoothing changed"),
        "cut": Column("", "whether a new shot begins"),
        "sharpness": Column("", "variance of the Laplacian; low where the frame is blurred"),
        "look": Column("", "a tiny CIELAB picture of 9×16 pixels, bytes; in Parquet alone"),
    },
    "masks": {
        **_FRAME,
        **_CLASS,
        "height": Column("px", "of the picture that the runs fill; it is scaled to the frame by nearest neighbour"),
        "width": Column("px", "of it"),
        "rle": Column("", "COCO's compressed run lengths of the class's pixels; what no class covers is class 0"),
    },
}
"""Table → column → what it is, in the order of the files."""
