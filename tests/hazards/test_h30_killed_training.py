"""Hazard 30: killed in mid epoch – at most one epoch is lost, no step is counted twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from segcore.datasets.store import DatasetStore
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings

KILLED_JOB = Path(__file__).parent / "killed_job.py"
SETTINGS = {
    "pretrained": "false",
    "geometry": '{"long_side": 96}',
    "crop": "[64, 64]",
    "batch_size": "2",
    "steps_per_epoch": "5",
}


def import_dataset(home: Settings, folder: Path) -> None:
    rng = np.random.default_rng(0)
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for number in range(8):
        mask = rng.integers(0, 2, (4, 6), np.uint8).repeat(16, 0).repeat(16, 1)
        cv2.imwrite(str(folder / "images" / f"{number}.png"), np.stack([mask * 200] * 3, axis=-1))
        cv2.imwrite(str(folder / "masks" / f"{number}.png"), mask)
    DatasetStore(home).import_path(folder, "blocks")


@pytest.mark.timeout(900)
def test_h30_kill_9_then_resume(home: Settings, tmp_path: Path) -> None:
    import_dataset(home, tmp_path / "source")
    runs = RunStore(home)
    changes = [part for key, value in SETTINGS.items() for part in ("--set", f"{key}={value}")]
    killed = subprocess.run(
        [sys.executable, str(KILLED_JOB), "8", "train", "blocks", "--preset", "fast", "--epochs", "3",
         "--name", "victim", *changes],
        capture_output=True, text=True, env=os.environ | home.environment(), check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    run = runs.get("victim")
    assert run.state is RunState.INTERRUPTED
    assert run.reason
    told = runs.history(run.id, "step/loss")
    assert [p.step for p in told] == list(range(1, 9))  # steps 6 to 8 are of the epoch that was not done
    assert [p.step for p in runs.history(run.id, "epoch/val_miou")] == [1]

    done = subprocess.run(
        [sys.executable, "-m", "segcore", "train", "--resume", "victim", "--json"],
        capture_output=True, text=True, env=os.environ | home.environment(), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["status"] == "finished"
    assert result["epochs"] == 3
    points = runs.history(run.id, "step/loss")
    assert [p.step for p in points] == list(range(1, 16))
    assert points[:5] == told[:5]
    assert all(p.time > told[-1].time for p in points[5:]), "the resume did not go on after the checkpoint"
    assert [p.step for p in runs.history(run.id, "epoch/val_miou")] == [1, 2, 3]
