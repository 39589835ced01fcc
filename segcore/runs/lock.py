"""One thing at a time, across processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from segcore.errors import RunError


@contextmanager
def exclusive(path: Path, timeout_s: float = 120.0) -> Iterator[None]:
    """Hold a lock that other threads and processes respect; the system frees it when the holder dies.

    SQLite's own locking is used, because it works alike on Linux, macOS and Windows.

    Raises:
        RunError: someone else held it for all of `timeout_s` seconds, or nothing can be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = sqlite3.connect(path, timeout=timeout_s, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise _unwritable(path, error) from error
    with closing(opened) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise _unwritable(path, error) from error
            raise RunError(
                f"{path} stayed locked for {timeout_s:.0f} seconds.",
                fix="Is another segcore process hanging? End it and try again.",
            ) from error
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def _unwritable(path: Path, error: Exception) -> RunError:
    return RunError(
        f"{path.parent} cannot be written to: {error}.",
        fix="Is the disk full, or read-only, or does the folder belong to another user? Check SEGCORE_HOME.",
    )
