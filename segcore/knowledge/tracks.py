"""Objects joined over time: which object of one frame is which of the next, and a table of what that gives.

Columns: `columns.TRACKS`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from segcore.knowledge.association import Association
from segcore.knowledge.frame_times import FrameTimes

TRACKS = "tracks"
"""Name of the table's files."""

TRACK_SCHEMA = pa.schema(
    [
        ("track", pa.int32()),
        ("class_id", pa.int16()),
        ("class", pa.string()),
        ("first_s", pa.float64()),
        ("last_s", pa.float64()),
        ("first_frame", pa.int32()),
        ("last_frame", pa.int32()),
        ("frames", pa.int32()),
        ("seconds", pa.float64()),
        ("path", pa.float32()),
        ("pixels", pa.float32()),
        ("confidence", pa.float32()),
    ]
)


_SEEN = 0.2
"""What is seen in a smaller part of its time is noise that comes back."""


_GLIMPSE = 2
"""So many frames or fewer, with more than so many missing to the next, are a glimpse."""


class TrackSettings(BaseModel):
    """What makes two sightings one object."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gap_s: float = Field(default=1.0, ge=0, description="unseen for longer, an object is a new one when it comes back")
    min_s: float = Field(default=0.3, ge=0, description="what is seen for less, in all, is no object")


def find_tracks(objects: pd.DataFrame, times: FrameTimes, settings: TrackSettings | None = None) -> np.ndarray:
    """The track of each row of an object table.

    Args:
        objects: columns of `object_table`; `track` is not read.
        times: of all frames, those without objects too.
        settings: as they are by default, unless given.

    Returns:
        (rows,) int32 in the rows' order: tracks from 1, 0 for what was there too shortly to be one.
    """
    settings = settings or TrackSettings()
    order = np.lexsort([objects["object"], objects["frame"]])
    sorted_rows = objects.iloc[order]
    raw = np.zeros(len(objects), np.int64)
    raw[order] = _associate(sorted_rows, times, settings.gap_s)
    at = times.places(objects["frame"])
    stray = _strays(raw, at)
    real = np.flatnonzero(_real(raw[~stray], at[~stray], times, settings.min_s))
    final = np.zeros(raw.max(initial=-1) + 2, np.int32)
    final[real] = np.arange(1, len(real) + 1)  # `Association` numbers in order of appearance
    raw[stray] = -1  # the last of `final`, which is 0
    return final[raw]


def _strays(numbers: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Glimpses before or after all else of an object, which are rather noise where it had been: (rows,) bool."""
    stray = np.zeros(len(numbers), bool)
    order = np.lexsort([at, numbers])
    for mine in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
        runs = np.split(mine, np.flatnonzero(np.diff(at[mine]) > _GLIMPSE + 1) + 1)
        short = [len(np.unique(at[run])) <= _GLIMPSE for run in runs]
        long = [place for place, is_short in enumerate(short) if not is_short] or [0, len(runs) - 1]
        for run in [*runs[: long[0]], *runs[long[-1] + 1 :]]:
            stray[run] = True
    return stray


def _real(numbers: np.ndarray, at: np.ndarray, times: FrameTimes, min_s: float) -> np.ndarray:
    """Which of the numbers are more than noise: (numbers,) bool."""
    count = int(numbers.max(initial=-1)) + 1
    pairs = np.unique(np.column_stack([numbers, at]), axis=0)
    seen_s = np.bincount(pairs[:, 0], (times.ends - times.starts)[pairs[:, 1]], count)
    first, last = np.full(count, len(times)), np.zeros(count, np.int64)
    np.minimum.at(first, numbers, at)
    np.maximum.at(last, numbers, at)
    there_s = times.ends[last] - times.starts[np.minimum(first, last)]
    return (seen_s >= min_s - 1e-6) & (seen_s >= _SEEN * there_s)


def _associate(objects: pd.DataFrame, times: FrameTimes, gap_s: float) -> np.ndarray:
    """Numbers from 0 of what belongs together, for rows in order of frames."""
    columns = objects[["class_id", "left", "top", "width", "height", "pixels", "at_border"]].to_numpy(np.float64)
    frames, begins = np.unique(objects["frame"].to_numpy(), return_index=True)
    seconds = times.starts[times.places(frames)]
    association = Association(max(gap_s, 1.5 * times.step))
    parts = np.split(columns, begins[1:]) if len(frames) else []
    found = [association.step(float(second), part) for second, part in zip(seconds, parts, strict=True)]
    numbers = np.concatenate(found) if found else np.zeros(0, np.int64)
    return _made_whole(numbers, association.pieces)


