"""What is imported: a folder, or a ZIP of one."""

from __future__ import annotations

from pathlib import Path

from segcore.archive import unpack
from segcore.datasets.stages import Progress, enter


def unpacked(source: Path, work: Path, on_progress: Progress | None = None) -> Path:
    """A folder as it is; a ZIP unpacked into a new folder of `work`. Raises as `unpack`."""
    if source.is_dir():
        return source
    target = work / "unpacked"
    target.mkdir()
    enter(on_progress, "unpacking")
    unpack(source, target, on_progress=on_progress)
    return target
