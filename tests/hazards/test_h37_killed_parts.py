"""Row 37: whatever part is killed, a living job goes on, a dead one is told, and neither is done twice.

Thirty rounds of this with real trainings and videos at random moments: tests/benchmarks/faults.py.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from mixed_load import Installation

from segcore.runs import Run, RunState, RunStore

TOY = Path(__file__).parents[1] / "jobs" / "toy_job.py"


def _until(place: Installation, run: Run, state: RunState, limit_s: float = 90.0) -> Run:
    deadline = time.monotonic() + limit_s
    while (seen := place.store.get(run.id)).state is not state:
        assert time.monotonic() < deadline, (seen.state, seen.reason, seen.tags, place.logs())
        place.start()
        time.sleep(0.1)
    return seen


def test_h37_scheduler_worker_and_dashboard_die_at_once_then_the_job(tmp_path: Path) -> None:
    with Installation(tmp_path / "home", toy=TOY) as place:
        run = place.store.create("train", config={}, name="long-job")
        place.click("submit", run)
        working = _until(place, run, RunState.RUNNING).process
        assert working is not None
        for part in ("worker", "scheduler", "dashboard"):
            place.kill(part)
        points = len(place.store.history(run.id, "step/loss"))
        place.start()
        time.sleep(5)  # the next worker gets the job, and must not start it again
        seen = place.store.get(run.id)
        assert seen.state is RunState.RUNNING
        assert seen.process is not None
        assert seen.process.token == working.token, "it was started twice"
        assert len(place.store.history(run.id, "step/loss")) > points
        for part in ("worker", "job"):
            place.kill(part)
        assert "without a word" in _until(place, run, RunState.INTERRUPTED, 60).reason
        place.check_nothing_shown_is_lost()
    assert place.processes() == []


def test_h37_a_job_that_lives_is_not_started_again(runs: RunStore) -> None:
    """A scheduler whose worker died gives its job to the next one, whose process must leave the living one alone."""
    run = runs.create("train", config={}, name="lives")
    with runs.writer(run.id) as first:
        first.log({"step/loss": 0.5}, 1)
        first.flush()
        working = runs.get(run.id).process
        assert working is not None
        second = subprocess.run(
            [sys.executable, str(TOY), "quick", run.id], capture_output=True, text=True, timeout=120, check=False
        )
        assert second.returncode != 0
        assert "only a queued run can be started" in second.stderr
        seen = runs.get(run.id)
        assert seen.state is RunState.RUNNING
        assert seen.process is not None
        assert seen.process.token == working.token  # its heartbeat goes on meanwhile
        assert [p.step for p in runs.history(run.id, "step/loss")] == [1]
    assert runs.get(run.id).state is RunState.FINISHED
