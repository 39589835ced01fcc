"""Every error that segcore raises on purpose.

    SegcoreError
    ├── DatasetError (ValueError)
    │   ├── DatasetNotFound (LookupError)
    │   ├── DatasetExists
    │   ├── UnsafeArchive            an archive that must not be unpacked
    │   ├── InvalidImage             an image that cannot be read or must not be
    │   └── InvalidMask
    │       └── WrongMaskSize        a mask of another size than its image
    ├── ConfigError (ValueError)     settings that do not fit together
    ├── AccessError (PermissionError) whoever asks may not do this
    ├── RunError (RuntimeError)
    │   ├── RunNotFound (LookupError)
    │   └── WeightsError             weights that are missing, damaged or not ours
    ├── BackupError (RuntimeError)    a backup cannot be made or restored; nothing was changed
    ├── BundleError (ValueError)      a bundle of another segcore that cannot be taken in
    ├── TrainingDiverged (ArithmeticError)
    ├── OutOfMemory (MemoryError)    the work needs more memory than there is
    ├── DiskFull (OSError)           there is no room for what the work must keep
    ├── Cancelled                    the user asked for the work to end
    ├── JobError (RuntimeError)      the engine could not place or watch a job
    ├── BackendError (RuntimeError)  an inference backend is not usable here
    ├── VideoError (ValueError)
    ├── ResultError (ValueError)      the files of a segmented video are not what was asked for
    └── QueryError (ValueError)       a question to the tables that cannot be answered

Messages say what was expected, what came, and how to mend it. `fix` repeats the mend on its own, for
pages that show it beside the message.
"""

from __future__ import annotations

import errno


class SegcoreError(Exception):
    """Base of all errors of segcore.

    Args:
        message: what was expected and what came.
        fix: how to mend it, one sentence; empty where nothing can be advised.
    """

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class DatasetError(SegcoreError, ValueError):
    """A dataset is not what it should be."""


class DatasetNotFound(DatasetError, LookupError):
    """No dataset of this name."""


class DatasetExists(DatasetError):
    """A dataset of this name is there already."""


class UnsafeArchive(DatasetError):
    """An archive that must not be unpacked; nothing of it was written."""


class InvalidImage(DatasetError):
    """An image that cannot be read, or must not be."""


class InvalidMask(DatasetError):
    """A mask that does not fit its image or its classes."""


class WrongMaskSize(InvalidMask):
    """A mask of another size than its image.

    Args:
        message: what was expected and what came.
        size: the mask's own (height, width); its labels can be asked for at this size, to be scaled.
        fix: how to mend it.
    """

    def __init__(self, message: str, *, size: tuple[int, int], fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.size = size


class ConfigError(SegcoreError, ValueError):
    """Settings that are unknown, out of range or do not fit together."""


class AccessError(SegcoreError, PermissionError):
    """Whoever asks may not do this; nothing was done."""


class RunError(SegcoreError, RuntimeError):
    """A run is not in the state that was asked for."""


class RunNotFound(RunError, LookupError):
    """No run of this id or name."""


class WeightsError(RunError):
    """Weights that are missing, damaged, or do not fit their network."""


class BackupError(SegcoreError, RuntimeError):
    """A backup that cannot be made or restored; nothing was changed."""


class BundleError(SegcoreError, ValueError):
    """A bundle of another segcore that cannot be taken in; nothing of it was kept."""


class TrainingDiverged(SegcoreError, ArithmeticError):
    """The loss became NaN or infinite."""


class OutOfMemory(SegcoreError, MemoryError):
    """The work needs more memory than there is."""


class DiskFull(SegcoreError, OSError):
    """There is no room for what the work must keep; what was kept before is whole."""


class Cancelled(SegcoreError):
    """The user asked for the work to end; what it made is discarded."""


class JobError(SegcoreError, RuntimeError):
    """The engine could not place or watch a job."""


class BackendError(SegcoreError, RuntimeError):
    """An inference backend cannot be used on this machine."""


class VideoError(SegcoreError, ValueError):
    """A video that cannot be read, or must not be."""


class ResultError(SegcoreError, ValueError):
    """The files of a segmented video are not there, or are none."""


class QueryError(SegcoreError, ValueError):
    """A question to the tables of a result that cannot be read, is not allowed, or takes too much."""


def of_the_disk(error: OSError) -> SegcoreError | None:
    """What a disk that is full or must not be written to means for people; None where it is something else."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk is full{where}.", fix="Make room and try again.")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        fix = "Is the disk read-only, or does the folder belong to another user? Check SEGCORE_HOME."
        return SegcoreError(f"It is not allowed to write there: {error.strerror}{where}.", fix=fix)
    return None
