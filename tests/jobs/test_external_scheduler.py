"""A scheduler and a worker started by hand, as README says; the same job finishes there."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from segcore.errors import JobError
from segcore.jobs import Engine
from segcore.runs import RunState, RunStore
from segcore.settings import Settings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def scheduler(tmp_path) -> Iterator[str]:
    """`dask scheduler` and `dask worker --resources SLOT=1`, both on the loopback interface."""
    address = f"tcp://127.0.0.1:{_free_port()}"
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    port = address.rpartition(":")[2]
    commands = [
        [*dask, "scheduler", *local, "--port", port],
        [*dask, "worker", address, *local, "--no-nanny", "--nthreads", "1", "--resources", "SLOT=1"],
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    processes = [subprocess.Popen(command, **quiet) for command in commands]
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


def test_a_scheduler_that_is_not_there_is_named(store: RunStore, installation: Settings, make_engine) -> None:
    nowhere = f"tcp://127.0.0.1:{_free_port()}"
    settings = Settings.from_env({"SEGCORE_HOME": str(installation.home), "SEGCORE_SCHEDULER": nowhere})
    engine: Engine = make_engine(settings)
    run = store.create("train", config={}, name="quick-nowhere")
    with pytest.raises(JobError, match=nowhere):
        engine.submit(run.id)
    assert nowhere in engine.info().note
    store.set_state(run.id, RunState.CANCELLED)
