"""Objects joined over time: which object of one frame is which of the next, and a table of what that gives.

Columns: `columns.TRACKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from segcore.knowledge.columns_of_parts import Columns
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.numbering import FrameRows, Numbering
from segcore.knowledge.object_table import DECIMALS
from segcore.knowledge.objects import MEASURES, FrameObjects

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

TRACK_COLUMNS = ("frame", "object", "class_id", "left", "top", "width", "height", "pixels", "at_border")
"""Of an object table, what tracks are found by."""

_OF_MEASURES = [MEASURES.index(name) for name in TRACK_COLUMNS if name in MEASURES]
_SIDES = slice(1, 5)
"""Of these: left, top, width and height."""

_SEEN = 0.2
"""What is seen in a smaller part of its time is noise that comes back."""


_GLIMPSE = 2
"""So many frames or fewer, with more than so many missing to the next, are a glimpse."""


class TrackSettings(BaseModel):
    """What makes two sightings one object."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gap_s: float = Field(default=1.0, ge=0, description="unseen for longer, an object is a new one when it comes back")
    min_s: float = Field(default=0.3, ge=0, description="what is seen for less, in all, is no object")


def find_tracks(
    objects: Columns,
    times: FrameTimes,
    settings: TrackSettings | None = None,
    check: Callable[[], None] = lambda: None,
    ahead: Numbering | None = None,
) -> np.ndarray:
    """The track of each row of an object table.

    Args:
        objects: `TRACK_COLUMNS` of an object table.
        times: of all frames, those without objects too.
        settings: as they are by default, unless given.
        check: called for every frame; an error that it raises ends the work.
        ahead: has gone over the first frames already; what it found is used where these are the frames.

    Returns:
        (rows,) int32 in the rows' order: tracks from 1, 0 for what was there too shortly to be one.
    """
    settings = settings or TrackSettings()
    raw = _associate(objects, times, settings.gap_s, check, ahead)
    at = times.places(objects["frame"]).astype(np.int32)
    order = np.lexsort([at, raw]).astype(np.int32)
    stray = _strays(raw, at, order)
    of_real = order[~stray[order]]
    count = int(raw.max(initial=-1)) + 1
    real = np.flatnonzero(_real(raw[of_real], at[of_real], count, times, settings.min_s))
    final = np.zeros(count + 1, np.int32)
    final[real] = np.arange(1, len(real) + 1)  # `Numbering` counts in order of appearance
    raw[stray] = -1  # the last of `final`, which is 0
    return final[raw]


def found_by(found: FrameObjects, corner: tuple[int, int] = (0, 0)) -> np.ndarray:
    """What tracks are found by, of a frame's objects, to the digit as an object table holds it.

    Args:
        found: the objects.
        corner: x and y of what was measured, in the frame.

    Returns:
        (n, 7) float64, as of `Association.step`.
    """
    rows = np.round(found.measures[:, _OF_MEASURES], DECIMALS)
    sides = rows[:, _SIDES].astype(np.float32)
    sides[:, :2] += np.array(corner, np.float32)
    rows[:, _SIDES] = sides
    return rows


