"""Summaries of a ledger in plain loops: what the quick ones must give, and are timed against."""

from __future__ import annotations

import pandas as pd

from segcore.knowledge.frame_times import FrameTimes


def plain_summary(ledger: pd.DataFrame) -> pd.DataFrame:
    """As `areas.summarise`, row by row."""
    times = FrameTimes.of_ledger(ledger)
    lasts = dict(zip(times.frames.tolist(), (times.ends - times.starts).tolist(), strict=True))
    rows = []
    for (class_id, name), part in ledger.groupby(["class_id", "class"], sort=True):
        row = {"class_id": class_id, "class": name, "frames": 0, "seconds": 0.0, "first_s": None, "last_s": None}
        row |= {"mean_share": 0.0, "max_share": -1.0, "max_s": None, "max_objects": 0, "confidence": None}
        sure = pixels = 0.0
        for one in part.itertuples():
            row["mean_share"] += one.share / len(part)
            row["max_objects"] = max(row["max_objects"], one.objects)
            if one.share > row["max_share"]:
                row |= {"max_share": one.share, "max_s": one.time_s}
            if one.pixels:
                row["frames"] += 1
                row["seconds"] += lasts[one.frame]
                row["first_s"] = one.time_s if row["first_s"] is None else min(row["first_s"], one.time_s)
                row["last_s"] = one.time_s if row["last_s"] is None else max(row["last_s"], one.time_s)
                sure, pixels = sure + one.confidence * one.pixels, pixels + one.pixels
        row |= {"confidence": sure / pixels} if pixels else {"max_s": None}
        rows.append(row)
    return pd.DataFrame(rows)


def plain_stays(ledger: pd.DataFrame, *, min_share: float, min_s: float) -> pd.DataFrame:
    """As `areas.presence`, frame by frame."""
    times = FrameTimes.of_ledger(ledger)
    rows = []
    for (class_id, name), part in ledger.groupby(["class_id", "class"], sort=True):
        joined: list[list[int]] = []
        for place, share in enumerate(part.sort_values("frame")["share"].tolist()):
            if share <= min_share:
                continue
            if joined and (
                joined[-1][1] == place - 1 or times.starts[place] - times.ends[joined[-1][1]] < min_s - 1e-6
            ):
                joined[-1][1] = place
            else:
                joined.append([place, place])
        for first, last in joined:
            begin, end = times.starts[first], times.ends[last]
            if end - begin >= min_s - 1e-6:
                rows.append((class_id, name, begin, end, end - begin, last - first + 1))
    return pd.DataFrame(rows, columns=["class_id", "class", "start_s", "end_s", "seconds", "frames"])


def plain_shares(ledger: pd.DataFrame) -> pd.DataFrame:
    """As `areas.share_over_time` of every frame: cell by cell."""
    names = {int(i): str(name) for i, name in zip(ledger["class_id"], ledger["class"], strict=True)}
    cells: dict[int, dict[str, float]] = {}
    seconds: dict[int, float] = {}
    for row in ledger.itertuples():
        cells.setdefault(row.frame, {})[names[row.class_id]] = row.share
        seconds[row.frame] = row.time_s
    columns = [names[i] for i in sorted(names)]
    table = [[cells[frame].get(name, float("nan")) for name in columns] for frame in sorted(cells)]
    return pd.DataFrame(table, index=pd.Index([seconds[f] for f in sorted(cells)], name="time_s"), columns=columns)
