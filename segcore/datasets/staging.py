"""All or nothing: work in a hidden folder beside the target, then rename it into place.

A process killed in the middle leaves only its hidden folder; the next import throws it away.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from segcore.errors import DatasetExists

_PREFIX = ".staging"
_FOREIGN_AGE_S = 7 * 24 * 3600.0
"""A folder of another machine is thrown away after this long."""


@contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """A fresh hidden folder inside `parent`, gone at the end whatever happens."""
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    pid = os.getpid()
    born = int(psutil.Process(pid).create_time())
    folder = parent / f"{_PREFIX}~{_host()}~{pid}~{born}~{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, target: Path) -> None:
    """Move a finished folder into place in one step.

    Raises:
        DatasetExists: the place is taken.
    """
    try:
        folder.rename(target)
    except OSError as error:
        if target.exists():
            raise DatasetExists(
                f"There is a dataset {target.name!r} already.", fix="Choose another name or delete that one."
            ) from error
        raise


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process at a time changes what is in `folder`; the next one waits.

    The lock ends with the process, so a killed one never leaves it behind.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def sweep(parent: Path) -> list[Path]:
    """Throw away what killed processes left; returns what was removed."""
    stale = [p for p in parent.glob(f"{_PREFIX}~*") if _is_stale(p)]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return stale


def _is_stale(folder: Path) -> bool:
    parts = folder.name.split("~")
    if len(parts) != 5 or parts[1] != _host():
        try:
            return time.time() - folder.stat().st_mtime > _FOREIGN_AGE_S
        except FileNotFoundError:
            return False
    try:
        return abs(int(psutil.Process(int(parts[2])).create_time()) - int(parts[3])) > 1
    except (psutil.Error, ValueError):
        return True


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", socket.gethostname()) or "host"
