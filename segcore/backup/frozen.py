"""The files of a home as they are at one moment, while it is at work: linked, not copied, where the disk can.

Whatever segcore changes is replaced by renaming, so a second link keeps the old content for nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from segcore.backup.manifest import ARTIFACTS, HOME
from segcore.datasets.bin import BIN
from segcore.datasets.manifest import RECORD, YAML, read_dataset
from segcore.errors import DatasetError
from segcore.runs.artifacts import local_folder
from segcore.runs.database import sqlite_file
from segcore.settings import Settings

PASSING = ("cache", "engine", "logs", "backups", "lost+found")
"""Folders of a home that can be made anew, or are of this machine alone."""
UPLOADS = "uploads"


def freeze(settings: Settings, folder: Path, *, uploads: bool) -> list[tuple[str, Path]]:
    """Keep everything that belongs into a backup, apart from the database; (name in the ZIP, file) of each.

    Args:
        settings: with the home.
        folder: an empty one on the home's disk.
        uploads: whether uploaded videos belong to it.
    """
    kept = []
    for name, file in _belonging(settings, uploads):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if _keep(file, place):
            kept.append((name, place))
    return kept


def torn(folder: Path) -> str:
    """The first dataset among what was frozen that lacks a file of its own; empty where all are whole.

    An edit that went on meanwhile does that: freeze again.
    """
    root = folder / HOME / "datasets"
    for found in sorted(root.iterdir()) if root.is_dir() else ():
        if not (found / RECORD).is_file() and not (found / YAML).is_file():
            continue
        try:
            pairs = read_dataset(found).pairs
        except DatasetError:
            return found.name
        if not all(pair.image.is_file() and pair.mask.is_file() for pair in pairs):
            return found.name
    return ""


def _belonging(settings: Settings, uploads: bool) -> Iterator[tuple[str, Path]]:
    artifacts = local_folder(settings.artifact_uri)
    left_out = {*PASSING, *(() if uploads else (UPLOADS,))}
    database = sqlite_file(settings.tracking_uri)
    for entry in sorted(settings.home.iterdir()):
        if entry.name in left_out or entry.name.startswith(".") or entry == artifacts or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from ((f"{HOME}/{entry.name}/{name}", file) for name, file in _below(entry))
        elif not _of_a_database(entry, database):
            yield f"{HOME}/{entry.name}", entry
    if artifacts is not None and artifacts.is_dir():
        yield from ((f"{ARTIFACTS}/{name}", file) for name, file in _below(artifacts))


def _of_a_database(entry: Path, database: Path | None) -> bool:
    """Locks, and the database itself with what SQLite keeps beside it."""
    mine = database is not None and entry.name.startswith(database.name)
    return mine or ".lock" in entry.name


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files below a folder, what names others (JSON, YAML) before these; nothing hidden, which is in the making, but
    what was deleted and can be taken back."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f == BIN or not f.startswith("."))
        named = sorted(names, key=lambda n: (not n.endswith(".json"), not n.endswith(".yaml"), n))
        for name in named:
            file = Path(root) / name
            if not name.startswith(".") and not file.is_symlink():
                yield file.relative_to(folder).as_posix(), file


def _keep(file: Path, place: Path) -> bool:
    """False where the file has gone meanwhile."""
    try:
        os.link(file, place)
    except FileNotFoundError:
        return False
    except OSError:  # another disk, or one without links
        try:
            shutil.copy2(file, place)
        except FileNotFoundError:
            return False
    return True
