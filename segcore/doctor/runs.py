"""The run store: does it open, are its tables of this MLflow, is it sound, do runs have their files?"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from segcore.doctor.check import Check, fail, ok, warn
from segcore.errors import RunError
from segcore.runs.artifacts import local_folder
from segcore.runs.database import SQL, newest_revision, outdated, ping, revision, sqlite_file
from segcore.runs.relocation import addresses, lost, moved
from segcore.runs.store import RunStore
from segcore.settings import Settings

_LARGEST = 2 << 30
"""Bytes of a SQLite file that is read through."""


def look(settings: Settings) -> list[Check]:
    """The database first; where it does not answer, nothing else can be asked."""
    name = "Runs"
    try:
        ping(settings)
        older = outdated(settings)
    except RunError as error:
        return [fail(name, error.message, error.fix)]
    where = settings.shown_tracking_uri
    if settings.tracking_uri.startswith(SQL) and revision(settings.tracking_uri) is None:
        return [ok(name, f"{where}: nothing in it yet")]
    if older:
        text = f"{where}: its tables are of an older MLflow than the one installed ({newest_revision()})"
        return [fail(name, text, "segcore upgrade (keeps a copy of the database first)")]
    file = sqlite_file(settings.tracking_uri)
    fault = damage(file) if file and file.stat().st_size < _LARGEST else ""
    if fault:
        return [fail(name, f"{where} is damaged: {fault}", "Restore a backup into an empty home (segcore restore).")]
    return [ok(name, f"{where}: answers, tables of the installed MLflow"), *_ghosts(settings), *_files(settings)]


def damage(file: Path) -> str:
    """What SQLite finds wrong with a database; empty where nothing."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def _ghosts(settings: Settings) -> list[Check]:
    ghosts = RunStore(settings).ghosts()
    if ghosts:
        names = ", ".join(run.name for run in ghosts)
        mend = "Opening the Runs page marks them as interrupted; then resume or delete them."
        return [warn("Ghosts", f"marked as running, but without a process: {names}", mend)]
    return [ok("Ghosts", "every run that is marked as running has its process")]


def _files(settings: Settings) -> list[Check]:
    if local_folder(settings.artifact_uri) is None:
        return [ok("Files of runs", f"kept at {settings.artifact_uri}, not looked at")]
    named = addresses(settings)
    missing = lost(named)
    found = [run for run in moved(settings, named) if run in set(missing)]
    if found:
        old = str(local_folder(named[found[0]]))
        mend = f"If this home was moved here: segcore relocate OLD_HOME (they are named as in {old})"
        return [fail("Files of runs", f"{len(found)} runs name their files elsewhere, though they lie here", mend)]
    if missing:
        mend = "Restore the folder artifacts from a backup, or delete these runs."
        return [fail("Files of runs", f"the files of {len(missing)} runs are gone ({missing[0]} …)", mend)]
    return [ok("Files of runs", f"{len(named)} runs have theirs")]
