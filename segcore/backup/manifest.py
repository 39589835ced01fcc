"""`backup.json`: what a backup holds. The last file of the ZIP, so that one that broke off has none."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.errors import BackupError, SegcoreError

FILE = "backup.json"
HOME, ARTIFACTS, DATABASE = "home", "artifacts", "database"
"""The ZIP's folders."""


class Entry(BaseModel):
    """A file: its bytes, its SHA-256, and when it was changed (nanoseconds since the epoch)."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str
    changed: int


class Manifest(BaseModel):
    """What a backup holds, and of what.

    `schema_version`: of the home. `revision`: of MLflow's tables. `active`: runs that waited or worked. `without`:
    what was left out, in words.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    segcore: str
    created: str
    schema_version: int
    home: str
    database: Literal["sqlite", "postgresql", "none"]
    revision: str | None
    active: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    files: dict[str, Entry] = {}


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup and its manifest; all files of the manifest lie inside the backup's own folders.

    Raises:
        BackupError: it is no backup, one that broke off, a damaged one, or one of a newer segcore.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _manifest_of(archive, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BackupError(f"{path.name} is damaged, or no backup ({error}).", fix="Take another backup.") from error
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {path}.", fix="Check the path.") from error


@contextmanager
def plainly() -> Iterator[None]:
    """What the system refuses on the way, as an error of ours."""
    try:
        yield
    except SegcoreError:
        raise
    except OSError as error:
        raise BackupError(
            f"The disk does not do what is asked of it: {error}", fix="Is it full, or may this user not write there?"
        ) from error


def _manifest_of(archive: zipfile.ZipFile, path: Path) -> Manifest:
    if FILE not in archive.namelist():
        raise BackupError(
            f"{path.name} holds no {FILE}: it is no backup of segcore, or one that broke off.",
            fix="Choose a file that `segcore backup` wrote to its end.",
        )
    try:
        manifest = Manifest.model_validate_json(archive.read(FILE))
    except ValidationError as error:
        raise BackupError(
            f"{path.name}: its {FILE} is not one that this segcore can read.",
            fix="It may be of a newer segcore: install that one.",
        ) from error
    for name in manifest.files:
        parts = PurePosixPath(name).parts
        if ".." in parts or len(parts) < 2 or parts[0] not in (HOME, ARTIFACTS, DATABASE) or "\\" in name:
            raise BackupError(f"{path.name} names a file outside of it: {name!r}.", fix="Do not use it.")
    if sorted(manifest.files) != sorted(set(archive.namelist()) - {FILE}):
        raise BackupError(f"{path.name} does not hold what its {FILE} says.", fix="Take another backup.")
    return manifest


__all__ = ["ARTIFACTS", "DATABASE", "FILE", "HOME", "Entry", "Manifest", "opened", "plainly"]
