"""The measured points of a run, fetched once and then only the new ones."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from pages.common.charts import EMPTY, Series
from segcore.runs.store import RunStore


class CurveBook:
    """Points of one run by metric; shared by all browsers that watch it, hence locked."""

    def __init__(self, store: RunStore, run_id: str) -> None:
        self._store = store
        self._run_id = run_id
        self._points: dict[str, tuple[list[float], list[float]]] = {}
        self._lock = threading.Lock()

    def update(self, keys: Iterable[str]) -> None:
        """Fetch what came since the last time for these metrics."""
        with self._lock:
            for key in keys:
                steps, values = self._points.setdefault(key, ([], []))
                after = int(steps[-1]) if steps else -1
                for point in self._store.history(self._run_id, key, after_step=after):
                    steps.append(point.step)
                    values.append(point.value)

    def series(self, key: str) -> Series:
        """Value over step, as far as fetched."""
        with self._lock:
            steps, values = self._points.get(key, ([], []))
            return Series(tuple(steps), tuple(values)) if steps else EMPTY

    def newest(self, key: str) -> float | None:
        """The last value that was fetched."""
        series = self.series(key)
        return series.y[-1] if series else None

    def epochs(self, key: str) -> Series:
        """A metric that is logged once an epoch, over the global step at which each epoch ended."""
        at = dict(zip(*self._pair("epoch/step"), strict=True))
        epochs, values = self._pair(key)
        known = [(at[e], v) for e, v in zip(epochs, values, strict=True) if e in at]
        return Series(tuple(x for x, _ in known), tuple(y for _, y in known))

    def _pair(self, key: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        series = self.series(key)
        return tuple(series.x), tuple(series.y)