def _made_whole(numbers: np.ndarray, pieces: dict[int, tuple[int, int]]) -> np.ndarray:
    """The same, but objects that came into the picture in pieces are one."""
    final = np.arange(numbers.max(initial=-1) + 1)
    for piece, whole in pieces.values():
        one, other = final[piece], final[whole]
        final[(final == one) | (final == other)] = min(one, other)
    return final[numbers]


def track_table(objects: pd.DataFrame, times: FrameTimes) -> pd.DataFrame:
    """One row a track, columns of `TRACK_SCHEMA`.

    Args:
        objects: columns of `object_table`, `track` filled in.
        times: of all frames.
    """
    points = positions(objects)
    groups = points.groupby("track", sort=True)
    table = groups.agg(
        **{"class_id": ("class_id", "first"), "class": ("class", "first")},
        first_s=("time_s", "first"),
        last_s=("time_s", "last"),
        first_frame=("frame", "first"),
        last_frame=("frame", "last"),
        frames=("frame", "size"),
        pixels=("pixels", "mean"),
        confidence=("confidence", "mean"),
    ).reset_index()
    table["seconds"] = times.ends[times.places(table["last_frame"])] - table["first_s"]
    table["path"] = [path_length(part[["x", "y", "pixels"]].to_numpy(np.float64)) for _, part in groups]
    return table[TRACK_SCHEMA.names]


def positions(objects: pd.DataFrame) -> pd.DataFrame:
    """Where each track was: a row per track and frame, in order of both.

    An object that another cuts in pieces has several rows in a frame: they become one, its middle and confidence
    weighed by area, its box around all of them.

    Returns:
        Columns track, frame, time_s, class_id, class, pixels, share, x, y, left, top, right, bottom, confidence,
        at_border.
    """
    kept = np.flatnonzero(objects["track"].to_numpy() > 0)
    order = kept[np.lexsort([objects[name].to_numpy()[kept] for name in ("frame", "track")])]
    rows = {name: objects[name].to_numpy()[order] for name in ("track", "frame", "time_s", "class_id", *_MEASURES)}
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(rows["track"]) != 0) | (np.diff(rows["frame"]) != 0)
    begins = np.flatnonzero(new)
    made: dict[str, object] = {name: rows[name][begins] for name in ("track", "frame", "time_s", "class_id")}
    made["class"] = objects["class"].iloc[order[begins]].array
    return pd.DataFrame(made | _joined(rows, begins))


def _joined(rows: dict[str, np.ndarray], begins: np.ndarray) -> dict[str, np.ndarray]:
    """Measures of rows, those from one begin to the next made one."""
    weight = rows["pixels"].astype(float)
    wide = rows | {
        "pixels": weight,
        "right": rows["left"] + rows["width"],
        "bottom": rows["top"] + rows["height"],
        **{name: rows[name] * weight for name in ("x", "y", "confidence")},
    }
    alone = len(begins) == len(weight)
    made = {name: wide[name] if alone else join.reduceat(wide[name], begins) for name, join in _JOINS.items()}
    for name in ("x", "y", "confidence"):
        made[name] = made[name] / np.maximum(made["pixels"], 1)
    return made


_MEASURES = ("pixels", "share", "x", "y", "left", "top", "width", "height", "confidence", "at_border")
_JOINS = {
    "pixels": np.add,
    "share": np.add,
    "x": np.add,
    "y": np.add,
    "left": np.minimum,
    "top": np.minimum,
    "right": np.maximum,
    "bottom": np.maximum,
    "confidence": np.add,
    "at_border": np.logical_or,
}


def path_length(points: np.ndarray) -> float:
    """Length of a way in steps of a tenth of its object's size, so that an object that lies still goes nowhere.

    Args:
        points: (n, 3) float64 in order of time: x, y, area.
    """
    if not len(points):
        return 0.0
    yardstick = 0.1 * float(np.sqrt(points[:, 2].mean()))
    total, x, y = 0.0, float(points[0, 0]), float(points[0, 1])
    for next_x, next_y in points[:, :2].tolist():
        step = ((next_x - x) ** 2 + (next_y - y) ** 2) ** 0.5
        if step >= yardstick:
            total, x, y = total + step, next_x, next_y
    return total
