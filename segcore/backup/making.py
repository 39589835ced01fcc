"""Making a backup: database first, then the files it names, frozen; packed, read again and compared, then named."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from segcore import __version__
from segcore.backup import postgres
from segcore.backup.frozen import freeze, torn
from segcore.backup.manifest import ARTIFACTS, DATABASE, FILE, Entry, Manifest, opened, plainly
from segcore.datasets.stages import Progress, enter
from segcore.datasets.store import DatasetStore
from segcore.errors import BackupError, DiskFull
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.runs.artifacts import local_folder
from segcore.runs.database import SQL, revision, sqlite_file
from segcore.runs.records import Run, RunState
from segcore.runs.relocation import addresses
from segcore.runs.store import RunStore
from segcore.schema import CURRENT, outlook
from segcore.schema.version import copy_database
from segcore.settings import Settings

_TRIES = 5
_BLOCK = 1 << 20
_PACKED = {".jpg", ".jpeg", ".png", ".webp", ".mp4", ".mov", ".webm", ".mkv", ".npz", ".zip", ".parquet", ".gz"}
"""What compression would not make smaller."""


@dataclass(frozen=True)
class BackupReport:
    """What was written: `bytes` before packing, `size` of the file."""

    path: Path
    files: int
    bytes: int
    size: int
    active: tuple[str, ...]
    without: tuple[str, ...]


def make_backup(
    settings: Settings, out: Path, *, uploads: bool = True, on_progress: Progress | None = None
) -> BackupReport:
    """Write a home into one ZIP, while jobs and people go on.

    Runs that work are in it as far as their last epoch or chunk; `restore` lists them as interrupted, to be resumed.
    What was deleted and can be taken back comes along. Caches, logs, locks and unfinished files are left out.

    Args:
        settings: of the home.
        out: the file to write; replaced where it exists, when all of the new one is written and checked.
        uploads: whether uploaded videos belong to it.
        on_progress: called with (bytes done, bytes in all), first for packing, then for reading again.

    Raises:
        BackupError: there is nothing to back up, the run store is on a server that must be backed up itself, or the
            disk refuses.
        ConfigError: the home is of a newer segcore.
        DiskFull: the backup would not fit where it is to be written.
    """
    if outlook(settings) is None:
        raise BackupError(f"There is nothing to back up in {settings.home}.", fix="Check SEGCORE_HOME.")
    if not settings.tracking_uri.startswith(SQL):
        raise BackupError(
            f"The runs are on an MLflow server ({settings.shown_tracking_uri}), which keeps its own files.",
            fix="Back that server up where it runs, and copy SEGCORE_HOME/datasets.",
        )
    with plainly(), tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.home) as work:
        out.parent.mkdir(parents=True, exist_ok=True)
        files, active = _still(settings, Path(work), uploads)
        total = sum(file.stat().st_size for _, file in files)
        _check_room(out.parent, total)
        manifest = _manifest(settings, active, uploads)
        partial = out.with_name(f".{out.name}.partial")
        try:
            manifest = _pack(partial, files, manifest, total, on_progress)
            _compare(partial, manifest, total, on_progress)
            partial.chmod(0o600)
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)
    return BackupReport(out, len(files), total, out.stat().st_size, active, manifest.without)


def _still(settings: Settings, work: Path, uploads: bool) -> tuple[list[tuple[str, Path]], tuple[str, ...]]:
    """Database and files that fit each other; tried again where a run or a dataset was changed in between."""
    store, reason = RunStore(settings), ""
    for number in range(_TRIES):
        folder = work / str(number)
        folder.mkdir()
        known, before, binned = addresses(settings), _working(store), _in_bin(settings)
        database = _copy_database(settings, folder)
        frozen = freeze(settings, folder, uploads=uploads)
        after = {run.id: run for run in _working(store)}
        missing = set(known) - set(addresses(settings))
        changed = next((run.name for run in before if _unlike(run, after.get(run.id), folder)), "")
        moved = "The bin" if _in_bin(settings) != binned else ""  # a dataset on its way may be in neither place
        reason = torn(folder) or changed or next(iter(missing), moved)
        if not reason:
            return [*database, *frozen], tuple(run.name for run in before)
        shutil.rmtree(folder)
        time.sleep(0.5)
    raise BackupError(f"{reason} was changed again and again while it was copied.", fix="Try again in a minute.")


def _in_bin(settings: Settings) -> set[str]:
    """Ids of the deleted datasets."""
    return {entry.id for entry in DatasetStore(settings).deleted()}


def _working(store: RunStore) -> list[Run]:
    return store.list(states=(RunState.QUEUED, RunState.RUNNING), limit=10_000)


def _unlike(before: Run, after: Run | None, folder: Path) -> bool:
    """Whether the best weights of a training changed between two looks, or those that were frozen are others."""
    tag = before.tags.get(SHA256_TAG, "")
    file = folder / ARTIFACTS / before.id / "artifacts" / BEST_WEIGHTS
    if after is None or after.tags.get(SHA256_TAG, "") != tag:
        return True
    return bool(tag) and file.is_file() and _hash(file) not in tag.split()


def _copy_database(settings: Settings, folder: Path) -> list[tuple[str, Path]]:
    file = sqlite_file(settings.tracking_uri)
    if file is None:
        if not settings.tracking_uri.startswith("postgresql"):
            raise BackupError(
                f"Only SQLite and PostgreSQL are backed up, not {settings.shown_tracking_uri}.",
                fix="Use the database's own programs, and copy SEGCORE_HOME.",
            )
        postgres.dump(settings, folder / "postgresql.dump")
        return [(f"{DATABASE}/postgresql.dump", folder / "postgresql.dump")]
    if not file.is_file():
        return []
    copy_database(file, folder / "mlflow.db")
    return [(f"{DATABASE}/mlflow.db", folder / "mlflow.db")]


def _check_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"The backup may need {needed / 2**30:.1f} GiB, {folder} has {free / 2**30:.1f} GiB left.",
            fix="Write it to another disk, or leave uploaded videos out (--no-uploads).",
        )


def _manifest(settings: Settings, active: tuple[str, ...], uploads: bool) -> Manifest:
    without = [] if uploads else ["uploaded videos"]
    if local_folder(settings.artifact_uri) is None:
        without.append(f"the files of runs, which lie at {settings.artifact_uri}")
    file = sqlite_file(settings.tracking_uri)
    kind: Literal["sqlite", "postgresql", "none"] = "postgresql"
    if file is not None:
        kind = "sqlite" if file.is_file() else "none"
    return Manifest(
        segcore=__version__,
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        schema_version=outlook(settings) or CURRENT,
        home=str(settings.home),
        database=kind,
        revision=revision(settings.tracking_uri),
        active=active,
        without=tuple(without),
    )


def _pack(
    out: Path, files: Sequence[tuple[str, Path]], manifest: Manifest, total: int, on_progress: Progress | None
) -> Manifest:
    entries, done = {}, 0
    enter(on_progress, "packing")
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        for name, file in files:
            how = zipfile.ZIP_STORED if file.suffix.lower() in _PACKED else zipfile.ZIP_DEFLATED
            info = zipfile.ZipInfo(name)
            info.compress_type, info.external_attr = how, 0o600 << 16
            digest, size = hashlib.sha256(), 0
            with file.open("rb") as source, archive.open(info, "w", force_zip64=True) as sink:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    size += sink.write(block)
                    if on_progress:
                        on_progress(min(total, done + size), total)
            done += size
            entries[name] = Entry(size=size, sha256=digest.hexdigest(), changed=file.stat().st_mtime_ns)
        whole = manifest.model_copy(update={"files": entries})
        archive.writestr(FILE, whole.model_dump_json(), zipfile.ZIP_DEFLATED)
    return whole


def _compare(path: Path, manifest: Manifest, total: int, on_progress: Progress | None) -> None:
    """Read all of it again from the disk.

    Raises:
        BackupError: a file is not what was written.
    """
    done = 0
    enter(on_progress, "reading it again")
    with opened(path) as (archive, _):
        for name, entry in manifest.files.items():
            digest = hashlib.sha256()
            with archive.open(name) as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    done += len(block)
                    if on_progress:
                        on_progress(min(total, done), total)
            if digest.hexdigest() != entry.sha256:
                raise BackupError(f"{name} reads differently from what was written.", fix="Is the disk sound?")


def _hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
