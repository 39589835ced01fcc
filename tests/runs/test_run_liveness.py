"""Who counts as dead: decided by hand-made marks."""

from __future__ import annotations

import subprocess
import sys
import time

import psutil
import pytest

from segcore.runs.liveness import lives, mark_this_process, process_of, this_host, verdict
from segcore.runs.records import ProcessMark, Run, RunState

HERE = this_host()


def _mark(host: str, beat: float) -> ProcessMark:
    return ProcessMark(host=host, pid=1, born=0.0, beat=beat)


@pytest.mark.parametrize(
    ("mark", "found", "alive"),
    [
        (None, False, False),
        (_mark("here", 0.0), True, True),  # silent, but its process is there: a machine that slept
        (_mark("here", 100.0), False, False),
        (_mark("far", 71.0), False, True),
        (_mark("far", 69.0), True, False),
    ],
)
def test_lives(mark: ProcessMark | None, found: bool, alive: bool) -> None:
    assert lives(mark, now=101.0, here="here", process_found=found) is alive


def test_a_reused_pid_is_not_the_job() -> None:
    mark = mark_this_process()
    assert process_of(mark) == psutil.Process()
    assert process_of(mark.model_copy(update={"born": mark.born - 100})) is None
    assert process_of(mark.model_copy(update={"host": "elsewhere"})) is None


def test_a_zombie_is_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    born = psutil.Process(child.pid).create_time()
    mark = ProcessMark(host=HERE, pid=child.pid, born=born, beat=time.time())
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
    far = verdict(_run(_mark("far away", time.time() - 31)))
    assert far is not None
    assert far[0] is RunState.INTERRUPTED
    assert "far away" in far[1]
