"""Row 35: disk full – looked at before the start; a checkpoint that cannot be written leaves the old one."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import pytest
from tiny_training import new_run, tiny, write_shapes

from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import DiskFull
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG, ModelSpec
from segcore.models.weights import load_arrays
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training import parts, resources, trainer
from segcore.training.resources import bytes_needed, check_room, disk_is_full

DISK = 50 * 2**20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 50 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk may only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def wide_network(spec: ModelSpec, *, pretrained: bool = False) -> tuple[keras.Model, str]:
    """Half a million weights: a checkpoint of 8 MB."""
    assert not pretrained
    image = keras.Input((None, None, 3), name="image")
    x = keras.layers.Conv2D(700, 3, strides=8, padding="same", name="first")(image)
    x = keras.layers.Conv2D(700, 1, name="second")(x)
    x = keras.layers.Conv2D(len(spec.classes), 1, name="classes")(x)
    return keras.Model(image, keras.layers.UpSampling2D(8, name="up")(x)), "none"


class _Filler:
    """Fills the disk while an epoch is told: what is left holds the curves, no checkpoint."""

    def __init__(self, folder: Path, epoch: int) -> None:
        self.file, self.epoch = folder / "filler", epoch

    def on_step(self, event: Any) -> None:
        del event

    def on_epoch(self, event: Any) -> None:
        if event.epoch == self.epoch:
            free = shutil.disk_usage(self.file.parent).free
            self.file.write_bytes(b"\0" * (free - 2 * 2**20))


def test_h35_a_checkpoint_that_cannot_be_written_leaves_the_old_one(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.from_env({"SEGCORE_HOME": str(small_disk)})
    DatasetStore(settings).import_path(write_shapes(tmp_path / "source"), "shapes")
    dataset, runs = DatasetStore(settings).open("shapes"), RunStore(settings)
    monkeypatch.setattr(parts, "build", wide_network)
    monkeypatch.setattr(resources, "BESIDE", 2**20)
    config = tiny(epochs=3, steps_per_epoch=1)
    run = new_run(runs, config)
    filler = _Filler(small_disk, epoch=2)
    with pytest.raises(DiskFull, match=r"checkpoint of epoch 1 is kept\. Make room"), runs.writer(run.id) as writer:
        trainer.train(config, dataset, writer, runs, listeners=[filler])
    ended = runs.get(run.id)
    assert ended.state is RunState.FAILED
    assert ended.reason.startswith("The disk is full")
    assert load_arrays(runs.file(run.id, BEST_WEIGHTS), ended.tags[SHA256_TAG])
    folder = runs.folder(run.id)
    assert folder is not None
    assert not [p for p in folder.rglob(".*") if p.is_file()], "a half-written file was left"

    filler.file.unlink()
    runs.requeue(run.id)
    with runs.writer(run.id) as writer:
        result = trainer.train(config, dataset, writer, runs, resume=True)
    assert result.epochs == 3
    assert [p.step for p in runs.history(run.id, "step/loss")] == [1, 2, 3]


def test_h35_a_training_that_would_not_fit_is_refused_before_it_starts(
    home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = RunStore(home)
    run = runs.create("train", config={}, name="large").id
    model, _ = wide_network(SimpleNamespace(classes=("a", "b")))  # type: ignore[arg-type]
    optimizer = keras.optimizers.AdamW(1e-3)
    optimizer.build(model.trainable_variables)
    kept, passing = bytes_needed(model, optimizer)
    weights = 4 * sum(int(w.size) for w in model.get_weights())
    # two checkpoints of weights, average and two moments, one more while it is written; old and new best weights
    assert kept == pytest.approx(3 * 4 * weights + 2 * weights + resources.BESIDE, rel=1e-3)
    free = kept + passing
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    check_room(runs, run, tmp_path, (kept, passing))
    free -= 1
    with pytest.raises(DiskFull, match=r"keeps up to \d+ MB; \d+ MB are free .* SEGCORE_HOME"):
        check_room(runs, run, tmp_path, (kept, passing))
    runs.put_file(run, "weights/last-0.npz", b"1")  # what a resumed run has already is room
    check_room(runs, run, tmp_path, (kept, passing))


@pytest.mark.usefixtures("light")
def test_h35_no_step_is_done_where_it_would_not_fit(
    shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6))
    config = tiny()
    run = new_run(runs, config)
    with pytest.raises(DiskFull, match="1 MB are free"), runs.writer(run.id) as writer:
        trainer.train(config, shapes, writer, runs)
    assert runs.get(run.id).state is RunState.FAILED
    assert runs.history(run.id, "step/loss") == []


def test_h35_a_file_that_cannot_be_replaced_stays_as_it_was(small_disk: Path) -> None:
    runs = RunStore(Settings.from_env({"SEGCORE_HOME": str(small_disk)}))
    run = runs.create("train", config={}, name="full").id
    runs.put_file(run, BEST_WEIGHTS, b"old")
    with pytest.raises(OSError, match="No space left"):
        runs.put_file(run, BEST_WEIGHTS, b"\0" * DISK)
    assert runs.file(run, BEST_WEIGHTS).read_bytes() == b"old"
    folder = runs.folder(run)
    assert folder is not None
    assert not [p for p in folder.rglob(".*") if p.is_file()], "a half-written file was left"


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), True),
        (OSError(errno.EFBIG, "too large"), True),
        (RuntimeError("frames.data: No space left on device"), True),
        (RuntimeError("(sqlite3.OperationalError) database or disk is full"), True),
        (PermissionError(errno.EACCES, "no"), False),
    ],
)
def test_h35_whoever_says_it_is_understood(error: Exception, full: bool) -> None:
    assert disk_is_full(error) is full
