"""Row 38: eight processes write at once into one SQLite file; every point arrives."""

from __future__ import annotations

import subprocess
import sys

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


def test_h38_no_point_is_lost(home: Settings) -> None:
    """The writers meet an empty home: making the tables at once is part of the hazard."""
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=240)
    store = RunStore(home)
    runs = store.list()
    assert {run.state for run in runs} == {RunState.FINISHED}
    assert len({run.name for run in runs}) == WRITERS
    assert [len(store.history(run.id, "loss")) for run in runs] == [POINTS] * WRITERS
