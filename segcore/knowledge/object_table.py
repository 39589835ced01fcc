"""The object table: one row an object and frame, with its track; and which objects touch.

Lengths are pixels of the frame, areas square pixels of it. x runs to the right and y down from the upper left corner of
the picture, so the middle of its first pixel is at 0.5, 0.5.

Columns: `columns.OBJECTS` and `columns.CONTACTS`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from segcore.classes import ClassTable
from segcore.knowledge.objects import MEASURES, FrameObjects

OBJECTS, CONTACTS = "objects", "contacts"
"""Names of the tables' files."""

OBJECT_SCHEMA = pa.schema(
    [
        ("frame", pa.int32()),
        ("time_s", pa.float64()),
        ("object", pa.int32()),
        ("track", pa.int32()),
        ("class_id", pa.int16()),
        ("class", pa.string()),
        ("pixels", pa.int32()),
        *((name, pa.float32()) for name in ("share", "x", "y", "left", "top", "width", "height")),
        *((name, pa.float32()) for name in ("perimeter", "angle", "confidence")),
        ("at_border", pa.bool_()),
    ]
)
CONTACT_SCHEMA = pa.schema(
    [
        ("frame", pa.int32()),
        ("time_s", pa.float64()),
        ("object", pa.int32()),
        ("track", pa.int32()),
        ("class_id", pa.int16()),
        ("class", pa.string()),
        ("other_object", pa.int32()),
        ("other_track", pa.int32()),
        ("other_class_id", pa.int16()),
        ("other_class", pa.string()),
        ("length", pa.float32()),
    ]
)

DECIMALS = 2
"""Of all that is measured in pixels."""
_DECIMALS_OF_SHARES = 5

Found = tuple[int, float, FrameObjects]
"""Number, seconds and objects of a frame."""


class ObjectRows:
    """Collects frames; an object takes about 70 bytes until the end of the video.

    Args:
        classes: of the network.
    """

    def __init__(self, classes: ClassTable) -> None:
        self._names = pd.Index(classes.names)
        self._waiting: list[Found] = []
        self._objects: list[pd.DataFrame] = []
        self._contacts: list[pd.DataFrame] = []

    def append(self, frame: int, time_s: float, found: FrameObjects) -> None:
        """Take a frame."""
        self._waiting.append((frame, time_s, found))
        if len(self._waiting) >= _CHUNK_FRAMES:
            self._pack()

    def _pack(self) -> None:
        self._objects.append(_object_rows(self._waiting))
        self._contacts.append(_contact_rows(self._waiting))
        self._waiting = []

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Objects and contacts of all frames, columns of the schemas, `track` and `other_track` 0."""
        self._pack()
        objects, contacts = pd.concat(self._objects), pd.concat(self._contacts)
        objects["class"] = self._names[objects["class_id"]]
        contacts["class"] = self._names[contacts["class_id"]]
        contacts["other_class"] = self._names[contacts["other_class_id"]]
        return objects[OBJECT_SCHEMA.names].reset_index(drop=True), contacts[CONTACT_SCHEMA.names].reset_index(
            drop=True
        )


_CHUNK_FRAMES = 500


def _object_rows(frames: list[Found]) -> pd.DataFrame:
    counts = [len(found.measures) for _, _, found in frames]
    measures = np.concatenate([found.measures for _, _, found in frames] or [np.zeros((0, len(MEASURES)))])
    numbers = np.concatenate([np.arange(count, dtype=np.float64) + 1 for count in counts] or [np.zeros(0)])
    rows = _frame_columns(frames, counts) | {"object": numbers, "track": np.zeros(len(numbers))}
    rows |= dict(zip(MEASURES, measures.T, strict=True))
    return _typed(rows, OBJECT_SCHEMA)


def _contact_rows(frames: list[Found]) -> pd.DataFrame:
    counts = [len(found.touching) for _, _, found in frames]
    touching = np.concatenate([found.touching for _, _, found in frames] or [np.zeros((0, 3))])
    rows = _frame_columns(frames, counts) | {"length": touching[:, 2]}
    for column, prefix in ((0, ""), (1, "other_")):
        rows[f"{prefix}object"] = touching[:, column]
        rows[f"{prefix}track"] = np.zeros(len(touching))
        rows[f"{prefix}class_id"] = np.concatenate(
            [found.measures[found.touching[:, column].astype(int) - 1, 0] for _, _, found in frames] or [np.zeros(0)]
        )
    return _typed(rows, CONTACT_SCHEMA)


def _frame_columns(frames: list[Found], counts: list[int]) -> dict[str, np.ndarray]:
    return {
        "frame": np.repeat(np.array([frame for frame, _, _ in frames], np.int32), counts),
        "time_s": np.repeat(np.array([time_s for _, time_s, _ in frames], np.float64), counts),
    }


def _typed(rows: dict[str, np.ndarray], schema: pa.Schema) -> pd.DataFrame:
    """Numbers in their types, rounded; names of classes are added at the end."""
    types = {f.name: f.type.to_pandas_dtype() for f in schema if f.type != pa.string()}
    shares = ("share", "confidence")
    rounded = {name: np.round(rows[name], _DECIMALS_OF_SHARES if name in shares else DECIMALS) for name in rows}
    rounded["time_s"] = rows["time_s"]
    return pd.DataFrame({name: rounded[name].astype(dtype) for name, dtype in types.items()})


def with_tracks(contacts: pd.DataFrame, objects: pd.DataFrame) -> pd.DataFrame:
    """Contacts with the tracks of their objects filled in from an object table."""
    tracks = objects.set_index(["frame", "object"])["track"]
    made = contacts.copy()
    for prefix in ("", "other_"):
        keys = pd.MultiIndex.from_arrays([contacts["frame"], contacts[f"{prefix}object"]])
        made[f"{prefix}track"] = tracks.reindex(keys).to_numpy(np.int32)
    return made
