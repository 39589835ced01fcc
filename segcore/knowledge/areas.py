"""Summaries of a ledger: how much of each class was where in time. Pure pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    frames = ledger.drop_duplicates("frame").sort_values("frame")
    times = frames["time_s"].to_numpy(float)
    ends = np.append(times[1:], times[-1] + _step(times)) if len(times) else times
    rows = []
    for (class_id, name), part in ledger.groupby(["class_id", "class"], sort=True):
        there = part.sort_values("frame")["share"].to_numpy(float) > min_share
        for start, stop in _stays(there, times, ends, min_s):
            rows.append((class_id, name, times[start], ends[stop], ends[stop] - times[start], stop - start + 1))
    return pd.DataFrame(rows, columns=["class_id", "class", "start_s", "end_s", "seconds", "frames"])


def summarise(ledger: pd.DataFrame) -> pd.DataFrame:
    """One row a class, in id order.

    Returns:
        Columns class_id, class, frames (with at least one pixel), seconds, first_s, last_s (empty where never),
        mean_share, max_share, max_s (when it was largest), max_objects, confidence (mean by pixels).
    """
    times = ledger.drop_duplicates("frame").sort_values("frame")["time_s"].to_numpy(float)
    lasts = dict(zip(times, np.diff(np.append(times, times[-1] + _step(times))), strict=True)) if len(times) else {}
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


def _step(times: np.ndarray) -> float:
    return float(np.median(np.diff(times))) if len(times) > 1 else 0.0


def _stays(there: np.ndarray, times: np.ndarray, ends: np.ndarray, min_s: float) -> list[tuple[int, int]]:
    """First and last frame of each stay."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    stays = [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[tuple[int, int]] = []
    for start, stop in stays:
        if joined and times[start] - ends[joined[-1][1]] < min_s:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return [(a, b) for a, b in joined if ends[b] - times[a] >= min_s]
