"""All or nothing: work in a hidden folder beside the target, then rename it into place.

A process killed in the middle leaves only its hidden folder; the next import throws it away.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from segcore import temporary
from segcore.errors import DatasetExists
from segcore.temporary import STAGING


def staging(parent: Path) -> AbstractContextManager[Path]:
    """A fresh hidden folder inside `parent`, gone at the end whatever happens."""
    return temporary.passing(STAGING, parent)


def publish(folder: Path, target: Path) -> None:
    """Move a finished folder into place in one step.

    Raises:
        DatasetExists: the place is taken.
    """
    try:
        folder.rename(target)
    except OSError as error:
        if target.exists():
            raise DatasetExists(
                f"There is a dataset {target.name!r} already.", fix="Choose another name or delete that one."
            ) from error
        raise


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one process at a time changes what is in `folder`; the next one waits.

    The lock ends with the process, so a killed one never leaves it behind.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
