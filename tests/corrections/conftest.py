"""One run store for all of these tests, a result for each: making MLflow's tables takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from segcore.runs import RunState, RunStore
from segcore.settings import Settings


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """Of an installation without anything in it."""
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("corrections") / "home")}))


@pytest.fixture
def result(store: RunStore) -> str:
    """Id of a segmented video."""
    run = store.create("segment", config={}, name="clip")
    store.set_state(run.id, RunState.FINISHED)
    return run.id


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A frame of 16×12 pixels."""
    path = tmp_path / "frame.jpg"
    Image.effect_mandelbrot((16, 12), (-2, -1, 1, 1), 30).convert("RGB").save(path)
    return path
