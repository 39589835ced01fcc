"""Runs name their files by absolute addresses (MLflow does): this finds and mends them after a move."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from segcore.runs.artifacts import local_folder, write_atomically
from segcore.runs.backend import EXPERIMENT
from segcore.runs.database import SQL, engine_for, revision
from segcore.runs.files import CONFIG_FILE
from segcore.settings import Settings


def addresses(settings: Settings, *, deleted: bool = False) -> dict[str, str]:
    """Run id → the address of its files; empty for an MLflow server or where there are no tables yet.

    Args:
        settings: with the database.
        deleted: also of runs that were deleted; their files may be gone.
    """
    if not settings.tracking_uri.startswith(SQL) or revision(settings.tracking_uri) is None:
        return {}
    from sqlalchemy import text

    ours = (
        "SELECT run_uuid, artifact_uri FROM runs JOIN experiments ON runs.experiment_id = experiments.experiment_id "
        "WHERE experiments.name = :name"
    ) + ("" if deleted else " AND runs.lifecycle_stage = 'active'")
    engine = engine_for(settings.tracking_uri)
    try:
        with engine.connect() as connection:
            rows = connection.execute(text(ours), {"name": EXPERIMENT}).all()
            return {str(run): str(uri) for run, uri in rows}
    finally:
        engine.dispose()


def lost(found: Mapping[str, str]) -> list[str]:
    """Runs whose local folder is not there, of those that `addresses` gave."""
    folders = {run: local_folder(uri) for run, uri in found.items()}
    return [run for run, folder in folders.items() if folder is not None and not folder.is_dir()]


def moved(settings: Settings, runs: Mapping[str, str]) -> dict[str, str]:
    """Run id → right address, of those whose files lie in this home though they are named elsewhere.

    Args:
        settings: with the artifacts as they lie now.
        runs: run id → address in the database.
    """
    root = local_folder(settings.artifact_uri)
    if root is None:
        return {}
    right = {run: root / run / "artifacts" for run in runs}
    return {
        run: folder.as_uri() for run, folder in right.items() if folder.is_dir() and local_folder(runs[run]) != folder
    }


def readdress(settings: Settings, changes: Mapping[str, str]) -> None:
    """Write the addresses of runs, and let the experiment keep new ones where the settings say."""
    from sqlalchemy import text

    rows = [{"id": run, "uri": uri} for run, uri in changes.items()]
    engine = engine_for(settings.tracking_uri)
    try:
        with engine.begin() as connection:
            place = {"uri": settings.artifact_uri, "name": EXPERIMENT}
            connection.execute(text("UPDATE experiments SET artifact_location = :uri WHERE name = :name"), place)
            if rows:
                connection.execute(text("UPDATE runs SET artifact_uri = :uri WHERE run_uuid = :id"), rows)
    finally:
        engine.dispose()


def repath(settings: Settings, old: Path, new: Path) -> int:
    """Let the settings of runs name files of a moved home where they are now; how many were changed."""
    root = local_folder(settings.artifact_uri)
    count = 0
    for file in root.glob(f"*/artifacts/{CONFIG_FILE}") if root else ():
        text = file.read_text("utf-8")
        fresh = text.replace(f'"{old}/', f'"{new}/')
        if fresh != text:
            write_atomically(file, fresh.encode())
            count += 1
    return count
