"""A scheduler and a worker started by hand, as README says; the same job finishes there."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from segcore.errors import JobError
from segcore.jobs import Engine
from segcore.jobs.dask_crew import DaskCrew
from segcore.runs import RunState, RunStore
from segcore.settings import Settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def processes() -> list[subprocess.Popen[bytes]]:
    """Scheduler and worker of `scheduler`."""
    return []


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory, processes: list[subprocess.Popen[bytes]]) -> Iterator[str]:
    """`dask scheduler` and `dask worker --resources SLOT=1`, both on the loopback interface."""
    address = f"tcp://127.0.0.1:{_free_port()}"
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    port = address.rpartition(":")[2]
    commands = [
        [*dask, "scheduler", *local, "--port", port],
        [*dask, "worker", address, *local, "--no-nanny", "--nthreads", "1", "--resources", "SLOT=1"],
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path_factory.mktemp("dask")}
    processes += [subprocess.Popen(command, **quiet) for command in commands]
    yield address
    for process in reversed(processes):
        process.terminate()
        process.wait(timeout=20)


def test_the_same_job_runs_on_an_external_scheduler(
    scheduler: str, store: RunStore, installation: Settings, wait, make_engine
) -> None:
    settings = Settings.from_env({"SEGCORE_HOME": str(installation.home), "SEGCORE_SCHEDULER": scheduler})
    engine: Engine = make_engine(settings)
    run = store.create("train", config={}, name="quick-external")
    engine.submit(run.id)
    wait(run, RunState.FINISHED)
    info = engine.info()
    assert info.address == scheduler
    assert not info.embedded
    assert [worker.slots for worker in info.workers] == [1]


def test_an_idle_worker_helps_with_a_job_and_one_that_dies_is_noticed(
    scheduler: str, processes: list[subprocess.Popen[bytes]], installation: Settings
) -> None:
    settings = Settings.from_env({"SEGCORE_HOME": str(installation.home), "SEGCORE_SCHEDULER": scheduler})
    crew = DaskCrew(settings, lambda task: ("-c", task), 3)
    try:
        helper = until(lambda: crew.ask("import os, sys; sys.exit(os.environ['SEGCORE_HOME'])"))
        assert crew.ask("pass") is None, "the only worker is busy"
        assert until(helper.ended) == str(installation.home)
        longer = until(lambda: crew.ask("import time; time.sleep(600)"))
        assert longer.ended() is None
        assert longer.name == helper.name
        processes[-1].kill()
        assert until(longer.ended) == "the worker is gone."
        assert crew.ask("pass") is None
    finally:
        crew.close()


def until(said: Callable[[], Any]) -> Any:
    """Ask again until it is no longer None, a minute at most."""
    deadline = time.monotonic() + 60
    while (found := said()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_a_scheduler_that_is_not_there_is_named(store: RunStore, installation: Settings, make_engine) -> None:
    nowhere = f"tcp://127.0.0.1:{_free_port()}"
    settings = Settings.from_env({"SEGCORE_HOME": str(installation.home), "SEGCORE_SCHEDULER": nowhere})
    engine: Engine = make_engine(settings)
    run = store.create("train", config={}, name="quick-nowhere")
    with pytest.raises(JobError, match=nowhere):
        engine.submit(run.id)
    assert nowhere in engine.info().note
    store.set_state(run.id, RunState.CANCELLED)
