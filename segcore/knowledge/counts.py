"""How many objects of each class there were."""

from __future__ import annotations

import numpy as np
import pandas as pd


def count_objects(tracks: pd.DataFrame) -> pd.DataFrame:
    """One row a class, in id order.

    An object that was out of sight for long is a new track when it comes back: how many different ones there were lies
    between `at_once` and `tracks`.

    Args:
        tracks: columns of `tracks.TRACK_SCHEMA`.

    Returns:
        Columns class_id, class, tracks, at_once (the most whose stays overlap), first_s, last_s, seconds (of all
        together), confidence (mean by frames).
    """
    weighed = tracks.assign(confidence=tracks["confidence"] * tracks["frames"])
    table = weighed.groupby("class_id", sort=True).agg(
        **{"class": ("class", "first")},
        tracks=("track", "size"),
        first_s=("first_s", "min"),
        last_s=("last_s", "max"),
        seconds=("seconds", "sum"),
        frames=("frames", "sum"),
        confidence=("confidence", "sum"),
    )
    table["confidence"] /= table["frames"]
    groups = tracks.groupby("class_id", sort=True)
    table["at_once"] = [most_at_once(part["first_frame"], part["last_frame"]) for _, part in groups]
    names = ["class_id", "class", "tracks", "at_once", "first_s", "last_s", "seconds", "confidence"]
    return table.reset_index()[names]


def most_at_once(first: pd.Series, last: pd.Series) -> int:
    """The most stays that overlap, first and last frame of each included."""
    frames = np.concatenate([first.to_numpy(np.int64), last.to_numpy(np.int64) + 1])
    change = np.concatenate([np.ones(len(first), np.int64), -np.ones(len(last), np.int64)])
    order = np.lexsort([change, frames])
    return int(np.cumsum(change[order]).max(initial=0))
