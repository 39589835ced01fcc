"""A network in 8 bits is kept with its run where it labels as well, and found again by whoever opens the run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from json_commands import invoke, last_json
from tiny_training import write_shapes
from typer.testing import CliRunner

from segcore import cli
from segcore.cli import first_video
from segcore.cli.int8_network import keep_int8
from segcore.datasets.store import Dataset, DatasetStore
from segcore.inference import int8, openvino_backend, quantization
from segcore.inference.int8 import INT8_TAG, as_tag
from segcore.inference.load import tried_predictor
from segcore.inference.network import TrainedNetwork
from segcore.inference.quantization import Task
from segcore.models.spec import SHA256_TAG
from segcore.runs.store import RunStore
from segcore.settings import Settings


@pytest.fixture
def store(installation: Path) -> RunStore:
    """The runs of the installation."""
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(installation)}))


@pytest.fixture
def shapes(store: RunStore, tmp_path: Path) -> Dataset:
    """A dataset of three classes."""
    datasets = DatasetStore(store.settings)
    if not datasets.exists("shapes"):
        datasets.import_path(write_shapes(tmp_path / "source"), "shapes")
    return datasets.open("shapes")


@pytest.fixture(autouse=True)
def without_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks that are no integers (`_same`) are computed exactly, whatever the processor multiplies."""
    monkeypatch.setattr(openvino_backend, "has_bfloat16", lambda: False)


def _same(tasks: Sequence[Task]) -> None:
    """In place of NNCF: each network as it is."""
    for task in tasks:
        assert task.frames.ndim == 4
        assert task.frames.dtype == np.uint8
        for suffix in (".xml", ".bin"):
            shutil.copy(task.graph.with_suffix(suffix), task.out.with_suffix(suffix))


def test_it_is_kept_and_tried_for_a_video(
    store: RunStore, shapes: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantization, "quantize", _same)
    run = store.get("trained").id
    first_video.get_ready(store, run, "shapes", int8=True)
    network = TrainedNetwork.of_run(store, run)
    assert {made.record.size for made in network.int8} == {(64, 96), (64, 64)}  # at both speeds
    for made in network.int8:
        figures = made.record
        assert (figures.agreement, figures.class_loss, figures.miou) == (1.0, 0.0, figures.miou_float32)
    size = network.spec.geometry.size_for(*shapes.size_of(shapes.pairs[0].stem))
    frames = np.random.default_rng(0).integers(0, 256, (2, *size, 3), np.uint8)
    _, trial = tried_predictor(network, tmp_path, frames, backend="openvino")
    assert "int8" in {tried.compute.precision for tried in trial.tried if tried.ms is not None}
    fixed, _ = tried_predictor(network, tmp_path, frames, backend="openvino", precision="int8")
    assert fixed.backend.endswith("int8")

    others = [made.record.model_copy(update={"weights": "of another epoch"}) for made in network.int8]
    store.set_tags(run, {INT8_TAG: as_tag(others)})
    assert TrainedNetwork.of_run(store, run).int8 == ()
    store.set_tags(run, {INT8_TAG: "{"})
    assert TrainedNetwork.of_run(store, run).int8 == ()


def test_one_that_loses_too_much_is_not_kept_but_told(
    store: RunStore, shapes: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantization, "quantize", _same)
    monkeypatch.setattr(int8, "CLASS_LOSS", -1.0)
    before = store.get("trained")
    run = store.create("train", config={"dataset": "shapes"}, name="lossy")
    with store.writer(run.id) as writer:
        for name in ("model.json", "weights/best.npz"):
            writer.put_file(name, store.file(before.id, name))
        writer.set_tags({SHA256_TAG: before.tags[SHA256_TAG]})
    records = keep_int8(store, run.id, shapes)
    assert not any(record.fits for record in records)
    assert store.get(run.id).tags[INT8_TAG] == as_tag(records)
    assert store.files(run.id, "int8") == []
    assert TrainedNetwork.of_run(store, run.id).int8 == ()


def test_where_a_gpu_computes_it_is_not_made(store: RunStore, shapes: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_video, "has_gpu_node", lambda: True)
    monkeypatch.setattr(quantization, "quantize", lambda *_: pytest.fail("made"))
    first_video.get_ready(store, store.get("trained").id, shapes.name, int8=True)


def test_the_command_for_frames_of_another_shape(
    store: RunStore, shapes: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantization, "quantize", _same)
    before = store.get("trained")
    keep_int8(store, before.id, shapes)
    kept = {made.record.size for made in TrainedNetwork.of_run(store, before.id).int8}
    told = last_json(invoke("quantize", "trained", "--dataset", "shapes", "--frame", "400", "400"))["networks"]
    sizes = {tuple(one["size"]) for one in told}
    assert {one["kept"] for one in told} == {True}
    assert {one["agreement"] for one in told} == {1.0}
    assert all(height == width for height, width in sizes)
    assert {made.record.size for made in TrainedNetwork.of_run(store, before.id).int8} == kept | sizes
    words = CliRunner().invoke(cli.app, ["quantize", "trained", "--dataset", "shapes"]).stdout
    assert len(words.splitlines()) == len(kept)
    assert "kept; videos use it where it is quicker" in words
