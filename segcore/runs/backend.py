"""Opening MLflow: lazily, quietly, and safely when several processes start at once."""

from __future__ import annotations

import logging
import math
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.errors import RunError
from segcore.large_imports import all_stays
from segcore.runs.database import SQL, driver_uri, outdated, ping, sqlite_file
from segcore.runs.lock import exclusive
from segcore.settings import Settings

if TYPE_CHECKING:
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
    from mlflow.tracking import MlflowClient

EXPERIMENT = "segcore"
_IMPORTING = threading.Lock()
"""MLflow's modules import each other in circles: two threads that import it at once see halves of it."""


def lock_path(settings: Settings) -> Path:
    """The file whose lock guards first initialisation and the making of runs."""
    return settings.home / "runs.lock"


def verdict_lock_path(settings: Settings) -> Path:
    """The file whose lock guards the last word on a run whose process is gone."""
    return settings.home / "verdicts.lock"


def open_client(settings: Settings) -> tuple[MlflowClient, str]:
    """A client of the run store and the id of our experiment; tables are made where there are none.

    Raises:
        RunError: the store cannot be reached, or its tables belong to another version of MLflow.
    """
    _quieten()
    with _IMPORTING, all_stays():
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient

    _quieten_loggers()
    settings.home.mkdir(parents=True, exist_ok=True)
    with exclusive(lock_path(settings)):
        try:
            if sqlite_file(settings.tracking_uri) is None:
                ping(settings)  # MLflow alone would try for minutes
            _write_ahead(settings.tracking_uri)
            if outdated(settings):  # MLflow would change some of them by itself, without a copy
                raise RunError(
                    f"The tables of {settings.shown_tracking_uri} are of an older MLflow.",
                    fix="Run segcore upgrade: it keeps a copy and brings them up to date.",
                )
            with all_stays():  # it imports the store
                client = MlflowClient(driver_uri(settings.tracking_uri))
            return client, _experiment(client, settings)
        except (MlflowException, OSError, sqlite3.Error) as error:
            raise RunError(
                f"The run store {settings.shown_tracking_uri} cannot be opened: {error}",
                fix="Check SEGCORE_TRACKING_URI and SEGCORE_HOME, and that the disk is neither full nor read-only.",
            ) from error


def open_sql(settings: Settings) -> SqlAlchemyStore | None:
    """The SQL store behind the client (it shares the client's connections); None for a remote server.

    It can read a range of steps; the client reads whole histories only.
    """
    if not settings.tracking_uri.startswith(SQL):
        return None
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    return SqlAlchemyStore(driver_uri(settings.tracking_uri), settings.artifact_uri)


def metric_rows(store: SqlAlchemyStore, run_id: str, key: str, after_step: int) -> list[tuple[int, int, float]]:
    """(milliseconds, step, value) of a metric beyond a step, as bare rows.

    The store's own `get_metric_history_bulk_interval` makes an object of every row: three times slower (300 ms for
    20 000 rows), and a monitor that is opened late asks for several such histories.
    """
    from mlflow.store.tracking.dbmodels.models import SqlMetric as Table

    columns = Table.timestamp, Table.step, Table.value, Table.is_nan
    with store.ManagedSessionMaker() as session:
        rows = session.query(*columns).filter(Table.run_uuid == run_id, Table.key == key, Table.step > after_step)
        return [(moment, step, math.nan if nan else value) for moment, step, value, nan in rows]


def _experiment(client: MlflowClient, settings: Settings) -> str:
    found = client.get_experiment_by_name(EXPERIMENT)
    if found is None:
        return str(client.create_experiment(EXPERIMENT, artifact_location=settings.artifact_uri))
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _write_ahead(uri: str) -> None:
    """Let readers and a writer work side by side; SQLite remembers it in the file."""
    path = sqlite_file(uri)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _quieten() -> None:
    for name in ("MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
        os.environ.setdefault(name, "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")


def _quieten_loggers() -> None:
    """MLflow sets its loggers up on import: only after that can they be quietened."""
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # It logs a traceback for each "database is locked" and raises it as well; we retry those.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)
