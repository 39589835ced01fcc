"""When the frames of a video are: the axis on which tracks and events lie."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd


class FrameTimes:
    """Numbers and times of all frames; a frame lasts until the next one begins, the last as long as most do.

    Args:
        frames: (n,) numbers, ascending.
        seconds: (n,) when each begins, ascending.
    """

    def __init__(self, frames: Iterable[int], seconds: Iterable[float]) -> None:
        self.frames = _array(frames, np.int64)
        self.starts = _array(seconds, np.float64)
        self.step = float(np.median(np.diff(self.starts))) if len(self.starts) > 1 else 0.0
        self.ends = np.append(self.starts[1:], self.starts[-1] + self.step) if len(self.starts) else self.starts

    @classmethod
    def of_ledger(cls, ledger: pd.DataFrame) -> FrameTimes:
        """The frames of a ledger; of equal numbers the first counts."""
        numbers, at = np.unique(ledger["frame"].to_numpy(), return_index=True)
        return cls(numbers, ledger["time_s"].to_numpy()[at])

    def __len__(self) -> int:
        return len(self.frames)

    def places(self, frames: Iterable[int]) -> np.ndarray:
        """Which of all frames these are.

        Args:
            frames: (m,) numbers that are among them.

        Returns:
            (m,) int64 in 0..n-1.
        """
        return np.searchsorted(self.frames, np.asarray(frames))


def _array(values: Iterable[float], kind: type[np.generic]) -> np.ndarray:
    return np.asarray(values if isinstance(values, np.ndarray | pd.Series) else list(values), kind)
