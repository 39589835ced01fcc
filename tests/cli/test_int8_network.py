"""A network in 8 bits is kept with its run where it labels as well, and found again by whoever opens the run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny_training import write_shapes

from segcore.cli import first_video
from segcore.cli.int8_network import keep_int8
from segcore.datasets.store import Dataset, DatasetStore
from segcore.inference import int8, openvino_backend, quantization
from segcore.inference.int8 import GRAPH_FILE, INT8_TAG, Int8Record
from segcore.inference.load import tried_predictor
from segcore.inference.network import TrainedNetwork
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


def _same(graph: Path, frames: np.ndarray, out: Path) -> None:
    """In place of NNCF: the network as it is."""
    assert frames.ndim == 4
    assert frames.dtype == np.uint8
    for suffix in (".xml", ".bin"):
        shutil.copy(graph.with_suffix(suffix), out.with_suffix(suffix))


def test_it_is_kept_and_tried_for_a_video(
    store: RunStore, shapes: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantization, "quantize", _same)
    run = store.get("trained").id
    first_video.get_ready(store, run, "shapes", int8=True)
    record = Int8Record.model_validate_json(store.get(run).tags[INT8_TAG])
    assert (record.agreement, record.class_loss, record.miou) == (1.0, 0.0, record.miou_float32)
    network = TrainedNetwork.of_run(store, run)
    assert network.int8 is not None
    assert network.int8.record == record
    size = network.spec.geometry.size_for(*shapes.size_of(shapes.pairs[0].stem))
    frames = np.random.default_rng(0).integers(0, 256, (2, *size, 3), np.uint8)
    _, trial = tried_predictor(network, tmp_path, frames, backend="openvino")
    assert "int8" in {tried.compute.precision for tried in trial.tried if tried.ms is not None}
    fixed, _ = tried_predictor(network, tmp_path, frames, backend="openvino", precision="int8")
    assert fixed.backend.endswith("int8")

    store.set_tags(run, {INT8_TAG: record.model_copy(update={"weights": "of another epoch"}).model_dump_json()})
    assert TrainedNetwork.of_run(store, run).int8 is None
    store.set_tags(run, {INT8_TAG: "{"})
    assert TrainedNetwork.of_run(store, run).int8 is None


def test_one_that_loses_too_much_is_not_kept_but_told(
    store: RunStore, shapes: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantization, "quantize", _same)
    monkeypatch.setattr(int8, "CLASS_LOSS", -1.0)
    before = store.get("trained")
    run = store.create("train", config={"dataset": "shapes"}, name="lossy")
    with store.writer(run.id) as writer:
        for name in ("model.json", "weights/best.npz"):
            writer.put_file(name, store.file(before.id, name))
        writer.set_tags({SHA256_TAG: before.tags[SHA256_TAG]})
    record = keep_int8(store, run.id, shapes)
    assert not record.fits
    assert Int8Record.model_validate_json(store.get(run.id).tags[INT8_TAG]) == record
    assert not store.has_file(run.id, GRAPH_FILE)
    assert TrainedNetwork.of_run(store, run.id).int8 is None


def test_where_a_gpu_computes_it_is_not_made(store: RunStore, shapes: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_video, "has_gpu_node", lambda: True)
    monkeypatch.setattr(openvino_backend, "write_graph", openvino_backend.write_graph)
    monkeypatch.setattr(quantization, "quantize", lambda *_: pytest.fail("made"))
    first_video.get_ready(store, store.get("trained").id, shapes.name, int8=True)
