"""Fixtures for every test: a home of its own, and a quiet TensorFlow."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from ready_tables import copy_tables_from

from segcore import before_tensorflow
from segcore.datasets.store import Dataset, DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings

before_tensorflow.set_defaults()

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process that a test starts compiles segcore anew
sys.dont_write_bytecode = False

settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wild", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


LONG = ("e2e", "operations", "hazards", "jobs", "test_code_quality.py")
"""What takes longest for each file begins first, so that no worker is left alone with it at the end."""


REAL_TIME = ("e2e", "operations", "hazards", "jobs")
"""Browsers, schedulers and kills: on a machine that does other things, too, one of hundreds misses a deadline. It may
try a second time, and the summary says so (RERUN); whatever fails twice fails."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with few but long tests before the others; else the order stays."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in REAL_TIME:
            item.add_marker(pytest.mark.flaky(reruns=1))

    def rank(item: pytest.Item) -> int:
        first = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
        return LONG.index(first) if first in LONG else len(LONG)

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What the collected files opened stays: TensorFlow's million objects are not looked through for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def tables_are_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new home gets a copy of MLflow's empty tables, not its migrations."""
    with pytest.MonkeyPatch.context() as patch:
        copy_tables_from(tmp_path_factory.mktemp("tables") / "mlflow.db", patch)
        yield


@pytest.fixture(autouse=True)
def no_test_is_urgent() -> Iterator[None]:
    """A test that leaves a real-time thread behind would let all after it, and their browsers, starve the machine."""
    yield
    assert not hasattr(os, "sched_getscheduler") or os.sched_getscheduler(0) == os.SCHED_OTHER


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty installation; the environment points there too."""
    for name in ("SEGCORE_TRACKING_URI", "SEGCORE_ARTIFACT_URI", "SEGCORE_SCHEDULER", "SEGCORE_SERVER_FOLDERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEGCORE_HOME", str(tmp_path / "home"))
    return Settings.from_env()


@pytest.fixture
def shapes(home: Settings, tmp_path: Path) -> Dataset:
    """The dataset "shapes", learned within seconds, in that home."""
    from tiny_training import write_shapes

    store = DatasetStore(home)
    store.import_path(write_shapes(tmp_path / "source"), "shapes")
    return store.open("shapes")


@pytest.fixture
def runs(home: Settings) -> RunStore:
    """The run store of that home."""
    return RunStore(home)
