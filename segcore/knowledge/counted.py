"""Which tracks count as objects: what a network saw for a moment, or was unsure of, is kept, but not counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

_LONG_S = 1e-6
"""Differences of times are not exact."""


class Counted(BaseModel):
    """What a track must have to count."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    confidence: float = Field(default=0.75, ge=0, le=1, description="mean probability while seen, at least")
    seconds: float = Field(default=0.5, ge=0, description="from first to last sight, at least")


def counted_tracks(tracks: pd.DataFrame, settings: Counted) -> pd.DataFrame:
    """The rows of a track table that count.

    Args:
        tracks: columns of `tracks.TRACK_SCHEMA`.
        settings: what they must have. One that is there from the first frame to the last counts if it is sure, however
            short the video is.
    """
    whole = (tracks["first_s"] <= tracks["first_s"].min()) & (tracks["last_s"] >= tracks["last_s"].max())
    long = (tracks["seconds"] >= settings.seconds - _LONG_S) | whole
    return tracks[long & (tracks["confidence"] >= settings.confidence)]


def only(table: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    """An object or contact table in which nothing else has a track.

    Args:
        table: with a column `track`, perhaps `other_track` too.
        tracks: those that count.
    """
    kept = tracks["track"].to_numpy()
    columns = [name for name in ("track", "other_track") if name in table]
    return table.assign(**{name: np.where(table[name].isin(kept), table[name], 0) for name in columns})
