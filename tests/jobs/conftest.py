"""An engine whose jobs are toys: quick, long, deaf, failing, crashing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from segcore.jobs import Engine
from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings

TOY = Path(__file__).parent / "toy_job.py"


def toy_command(run: Run) -> tuple[str, ...]:
    """The mode of a toy job is the first word of its run's name."""
    return (str(TOY), run.name.split("-")[0], run.id)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One home for the tests of a module: making MLflow's tables takes seconds."""
    return Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("jobs") / "home")})


@pytest.fixture(scope="module")
def store(installation: Settings) -> RunStore:
    """The run store of the module's home."""
    return RunStore(installation)


@pytest.fixture(scope="module")
def engine(store: RunStore, installation: Settings) -> Iterator[Engine]:
    """An embedded engine with a short patience; nothing of it is left behind."""
    made = Engine(store, installation, command=toy_command, grace_s=1.0)
    yield made
    made.close()


@pytest.fixture(scope="module")
def wait(store: RunStore) -> Callable[..., Run]:
    """Wait until a run is in one of the states, at most `limit` seconds; gives the run."""

    def wait_for(run: Run, *states: RunState, limit: float = 90.0) -> Run:
        deadline = time.monotonic() + limit
        while (seen := store.get(run.id)).state not in states:
            assert time.monotonic() < deadline, f"still {seen.state} ({seen.reason}), wanted {states}"
            time.sleep(0.1)
        return seen

    return wait_for


@pytest.fixture
def make_engine(store: RunStore, installation: Settings) -> Iterator[Callable[[], Engine]]:
    """Makes further engines on the same home; all are closed in the end."""
    made: list[Engine] = []

    def make(settings: Settings = installation) -> Engine:
        made.append(Engine(store, settings, command=toy_command, grace_s=1.0))
        return made[-1]

    yield make
    for one in made:
        one.close()
