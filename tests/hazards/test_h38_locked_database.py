"""Row 38: eight processes write at once into one SQLite file; every point arrives."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from segcore.errors import RunError
from segcore.runs import RunState, RunStore
from segcore.settings import Settings

WRITERS, POINTS = 8, 1000
SCRIPT = f"""
import multiprocessing
import mlflow.store.tracking.sqlalchemy_store  # the slow import once, before the fork; nothing is opened yet
from segcore.runs import RunStore
from segcore.settings import Settings

def work(number):
    store = RunStore(Settings.from_env())
    run = store.create("train", config={{"preset": "fast"}}, dataset="desk")
    with store.writer(run.id) as writer:
        for step in range({POINTS}):
            writer.log({{"loss": 0.5}}, step)

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=work, args=(number,)) for number in range({WRITERS})]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
"""


def test_h38_points_that_the_database_refuses_come_later(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(home)
    run = store.create("train", config={})
    real, locked = RunStore.write_batch, iter([True] * 3)

    def write_batch(self: RunStore, run_id: str, points: Any = (), **more: Any) -> None:
        if points and next(locked, False):
            raise RunError("database is locked")
        real(self, run_id, points, **more)

    monkeypatch.setattr(RunStore, "write_batch", write_batch)
    with store.writer(run.id) as writer:
        for step in range(20):
            writer.log({"loss": 0.5}, step)
        assert writer.flush()
    assert next(locked, None) is None, "nothing was refused"
    assert [point.step for point in store.history(run.id, "loss")] == list(range(20))


def test_h38_no_point_is_lost(home: Settings) -> None:
    """The writers meet an empty home: making the tables at once is part of the hazard."""
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=240)
    store = RunStore(home)
    runs = store.list()
    assert {run.state for run in runs} == {RunState.FINISHED}
    assert len({run.name for run in runs}) == WRITERS
    assert [len(store.history(run.id, "loss")) for run in runs] == [POINTS] * WRITERS
