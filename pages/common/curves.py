"""The measured points of a run, fetched once and then only the new ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

import numpy as np

from pages.common.charts import EMPTY, Series
from segcore.runs.store import RunStore

FRESH_S = 1.0
"""A metric that was fetched this recently, by whichever browser, is not fetched again: runs write once a second."""


class _Points:
    """Steps and values in arrays that double when they are full."""

    def __init__(self) -> None:
        self.count = 0
        self.fetched = -FRESH_S
        self._pairs = np.empty((2, 64))

    def add(self, steps: list[int], values: list[float]) -> None:
        end = self.count + len(steps)
        if end > self._pairs.shape[1]:
            grown = np.empty((2, 2 * end))
            grown[:, : self.count] = self._pairs[:, : self.count]
            self._pairs = grown
        self._pairs[:, self.count : end] = steps, values
        self.count = end

    @property
    def view(self) -> np.ndarray:
        """(2, count) float64; what is added later is beyond its end, so it may be read without a lock."""
        return self._pairs[:, : self.count]


class CurveBook:
    """Points of one run by metric; shared by all browsers that watch it, hence locked."""

    def __init__(self, store: RunStore, run_id: str) -> None:
        self._store = store
        self._run_id = run_id
        self._points: dict[str, _Points] = {}
        self._lock = threading.Lock()

    def update(self, keys: Iterable[str], fresh_s: float = 0.0) -> None:
        """Fetch what came since the last time for these metrics, but for those fetched in the last `fresh_s` s."""
        with self._lock:
            for key in keys:
                held = self._points.setdefault(key, _Points())
                now = time.monotonic()
                if now - held.fetched < fresh_s:
                    continue
                after = int(held.view[0, -1]) if held.count else -1
                points = self._store.history(self._run_id, key, after_step=after)
                held.add([p.step for p in points], [p.value for p in points])
                held.fetched = now

    def arrays(self, key: str) -> np.ndarray:
        """Steps and values as far as fetched: (2, n) float64, not to be written to."""
        with self._lock:
            held = self._points.get(key)
            return held.view if held else np.empty((2, 0))

    def series(self, key: str) -> Series:
        """Value over step, as far as fetched."""
        steps, values = self.arrays(key).tolist()
        return Series(tuple(steps), tuple(values)) if steps else EMPTY

    def newest(self, key: str) -> float | None:
        """The last value that was fetched."""
        values = self.arrays(key)[1]
        return float(values[-1]) if values.size else None

    def epoch_arrays(self, key: str) -> np.ndarray:
        """A metric that is logged once an epoch, over the global step at which each epoch ended: (2, n) float64."""
        ends, values = self.arrays("epoch/step"), self.arrays(key)
        _, at, of = np.intersect1d(ends[0], values[0], return_indices=True)
        return np.stack([ends[1, at], values[1, of]])

    def epochs(self, key: str) -> Series:
        """The same as a series."""
        steps, values = self.epoch_arrays(key).tolist()
        return Series(tuple(steps), tuple(values))
