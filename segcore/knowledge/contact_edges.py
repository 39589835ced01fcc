"""Which classes, or objects, touched for how long: as edges of a graph, and as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

_OF_CLASSES = ("class", "other")
_OF_OBJECTS = ("class", "track", "other", "other_track")


def contact_edges(events: pd.DataFrame, contacts: pd.DataFrame | None = None, *, each: bool = False) -> pd.DataFrame:
    """One row for each two classes that touched.

    Args:
        events: columns of `events`; those of classes that touch are read.
        contacts: columns of `object_table`, tracks filled in, of the same objects; None: mean borders are not asked.
        each: a row for each two objects instead.

    Returns:
        Columns class, other (with `each`: class, track, other, other_track), seconds (in all), times (how often),
        longest (pixels of border), longest_s, border (mean pixels of border in frames of their contacts, all regions
        of a class together; NaN where that is not known), first_s, last_s; the pair that touched longest first.
    """
    keys = list(_OF_OBJECTS if each else _OF_CLASSES)
    rows = events[(events["kind"] == "touches") & ((events["track"] > 0) == each)]
    groups = rows.groupby(keys, sort=False)
    edges = groups.agg(
        seconds=("seconds", "sum"),
        times=("seconds", "size"),
        longest=("value", "max"),
        longest_s=("seconds", "max"),
        first_s=("time_s", "min"),
        last_s=("end_s", "max"),
    )
    totals = _border_by_frame(contacts, keys) if contacts is not None and len(rows) else {}
    borders = [_mean_border(part, totals.get(tuple(pair))) for pair, part in groups] if len(rows) else []
    edges.insert(list(edges).index("first_s"), "border", np.array(borders, np.float64))
    return edges.sort_values("seconds", ascending=False, kind="stable").reset_index()


def _border_by_frame(contacts: pd.DataFrame, keys: Sequence[str]) -> dict[tuple[object, ...], pd.Series]:
    """Pair → its border by frame, pixels; a pair stands as in events, the class of the smaller id first."""
    columns = ["other_class" if key == "other" else key for key in keys]
    known = _ordered(contacts[(contacts["track"] > 0) & (contacts["other_track"] > 0)])
    parts: Any = known.groupby(columns)
    return {tuple(pair): part.groupby("frame")["length"].sum() for pair, part in parts}


def _ordered(contacts: pd.DataFrame) -> pd.DataFrame:
    """Contacts with the smaller class id first."""
    names = ("track", "class_id", "class")
    swap = {a: b for n in names for a, b in ((n, f"other_{n}"), (f"other_{n}", n))}
    wrong = contacts["class_id"] > contacts["other_class_id"]
    return pd.concat([contacts[~wrong], contacts[wrong].rename(columns=swap)])


def _mean_border(events: pd.DataFrame, border: pd.Series | None) -> float:
    """Mean over those frames within the events in which there is a border."""
    if border is None:
        return float("nan")
    frames, total = border.index.to_numpy(), np.concatenate([[0.0], np.cumsum(border.to_numpy(np.float64))])
    first = np.searchsorted(frames, events["frame"].to_numpy())
    after = np.searchsorted(frames, events["end_frame"].to_numpy(), "right")
    count = int((after - first).sum())
    return float((total[after] - total[first]).sum() / count) if count else float("nan")


def contact_matrix(edges: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Seconds in which each two classes touched.

    Args:
        edges: of `contact_edges`.
        names: classes, in the order of rows and columns.

    Returns:
        (C, C) float64, symmetric, 0 where they never touched.
    """
    place = {name: number for number, name in enumerate(names)}
    seconds = np.zeros((len(names), len(names)))
    for one, other, value in zip(edges["class"], edges["other"], edges["seconds"], strict=True):
        if one in place and other in place:
            seconds[place[one], place[other]] = seconds[place[other], place[one]] = value
    return pd.DataFrame(seconds, index=list(names), columns=list(names))
