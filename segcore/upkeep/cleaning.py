"""What can go from the disk without a loss that anybody notices: first a plan, then the doing of what was shown."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from segcore.access import Action, require
from segcore.runs import Run, RunState, RunStore
from segcore.upkeep.sizes import folder_bytes

DAY_S = 24 * 3600.0
UPLOAD_DAYS, CHUNK_DAYS = 7, 30
CHECKPOINTS, UPLOADS, CHUNKS, TEMPORARY = "checkpoints", "uploads", "chunks", "temporary files"
KINDS = (CHECKPOINTS, UPLOADS, CHUNKS, TEMPORARY)
_CHECKPOINT_FILES = ("weights/last-*.npz", "weights/checkpoints.json")
_SIGN_OF_A_LOOK = ".watched"


@dataclass(frozen=True)
class Waste:
    """A file or a folder that can go: of which kind, how many bytes, and why."""

    kind: str
    path: Path
    bytes: int
    why: str


def plan(runs: RunStore) -> list[Waste]:
    """What `clean` would remove now, the largest first. Nothing is touched.

    Never among it: datasets, results, best weights, what is in the bin, and whatever a job that waits, runs or
    may be resumed needs (but for chunks that nobody took up for 30 days).
    """
    every = runs.list(limit=10_000)
    found = [*_checkpoints(runs, every), *_uploads(runs, every), *_chunks(runs), *_temporary(runs)]
    return sorted(found, key=lambda waste: waste.bytes, reverse=True)


def clean(runs: RunStore, shown: Collection[Path]) -> list[Waste]:
    """Remove what was shown and can still go; a file that is needed meanwhile stays.

    Args:
        runs: the store.
        shown: paths of a plan.

    Returns:
        What was removed.

    Raises:
        AccessError: whoever asks is no admin.
    """
    require(Action.CLEAN_UP)
    gone = []
    for waste in plan(runs):
        if waste.path in shown:
            _remove(waste.path)
            gone.append(waste)
    return gone


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _checkpoints(runs: RunStore, every: Collection[Run]) -> Iterator[Waste]:
    """A finished training cannot be resumed; what starts from it takes its best weights."""
    for run in every:
        folder = runs.folder(run.id)
        if run.kind == "train" and run.state is RunState.FINISHED and folder is not None:
            for pattern in _CHECKPOINT_FILES:
                for path in folder.glob(pattern):
                    yield _waste(CHECKPOINTS, path, f"{run.name} is finished; its best network stays")


def _uploads(runs: RunStore, every: Collection[Run]) -> Iterator[Waste]:
    old = [p for p in _inside(runs.settings.uploads_dir) if p.is_file() and _age_s(p) > UPLOAD_DAYS * DAY_S]
    if not old:
        return
    open_runs = [run for run in every if run.kind == "segment" and (run.state.active or runs.resumable(run))]
    needed = {str(runs.config(run.id).get("video")) for run in open_runs}
    for path in old:
        if not path.name.startswith(".") and str(path) not in needed:
            yield _waste(UPLOADS, path, f"no job needs it, and it came {_age_s(path) / DAY_S:.0f} days ago")


def _chunks(runs: RunStore) -> Iterator[Waste]:
    binned = {entry.run.id for entry in runs.deleted()}
    for folder in _inside(runs.settings.home / "work"):
        run = runs.peek(folder.name)
        if folder.name in binned or (run is not None and run.state.active):
            continue
        if run is None:
            yield _waste(CHUNKS, folder, "its run is gone")
        elif not runs.resumable(run):
            yield _waste(CHUNKS, folder, f"{run.name} is {run.state.value}")
        elif _age_s(folder) > CHUNK_DAYS * DAY_S:
            yield _waste(CHUNKS, folder, f"{run.name} was not resumed for {CHUNK_DAYS} days; it would begin anew")


def _temporary(runs: RunStore) -> Iterator[Waste]:
    """What a process that was killed left, and what pages put down for a day."""
    home = runs.settings.home
    passing = [*_inside(home / "drafts"), *_inside(home / "cache" / "previews"), *_inside(home / "cache" / "batches")]
    uploads = [p for p in _inside(runs.settings.uploads_dir) if p.is_dir() or p.name.startswith(".")]
    torn = [p for p in (home / "artifacts").rglob(".*") if p.is_file() and p.name != _SIGN_OF_A_LOOK]
    for path in (*passing, *uploads, *torn):
        if _age_s(path) > DAY_S:
            yield _waste(TEMPORARY, path, "nobody came back to it for a day")


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _age_s(path: Path) -> float:
    """Seconds since anything directly in it, or itself, was written; 0 where it is gone."""
    try:
        newest = max(p.stat().st_mtime for p in (path, *(_inside(path))))
    except OSError:
        return 0.0
    return time.time() - newest


def _waste(kind: str, path: Path, why: str) -> Waste:
    size = folder_bytes(path) if path.is_dir() else path.stat().st_size
    return Waste(kind, path, size, why)
