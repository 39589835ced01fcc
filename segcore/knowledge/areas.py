"""Summaries of a ledger: how much of each class was where in time. Pure pandas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import stays

MAX_POINTS = 2000


def share_over_time(ledger: pd.DataFrame, max_points: int = MAX_POINTS) -> pd.DataFrame:
    """Share of the frame by class over time, for a chart.

    Args:
        ledger: columns of `knowledge.ledger`.
        max_points: frames are averaged in equal groups until no more than these are left.

    Returns:
        Index `time_s` (mean of the group), one column a class (in id order), values 0..1.
    """
    wide = _wide(ledger, "share")
    if len(wide) <= max_points:
        return wide
    group = np.arange(len(wide)) * max_points // len(wide)
    times = wide.index.to_series().groupby(group).mean()
    shares = wide.groupby(group).mean()
    shares.index = pd.Index(times.to_numpy(), name="time_s")
    return shares


def presence(ledger: pd.DataFrame, *, min_share: float = 0.0, min_s: float = 0.0) -> pd.DataFrame:
    """When each class was there.

    Args:
        ledger: columns of `knowledge.ledger`.
        min_share: a class is there in frames with more than this share.
        min_s: gaps shorter than this are bridged, then stays shorter than this are dropped.

    Returns:
        Columns class_id, class, start_s, end_s, seconds, frames; a stay ends when the next frame begins.
    """
    times = FrameTimes.of_ledger(ledger)
    parts = []
    for class_id, name, part in _by_class(ledger, ["frame", "share"]):
        order = np.argsort(part["frame"], kind="stable")
        there = part["share"][order] > min_share
        found = np.array(stays(there, times, bridge_s=min_s, min_s=min_s), np.int64).reshape(-1, 2)
        begin, end = times.starts[found[:, 0]], times.ends[found[:, 1]]
        frames = found[:, 1] - found[:, 0] + 1
        columns = {"start_s": begin, "end_s": end, "seconds": end - begin, "frames": frames}
        parts.append(pd.DataFrame({"class_id": class_id, "class": name} | columns))
    names = ["class_id", "class", "start_s", "end_s", "seconds", "frames"]
    kept = [part for part in parts if len(part)]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame([], columns=names)


def summarise(ledger: pd.DataFrame) -> pd.DataFrame:
    """One row a class, in id order.

    Returns:
        Columns class_id, class, frames (with at least one pixel), seconds, first_s, last_s (empty where never),
        mean_share, max_share, max_s (when it was largest), max_objects, confidence (mean by pixels).
    """
    times = FrameTimes.of_ledger(ledger)
    columns = ["frame", "time_s", "pixels", "share", "objects", "confidence"]
    rows = [
        {"class_id": class_id, "class": name} | _summary(part, times)
        for class_id, name, part in _by_class(ledger, columns)
    ]
    return pd.DataFrame(rows)


def _by_class(ledger: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[int, str, dict[str, np.ndarray]]]:
    """(id, name, columns) of each class, in order of ids; rows as they stand."""
    grid = as_grid(ledger)
    if grid is None:
        for (_, name), part in ledger.groupby(["class_id", "class"], sort=True):
            yield int(part["class_id"].iloc[0]), str(name), {column: part[column].to_numpy() for column in columns}
        return
    whole = {column: ledger[column].to_numpy().reshape(grid) for column in columns}
    first = ledger.iloc[: grid[1]]
    for at, (class_id, name) in enumerate(zip(first["class_id"].tolist(), first["class"].tolist(), strict=True)):
        yield class_id, name, {column: np.ascontiguousarray(values[:, at]) for column, values in whole.items()}


def _summary(part: dict[str, np.ndarray], times: FrameTimes) -> dict[str, float | int | None]:
    pixels, shares, at = (part[name].astype(float) for name in ("pixels", "share", "time_s"))
    seen = pixels > 0
    largest = int(shares.argmax())
    place = times.places(part["frame"][seen])
    there, count = bool(seen.any()), pixels[seen]
    sure = part["confidence"].astype(float)[seen]
    return {
        "frames": int(seen.sum()),
        "seconds": round(float((times.ends - times.starts)[place].sum()), 6),
        "first_s": float(at[seen].min()) if there else None,
        "last_s": float(at[seen].max()) if there else None,
        "mean_share": float(shares.mean()),
        "max_share": float(shares[largest]),
        "max_s": float(at[largest]) if there else None,
        "max_objects": int(part["objects"].max()),
        "confidence": float(np.nansum(sure * count) / count.sum()) if there else None,
    }


def _wide(ledger: pd.DataFrame, value: str) -> pd.DataFrame:
    """Index seconds, a column a class in id order; frames in order of their numbers."""
    grid = as_grid(ledger)
    if grid is not None:
        names = ledger["class"].iloc[: grid[1]].tolist()
        starts = ledger["time_s"].to_numpy(float)[:: grid[1]]
        return pd.DataFrame(
            ledger[value].to_numpy().reshape(grid), index=pd.Index(starts, name="time_s"), columns=names
        )
    names = ledger.drop_duplicates("class_id").sort_values("class_id")["class"].tolist()
    wide = ledger.pivot(index="frame", columns="class", values=value)[names]
    times = ledger.drop_duplicates("frame").set_index("frame")["time_s"]
    wide.index = pd.Index(times.loc[wide.index].to_numpy(), name="time_s")
    wide.columns.name = None
    return wide


def as_grid(ledger: pd.DataFrame) -> tuple[int, int] | None:
    """(frames, classes) where rows stand as jobs write them, so that columns can be reshaped: frames in order, each
    with all classes in order of their ids. None where they do not."""
    frames, ids = ledger["frame"].to_numpy(), ledger["class_id"].to_numpy()
    count = int((frames == frames[0]).sum()) if len(frames) else 0
    if not count or len(frames) % count:
        return None
    shape = len(frames) // count, count
    frames, ids = frames.reshape(shape), ids.reshape(shape)
    whole = (frames == frames[:, :1]).all() and (ids == ids[0]).all()
    return shape if whole and (np.diff(frames[:, 0]) > 0).all() and (np.diff(ids[0]) > 0).all() else None
