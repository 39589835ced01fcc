"""Making, finding, renaming and deleting runs; their files and histories."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from segcore.errors import RunError, RunNotFound
from segcore.runs import MetricPoint, RunState, RunStore, records
from segcore.runs.liveness import mark_this_process
from segcore.runs.records import Request


def test_a_new_run_is_queued_and_keeps_its_settings(store: RunStore) -> None:
    run = store.create(
        "train", config={"preset": "fast", "crop": (2, 3)}, dataset="desk", params={"a": "1", "b": "x" * 9000}
    )
    assert (run.name, run.state, run.kind, run.dataset) == ("desk-fast-1", RunState.QUEUED, "train", "desk")
    assert store.config(run.id) == {"preset": "fast", "crop": [2, 3]}
    assert run.params["a"] == "1"
    assert run.created is not None
    assert run.seconds is None
    assert store.create("train", config={"preset": "fast"}, dataset="desk").name == "desk-fast-2"


def test_a_chosen_name_is_kept_and_numbered_when_taken(store: RunStore) -> None:
    names = [store.create("train", config={}, name="Ann's run").name for _ in range(3)]
    assert names == ["Ann's run", "Ann's run-2", "Ann's run-3"]
    with pytest.raises(RunError, match="Expected a name"):
        store.create("train", config={}, name='a"b')


def test_found_by_id_prefix_and_name(store: RunStore) -> None:
    run = store.create("segment", config={}, name="found", parent="f" * 32)
    assert store.get(run.id) == store.get(run.id[:10]) == store.get("found")
    assert run.parent == "f" * 32
    for wrong in ("nothing", "0" * 32, 'x" or "1', run.id[:4], ""):
        with pytest.raises(RunNotFound):
            store.get(wrong)


def test_listed_newest_first_by_kind_and_state(store: RunStore) -> None:
    old = store.create("segment", config={}, name="older")
    new = store.create("segment", config={}, name="newer")
    store.set_state(old.id, RunState.CANCELLED, "no more")
    ids = [run.id for run in store.list("segment")]
    assert ids.index(new.id) < ids.index(old.id)
    assert [run.id for run in store.list("segment", [RunState.CANCELLED])] == [old.id]
    assert len(store.list(limit=1)) == 1
    assert store.get(old.id).reason == "no more"


def test_a_renamed_run_is_found_by_its_new_name_only(store: RunStore) -> None:
    run = store.create("train", config={}, name="before")
    store.rename(run.id, "after")
    assert store.get("after").id == run.id
    with pytest.raises(RunNotFound):
        store.get("before")
    store.create("train", config={}, name="taken")
    with pytest.raises(RunError, match="Another run"):
        store.rename(run.id, "taken")


def test_only_an_ended_run_is_deleted_and_it_comes_back(store: RunStore) -> None:
    run = store.create("train", config={})
    folder = store.folder(run.id)
    assert folder is not None
    assert folder.is_dir()
    with pytest.raises(RunError, match="is queued"):
        store.delete(run.id)
    store.set_state(run.id, RunState.CANCELLED)
    store.delete(run.id)
    with pytest.raises(RunNotFound):
        store.get(run.id)
    entry = next(entry for entry in store.deleted() if entry.run.id == run.id)
    assert (entry.run.name, entry.by) == (run.name, run.owner)
    taken = store.create("train", config={}, name=run.name)
    assert store.restore(run.id).name == f"{taken.name}-2"
    assert store.config(run.id) == {}
    assert run.id not in [entry.run.id for entry in store.deleted()]
    with pytest.raises(RunNotFound, match="in the bin"):
        store.restore(run.id)


def test_a_run_that_is_purged_or_discarded_leaves_no_files(store: RunStore) -> None:
    for away in (store.discard, lambda run_id: (store.delete(run_id), store.purge(run_id))):
        run = store.create("train", config={})
        store.set_state(run.id, RunState.FAILED)
        folder = store.folder(run.id)
        assert folder is not None
        away(run.id)
        assert not folder.parent.exists()
        assert run.id not in [entry.run.id for entry in store.deleted()]


def test_only_a_training_by_minutes_that_is_not_finished_gets_more_time(store: RunStore) -> None:
    run = store.create("train", config={"minutes": 8})
    for wrong in (0, -1, math.nan, math.inf):
        with pytest.raises(RunError, match="above 0"):
            store.extend(run.id, wrong)
    store.set_state(run.id, RunState.FINISHED)
    with pytest.raises(RunError, match="finished"):
        store.extend(run.id, 10)
    with pytest.raises(RunError, match="segment run"):
        store.extend(store.create("segment", config={"minutes": 8}).id, 10)
    with pytest.raises(RunError, match="counts epochs"):
        store.extend(store.create("train", config={"epochs": 8, "minutes": None}).id, 10)
    assert store.get(run.id).extra_minutes == 0


def test_a_request_ends_a_queued_run_asks_a_running_one_and_leaves_an_ended_one(store: RunStore) -> None:
    queued, running, ended = (store.create("train", config={}) for _ in range(3))
    store.set_tags(running.id, {records.PROCESS: mark_this_process().model_dump_json()})
    store.set_state(running.id, RunState.RUNNING)
    store.set_state(ended.id, RunState.FINISHED)
    assert store.request(queued.id, "stop").state is RunState.QUEUED
    assert store.get(queued.id).state is RunState.CANCELLED
    store.request(running.id, "stop")
    assert store.peek(running.id).request == "stop"
    store.request(ended.id, "cancel")
    assert store.get(ended.id).state is RunState.FINISHED
    assert store.get(ended.id).request is None


@pytest.mark.parametrize(
    ("state", "asked", "stays"),
    [
        (RunState.FINISHED, None, False),
        (RunState.CANCELLED, "cancel", False),
        (RunState.CANCELLED, None, True),
        (RunState.FAILED, None, True),
        (RunState.INTERRUPTED, None, True),
    ],
)
def test_finished_chunks_of_a_video_stay_while_it_may_go_on(
    store: RunStore, state: RunState, asked: Request | None, stays: bool
) -> None:
    run = store.create("segment", config={}, name="video")
    store.set_state(run.id, RunState.RUNNING)
    (store.work(run.id) / "chunk-000000").mkdir(parents=True)
    if asked:
        store.ask(run.id, asked)
    store.set_state(run.id, state)
    assert store.work(run.id).exists() is stays
    assert store.resumable(store.get(run.id)) is stays
    if not stays:
        with pytest.raises(RunError, match=f"cannot be resumed: it is {state}"):
            store.requeue(run.id)
        return
    assert store.requeue(run.id).state is RunState.QUEUED
    store.set_state(run.id, RunState.FAILED)
    store.delete(run.id)
    assert store.work(run.id).exists()
    store.purge(run.id)
    assert not store.work(run.id).exists()


def test_files_are_replaced_whole_and_never_leave_the_folder(store: RunStore, tmp_path: Path) -> None:
    run = store.create("train", config={})
    store.put_file(run.id, "weights/best.npz", b"one")
    (tmp_path / "two").write_bytes(b"two")
    store.put_file(run.id, "weights/best.npz", tmp_path / "two")
    assert store.file(run.id, "weights/best.npz").read_bytes() == b"two"
    assert store.files(run.id) == ["config.json", "weights/best.npz"]
    assert store.files(run.id, "weights") == ["weights/best.npz"]
    assert store.has_file(run.id, "config.json")
    assert not store.has_file(run.id, "weights")
    with pytest.raises(RunError, match="has no file"):
        store.file(run.id, "absent.json")
    for wrong in ("../x", "/etc/passwd", "a/../../x", "a\\b", ""):
        with pytest.raises(RunError, match="Expected the name"):
            store.put_file(run.id, wrong, b"")


def test_history_comes_by_step_in_increments_and_once_a_step(store: RunStore) -> None:
    run = store.create("train", config={})
    points = [("loss", MetricPoint(step, 100.0 + step, float(step))) for step in range(2000)]
    store.write_batch(run.id, points)
    store.write_batch(run.id, points[:50])  # the same again
    store.write_batch(run.id, [("loss", MetricPoint(1999, 5000.0, math.nan))])  # counted again after a resume
    whole = store.history(run.id, "loss")
    assert [p.step for p in whole] == list(range(2000))
    assert whole[7] == MetricPoint(7, 107.0, 7.0)
    assert math.isnan(whole[-1].value)
    assert [p.step for p in store.history(run.id, "loss", 1997)] == [1998, 1999]
    assert store.history(run.id, "absent") == []
    assert store.metric_keys(run.id) == ["loss"]


def test_importing_runs_loads_no_mlflow() -> None:
    code = "import sys, segcore.runs; sys.exit('mlflow' in sys.modules or 'tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_look_at_a_run_counts_for_a_few_seconds(store: RunStore) -> None:
    run = store.create("segment", config={})
    assert not store.watched(run.id)
    store.watch(run.id)
    assert store.watched(run.id)
    assert store.files(run.id) == ["config.json"]
    folder = store.folder(run.id)
    assert folder is not None
    os.utime(folder / ".watched", (time.time() - 60,) * 2)
    assert not store.watched(run.id)


def test_threads_that_open_mlflow_at_once_see_all_of_it(store: RunStore) -> None:
    """Its modules import each other in circles; a dashboard's engine and page open it at the same moment."""
    run = store.create("train", config={})
    code = f"""
import threading
from segcore.runs import RunStore
from segcore.settings import Settings
store = RunStore(Settings.from_env({{"SEGCORE_HOME": {str(store.settings.home)!r}}}))
asked = [lambda: store.get({run.id!r}), store.list, lambda: store.set_tags({run.id!r}, {{"a": "b"}})]
faults = []
threading.excepthook = lambda told: faults.append(told.exc_value)
threads = [threading.Thread(target=ask) for ask in asked * 2]
[t.start() for t in threads], [t.join() for t in threads]
assert not faults, faults
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
