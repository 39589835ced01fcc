"""MLflow's tables, made once: its migrations take seconds for each new home, and a test wants many homes.

They are made by MLflow itself, the first time that a test opens a store; each later new home starts with a copy of that
file. Processes that tests start on an empty home make their own, as a user's do.
"""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from segcore.runs import backend
from segcore.runs.database import sqlite_file


def copy_tables_from(made: Path, patch: pytest.MonkeyPatch) -> None:
    """From now on, a home of this process without a database starts with a copy of `made`; it need not be there yet."""
    opening, one_makes_it = backend._write_ahead, threading.Lock()

    def write_ahead(uri: str) -> None:
        path = sqlite_file(uri)
        if path is not None and not path.exists():
            with one_makes_it:
                if not made.exists():
                    _make(made)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, path)
        opening(uri)

    patch.setattr(backend, "_write_ahead", write_ahead)


def _make(file: Path) -> None:
    from mlflow.tracking import MlflowClient

    half = file.with_suffix(".half")
    MlflowClient(f"sqlite:///{half}").search_experiments()
    half.rename(file)
