"""The objects of a video, with what follows from them: contacts, tracks and events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pandas as pd
import pyarrow as pa

from segcore.classes import ClassTable
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.from_parts import write_joined
from segcore.knowledge.numbering import Numbering
from segcore.knowledge.object_table import CONTACT_SCHEMA, CONTACTS, OBJECT_SCHEMA, OBJECTS, ObjectRows
from segcore.knowledge.objects import FrameObjects, find_objects
from segcore.knowledge.table_files import read_parts, table_files, write_tables
from segcore.knowledge.tables import knowledge_files
from segcore.knowledge.tracks import TrackSettings, found_by
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.product import Product

_FRAMES = "object-frames"
_FRAME_SCHEMA = pa.schema([("frame", pa.int64()), ("time_s", pa.float64())])


class _Ahead:
    """Objects are numbered while frames come one after another from the first on; once there is a gap (a helper's
    chunks, those of an earlier attempt), the rest waits for the end.
    """

    def __init__(self, every: int) -> None:
        self.numbering = Numbering(TrackSettings().gap_s)
        self._every, self._due = every, 0

    def take(self, index: int, second: float, found: FrameObjects, corner: tuple[int, int]) -> None:
        if index != self._due:
            self._due = -1
            return
        self._due += self._every
        if len(found.measures):
            self.numbering.step((second, found_by(found, corner)))


class ObjectsFile:
    """See `Output`: the objects and contacts of a chunk, without tracks, and the times of its frames.

    Args:
        folder: where the tables go.
        classes: of the network.
        size: (height, width) of the frames, or of the region of them that the network sees.
        corner: x and y of the region's upper left corner in the frame.
        ahead: goes over the objects while they come.
    """

    stage = "objects"

    def __init__(
        self, folder: Path, classes: ClassTable, size: tuple[int, int], corner: tuple[int, int], ahead: _Ahead
    ) -> None:
        self.files = table_files(folder, [OBJECTS, CONTACTS, _FRAMES])
        self._folder, self._size, self._corner, self._classes = folder, size, corner, len(classes)
        self._rows, self._ahead = ObjectRows(classes), ahead
        self._frames: list[tuple[int, float]] = []

    def __enter__(self) -> ObjectsFile:
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        found = find_objects(frame.labels, frame.confidence, self._size, self._classes, parts=frame.parts)
        self._rows.append(frame.index, frame.time_s, found)
        self._frames.append((frame.index, frame.time_s))
        self._ahead.take(frame.index, frame.time_s, found, self._corner)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        objects, contacts = self._rows.tables()
        objects[["x", "left"]] += self._corner[0]
        objects[["y", "top"]] += self._corner[1]
        frames = pd.DataFrame(self._frames, columns=_FRAME_SCHEMA.names)
        parts = {OBJECTS: (objects, OBJECT_SCHEMA), CONTACTS: (contacts, CONTACT_SCHEMA)}
        write_tables(self._folder, parts | {_FRAMES: (frames, _FRAME_SCHEMA)})


def objects_file(
    classes: ClassTable,
    size: tuple[int, int],
    corner: tuple[int, int] = (0, 0),
    every: int = 1,
    check: Callable[[], None] = lambda: None,
) -> Product:
    """`ObjectsFile` of a job; tracks are followed while frames come, events are found when all chunks are there.

    Args:
        classes, size, corner: as there.
        every: only each so-many-th frame is segmented.
        check: called for every frame while they are found, in a thread; an error that it raises ends the work.
    """

    def join(folders: Sequence[Path], out: Path) -> tuple[Path, ...]:
        frames = read_parts([folder / f"{_FRAMES}.parquet" for folder in folders])
        write_joined(folders, out, FrameTimes(frames["frame"], frames["time_s"]), size, check, ahead.numbering)
        return knowledge_files(out)

    ahead = _Ahead(every)
    return Product(lambda folder: ObjectsFile(folder, classes, size, corner, ahead), join, long=True)
