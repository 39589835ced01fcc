"""The way of each track as plain arrays, for all that is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
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
        columns: (n,) each, of `tracks.positions`; what of it is missing there cannot be asked for here.
    """

    who: Subject
    at: np.ndarray
    columns: Mapping[str, np.ndarray]

    @property
    def frames(self) -> np.ndarray:
        """(n,) int32, the frames' numbers."""
        return self.columns["frame"]

    @property
    def seconds(self) -> np.ndarray:
        """(n,) float64, their times."""
        return self.columns["time_s"]

    @cached_property
    def points(self) -> np.ndarray:
        """(n, 2) float64, x and y of its middle, pixels."""
        return np.column_stack([self.columns["x"], self.columns["y"]]).astype(np.float64)

    @cached_property
    def feet(self) -> np.ndarray:
        """(n, 2) float64, x and y of the middle of its box's lower edge."""
        middle = (self.columns["left"] + self.columns["right"]) / 2
        return np.column_stack([middle, self.columns["bottom"]]).astype(np.float64)

    @cached_property
    def pixels(self) -> np.ndarray:
        """(n,) float64, its area."""
        return self.columns["pixels"].astype(np.float64)

    @cached_property
    def share(self) -> np.ndarray:
        """(n,) float64, of the frame's area."""
        return self.columns["share"].astype(np.float64)

    @property
    def at_border(self) -> np.ndarray:
        """(n,) bool."""
        return self.columns["at_border"]

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
        who = Subject(int(own["class_id"][0]), str(positions["class"].iloc[begin]), int(own["track"][0]))
        yield Way(who, times.places(own["frame"]), own)
