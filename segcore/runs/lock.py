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
        RunError: someone else held it for all of `timeout_s` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=timeout_s, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise RunError(
                f"{path} stayed locked for {timeout_s:.0f} seconds.",
                fix="Is another segcore process hanging? End it and try again.",
            ) from error
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