def _strays(numbers: np.ndarray, at: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Glimpses before or after all else of an object, which are rather noise where it had been: (rows,) bool.

    Args:
        numbers: (rows,) of objects.
        at: (rows,) places among all frames.
        order: (rows,) of the rows by both.
    """
    stray = np.zeros(len(numbers), bool)
    for mine in np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1):
        runs = np.split(mine, np.flatnonzero(np.diff(at[mine]) > _GLIMPSE + 1) + 1)
        short = [len(np.unique(at[run])) <= _GLIMPSE for run in runs]
        long = [place for place, is_short in enumerate(short) if not is_short] or [0, len(runs) - 1]
        for run in [*runs[: long[0]], *runs[long[-1] + 1 :]]:
            stray[run] = True
    return stray


def _real(numbers: np.ndarray, at: np.ndarray, count: int, times: FrameTimes, min_s: float) -> np.ndarray:
    """Which of so many objects are more than noise, by their rows in order of object and place: (count,) bool."""
    new = np.ones(len(numbers), bool)
    new[1:] = (np.diff(numbers) != 0) | (np.diff(at) != 0)
    seen_s = np.bincount(numbers[new], (times.ends - times.starts)[at[new]], count)
    first, last = np.flatnonzero(np.diff(numbers, prepend=-1)), np.flatnonzero(np.diff(numbers, append=count))
    there_s = np.full(count, np.inf)
    there_s[numbers[first]] = times.ends[at[last]] - times.starts[at[first]]
    return (seen_s >= min_s - 1e-6) & (seen_s >= _SEEN * there_s)


def _associate(
    objects: Columns, times: FrameTimes, gap_s: float, check: Callable[[], None], ahead: Numbering | None
) -> np.ndarray:
    """Numbers from 0 of what belongs together: (rows,) int32."""
    of_frame = objects["frame"].to_numpy()
    order = np.lexsort([objects["object"].to_numpy(), of_frame]).astype(np.int32)
    frames, begins = np.unique(of_frame[order], return_index=True)
    columns = [objects[name].to_numpy() for name in TRACK_COLUMNS if name not in ("frame", "object")]
    seconds = times.starts[times.places(frames)].tolist()

    def sights() -> Iterator[FrameRows]:
        for second, (begin, end) in zip(seconds, pairwise([*begins.tolist(), len(order)]), strict=True):
            check()
            rows = order[begin:end]
            yield second, np.stack([column[rows] for column in columns], axis=1, dtype=np.float64, casting="safe")

    gap_s = max(gap_s, 1.5 * times.step)
    found = ahead.over(sights()) if ahead is not None and ahead.gap_s == gap_s else None
    if found is None:
        found = Numbering(gap_s).over(sights())
    assert found is not None, "it has taken no frames that could be others"
    numbers = np.zeros(len(order), np.int32)
    numbers[order] = found
    return numbers


def track_table(points: pd.DataFrame, times: FrameTimes) -> pd.DataFrame:
    """One row a track, columns of `TRACK_SCHEMA`.

    Args:
        points: of `positions`.
        times: of all frames.
    """
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
    table["class"] = table["class"].astype(str)
    table["seconds"] = times.ends[times.places(table["last_frame"])] - table["first_s"]
    table["path"] = [path_length(part[["x", "y", "pixels"]].to_numpy(np.float64)) for _, part in groups]
    return table[TRACK_SCHEMA.names]


def positions(objects: Columns) -> pd.DataFrame:
    """Where each track was: a row per track and frame, in order of both.

    An object that another cuts in pieces has several rows in a frame: they become one, its middle and confidence
    weighed by area, its box around all of them.

    Args:
        objects: columns of an object table, track, frame, time_s, class_id, class, pixels at least.

    Returns:
        Columns track, frame, time_s, class_id, class, pixels, and of share, x, y, left, top, right, bottom, confidence,
        at_border what the objects tell.
    """
    order, begins = _order_of_positions(objects)
    first = order[begins]
    made: dict[str, object] = {
        name: objects[name].to_numpy()[first] for name in ("track", "frame", "time_s", "class_id")
    }
    made["class"] = objects["class"].iloc[first].array
    return pd.DataFrame(made | _joined(objects, order, begins), copy=False)


def _order_of_positions(objects: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Rows with a track, by track and frame; and where a position begins among them: both int32."""
    tracks, frames = objects["track"].to_numpy(), objects["frame"].to_numpy()
    kept = np.flatnonzero(tracks > 0).astype(np.int32)
    order = kept[np.lexsort((frames[kept], tracks[kept]))]
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(tracks[order]) != 0) | (np.diff(frames[order]) != 0)
    return order, np.flatnonzero(new).astype(np.int32)


def _joined(objects: Columns, order: np.ndarray, begins: np.ndarray) -> dict[str, np.ndarray]:
    """Measures of rows in an order, those from one begin to the next made one; a column at a time, for long videos.

    In the types of the table, but for areas, which are float64.
    """
    alone = len(begins) == len(order)
    weight = objects["pixels"].to_numpy(np.float64)[order]
    whole = weight if alone else np.add.reduceat(weight, begins)
    made = {"pixels": whole}
    for name, join in _JOINS.items():
        if not all(needed in objects for needed in _FAR_SIDES.get(name, (name,))):
            continue
        values = _measure(objects, name)[order]
        if alone:
            made[name] = values
        elif name in _WEIGHED:
            made[name] = (np.add.reduceat(values * weight, begins) / np.maximum(whole, 1)).astype(values.dtype)
        else:
            made[name] = join.reduceat(values, begins)
    return made


def _measure(objects: Columns, name: str) -> np.ndarray:
    if name in _FAR_SIDES:
        near, length = _FAR_SIDES[name]
        return objects[near].to_numpy() + objects[length].to_numpy()
    return objects[name].to_numpy()


_JOINS = {
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
_WEIGHED = ("x", "y", "confidence")
_FAR_SIDES = {"right": ("left", "width"), "bottom": ("top", "height")}


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
