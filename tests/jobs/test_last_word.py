"""Two find out at once that a job's process is gone: the worker that saw it end, and a page that looks it up."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from segcore.jobs.spec import JobSpec
from segcore.jobs.worker import conclude
from segcore.processes import this_host
from segcore.runs import RunState, RunStore, records
from segcore.runs import store as store_module
from segcore.runs.liveness import mark_this_process
from segcore.runs.records import ProcessMark

GONE = 2**22 + 1
"""A pid that no Linux system gives away."""
DEAD = ProcessMark(host=this_host(), pid=GONE - 1, born=1.0, beat=time.time())


def test_the_worker_has_the_last_word(store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.create("train", config={}, name="twice-judged")
    mark = ProcessMark(host=this_host(), pid=GONE, born=1.0, beat=time.time())
    store.set_tags(run.id, {records.PROCESS: mark.model_dump_json()})
    store.set_state(run.id, RunState.RUNNING)

    ruled = threading.Event()
    real = store_module.verdict

    def slow_verdict(seen: records.Run):
        ruling = real(seen)
        if ruling is not None and threading.current_thread() is page:
            calls.append(1)
            if len(calls) == 2:  # it has made up its mind and has not written yet
                ruled.set()
                time.sleep(1.0)
        return ruling

    calls: list[int] = []
    monkeypatch.setattr(store_module, "verdict", slow_verdict)
    page = threading.Thread(target=store.get, args=(run.id,))
    page.start()
    assert ruled.wait(20)
    spec = JobSpec(run_id=run.id, attempt=1, args=(), environment={}, pinned=True, log=str(tmp_path / "job.log"))
    assert conclude(spec, store, GONE, -9, tmp_path / "job.log") == RunState.INTERRUPTED
    page.join()
    assert "signal 9" in store.get(run.id).reason


def test_a_job_that_is_given_to_a_second_worker_does_not_fail_because_it_runs_or_died(
    store: RunStore, tmp_path: Path
) -> None:
    """Dask gives a dead worker's job to the next one; its process is refused, for the run is not queued."""
    spec = JobSpec(run_id="", attempt=1, args=(), environment={}, pinned=True, log=str(tmp_path / "job.log"))
    (tmp_path / "job.log").write_text("segcore: far-1 is running; only a queued run can be started.")
    for mark, left in ((mark_this_process(), RunState.RUNNING), (DEAD, RunState.INTERRUPTED)):
        run = store.create("train", config={}, name="given-twice")
        store.set_tags(run.id, {records.PROCESS: mark.model_dump_json()})
        store.set_state(run.id, RunState.RUNNING)
        conclude(spec.model_copy(update={"run_id": run.id}), store, GONE, 2, tmp_path / "job.log")
        assert store.get(run.id).state is left
