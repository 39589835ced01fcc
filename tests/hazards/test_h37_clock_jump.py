"""Row 37: a clock that is set – here or on the machine of a job – makes no living job a dead one."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from segcore.processes import birth, is_there
from segcore.runs import RunState, RunStore
from segcore.runs.liveness import mark_this_process, process_of
from segcore.runs.records import PROCESS, ProcessMark
from segcore.settings import Settings
from segcore.temporary import passing, sweep

HOUR = 3600.0


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the wall clock is an hour ahead; what psutil reckons births by is moved with it, as Linux does."""
    real_time, real_birth = time.time, psutil.Process.create_time
    monkeypatch.setattr(time, "time", lambda: real_time() + HOUR)
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: real_birth(process) + HOUR)


def test_h37_a_living_job_and_its_folder_outlive_a_jump(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    mark = mark_this_process()
    with passing("work", tmp_path) as folder:
        request.getfixturevalue("jump")
        assert process_of(mark) == psutil.Process()
        assert sweep(tmp_path, "work") == []
        assert folder.is_dir()


def test_h37_a_birth_names_one_process() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    born = birth(child.pid)
    assert is_there(child.pid, born)
    assert not is_there(child.pid, born + 0.5)
    child.communicate(b"\n")
    assert not is_there(child.pid, born)


def test_h37_a_job_of_a_machine_whose_clock_is_wrong_is_alive_while_its_beat_changes(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(home)
    run = store.create("train", config={}, name="far")
    store.set_state(run.id, RunState.RUNNING)
    steady, beat = [time.monotonic()], time.time() - 300.0  # five minutes behind
    monkeypatch.setattr(time, "monotonic", lambda: steady[0])

    def seen_after(seconds: float, *, beats: bool) -> RunState:
        nonlocal beat
        steady[0] += seconds
        beat += seconds if beats else 0.0
        mark = ProcessMark(host="elsewhere", pid=7, born=1.0, beat=beat, token="t")
        store.set_tags(run.id, {PROCESS: mark.model_dump_json()})
        return store.get(run.id).state

    assert seen_after(0, beats=True) is RunState.RUNNING
    assert [seen_after(5, beats=True) for _ in range(8)] == [RunState.RUNNING] * 8
    assert seen_after(29, beats=False) is RunState.RUNNING
    assert seen_after(2, beats=False) is RunState.INTERRUPTED
