"""Row 34: out of memory – it ends with advice, and other jobs go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_training import new_run, tiny

from segcore.datasets.store import Dataset
from segcore.errors import OutOfMemory
from segcore.jobs import Engine
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.training import parts, trainer
from segcore.training.resources import memory_is_short

HERE = Path(__file__).parent
TOY = HERE.parent / "jobs" / "toy_job.py"


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's."""


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (MemoryError(), True),
        (ResourceExhaustedError("OOM when allocating tensor"), True),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 12 bytes."), True),
        (RuntimeError("std::bad_alloc"), True),
        (OSError(12, "Cannot allocate memory"), True),
        (
            RuntimeError("Operation received an exception:Status: 1, message: could not create a primitive, in f.cc"),
            True,
        ),
        (
            RuntimeError("Operation received an exception:Status: 3, message: could not create a primitive, in f.cc"),
            False,
        ),
        (ValueError("the lens cap was on"), False),
    ],
)
def test_h34_whoever_says_it_is_understood(error: Exception, short: bool) -> None:
    assert memory_is_short(error) is short


@pytest.mark.usefixtures("light")
def test_h34_a_gpu_without_room_is_told_in_words(
    shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> object:
        def step(*_: object) -> object:
            raise ResourceExhaustedError("OOM when allocating tensor with shape[64,512,512,96] on GPU:0")

        return step

    monkeypatch.setattr(parts, "make_step", full)
    config = tiny(batch_size=8)
    run = new_run(runs, config)
    with pytest.raises(OutOfMemory, match=r"8 images of 64×64 .* smaller batch size \(4\)"), runs.writer(run.id) as job:
        trainer.train(config, shapes, job, runs)
    ended = runs.get(run.id)
    assert ended.state is RunState.FAILED
    assert ended.reason.startswith("Out of memory with 8 images")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of address space")
def test_h34_a_real_over_allocation(shapes: Dataset, home: Settings) -> None:
    changes = ["batch_size=16", "crop=[512,512]", "pretrained=false", 'geometry={"long_side": 512}']
    command = [sys.executable, str(HERE / "hungry_job.py"), "400", "train", shapes.name, "--epochs", "1"]
    done = subprocess.run(
        [*command, "--name", "hungry", "--json", *(part for change in changes for part in ("--set", change))],
        capture_output=True, text=True, env=os.environ | home.environment(), check=False,
    )  # fmt: skip
    run = RunStore(home).get("hungry")
    assert done.returncode != 0
    if run.state is RunState.FAILED:  # the allocation that failed was TensorFlow's or Python's own
        assert "Out of memory with 16 images of 512×512 at a time." in run.reason
        assert "smaller batch size (8)" in run.reason
        assert "segcore: Out of memory" in done.stderr
    else:  # native code aborted: nobody could say a word, but no run is left that seems to live
        assert run.state is RunState.INTERRUPTED, done.stderr[-2000:]
        assert done.returncode < 0


def test_h34_the_kernels_kill_is_explained_and_other_jobs_go_on(home: Settings) -> None:
    settings = home.model_copy(update={"slots": 2})
    store = RunStore(settings)
    engine = Engine(store, settings, command=lambda run: (str(TOY), run.name, run.id))
    other, hungry = (store.create("train", config={}, name=name) for name in ("long", "crash"))
    try:
        for run in (other, hungry):
            engine.submit(run.id)
        deadline = time.monotonic() + 90
        while store.get(hungry.id).state.active or store.get(other.id).state is RunState.QUEUED:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        killed = store.get(hungry.id)
        while "signal 9" not in killed.reason and time.monotonic() < deadline:
            time.sleep(0.1)
            killed = store.get(hungry.id)
        assert killed.state is RunState.INTERRUPTED
        assert "often out of memory; a smaller batch size" in killed.reason
        points = len(store.history(other.id, "step/loss"))
        while len(store.history(other.id, "step/loss")) <= points and time.monotonic() < deadline:
            time.sleep(0.2)
        assert store.get(other.id).state is RunState.RUNNING
        assert len(store.history(other.id, "step/loss")) > points
        engine.cancel(other.id)
        while store.get(other.id).state.active and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        engine.close()
