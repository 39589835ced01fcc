"""MLflow's tables grow with its versions: bringing those of a database up to the installed one."""

from __future__ import annotations

from segcore.errors import RunError
from segcore.runs.backend import lock_path
from segcore.runs.database import SQL, engine_for, newest_revision, revision
from segcore.runs.lock import exclusive
from segcore.settings import Settings


def outdated(settings: Settings) -> bool:
    """Whether the database's tables are older than the installed MLflow wants.

    Raises:
        RunError: they are newer than it knows.
    """
    if not settings.tracking_uri.startswith(SQL):
        return False
    found = revision(settings.tracking_uri)
    if found is None or found == newest_revision():
        return False
    if not _known(found):
        raise RunError(
            f"The tables of {settings.shown_tracking_uri} were made by a newer MLflow (revision {found}).",
            fix="pip install -U mlflow, or restore a backup of before it was updated.",
        )
    return True


def upgrade_tables(settings: Settings) -> None:
    """Run MLflow's own migrations; keep a copy of the database before."""
    from mlflow.store.db.utils import _upgrade_db

    engine = engine_for(settings.tracking_uri)
    try:
        with exclusive(lock_path(settings)):
            _upgrade_db(engine)
    finally:
        engine.dispose()


def _known(found: str) -> bool:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError
    from mlflow.store.db.utils import _get_alembic_config

    try:
        return ScriptDirectory.from_config(_get_alembic_config(db_url="")).get_revision(found) is not None
    except CommandError:
        return False
