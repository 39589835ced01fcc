"""`schema.json`: which version a home is of. Read at every start, written by the way up alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from segcore import __version__
from segcore.errors import ConfigError
from segcore.runs.artifacts import write_atomically
from segcore.runs.database import sqlite_file
from segcore.runs.lock import exclusive
from segcore.schema.steps import STEPS, Step
from segcore.settings import Settings

FILE = "schema.json"
CURRENT = len(STEPS)
"""The version that this segcore works with."""
_LOCK = "schema.lock"
_OWN = {FILE, "logs", "lost+found"}
"""What may lie in a home that nothing was done in yet."""


@dataclass(frozen=True)
class Upgrade:
    """What was done: from which version, to which, in words, and where the files as they were are kept."""

    before: int
    after: int
    done: tuple[str, ...] = ()
    kept: Path | None = None


def version_of(home: Path) -> int | None:
    """The version of a home: 0 for one that was made before there were versions, None for an empty one.

    Raises:
        ConfigError: schema.json is damaged.
    """
    try:
        return int(json.loads((home / FILE).read_text("utf-8"))["version"])
    except FileNotFoundError:
        return None if is_empty(home) else 0
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{home / FILE} is damaged ({error}).",
            fix=f'Write {{"version": {CURRENT}}} into it if this segcore wrote the home, or restore a backup.',
        ) from error


def is_empty(home: Path) -> bool:
    """Whether nothing was done in a home yet."""
    return not home.is_dir() or all(e.name in _OWN or e.name.startswith(_LOCK) for e in home.iterdir())


def outlook(settings: Settings, newest: int = CURRENT) -> int | None:
    """The version of the home, for those who only look.

    Args:
        settings: with the home.
        newest: the version that is known.

    Raises:
        ConfigError: it is damaged, or newer than this segcore.
    """
    found = version_of(settings.home)
    if found is not None and found > newest:
        raise ConfigError(
            f"{settings.home} was written by a newer segcore (version {found} of its layout; "
            f"segcore {__version__} knows {newest}).",
            fix="Install that segcore again, or restore a backup of before the upgrade into another SEGCORE_HOME.",
        )
    return found


def ensure(settings: Settings, steps: Sequence[Step] = STEPS) -> Upgrade | None:
    """Bring the home to the present version, step by step; None where it is, or where it is a new one.

    Before each step the files that it changes are kept in SEGCORE_HOME/backups. A kill in between leaves the home at
    the version that it had reached.

    Raises:
        ConfigError: schema.json is damaged, or the home is newer than this segcore.
    """
    newest = len(steps)
    if outlook(settings, newest) == newest:
        return None
    settings.home.mkdir(parents=True, exist_ok=True)
    with exclusive(settings.home / _LOCK):
        before = outlook(settings, newest)
        if before is None:
            _write(settings.home, newest)
            return None
        done, kept = [], None
        for number in range(before, newest):
            step = steps[number]
            kept = keep(settings, f"schema-{number}", step.touches(settings)) or kept
            done.append(f"{step.title}: {step.apply(settings)}.")
            _write(settings.home, number + 1)
        return Upgrade(before, newest, tuple(done), kept) if done else None


def keep(settings: Settings, name: str, files: Sequence[Path]) -> Path | None:
    """Copy files into a folder of SEGCORE_HOME/backups, named by the moment; None where there are none to copy."""
    if not files:
        return None
    folder = settings.home / "backups" / f"{name}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        if file == sqlite_file(settings.tracking_uri):
            copy_database(file, folder / file.name)
        else:
            shutil.copy2(file, folder / file.name)
    return folder


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, whoever writes into it meanwhile."""
    with closing(sqlite3.connect(source, timeout=60)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _write(home: Path, version: int) -> None:
    record = {"version": version, "segcore": __version__, "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    write_atomically(home / FILE, json.dumps(record).encode())
