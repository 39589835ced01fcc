"""Row 37: whatever part is killed, a living job goes on, a dead one is told, and neither is done twice.

Thirty rounds of this with real trainings and videos at random moments: tests/benchmarks/faults.py.
"""

from __future__ import annotations

import time
from pathlib import Path

from mixed_load import Installation

from segcore.runs import Run, RunState

TOY = Path(__file__).parents[1] / "jobs" / "toy_job.py"


def _until(place: Installation, run: Run, state: RunState, limit_s: float = 90.0) -> Run:
    deadline = time.monotonic() + limit_s
    while (seen := place.store.get(run.id)).state is not state:
        assert time.monotonic() < deadline, (seen.state, seen.reason)
        place.start()
        time.sleep(0.1)
    return seen


def test_h37_scheduler_worker_and_dashboard_may_die_at_once_and_the_job_goes_on(tmp_path: Path) -> None:
    with Installation(tmp_path / "home", toy=TOY) as place:
        run = place.store.create("train", config={}, name="long-job")
        place.click("submit", run)
        working = _until(place, run, RunState.RUNNING).process
        for part in ("worker", "scheduler", "dashboard"):
            place.kill(part)
        place.start()
        points = len(place.store.history(run.id, "step/loss"))
        place.click("stop", run)  # whatever was killed: who clicks is heard
        ended = _until(place, run, RunState.FINISHED)
        assert ended.process is not None
        assert working is not None
        assert ended.process.token == working.token, "it was started twice"
        assert ended.reason == "Stopped early by the user."
        assert len(place.store.history(run.id, "step/loss")) >= points
        place.check_nothing_shown_is_lost()

        second = place.store.create("train", config={}, name="long-second")
        place.click("submit", second)
        _until(place, second, RunState.RUNNING)
        for part in ("worker", "job"):
            place.kill(part)
        place.start()
        assert "without a word" in _until(place, second, RunState.INTERRUPTED, 60).reason
        place.click("resume", second)
        _until(place, second, RunState.RUNNING)
        assert len(place.jobs()) == 1
        place.click("cancel", second)
        _until(place, second, RunState.CANCELLED)
    assert place.processes() == []
