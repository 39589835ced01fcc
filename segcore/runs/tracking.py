"""Talking to MLflow: one place that opens it, reads runs and histories, and writes batches."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from segcore.access import Action, require
from segcore.errors import RunError
from segcore.runs.backend import lock_path, metric_rows, open_client, open_sql, verdict_lock_path
from segcore.runs.lock import exclusive
from segcore.runs.records import MetricPoint, Run, run_from_tags
from segcore.settings import Settings

if TYPE_CHECKING:
    import mlflow.entities
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    from mlflow.tracking import MlflowClient

_POINTS_PER_BATCH = 900
_TAGS_PER_BATCH = 90
_PARAMS_PER_BATCH = 10


@contextmanager
def plainly() -> Iterator[None]:
    """What MLflow raises where it cannot write, as an error of ours: a page says it, a writer tries again."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        told = str(getattr(error.__cause__, "orig", error)).splitlines()[0]
        fix = "Is its disk full or read-only, or does another program hold it? Try again in a moment."
        raise RunError(f"The run store could not be written to: {told}.", fix=fix) from error


class Tracking:
    """The run store's lower half. Cheap to make: MLflow is opened at the first use (2 s). Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._opening = threading.Lock()
        self._opened: tuple[MlflowClient, str, SqlAlchemyStore | None] | None = None

    def history(self, run_id: str, key: str, after_step: int = -1) -> list[MetricPoint]:
        """The values of a metric with a step beyond `after_step`, by step; one a step (the newest).

        A step that was counted twice (before a crash and again after the resume) comes once.

        Raises:
            AccessError: whoever asks may see none.
        """
        require(Action.VIEW)
        client, _, sql = self._open()
        if sql is None:
            found = client.get_metric_history(run_id, key)
            points = [(m.timestamp, m.step, m.value) for m in found if m.step > after_step]
        else:
            points = metric_rows(sql, run_id, key, after_step)
        newest = {step: MetricPoint(step, moment / 1000, value) for moment, step, value in sorted(points)}
        return [newest[step] for step in sorted(newest)]

    def write_batch(
        self,
        run_id: str,
        points: Sequence[tuple[str, MetricPoint]] = (),
        params: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
    ) -> None:
        """Write (metric name, point) pairs, parameters and tags; the same points twice count once.

        Raises:
            RunError: the store does not take them now.
        """
        client, _, _ = self._open()  # before MLflow's names are imported: it opens MLflow alone
        from mlflow.entities import Metric, Param, RunTag

        metrics = [Metric(key, p.value, round(p.time * 1000), p.step) for key, p in points]
        rest = [RunTag(k, v) for k, v in (tags or {}).items()]
        items = [Param(k, str(v)) for k, v in (params or {}).items()]
        while metrics or rest or items:
            batch = metrics[:_POINTS_PER_BATCH], items[:_PARAMS_PER_BATCH], rest[:_TAGS_PER_BATCH]
            with plainly():
                client.log_batch(run_id, *batch)
            metrics, rest = metrics[_POINTS_PER_BATCH:], rest[_TAGS_PER_BATCH:]
            items = items[_PARAMS_PER_BATCH:]

    def set_tags(self, run_id: str, tags: dict[str, str]) -> None:
        """Set tags (values longer than 8000 characters are cut)."""
        self.write_batch(run_id, tags=tags)

    def locked(self) -> AbstractContextManager[None]:
        """One process at a time makes, names or starts runs."""
        self._open()  # before the lock is held: the very first opening takes the same one
        return exclusive(lock_path(self.settings))

    def judging(self) -> AbstractContextManager[None]:
        """One process at a time reads a run whose process ended and writes what became of it.

        A lock of its own: a run may be judged while `locked` is held, never the other way round.
        """
        self._open()
        return exclusive(verdict_lock_path(self.settings))

    def _open(self) -> tuple[MlflowClient, str, SqlAlchemyStore | None]:
        if self._opened is None:
            with self._opening:
                if self._opened is None:
                    client, experiment = open_client(self.settings)
                    self._opened = client, experiment, open_sql(self.settings)
        return self._opened

    def peek(self, run_id: str) -> Run | None:
        """The run as it is written, not judged; None where it was deleted."""
        return self._by_id(run_id)

    def _by_id(self, run_id: str) -> Run | None:
        client, _, _ = self._open()
        from mlflow.exceptions import MlflowException

        try:
            found = client.get_run(run_id)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise RunError(f"The run store does not answer: {error}", fix="Try again in a moment.") from error
        return _from_mlflow(found) if found.info.lifecycle_stage == "active" else None

    def _search(self, where: str, limit: int, *, deleted: bool = False) -> list[Run]:
        client, experiment, _ = self._open()
        from mlflow.entities import ViewType

        seen = ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY
        found: Iterable[mlflow.entities.Run] = client.search_runs(
            [experiment], where, seen, max_results=limit, order_by=["attributes.start_time DESC"]
        )
        return [run for run in map(_from_mlflow, found) if run is not None]


def _from_mlflow(found: mlflow.entities.Run) -> Run | None:
    info, data = found.info, found.data
    return run_from_tags(info.run_id, info.run_name, info.start_time, data.params, data.tags, data.metrics)
