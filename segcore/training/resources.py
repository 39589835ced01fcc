"""What a training needs of memory and disk: looked at before it starts, and put into words where it ran out."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np

from segcore.errors import DiskFull, OutOfMemory, SegcoreError
from segcore.runs.store import RunStore
from segcore.training.checkpoint import INDEX
from segcore.training.config import TrainConfig

BESIDE = 20 * 10**6
"""Bytes for curves, pictures and log."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_WORDS = ("no space left on device", "disk is full", "disk quota exceeded")
_MEMORY_WORDS = (
    "resource_exhausted",
    "out of memory",
    "oom when allocating",
    "bad_alloc",
    "cannot allocate memory",
    "an exception:status: 1, message",  # oneDNN's `dnnl_out_of_memory`, which TensorFlow tells by its number alone
)


def bytes_needed(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> tuple[int, int]:
    """(bytes in the run's folder, bytes in the scratch folder) that a training keeps at most.

    Two checkpoints (weights, their average, the optimizer) and the best weights; each is written whole before it
    takes the place of the one before, and prepared in the scratch folder.
    """
    weights = sum(_bytes(v) for v in model.weights)
    checkpoint = 2 * weights + sum(_bytes(v) for v in optimizer.variables)
    return 3 * checkpoint + 2 * weights + BESIDE, checkpoint + weights


def check_room(store: RunStore, run_id: str, scratch: Path, needed: tuple[int, int]) -> None:
    """Refuse a training whose checkpoints would not fit.

    Args:
        store: of the run.
        run_id: what it has written before (a resumed run) counts as room.
        scratch: the folder for files on their way.
        needed: of `bytes_needed`.

    Raises:
        DiskFull: with what is needed, what is free, and where.
    """
    kept, passing = needed
    folder = store.folder(run_id)
    if folder is None:  # a remote store
        _room(scratch, kept + passing, 0)
        return
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(p.stat().st_size for p in (folder / "weights").glob("*.npz"))
    if folder.stat().st_dev == scratch.stat().st_dev:
        _room(folder, kept + passing, there)
    else:
        _room(folder, kept, there)
        _room(scratch, passing, 0)


def _room(folder: Path, needed: int, there: int) -> None:
    free = shutil.disk_usage(folder).free + there
    if free < needed:
        raise DiskFull(
            f"This training keeps up to {needed / 1e6:.0f} MB; {free / 1e6:.0f} MB are free on the disk of {folder}.",
            fix="Delete runs or videos that are no longer needed, or set SEGCORE_HOME (or TMPDIR) to a larger disk.",
        )


@contextmanager
def explained(config: TrainConfig, store: RunStore, run_id: str) -> Iterator[None]:
    """Errors of memory and disk leave as ours, with advice; all others as they are.

    Raises:
        OutOfMemory, DiskFull
    """
    try:
        yield
    except SegcoreError:
        raise
    except Exception as error:
        if disk_is_full(error):
            raise DiskFull(
                f"The disk is full, so the training ended. {kept_words(store, run_id)}",
                fix="Make room (the System page shows what takes it), then resume the training.",
            ) from error
        if memory_is_short(error):
            size = f"{config.crop[0]}×{config.crop[1]}"
            raise OutOfMemory(
                f"Out of memory with {config.batch_size} images of {size} at a time. {kept_words(store, run_id)}",
                fix=f"Choose a smaller batch size ({max(1, config.batch_size // 2)}), crop or frame size, "
                "or the preset fast.",
            ) from error
        raise


def disk_is_full(error: BaseException) -> bool:
    """Whether a write failed for want of room, whoever says so."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)


def memory_is_short(error: BaseException) -> bool:
    """Whether memory ran out: of the machine or of a GPU, told by Python, TensorFlow or XLA."""
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return True
    return any(words in str(error).lower() for words in _MEMORY_WORDS)


def kept_words(store: RunStore, run_id: str) -> str:
    """Which epoch a resume would go on from."""
    try:
        entries = json.loads(store.file(run_id, INDEX).read_text()) if store.has_file(run_id, INDEX) else []
    except (OSError, ValueError, SegcoreError):
        entries = []
    return f"The checkpoint of epoch {entries[0]['state']['epoch']} is kept." if entries else "Nothing was kept yet."


def _bytes(variable: keras.Variable) -> int:
    return int(np.asarray(variable.value).nbytes)
