"""The running side: nothing lost, every end has its state and its reason."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from segcore.errors import Cancelled, RunError, TrainingDiverged
from segcore.runs import Progress, RunState, RunStore, machine, records, writer
from segcore.runs.outcome import outcome
from segcore.settings import Settings


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "FLUSH_S", 0.1)
    monkeypatch.setattr(writer, "HEARTBEAT_S", 0.2)


def _until(met, limit: float = 20.0) -> None:
    deadline = time.monotonic() + limit
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_is_logged_is_there_afterwards(store: RunStore) -> None:
    run = store.create("train", config={})
    with store.writer(run.id) as job:
        for step in range(2500):
            job.log({"a": step, "b": -step}, step)
        job.progress(Progress(stage="training", done=1, total=4, unit="epochs"))
        job.set_tags({"segcore.device": "CPU"})
        job.set_params({"lr": 0.1})
        job.set_params({"lr": 0.2})  # a resumed run keeps its first
        job.put_file("model.json", b"{}")
        job.set_reason("stopped early by the user")
    ended = store.get(run.id)
    assert (ended.state, ended.reason) == (RunState.FINISHED, "stopped early by the user")
    assert ended.params["lr"] == "0.1"
    assert ended.tags["segcore.device"] == "CPU"
    assert ended.progress is not None
    assert ended.progress.share == 0.25
    assert [p.value for p in store.history(run.id, "b")] == [-step for step in range(2500)]
    assert ended.started
    assert ended.ended
    assert ended.ended >= ended.started


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (Cancelled("enough"), RunState.CANCELLED, "enough"),
        (KeyboardInterrupt(), RunState.CANCELLED, "Cancelled by the user."),
        (TrainingDiverged("Diverged at step 7.", fix="Lower the rate."), RunState.FAILED, "Diverged at step 7. Low"),
        (MemoryError(), RunState.FAILED, "Out of memory"),
        (ValueError("first\nsecond"), RunState.FAILED, "ValueError: first"),
        (SystemExit(0), RunState.FINISHED, ""),
        (SystemExit(3), RunState.FAILED, "SystemExit: 3"),
    ],
)
def test_an_exception_becomes_state_and_reason(error: BaseException, state: RunState, reason: str) -> None:
    ruled, said = outcome(error, "")
    assert ruled is state
    assert said.startswith(reason)


def test_a_request_is_heard_and_the_heart_beats(store: RunStore) -> None:
    run = store.create("train", config={})
    with store.writer(run.id) as job:
        assert job.asked() is None
        first = store.get(run.id).process
        store.ask(run.id, "stop")
        _until(lambda: job.asked() == "stop")
        _until(lambda: store.get(run.id).process.beat > first.beat)
        assert store.get(run.id).process.pid == os.getpid()


def test_added_minutes_are_heard_and_outlive_a_resume(store: RunStore) -> None:
    run = store.create("train", config={"minutes": 5})
    assert store.extend(run.id, 10) == 10
    with store.writer(run.id) as job:
        assert job.extra_minutes() == 10
        assert store.extend(run.id, 2.5) == 12.5
        _until(lambda: job.extra_minutes() == 12.5)
    again = store.create("train", config={"minutes": 5})
    store.extend(again.id, 1)
    store.set_state(again.id, RunState.INTERRUPTED)
    store.extend(again.id, 1)
    store.requeue(again.id)
    with store.writer(again.id) as job:
        assert job.extra_minutes() == 2


def test_what_was_asked_in_the_last_second_can_be_heard_at_once(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "FLUSH_S", 60.0)  # the background thread will not help
    run = store.create("train", config={"minutes": 5})
    with store.writer(run.id) as job:
        store.extend(run.id, 3)
        store.ask(run.id, "stop")
        assert (job.extra_minutes(), job.asked()) == (0, None)
        job.listen()
        assert (job.extra_minutes(), job.asked()) == (3, "stop")


def test_the_machine_is_measured_while_the_job_runs(store: RunStore) -> None:
    run = store.create("train", config={})
    with store.writer(run.id):
        _until(lambda: machine.JOB_MEMORY in store.get(run.id).metrics)
    (first, *_) = store.history(run.id, machine.JOB_MEMORY)
    assert 20 < first.value < 100_000
    assert 0 <= first.step < 60
    assert 0 < store.get(run.id).metrics[machine.MEMORY] <= 100
    assert 0 <= store.get(run.id).metrics[machine.CPU] <= 100


def test_cards_are_measured_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    class Card:
        """What MLflow's collector of graphics cards looks like."""

        def clear_metrics(self) -> None: ...

        def collect_metrics(self) -> None: ...

        def aggregate_metrics(self) -> dict[str, float]:
            return {"gpu_0_utilization_percentage": 87.0}

    monkeypatch.setattr(machine, "_cards", lambda: [Card()])
    assert machine.Machine().sample()["system/gpu_0_utilization_percentage"] == 87


