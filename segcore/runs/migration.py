"""MLflow's tables grow with its versions: bringing those of a database up to the installed one."""

from __future__ import annotations

from segcore.runs.backend import lock_path
from segcore.runs.database import engine_for
from segcore.runs.lock import exclusive
from segcore.settings import Settings


def upgrade_tables(settings: Settings) -> None:
    """Run MLflow's own migrations. Keep a copy of the database before."""
    from mlflow.store.db.utils import _upgrade_db

    engine = engine_for(settings.tracking_uri)
    try:
        with exclusive(lock_path(settings)):
            _upgrade_db(engine)
    finally:
        engine.dispose()
