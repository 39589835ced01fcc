"""What killed processes left in an installation: half-written files and folders of work that will not go on.

Everything that is written lies under a passing name first and is renamed when it is whole, so what has such a name
and is not being written any more is worth nothing. What a job needs to go on (`work/<run>`) is no leftover.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from segcore.settings import Settings
from segcore.temporary import PASSING, STAGING, sweep

DAY_S = 24 * 3600.0
_PARTIAL = re.compile(r"\..+\.(part|[a-z0-9_]{8})|draft\.json\.[0-9a-f]{8}\.new")
"""Names of files that are being written: `.overlay.mp4.4711.part`, `.best.npz.k3x_9a0b`."""


def clear(settings: Settings, now: float | None = None) -> list[Path]:
    """Delete what nobody will finish: folders of dead processes, and what was not written to for a day.

    Args:
        settings: which installation.
        now: seconds since the epoch; None: this moment.

    Returns:
        What was deleted.
    """
    now = time.time() if now is None else now
    home = settings.home
    gone = sweep(Path(tempfile.gettempdir()), PASSING)
    for folder in (settings.datasets_dir, home / "drafts"):
        gone += sweep(folder, STAGING)
    old = [*_partials(home / "artifacts"), *_partials(home / "drafts"), *_uploads(settings.uploads_dir)]
    old += Path(tempfile.gettempdir()).glob("segcore-job-*.log")
    return gone + [path for path in old if _deleted(path, now)]


def _partials(root: Path) -> Iterator[Path]:
    """Files that were being written, and hidden work folders, however deep."""
    for name, folders, files in os.walk(root):
        folder = Path(name)
        yield from (folder / file for file in files if _PARTIAL.fullmatch(file))
        for hidden in [f for f in folders if f.startswith(f".{PASSING}~")]:
            folders.remove(hidden)
            yield folder / hidden


def _uploads(root: Path) -> Iterator[Path]:
    """Folders of what passes through (uploads that were taken in, files made for download), and half uploads."""
    for path in root.iterdir() if root.is_dir() else ():
        if path.is_dir() or _PARTIAL.fullmatch(path.name):
            yield path


def _deleted(path: Path, now: float) -> bool:
    try:
        if now - path.lstat().st_mtime <= DAY_S:
            return False
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False  # it went meanwhile, or belongs to somebody else
    return True
