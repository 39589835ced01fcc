"""The tiny trainings of the training tests, for the hazards of trainings."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))

from tiny_training import tiny_network, write_shapes

from segcore.datasets.store import Dataset, DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training import trainer


@pytest.fixture
def shapes(home: Settings, tmp_path: Path) -> Dataset:
    """The dataset "shapes" in a store of its own."""
    store = DatasetStore(home)
    store.import_path(write_shapes(tmp_path / "source"), "shapes")
    return store.open("shapes")


@pytest.fixture
def runs(home: Settings) -> RunStore:
    """The run store of the same home."""
    return RunStore(home)


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is compiled in a second."""
    monkeypatch.setattr(trainer, "build", tiny_network)
