"""A backup becomes a home again, here or elsewhere: checked, in place, opened."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from segcore.backup import postgres
from segcore.backup.manifest import ARTIFACTS, DATABASE, HOME, Manifest, opened, plainly
from segcore.datasets.stages import Progress, enter
from segcore.errors import BackupError, DiskFull
from segcore.runs.artifacts import local_folder
from segcore.runs.database import outdated, ping, revision, sqlite_file
from segcore.runs.migration import upgrade_tables
from segcore.runs.records import RunState
from segcore.runs.relocation import addresses, moved, readdress, repath
from segcore.runs.store import RunStore
from segcore.schema import CURRENT, ensure
from segcore.schema.version import is_empty
from segcore.settings import Settings

REASON = "It was at work when the backup was made that this home was restored from. Resume it to go on."
_BLOCK = 1 << 20


@dataclass(frozen=True)
class RestoreReport:
    """What came back. `interrupted`: runs that were at work."""

    home: Path
    files: int
    runs: int
    created: str
    interrupted: tuple[str, ...]
    without: tuple[str, ...]


def restore(settings: Settings, backup: Path, *, on_progress: Progress | None = None) -> RestoreReport:
    """Make an empty home of a backup; what was in the backup's home by absolute path is found in this one.

    Args:
        settings: of the home to be; its database must be empty too.
        backup: what `make_backup` wrote.
        on_progress: called with (bytes done, bytes in all).

    Raises:
        BackupError: it is no backup, it is damaged, or the home or its database is not empty. Nothing was changed.
        DiskFull: there is no room for it.
    """
    with plainly(), opened(backup) as (archive, manifest):
        _check(settings, manifest)
        work = settings.home / ".restoring"
        shutil.rmtree(work, ignore_errors=True)
        try:
            work.mkdir(parents=True)
            _check_room(work, manifest)
            _unpack(archive, manifest, work, on_progress)
            _place(settings, manifest, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return _open(settings, manifest)


def _check(settings: Settings, manifest: Manifest) -> None:
    if manifest.schema_version > CURRENT:
        raise BackupError(
            f"The backup is of a newer segcore ({manifest.segcore}).", fix="Install that one, then restore."
        )
    if not is_empty(settings.home):
        raise BackupError(
            f"{settings.home} is not empty.", fix="Restore into an empty folder (--into), then set SEGCORE_HOME to it."
        )
    here = settings.tracking_uri.partition(":")[0].partition("+")[0]
    if manifest.database not in ("none", here):
        raise BackupError(
            f"The backup's runs are of a {manifest.database} database, SEGCORE_TRACKING_URI names {here}.",
            fix="Set SEGCORE_TRACKING_URI to an empty database of that kind"
            + (", or unset it." if manifest.database == "sqlite" else "."),
        )
    if here == "postgresql":
        ping(settings)
    if revision(settings.tracking_uri) is not None:
        raise BackupError(f"There are runs in {settings.shown_tracking_uri}.", fix="Name an empty database.")
    if local_folder(settings.artifact_uri) is None and any(name.startswith(ARTIFACTS) for name in manifest.files):
        raise BackupError(
            f"The backup holds files of runs, and {settings.artifact_uri} is no folder.",
            fix="Unset SEGCORE_ARTIFACT_URI, or name a folder.",
        )


def _check_room(folder: Path, manifest: Manifest) -> None:
    needed, free = sum(entry.size for entry in manifest.files.values()), shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"The backup needs {needed / 2**30:.1f} GiB, {folder.parent} has {free / 2**30:.1f} GiB left.",
            fix="Restore to another disk (--into).",
        )


def _unpack(archive: zipfile.ZipFile, manifest: Manifest, work: Path, on_progress: Progress | None) -> None:
    """Every file of the manifest, with the content and the date that it had."""
    total, done = sum(entry.size for entry in manifest.files.values()), 0
    enter(on_progress, "unpacking")
    for name, entry in manifest.files.items():
        place = work / name
        place.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(name) as source, place.open("xb") as sink:
            while block := source.read(_BLOCK):
                digest.update(block)
                sink.write(block)
                done += len(block)
                if on_progress:
                    on_progress(min(total, done), total)
        if digest.hexdigest() != entry.sha256:
            raise BackupError(f"{name} is damaged in the backup.", fix="Take another backup.")
        os.utime(place, ns=(entry.changed, entry.changed))


def _place(settings: Settings, manifest: Manifest, work: Path) -> None:
    """Move what was unpacked to where it belongs.

    PostgreSQL comes first, since it takes all of its dump or nothing; a SQLite file last, since a home without it has
    no runs yet.
    """
    if manifest.database == "postgresql":
        postgres.load(settings, work / DATABASE / "postgresql.dump")
    artifacts = local_folder(settings.artifact_uri)
    if artifacts is not None and (work / ARTIFACTS).is_dir():
        artifacts.parent.mkdir(parents=True, exist_ok=True)
        if artifacts.is_dir():
            artifacts.rmdir()
        shutil.move(work / ARTIFACTS, artifacts)
    for entry in sorted((work / HOME).iterdir()) if (work / HOME).is_dir() else ():
        entry.replace(settings.home / entry.name)
    if manifest.database == "sqlite":
        target = sqlite_file(settings.tracking_uri)
        assert target is not None
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(work / DATABASE / "mlflow.db", target)


def _open(settings: Settings, manifest: Manifest) -> RestoreReport:
    """Runs find their files and those of uploads, and those that worked are interrupted."""
    if outdated(settings):
        upgrade_tables(settings)
    named = addresses(settings, deleted=True)
    if named:
        readdress(settings, moved(settings, named))
    repath(settings, Path(manifest.home), settings.home)
    ensure(settings)
    store, interrupted = RunStore(settings), []
    for run in store.list(limit=10_000) if manifest.database != "none" else ():
        if run.state.active or run.name in manifest.active:
            store.set_state(run.id, RunState.INTERRUPTED, REASON)
            interrupted.append(run.name)
    return RestoreReport(
        settings.home, len(manifest.files), len(named), manifest.created, tuple(interrupted), manifest.without
    )
