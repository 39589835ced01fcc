"""`segcore stop`, `cancel` and `extend`."""

from __future__ import annotations

import json

import pytest

from segcore.cli.requests import cancel, extend, stop
from segcore.errors import RunError
from segcore.runs import RunState, RunStore
from segcore.settings import Settings


def test_requests_reach_the_run(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    store = RunStore(home)
    run = store.create("train", config={"minutes": 8.0}, name="desk")
    extend("desk", minutes=10, as_json=True)
    extend("desk", minutes=2, as_json=True)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(t["added_minutes"], t["minutes"]) for t in told] == [(10, 18), (12, 20)]
    with store.writer(run.id) as job:
        stop(run.id[:8], as_json=True)
        job.listen()
        assert job.asked() == "stop"
        assert json.loads(capsys.readouterr().out) == {
            "run": run.id, "name": "desk", "asked": "stop", "state": "running"
        }  # fmt: skip
    waiting = store.create("train", config={}, name="waiting")
    cancel("waiting")
    assert "Cancelled before it started" in capsys.readouterr().out
    assert store.get(waiting.id).state is RunState.CANCELLED
    with pytest.raises(RunError, match="finished already"):
        stop("desk")
