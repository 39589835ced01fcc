"""Summaries of a ledger: how much of each class was where in time. Pure pandas."""

from __future__ import annotations

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
    rows = []
    for (class_id, name), part in ledger.groupby(["class_id", "class"], sort=True):
        there = part.sort_values("frame")["share"].to_numpy(float) > min_share
        for start, stop in stays(there, times, bridge_s=min_s, min_s=min_s):
            begin, end = times.starts[start], times.ends[stop]
            rows.append((class_id, name, begin, end, end - begin, stop - start + 1))
    return pd.DataFrame(rows, columns=["class_id", "class", "start_s", "end_s", "seconds", "frames"])


def summarise(ledger: pd.DataFrame) -> pd.DataFrame:
    """One row a class, in id order.

    Returns:
        Columns class_id, class, frames (with at least one pixel), seconds, first_s, last_s (empty where never),
        mean_share, max_share, max_s (when it was largest), max_objects, confidence (mean by pixels).
    """
    times = FrameTimes.of_ledger(ledger)
    lasts = dict(zip(times.starts.tolist(), (times.ends - times.starts).tolist(), strict=True))
    rows = [
        {"class_id": class_id, "class": name} | _summary(part, lasts)
        for (class_id, name), part in ledger.groupby(["class_id", "class"], sort=True)
    ]
    return pd.DataFrame(rows)


def _summary(part: pd.DataFrame, lasts: dict[float, float]) -> dict[str, float | int | None]:
    seen = part[part["pixels"] > 0]
    shares = part["share"].to_numpy(float)
    largest = int(shares.argmax())
    sure = seen["confidence"].astype(float) * seen["pixels"]
    return {
        "frames": len(seen),
        "seconds": round(sum(lasts[t] for t in seen["time_s"]), 6),
        "first_s": float(seen["time_s"].min()) if len(seen) else None,
        "last_s": float(seen["time_s"].max()) if len(seen) else None,
        "mean_share": float(part["share"].mean()),
        "max_share": float(shares[largest]),
        "max_s": float(part["time_s"].iloc[largest]) if len(seen) else None,
        "max_objects": int(part["objects"].max()),
        "confidence": float(sure.sum() / seen["pixels"].sum()) if len(seen) else None,
    }


def _wide(ledger: pd.DataFrame, value: str) -> pd.DataFrame:
    names = ledger.drop_duplicates("class_id").sort_values("class_id")["class"].tolist()
    wide = ledger.pivot(index="frame", columns="class", values=value)[names]
    times = ledger.drop_duplicates("frame").set_index("frame")["time_s"]
    wide.index = pd.Index(times.loc[wide.index].to_numpy(), name="time_s")
    wide.columns.name = None
    return wide
