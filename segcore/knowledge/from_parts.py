"""The four tables of a video, made of the parts that its chunks left: only what is asked of all frames at once is in
memory for all of them, so that a long video costs little more than a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from segcore.knowledge.columns_of_parts import ColumnsOfParts
from segcore.knowledge.events import EVENTS
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.numbering import Numbering
from segcore.knowledge.object_table import CONTACTS, OBJECTS, with_tracks
from segcore.knowledge.table_files import Write, read_parts, writing_tables
from segcore.knowledge.tables import KNOWLEDGE_SCHEMAS, events_of
from segcore.knowledge.tracks import TRACK_COLUMNS, TRACKS, find_tracks, positions, track_table
from segcore.memory import give_back

_OF_EVENTS = ("frame", "time_s", "class_id", "class", "pixels", "x", "y", "confidence", "at_border")
_OF_CONTACTS = ("frame", "class_id", "class", "other_class_id", "other_class", "length")


def write_joined(
    folders: Sequence[Path],
    out: Path,
    times: FrameTimes,
    size: tuple[int, int],
    check: Callable[[], None] = lambda: None,
    ahead: Numbering | None = None,
) -> None:
    """Join objects into tracks, find events, and write `tables.knowledge_files`: the same as `tables.knowledge_of`.

    Args:
        folders: of the parts, in order; each holds objects.parquet and contacts.parquet, tracks not filled in, and no
            frame is in two of them.
        out: where the tables go.
        times: of all frames.
        size: (height, width) of the frames.
        check: called for every frame while tracks are found, which takes longest without `ahead`; an error that it
            raises ends the work, and no table is left.
        ahead: as of `find_tracks`.
    """
    objects, contacts = ([folder / f"{name}.parquet" for folder in folders] for name in (OBJECTS, CONTACTS))
    tracks = find_tracks(ColumnsOfParts(objects, TRACK_COLUMNS), times, check=check, ahead=ahead)
    give_back()
    with writing_tables(out, KNOWLEDGE_SCHEMAS) as write:
        pairs = _write_tracked(write, objects, contacts, tracks)
        points = positions(ColumnsOfParts(objects, _OF_EVENTS, {"track": tracks}))
        write(TRACKS, track_table(points, times))
        touching = read_parts(contacts, _OF_CONTACTS).assign(track=pairs[:, 0], other_track=pairs[:, 1])
        give_back()
        write(EVENTS, events_of(points, touching, times, size))


def _write_tracked(write: Write, objects: Sequence[Path], contacts: Sequence[Path], tracks: np.ndarray) -> np.ndarray:
    """Write objects and contacts with their tracks: (contacts, 2) int32, both tracks of each contact."""
    done, pairs = 0, [np.zeros((0, 2), np.int32)]
    for of_objects, of_contacts in zip(objects, contacts, strict=True):
        rows = pd.read_parquet(of_objects)
        rows["track"] = tracks[done : done + len(rows)]
        touching = with_tracks(pd.read_parquet(of_contacts), rows)
        write(OBJECTS, rows)
        write(CONTACTS, touching)
        pairs.append(touching[["track", "other_track"]].to_numpy(np.int32))
        done += len(rows)
    return np.concatenate(pairs)
