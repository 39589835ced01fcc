"""Who counts as dead: decided by hand-made marks."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest

from segcore.processes import birth, this_host
from segcore.runs.liveness import Ear, lives, mark_this_process, process_of, verdict
from segcore.runs.records import MAKER, SUBMITTED, ProcessMark, Run, RunState

HERE = this_host()


def _mark(host: str, beat: float) -> ProcessMark:
    return ProcessMark(host=host, pid=1, born=0.0, beat=beat)


@pytest.mark.parametrize(
    ("mark", "silent_s", "found", "alive"),
    [
        (None, 0.0, False, False),
        (_mark("here", 0.0), 100.0, True, True),  # silent, but its process is there: a machine that slept
        (_mark("here", 0.0), 1.0, False, False),
        (_mark("far", 0.0), 30.0, False, True),
        (_mark("far", 0.0), 31.0, True, False),
    ],
)
def test_lives(mark: ProcessMark | None, silent_s: float, found: bool, alive: bool) -> None:
    assert lives(mark, silent_s=silent_s, here="here", process_found=found) is alive


def test_silence_counts_from_when_the_beat_last_changed_for_us() -> None:
    ear = Ear()
    assert ear.silence(_mark("far", 5000.0), wall=4000.0, steady=10.0) == 0.0  # its clock is ahead: no matter
    assert ear.silence(_mark("far", 5000.0), wall=9999.0, steady=15.0) == 5.0  # ours was set: no matter
    assert ear.silence(_mark("far", 5005.0), wall=9999.0, steady=16.0) == 0.0
    assert ear.silence(_mark("far", 5005.0), wall=9999.0, steady=47.0) == 31.0
    assert Ear().silence(_mark("far", 0.0), wall=601.0, steady=3.0) == 601.0  # an old mark at first sight


def test_a_reused_pid_is_not_the_job() -> None:
    mark = mark_this_process()
    assert process_of(mark) == psutil.Process()
    assert process_of(mark.model_copy(update={"born": mark.born - 100})) is None
    assert process_of(mark.model_copy(update={"host": "elsewhere"})) is None


def test_a_zombie_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    mark = ProcessMark(host=HERE, pid=child.pid, born=birth(child.pid), beat=time.time())
    deadline = time.monotonic() + 20
    while process_of(mark) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process_of(mark) is None
    child.wait()


def _run(process: ProcessMark | None, **changes) -> Run:
    base = {"id": "r", "name": "r", "kind": "train", "state": RunState.RUNNING, "reason": "", "dataset": None}
    times = {"created": None, "started": None, "ended": None}
    return Run(**{**base, **times, "process": process, **changes})


def test_verdicts() -> None:
    gone = ProcessMark(host=HERE, pid=2**22 + 1, born=1.0, beat=time.time())
    assert verdict(_run(mark_this_process())) is None
    assert verdict(_run(gone, state=RunState.QUEUED)) is None
    assert verdict(_run(gone))[0] is RunState.INTERRUPTED
    assert verdict(_run(gone, request="cancel"))[0] is RunState.CANCELLED
    waiting = {"state": RunState.QUEUED, "tags": {MAKER: gone.model_dump_json()}}
    assert verdict(_run(None, **waiting))[0] is RunState.INTERRUPTED
    waiting["tags"][SUBMITTED] = "1"  # the engine has it: whoever made it may go
    assert verdict(_run(None, **waiting)) is None
    assert verdict(_run(None, state=RunState.QUEUED, tags={MAKER: mark_this_process().model_dump_json()})) is None
    far = verdict(_run(_mark("far away", time.time() - 601)))
    assert far is not None
    assert far[0] is RunState.INTERRUPTED
    assert "far away" in far[1]
