"""Folders for what passes through: copied uploads, files made for download. They go after a day."""

from __future__ import annotations

import re
import shutil
import time
import uuid
from pathlib import Path

from streamlit.typing import UploadedFile

from segcore.access import Action, require

DAY_S = 24 * 3600.0


def sweep(root: Path) -> None:
    """Delete the folders below `root` that are older than a day. Files stay."""
    root.mkdir(parents=True, exist_ok=True)
    for old in root.iterdir():
        if old.is_dir() and time.time() - old.stat().st_mtime > DAY_S:
            shutil.rmtree(old, ignore_errors=True)


def fresh(root: Path) -> Path:
    """A new, empty folder below `root`, which is swept."""
    sweep(root)
    folder = root / uuid.uuid4().hex
    folder.mkdir()
    return folder


def keep(file: UploadedFile, folder: Path) -> Path:
    """Copy an upload, block by block, into a new folder of its own below `folder`.

    Raises:
        AccessError: whoever asks may upload nothing.
    """
    require(Action.UPLOAD)
    name = re.sub(r"[^\w.-]+", "-", Path(file.name).name).strip("-.")[-80:] or "upload.zip"
    target = fresh(folder) / name
    with target.open("wb") as out:
        while block := file.read(1 << 20):
            out.write(block)
    return target
