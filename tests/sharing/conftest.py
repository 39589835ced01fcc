"""Fixtures of the sharing tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_run import tiny_build, write_dataset, write_run

from segcore.runs import Run, RunStore
from segcore.settings import Settings


@pytest.fixture(autouse=True)
def _tiny_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks are built in no time."""
    monkeypatch.setattr("segcore.models.registry.build", tiny_build)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """A home with the dataset "cups"."""
    made = RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("home"))}))
    write_dataset(made, tmp_path_factory.mktemp("source") / "cups")
    return made


@pytest.fixture(scope="module")
def trained(store: RunStore, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished training on it."""
    return write_run(store, tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """Another installation, empty."""
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("other"))}))


@pytest.fixture
def packed(store: RunStore, trained: Run, tmp_path: Path) -> Path:
    """The training as a bundle."""
    from segcore.sharing.bundle import write_bundle

    return write_bundle(store, trained.id, tmp_path / "cups.segcore.zip").path
