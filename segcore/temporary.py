"""Folders for what passes: they go with the block that made them, or with its process.

A process that is killed cannot tidy up. Its folders carry its name, so that whoever comes next sees that it is gone.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from segcore.processes import birth, is_there

STAGING = ".staging"
"""Imports and edits of datasets that are not done."""
PASSING = "segcore"
"""What lies in the system's place for temporary files begins with this."""
_FOREIGN_AGE_S = 7 * 24 * 3600.0
"""A folder of another machine is thrown away after this long."""


@contextmanager
def passing(prefix: str = PASSING, parent: Path | None = None) -> Iterator[Path]:
    """A fresh folder, gone at the end whatever happens; those that killed processes left go before.

    Args:
        prefix: what its name begins with; without `~`.
        parent: where, made if need be; None: the system's place for temporary files.
    """
    parent = parent or Path(tempfile.gettempdir())
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent, prefix)
    pid = os.getpid()
    folder = parent / f"{prefix}~{_host()}~{pid}~{round(100 * birth(pid))}~{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path, prefix: str) -> list[Path]:
    """Throw away what killed processes left below `parent`; returns what was removed."""
    stale = [p for p in parent.glob(f"{prefix}~*") if _is_stale(p)]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return stale


def _is_stale(folder: Path) -> bool:
    parts = folder.name.split("~")
    if len(parts) != 5 or parts[1] != _host():
        try:
            return time.time() - folder.stat().st_mtime > _FOREIGN_AGE_S
        except OSError:
            return False
    try:
        return not is_there(int(parts[2]), int(parts[3]) / 100)
    except ValueError:
        return True


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", socket.gethostname()) or "host"
