"""Folders for what passes through: copied uploads, files made for download. They go after a day."""

from __future__ import annotations

import shutil
import time
import uuid
from pathlib import Path

DAY_S = 24 * 3600.0


def fresh(root: Path) -> Path:
    """A new, empty folder below `root`; folders there that are older than a day are deleted. Files stay."""
    root.mkdir(parents=True, exist_ok=True)
    for old in root.iterdir():
        if old.is_dir() and time.time() - old.stat().st_mtime > DAY_S:
            shutil.rmtree(old, ignore_errors=True)
    folder = root / uuid.uuid4().hex
    folder.mkdir()
    return folder
