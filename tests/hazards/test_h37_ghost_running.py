"""Row 37: a dead job is shown as interrupted within 60 s; killing the dashboard does not kill its job."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from segcore.jobs import Engine
from segcore.runs import Run, RunState, RunStore
from segcore.settings import Settings

TOY = Path(__file__).parents[1] / "jobs" / "toy_job.py"
DASHBOARD = f"""
import sys, time
from segcore.jobs import Engine
from segcore.runs import RunStore
from segcore.settings import Settings
if __name__ == "__main__":
    settings = Settings.from_env()
    engine = Engine(RunStore(settings), settings, command=lambda run: ({str(TOY)!r}, "long", run.id))
    engine.submit(sys.argv[1])
    time.sleep(600)
"""


def _wait(store: RunStore, run: Run, state: RunState, limit: float) -> Run:
    deadline = time.monotonic() + limit
    while (seen := store.get(run.id)).state is not state:
        assert time.monotonic() < deadline, f"still {seen.state}: {seen.reason}"
        time.sleep(0.1)
    return seen


def test_h37_the_job_outlives_the_dashboard_and_its_death_is_noticed(home: Settings, tmp_path: Path) -> None:
    store = RunStore(home)
    run = store.create("train", config={}, name="long")
    script = tmp_path / "dashboard.py"
    script.write_text(DASHBOARD)
    dashboard = subprocess.Popen([sys.executable, str(script), run.id], stderr=subprocess.DEVNULL)
    try:
        process = _wait(store, run, RunState.RUNNING, 90).process
        assert process is not None
        engine_side = psutil.Process(dashboard.pid).children(recursive=True)
    finally:
        dashboard.kill()
        dashboard.wait()
    job = psutil.Process(process.pid)
    gone, _ = psutil.wait_procs([p for p in engine_side if p.pid != job.pid], timeout=30)
    assert len(gone) == len(engine_side) - 1, "the engine outlived its dashboard"
    assert job.is_running()
    assert os.getsid(job.pid) == job.pid, "Ctrl-C in the dashboard's terminal would reach it"
    assert store.get(run.id).state is RunState.RUNNING

    engine = Engine(store, home, command=lambda r: (str(TOY), "long", r.id))
    try:
        engine.recover()
        assert store.get(run.id).state is RunState.RUNNING
        _until_busy(engine)
        job.kill()
        ended = _wait(store, run, RunState.INTERRUPTED, 10)
    finally:
        engine.close()
    assert ended.reason
    assert store.history(run.id, "step/loss"), "what was logged is kept"


def _until_busy(engine: Engine) -> None:
    deadline = time.monotonic() + 30
    while not any(worker.busy for worker in engine.info().workers):
        assert time.monotonic() < deadline, "the adopted job holds no slot"
        time.sleep(0.2)
