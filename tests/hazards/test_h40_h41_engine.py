"""Row 40: two clicks make one run. Row 41: the engine listens on the loopback interface only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from segcore.jobs import Engine
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

TOY = Path(__file__).parents[1] / "jobs" / "toy_job.py"


@pytest.fixture
def engine(home: Settings) -> Iterator[Engine]:
    """An embedded engine with quick toy jobs."""
    made = Engine(RunStore(home), home, command=lambda run: (str(TOY), "quick", run.id))
    yield made
    made.close()


def test_h40_h41_two_clicks_one_run_and_loopback_only(engine: Engine, home: Settings) -> None:
    def click(_: int) -> str:
        store = RunStore(home)
        run = store.create("train", config={}, key="the same form")
        if store.get(run.id).state is RunState.QUEUED:
            engine.submit(run.id)
        return run.id

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(click, range(4)))
    assert len(ids) == 1
    store, run_id = RunStore(home), ids.pop()
    _assert_loopback_only(engine)
    deadline = time.monotonic() + 90
    while store.get(run_id).state.active:
        assert time.monotonic() < deadline, store.get(run_id)
        time.sleep(0.1)
    assert store.get(run_id).state is RunState.FINISHED
    assert store.file(run_id, "job.log").read_text().count("$ ") == 1, "the job was started twice"
    assert len(store.list()) == 1


def _assert_loopback_only(engine: Engine) -> None:
    assert engine.info().workers
    me = psutil.Process()
    listening = [
        connection.laddr
        for process in [me, *me.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 2, "scheduler and worker listen somewhere"
    assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}
