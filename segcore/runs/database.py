"""The run store's database, asked directly and with a time limit: is it there, and whose tables are in it?"""

from __future__ import annotations

import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.errors import RunError
from segcore.large_imports import all_stays
from segcore.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

SQL = ("sqlite:", "postgresql", "mysql", "mssql")
"""How addresses of databases begin; anything else is an MLflow server."""
ANSWER_S = 5


def driver_uri(uri: str) -> str:
    """A database's address with its driver: a bare postgresql:// means psycopg, which the extra `postgres` brings."""
    return uri.replace("postgresql://", "postgresql+psycopg://", 1) if uri.startswith("postgresql://") else uri


def sqlite_file(uri: str) -> Path | None:
    """The file of a SQLite database; None for any other."""
    return Path(uri.removeprefix("sqlite:///")) if uri.startswith("sqlite:///") else None


def ping(settings: Settings) -> None:
    """Ask the run store for a sign of life; a SQLite file that is not there yet counts as one. Light: no MLflow.

    Raises:
        RunError: none within 5 seconds; the message holds no password.
    """
    uri = settings.tracking_uri
    try:
        if uri.startswith(("http://", "https://")):
            urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=ANSWER_S).close()
        elif uri.startswith(SQL):
            revision(uri)
    except RunError:
        raise
    except Exception as error:  # whatever a driver raises
        raise RunError(
            f"The run store {settings.shown_tracking_uri} does not answer: {_first_line(error)}",
            fix="Check SEGCORE_TRACKING_URI, and that the database runs and lets this user in.",
        ) from error


def revision(uri: str) -> str | None:
    """The revision of MLflow's tables in a database; None where there are none yet."""
    file = sqlite_file(uri)
    if file is not None:
        return _sqlite_revision(file)
    import sqlalchemy

    engine = engine_for(uri)
    try:
        with engine.connect() as connection:
            if not sqlalchemy.inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar()
            return str(found) if found else None
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision that the installed MLflow works with."""
    with all_stays():
        from mlflow.store.db.utils import _get_latest_schema_revision

    return str(_get_latest_schema_revision())


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


def engine_for(uri: str) -> Engine:
    """SQLAlchemy's engine for a database's address, one connection at a time.

    Raises:
        RunError: its driver is not installed.
    """
    import sqlalchemy

    patience = {"connect_timeout": ANSWER_S} if uri.startswith(("postgresql", "mysql")) else {}
    try:
        return sqlalchemy.create_engine(driver_uri(uri), connect_args=patience, poolclass=sqlalchemy.pool.NullPool)
    except ImportError as error:
        raise RunError(
            f"The driver for {uri.partition(':')[0]} is not installed ({error.name}).",
            fix='For PostgreSQL: pip install "segcore[postgres]", or psycopg[binary].',
        ) from error


def _sqlite_revision(file: Path) -> str | None:
    if not file.is_file():
        return None
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=ANSWER_S)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def _known(found: str) -> bool:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError
    from mlflow.store.db.utils import _get_alembic_config

    try:
        return ScriptDirectory.from_config(_get_alembic_config(db_url="")).get_revision(found) is not None
    except CommandError:
        return False


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
