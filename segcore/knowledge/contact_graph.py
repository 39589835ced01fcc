"""Which classes touched for how long: as a matrix to look at, and as the edges of a graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def contact_edges(events: pd.DataFrame) -> pd.DataFrame:
    """One row for each two classes that touched.

    Args:
        events: columns of `events`; those of classes that touch are read.

    Returns:
        Columns class, other, seconds (in all), times (how often), longest (pixels of border), first_s, last_s; the pair
        that touched longest first.
    """
    rows = events[(events["kind"] == "touches") & (events["track"] == 0)]
    edges = rows.groupby(["class", "other"], sort=False).agg(
        seconds=("seconds", "sum"),
        times=("seconds", "size"),
        longest=("value", "max"),
        first_s=("time_s", "min"),
        last_s=("end_s", "max"),
    )
    return edges.sort_values("seconds", ascending=False, kind="stable").reset_index()


def contact_matrix(events: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Seconds in which each two classes touched.

    Args:
        events: columns of `events`.
        names: classes, in the order of rows and columns.

    Returns:
        (C, C) float64, symmetric, 0 where they never touched.
    """
    place = {name: number for number, name in enumerate(names)}
    seconds = np.zeros((len(names), len(names)))
    edges = contact_edges(events)
    for one, other, value in zip(edges["class"], edges["other"], edges["seconds"], strict=True):
        if one in place and other in place:
            seconds[place[one], place[other]] = seconds[place[other], place[one]] = value
    return pd.DataFrame(seconds, index=list(names), columns=list(names))
