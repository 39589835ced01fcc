"""The embedded engine, with toy jobs in real processes."""

from __future__ import annotations

import signal
import time

import psutil
import pytest

from segcore.errors import JobError, RunError
from segcore.jobs import Engine
from segcore.jobs.worker import LOW_PRIORITY
from segcore.runs import Run, RunState, RunStore


def test_a_job_runs_to_its_end_and_keeps_its_log(engine: Engine, store: RunStore, wait) -> None:
    run = store.create("train", config={}, name="quick")
    engine.submit(run.id)
    done = wait(run, RunState.FINISHED)
    assert len(store.history(run.id, "step/loss")) == 5
    assert done.seconds is not None
    assert done.seconds > 0
    log = store.file(run.id, "job.log").read_text()
    assert log.startswith("$ ")
    assert "step 4" in log


@pytest.mark.parametrize(
    ("mode", "state", "reason"),
    [
        ("fail", RunState.FAILED, "ValueError: the lens cap was on"),
        ("usage", RunState.FAILED, "usage: this preset does not exist"),
    ],
)
def test_a_failing_job_says_why(engine: Engine, store: RunStore, wait, mode: str, state: RunState, reason: str) -> None:
    run = store.create("train", config={}, name=mode)
    engine.submit(run.id)
    assert wait(run, state).reason == reason


def test_killed_is_interrupted_with_the_signal_and_resumes_as_the_same_run(
    engine: Engine, store: RunStore, wait
) -> None:
    run = store.create("train", config={}, name="crash")
    engine.submit(run.id)
    wait(run, RunState.INTERRUPTED)
    deadline = time.monotonic() + 30
    while "signal 9" not in (reason := store.get(run.id).reason):
        assert time.monotonic() < deadline, reason
        time.sleep(0.1)
    store.rename(run.id, "quick-again")
    engine.resume(run.id)
    engine.resume(run.id)  # a second click
    assert wait(run, RunState.FINISHED).attempt == 2
    assert [p.step for p in store.history(run.id, "step/loss")] == [0, 1, 2, 3, 4]


def test_a_killed_video_resumes_and_a_cancelled_one_does_not(engine: Engine, store: RunStore, wait) -> None:
    run = store.create("segment", config={}, name="crash-video")
    engine.submit(run.id)
    wait(run, RunState.INTERRUPTED)
    store.rename(run.id, "quick-video")
    engine.resume(run.id)
    assert wait(run, RunState.FINISHED).attempt == 2
    other = store.create("segment", config={}, name="long-video")
    engine.submit(other.id)
    wait(other, RunState.RUNNING)
    engine.cancel(other.id)
    wait(other, RunState.CANCELLED)
    with pytest.raises(RunError, match="cannot be resumed"):
        engine.resume(other.id)


def test_one_slot_runs_one_job_and_a_queued_one_is_cancelled_at_once(engine: Engine, store: RunStore, wait) -> None:
    first = store.create("train", config={}, name="long")
    second = store.create("train", config={}, name="long-second")
    engine.submit(first.id)
    engine.submit(second.id)
    wait(first, RunState.RUNNING)
    info = engine.info()
    assert info.embedded
    assert (info.queued, info.running, info.note) == (1, 1, "")
    assert [worker.slots for worker in info.workers] == [1]
    assert info.workers[0].busy
    engine.cancel(second.id)
    assert store.get(second.id).state is RunState.CANCELLED
    engine.cancel(first.id)
    assert wait(first, RunState.CANCELLED).reason == "Cancelled by the user."


def test_stop_keeps_the_result(engine: Engine, store: RunStore, wait) -> None:
    run = store.create("train", config={}, name="long-stopped")
    engine.submit(run.id)
    assert psutil.Process(_pid(wait(run, RunState.RUNNING))).nice() == LOW_PRIORITY
    engine.stop(run.id)
    assert wait(run, RunState.FINISHED).reason == "Stopped early by the user."


def test_a_deaf_job_is_ended_by_force(engine: Engine, store: RunStore, wait) -> None:
    run = store.create("train", config={}, name="deaf")
    engine.submit(run.id)
    running = wait(run, RunState.RUNNING)
    engine.cancel(run.id)
    assert "ended" in wait(run, RunState.CANCELLED, limit=40).reason
    assert not psutil.pid_exists(_pid(running))


def test_a_closed_engine_leaves_its_job_and_the_next_one_takes_over(store: RunStore, wait, make_engine) -> None:
    before = make_engine()
    run = store.create("train", config={}, name="long-orphan")
    waiting = store.create("train", config={}, name="quick-waiting")
    before.submit(run.id)
    before.submit(waiting.id)
    pid = _pid(wait(run, RunState.RUNNING))
    workers = [worker for worker in psutil.Process().children(recursive=True) if worker.pid != pid]
    before._connection._cluster.process.send_signal(signal.SIGKILL)
    before.close()
    psutil.wait_procs(workers, timeout=10)
    assert psutil.pid_exists(pid)
    assert store.get(run.id).state is RunState.RUNNING
    after = make_engine()
    after.recover()
    after.cancel(run.id)
    wait(run, RunState.CANCELLED)
    wait(waiting, RunState.FINISHED)


def test_only_a_queued_run_is_submitted_and_only_an_unfinished_training_resumed(
    engine: Engine, store: RunStore
) -> None:
    run = store.create("segment", config={})
    store.set_state(run.id, RunState.FINISHED)
    with pytest.raises(JobError, match="not queued"):
        engine.submit(run.id)
    with pytest.raises(RunError, match="cannot be resumed"):
        engine.resume(run.id)


def test_a_dead_embedded_engine_comes_back(engine: Engine, store: RunStore, wait) -> None:
    engine.info()
    engine._connection._cluster.process.kill()
    run = store.create("train", config={}, name="quick-revival")
    engine.submit(run.id)
    wait(run, RunState.FINISHED)


def _pid(run: Run) -> int:
    assert run.process is not None
    return run.process.pid
