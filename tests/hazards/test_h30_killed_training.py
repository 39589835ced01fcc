"""Hazard 30: killed in mid epoch – at most one epoch is lost, no step is counted twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from segcore.datasets.store import DatasetStore
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings

SETTINGS = {
    "pretrained": "false",
    "geometry": '{"long_side": 96}',
    "crop": "[64, 64]",
    "batch_size": "2",
    "steps_per_epoch": "5",
}


def command(*rest: str) -> list[str]:
    return [sys.executable, "-m", "segcore", "train", *rest, "--json"]


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
    job = subprocess.Popen(
        command("blocks", "--preset", "fast", "--epochs", "3", "--name", "victim", *changes),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | home.environment(),
    )
    try:
        checkpoint = wait_for_first_checkpoint(runs, job)
    finally:
        job.send_signal(signal.SIGKILL)
        job.wait()
    run = runs.get("victim")
    assert run.state is RunState.INTERRUPTED
    assert run.reason
    done = subprocess.run(
        command("--resume", "victim"), capture_output=True, text=True, env=os.environ | home.environment(), check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["status"] == "finished"
    assert result["epochs"] == 3
    assert [p.step for p in runs.history(run.id, "step/loss")] == list(range(1, 16))
    again = runs.get(run.id)
    assert again.started is not None
    resumed = [p for p in runs.history(run.id, "step/loss") if p.time >= again.started.timestamp()]
    assert resumed[0].step == checkpoint + 1


def wait_for_first_checkpoint(runs: RunStore, job: subprocess.Popen) -> int:
    """The global step of the newest checkpoint, as soon as there is one."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        assert job.poll() is None, "the training ended before it could be killed"
        for run in runs.list("train"):
            if runs.has_file(run.id, "weights/checkpoints.json"):
                index = json.loads(runs.file(run.id, "weights/checkpoints.json").read_text())
                return int(index[0]["state"]["step"])
        time.sleep(0.05)
    raise AssertionError("no checkpoint within four minutes")
