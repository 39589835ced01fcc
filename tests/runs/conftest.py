"""One run store for the tests of a module: making MLflow's tables takes seconds."""

from __future__ import annotations

import pytest

from segcore.runs import RunStore
from segcore.settings import Settings


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An empty home."""
    return Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("runs") / "home")})


@pytest.fixture(scope="module")
def store(installation: Settings) -> RunStore:
    """A store on it."""
    return RunStore(installation)
