"""A home at work and its backup, which several files of tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from lively_home import LivelyHome, make_home, settings_of, somebody_works

from segcore.backup import make_backup
from segcore.runs import RunState
from segcore.schema import ensure


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> LivelyHome:
    """One home for all tests of backups: making MLflow's tables takes seconds."""
    folder = tmp_path_factory.mktemp("lively")
    settings = settings_of(folder / "home")
    ensure(settings)
    return make_home(settings, folder / "source")


@pytest.fixture(scope="session")
def lively_backup(lively: LivelyHome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made while a training is at work."""
    steps: list[tuple[int, int]] = []
    out = tmp_path_factory.mktemp("backup") / "home.zip"
    with somebody_works(lively):
        made = make_backup(lively.settings, out, on_progress=lambda done, total: steps.append((done, total)))
        seen = lively.store.get(lively.at_work).state
    assert seen is RunState.RUNNING
    assert made.active == ("busy",)
    assert steps[-1][0] == steps[-1][1] == made.bytes
    return out
