"""Two results beside each other: what each class does in both, and in which frames they differ. Pure pandas.

Classes are matched by their names, frames by their times; areas are shares of each one's own picture, so that sizes may
differ.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segcore.knowledge.areas import share_over_time, summarise
from segcore.knowledge.frame_times import FrameTimes

MEASURES = ("seconds", "mean_share", "tracks", "events", "flicker", "confidence")
"""What `class_measures` tells of a class."""


@dataclass(frozen=True)
class Measured:
    """The tables of one result; those that an older one lacks are None."""

    ledger: pd.DataFrame
    tracks: pd.DataFrame | None = None
    events: pd.DataFrame | None = None
    stability: pd.DataFrame | None = None


def class_measures(result: Measured) -> pd.DataFrame:
    """One row a class, index its name, in id order.

    Returns:
        Columns `MEASURES`: seconds it was there, mean share of the picture, objects that were followed, events of the
        whole class other than stays, mean flicker, mean confidence by pixels; NaN where that is not known.
    """
    table = summarise(result.ledger).set_index("class")
    found = table[["seconds", "mean_share", "confidence"]].astype(float)
    found["tracks"] = _counted(result.tracks, found.index)
    events = result.events
    if events is not None:
        events = events[(events["track"] == 0) & (events["kind"] != "there")]
        other = events[events["other"].fillna("").ne("") & events["other"].ne(events["class"])]
        events = pd.concat([events[["class"]], other[["other"]].set_axis(["class"], axis=1)])
    found["events"] = _counted(events, found.index)
    steady = result.stability
    found["flicker"] = np.nan if steady is None else steady.groupby("class")["flicker"].mean().astype(float)
    found.loc[table["class_id"] == 0, ["tracks", "events"]] = np.nan  # the background is no object
    return found[list(MEASURES)]


def _counted(rows: pd.DataFrame | None, names: pd.Index) -> pd.Series | float:
    """How many rows there are of each class; NaN where there is no table."""
    return float("nan") if rows is None else rows["class"].value_counts().reindex(names, fill_value=0).astype(float)


def class_differences(one: Measured, other: Measured) -> pd.DataFrame:
    """Both measures of each class: those of the first in its order, then those that only the second has.

    Returns:
        Index class; columns a MultiIndex of `MEASURES` and "one", "other", "change" (other minus one).
    """
    a, b = class_measures(one), class_measures(other)
    names = list(dict.fromkeys([*a.index, *b.index]))
    a, b = a.reindex(names), b.reindex(names)
    parts = {(m, side): t[m] for m in MEASURES for side, t in (("one", a), ("other", b), ("change", b - a))}
    return pd.DataFrame(parts).rename_axis("class")


def paired(one: FrameTimes, other: FrameTimes) -> tuple[np.ndarray, np.ndarray]:
    """The frames that two results of one video have in common: those of the same times.

    Returns:
        Places among the frames of the first, and of the second: (m,) int64 each, ascending, no frame twice.
    """
    if not len(one) or not len(other):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    after = np.clip(np.searchsorted(other.starts, one.starts), 1, max(1, len(other) - 1))
    choice = np.stack([after - 1, np.minimum(after, len(other) - 1)])
    off = np.abs(other.starts[choice] - one.starts)
    nearest = choice[off.argmin(0), np.arange(len(one))]
    places = np.flatnonzero(off.min(0) < _SAME_S)
    first = np.unique(nearest[places], return_index=True)[1]
    return places[first], nearest[places[first]]


_SAME_S = 1e-3
"""Times of one frame are the same number in both; frames of quick cameras are further apart than this."""


def frame_differences(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """How far apart the areas of two results of one video are, frame by frame.

    Half the sum of what the shares of all classes differ by: so much of the picture, at least, is another class.

    Args:
        one, other: ledgers; only frames that both have are compared.

    Returns:
        Columns time_s, frame, other_frame (their numbers), differs (0..1), class (which of those other than the
        background differs most), change (its share in the second minus the first).
    """
    a, b = FrameTimes.of_ledger(one), FrameTimes.of_ledger(other)
    mine, its = paired(a, b)
    first, second = (share_over_time(ledger, sys.maxsize) for ledger in (one, other))
    names = [str(name) for name in dict.fromkeys([*first.columns, *second.columns])]
    change = _shares(second, names)[its] - _shares(first, names)[mine]
    objects = change * [name not in (first.columns[0], second.columns[0]) for name in names]
    most = np.abs(objects).argmax(1) if len(change) else np.zeros(0, np.int64)
    return pd.DataFrame(
        {
            "time_s": a.starts[mine],
            "frame": a.frames[mine],
            "other_frame": b.frames[its],
            "differs": np.abs(change).sum(1) / 2,
            "class": np.array(names, object)[most],
            "change": change[np.arange(len(change)), most],
        }
    )


def _shares(wide: pd.DataFrame, names: list[str]) -> np.ndarray:
    """(frames, classes) in order of frames; 0 for classes that the result does not have."""
    return wide.reindex(columns=names, fill_value=0.0).fillna(0.0).to_numpy(float)


def worst(frames: pd.DataFrame, column: str = "differs", *, count: int = 20, apart_s: float = 0.5) -> pd.DataFrame:
    """The frames with the highest values, the highest first; of those close together only one.

    Args:
        frames: with `time_s` and the column.
        column: what is looked at; rows without a value, or with 0, are none.
        count: so many at most.
        apart_s: they are at least so far apart.
    """
    order = frames[frames[column] > 0].sort_values(column, ascending=False, kind="stable")
    kept: list[int] = []
    times = order["time_s"].to_numpy(float)
    free = np.ones(len(order), bool)
    for _ in range(count):
        left = np.flatnonzero(free)
        if not len(left):
            break
        kept.append(int(left[0]))
        free &= np.abs(times - times[left[0]]) >= apart_s
        free[left[0]] = False
    return order.iloc[kept].reset_index(drop=True)


def same_video(one: dict, other: dict) -> bool:
    """Whether two summaries are of one video: the same bytes, size, length and coding, whatever its file is called."""
    keys = ("bytes", "width", "height", "duration_s", "codec")
    mine, its = one.get("video", {}), other.get("video", {})
    return bool(mine) and all(key in mine and mine[key] == its.get(key) for key in keys)
