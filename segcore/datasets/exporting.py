"""Write a dataset as a ZIP in one of the formats; all or nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path

from segcore.datasets.dataset import Dataset
from segcore.datasets.formats import Progress, writers
from segcore.datasets.formats.sink import ZipSink
from segcore.datasets.stages import enter
from segcore.errors import DatasetError


def write_zip(
    dataset: Dataset, out: Path, format_name: str = "folders", on_progress: Progress | None = None
) -> tuple[Path, tuple[str, ...]]:
    """Write a dataset into one ZIP.

    Args:
        dataset: what is written, in its classes as they are now.
        out: the ZIP to write; for a folder, `<name>.zip` (`<name>-<format>.zip` for other formats) inside it.
        format_name: a writer's name.
        on_progress: called with (frames written, frames in all).

    Returns:
        The ZIP, and what the format could not hold, in words.

    Raises:
        DatasetError: no such format.
    """
    known = writers()
    if format_name not in known:
        raise DatasetError(f"Unknown format {format_name!r}.", fix=f"Known: {', '.join(known)}.")
    ending = "" if format_name == "folders" else f"-{format_name}"
    target = out / f"{dataset.name}{ending}.zip" if out.is_dir() else out
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    enter(on_progress, "writing")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive:
            sink = ZipSink(archive)
            known[format_name].write(dataset, sink, on_progress)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return target, tuple(sink.warnings)
