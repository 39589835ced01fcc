"""The way of each track as plain arrays, made once for all that is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from segcore.knowledge.events import Subject
from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import Span


@dataclass(frozen=True)
class Way:
    """Where one object was, at n moments in order of time.

    Attributes:
        who: the object.
        at: (n,) int64, places among all frames.
        frames: (n,) int64, their numbers. seconds: (n,) float64, their times.
        points: (n, 2) float64, x and y of its middle, pixels. feet: (n, 2) float64, of its box's lower edge.
        pixels, share: (n,) float64, its area.
        at_border: (n,) bool.
    """

    who: Subject
    at: np.ndarray
    frames: np.ndarray
    seconds: np.ndarray
    points: np.ndarray
    feet: np.ndarray
    pixels: np.ndarray
    share: np.ndarray
    at_border: np.ndarray

    @property
    def span(self) -> Span:
        """First and last frame, as places."""
        return int(self.at[0]), int(self.at[-1])

    def lasting(self, values: np.ndarray) -> np.ndarray:
        """(last - first + 1,) of values at its moments: while it is not seen, they stay as they were."""
        return np.repeat(values, np.diff(self.at, append=self.at[-1] + 1))


def ways_of(positions: pd.DataFrame, times: FrameTimes) -> Iterator[Way]:
    """The way of every track, in order.

    Args:
        positions: of `tracks.positions`.
        times: of all frames.
    """
    columns = {name: positions[name].to_numpy() for name in positions.columns if name != "class"}
    edges = np.flatnonzero(np.diff(columns["track"], prepend=-1, append=-1))
    for begin, end in pairwise(edges.tolist()):
        own = {name: column[begin:end] for name, column in columns.items()}
        name = str(positions["class"].iloc[begin])
        yield Way(
            Subject(int(own["class_id"][0]), name, int(own["track"][0])),
            at=times.places(own["frame"]),
            frames=own["frame"],
            seconds=own["time_s"],
            points=np.column_stack([own["x"], own["y"]]).astype(np.float64),
            feet=np.column_stack([(own["left"] + own["right"]) / 2, own["bottom"]]).astype(np.float64),
            pixels=own["pixels"].astype(np.float64),
            share=own["share"].astype(np.float64),
            at_border=own["at_border"],
        )