def test_a_locked_store_loses_nothing(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.create("train", config={})
    write, failures = store.write_batch, []

    def locked_at_first(*args, **kwargs) -> None:
        if len(failures) < 5:
            failures.append(1)
            raise RunError("database is locked")
        write(*args, **kwargs)

    with store.writer(run.id) as job:
        monkeypatch.setattr(store, "write_batch", locked_at_first)
        for step in range(100):
            job.log({"a": step}, step)
            time.sleep(0.005)
        job.set_tags({"t": "1"})
    assert len(failures) == 5
    assert len(store.history(run.id, "a")) == 100
    assert store.get(run.id).tags["t"] == "1"


def test_flush_writes_before_it_returns(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "FLUSH_S", 60.0)  # the background thread will not help
    run = store.create("train", config={})
    with store.writer(run.id) as job:
        for step in range(1000):
            job.log({"a": step}, step)
        assert job.flush()
        assert len(store.history(run.id, "a")) == 1000
        job.log({"a": 0}, 1000)
        with monkeypatch.context() as patch:
            patch.setattr(store, "write_batch", lambda *_, **__: 1 / 0)
            assert not job.flush(timeout_s=0.3)
        assert job.flush()
    assert len(store.history(run.id, "a")) == 1001


KILLED = """
import os, signal, sys, time
from segcore.errors import Cancelled
from segcore.runs import RunStore
from segcore.settings import Settings

store, run_id, asked = RunStore(Settings.from_env()), sys.argv[1], sys.argv[2] == "asked"
try:
    with store.writer(run_id) as job:
        job.log({"a": 1.0}, 0)
        if asked:
            store.ask(run_id, "cancel")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
except Cancelled as error:
    print(error, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


@pytest.mark.parametrize(("asked", "reason"), [("no", "Cancelled: asked to end."), ("asked", "Cancelled by the user.")])
def test_a_polite_kill_ends_as_cancelled_with_all_points(
    store: RunStore, installation: Settings, asked: str, reason: str
) -> None:
    run = store.create("train", config={})
    command, own = [sys.executable, "-c", KILLED, run.id, asked], {"SEGCORE_HOME": str(installation.home)}
    done = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Cancelled: asked to end. True", done.stderr
    ended = store.get(run.id)
    assert (ended.state, ended.reason) == (RunState.CANCELLED, reason)
    assert len(store.history(run.id, "a")) == 1


def test_only_a_queued_run_starts(store: RunStore) -> None:
    run = store.create("train", config={})
    with store.writer(run.id), pytest.raises(RunError, match="is running"), store.writer(run.id):
        pass
    assert store.get(run.id).state is RunState.FINISHED
    cancelled = store.create("train", config={})
    store.set_state(cancelled.id, RunState.CANCELLED)
    with pytest.raises(Cancelled), store.writer(cancelled.id):
        pass


def test_a_job_taken_for_dead_is_running_again(store: RunStore) -> None:
    run = store.create("train", config={})
    with store.writer(run.id):
        store.set_state(run.id, RunState.INTERRUPTED, "silent")
        _until(lambda: store.get(run.id).state is RunState.RUNNING)


@pytest.mark.parametrize("how", ["resumed", "deleted"])
def test_a_job_whose_run_was_taken_away_ends_and_writes_no_state(store: RunStore, how: str) -> None:
    run = store.create("train", config={})
    with store.writer(run.id) as job:
        if how == "resumed":
            store.set_state(run.id, RunState.QUEUED)
        else:
            store.set_state(run.id, RunState.CANCELLED)
            store.delete(run.id)
        _until(lambda: job.asked() == "cancel")
    if how == "resumed":
        assert store.get(run.id).state is RunState.QUEUED


def test_bad_names_and_values_are_refused_at_once(store: RunStore) -> None:
    run = store.create("train", config={})
    with store.writer(run.id) as job:
        with pytest.raises(RunError, match="metric name"):
            job.log({"a%": 1.0}, 0)
        with pytest.raises(RunError, match="finite"):
            job.log({"a": float("inf")}, 0)


def test_tags_of_a_state() -> None:
    assert records.state_tags(RunState.QUEUED)[records.REQUEST] == ""
    assert records.state_tags(RunState.FAILED, "x" * 9000)[records.REASON] == "x" * 4000
    assert records.ENDED not in records.state_tags(RunState.RUNNING)
