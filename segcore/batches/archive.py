"""All results of a batch in one ZIP, a folder a video, written from disk to disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from segcore.archive.writing import check_room, new_zip
from segcore.batches.batch import Batch
from segcore.batches.tables import write_tables
from segcore.errors import RunError
from segcore.runs.store import RunStore

LEFT_OUT = frozenset({"preview.jpg", "job.log", "config.json"})
"""Files of a run that are no results (its settings are in summary.json)."""

_NO_ROOM = "Make room (the System page shows what takes it), or take the results one by one."


def zip_name(batch: Batch) -> str:
    """The file's name: batch-1a2b3c4d.zip."""
    return f"batch-{batch.id[:8]}.zip"


def result_files(store: RunStore, batch: Batch) -> list[tuple[str, str, str]]:
    """(run id, its name, name of a file) of all results."""
    return [(run.id, run.name, name) for run in batch.finished for name in store.files(run.id) if name not in LEFT_OUT]


def result_bytes(store: RunStore, batch: Batch) -> int:
    """How large all results are together, about what the ZIP will be."""
    return sum(store.file(run, name).stat().st_size for run, _, name in result_files(store, batch))


def collect(
    store: RunStore, batch: Batch, folder: Path, on_progress: Callable[[int, int], None] = lambda _done, _all: None
) -> list[Path]:
    """Write the tables and the ZIP of a batch into a folder; the ZIP appears when it is whole.

    Args:
        store: of the runs.
        batch: whose results; videos without one are in videos.csv, with their reason.
        folder: made where it is not there.
        on_progress: called with (bytes packed, bytes in all).

    Returns:
        The ZIP, then the tables, which are in it too.

    Raises:
        RunError: no video of the batch has a result.
        DiskFull: the disk has no room for it.
    """
    if not batch.finished:
        raise RunError("No video of this batch has a result.", fix="See why on its page, and try again.")
    folder.mkdir(parents=True, exist_ok=True)
    check_room(folder, result_bytes(store, batch), _NO_ROOM)
    tables = write_tables(store, batch, folder)
    entries = [(store.file(run, name), f"{title}/{name}") for run, title, name in result_files(store, batch)]
    entries += [(path, path.name) for path in tables]
    target = folder / zip_name(batch)
    total, done = sum(path.stat().st_size for path, _ in entries), 0

    def count(size: int) -> None:
        nonlocal done
        done += size
        on_progress(done, total)

    with new_zip(target) as out:
        for path, name in entries:
            out.add(path, name, count)
    return [target, *tables]
