"""Rows 27 and 28: only the weights that a training wrote are loaded, whole and unchanged."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.errors import RunError, WeightsError
from segcore.inference.int8 import INT8_TAG, Int8Record, as_tag
from segcore.inference.load import load_predictor
from segcore.inference.network import TrainedNetwork
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.models.weights import load_arrays, sha256_of
from segcore.pipeline.preprocess import Geometry
from segcore.runs.store import RunStore
from segcore.settings import Settings

SPEC = ModelSpec(
    architecture="unet_efficientnet_lite0", classes=ClassTable.of(["a", "b"]), geometry=Geometry(long_side=64)
)


class _Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('code of the file ran')",)


def _npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.fixture
def trained(home: Settings) -> tuple[RunStore, str]:
    store = RunStore(home)
    run = store.create("train", config={}, name="net", dataset="d")
    store.put_file(run.id, MODEL_FILE, SPEC.model_dump_json().encode())
    store.put_file(run.id, BEST_WEIGHTS, _npz(w=np.ones(1000, np.float32)))
    store.set_tags(run.id, {SHA256_TAG: sha256_of(store.file(run.id, BEST_WEIGHTS))})
    return store, run.id


def test_h28_the_written_weights_are_accepted(trained: tuple[RunStore, str]) -> None:
    store, run = trained
    assert TrainedNetwork.of_run(store, run).spec == SPEC


def test_h28_one_flipped_byte_is_refused_and_named(trained: tuple[RunStore, str]) -> None:
    store, run = trained
    data = bytearray(store.file(run, BEST_WEIGHTS).read_bytes())
    data[2000] ^= 1
    store.put_file(run, BEST_WEIGHTS, bytes(data))
    with pytest.raises(WeightsError, match=r"net: weights/best\.npz"):
        TrainedNetwork.of_run(store, run)


def test_h28_weights_that_change_after_they_were_verified_are_refused(trained: tuple[RunStore, str]) -> None:
    store, run = trained
    network = TrainedNetwork.of_run(store, run)
    store.put_file(run, BEST_WEIGHTS, _npz(w=np.zeros(1000, np.float32)))
    with pytest.raises(WeightsError, match=r"best\.npz: .*its SHA-256 differs"):
        network.build()


def test_h28_weights_without_a_recorded_hash_are_refused(trained: tuple[RunStore, str]) -> None:
    store, run = trained
    store.set_tags(run, {SHA256_TAG: ""})
    with pytest.raises(WeightsError, match="does not record"):
        TrainedNetwork.of_run(store, run)


@pytest.mark.parametrize("which", [0, 1])
def test_h28_a_flipped_byte_of_a_network_in_8_bits_is_refused(trained: tuple[RunStore, str], which: int) -> None:
    store, run = trained
    contents = [b"<net/>" * 100, bytes(1000)]
    record = Int8Record(
        weights=TrainedNetwork.of_run(store, run).sha256,
        size=(64, 64),
        graph=hashlib.sha256(contents[0]).hexdigest(),
        constants=hashlib.sha256(contents[1]).hexdigest(),
        miou=0.9,
        miou_float32=0.9,
        class_loss=0,
        agreement=1,
    )
    for name, content in zip(record.names, contents, strict=True):
        store.put_file(run, name, content)
    store.set_tags(run, {INT8_TAG: as_tag([record])})
    (made,) = TrainedNetwork.of_run(store, run).int8
    assert made.checked_graph().read_bytes() == contents[0]
    damaged = bytearray(contents[which])
    damaged[300] ^= 1
    store.put_file(run, record.names[which], bytes(damaged))
    (made,) = TrainedNetwork.of_run(store, run).int8
    with pytest.raises(WeightsError, match=r"64x64\.xml: the network in 8 bits is not what was written"):
        made.checked_graph()


def test_h27_a_run_without_weights_is_named(home: Settings) -> None:
    store = RunStore(home)
    run = store.create("train", config={}, name="empty")
    with pytest.raises(RunError, match="empty has no weights yet"):
        TrainedNetwork.of_run(store, run.id)


def test_h27_code_in_a_weights_file_never_runs(trained: tuple[RunStore, str]) -> None:
    store, run = trained
    for data in (pickle.dumps(_Bomb()), _npz(w=np.array([_Bomb()], object)), b"PK\x03\x04 not really", b""):
        store.put_file(run, BEST_WEIGHTS, data)
        with pytest.raises(WeightsError):
            load_arrays(store.file(run, BEST_WEIGHTS))


def _keras_file() -> bytes:
    """A .keras archive whose Lambda layer would run code."""
    config = {"class_name": "Lambda", "config": {"function": "exec", "arguments": {"code": "raise SystemExit"}}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", HDF5)
    return buffer.getvalue()


HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(600)


@pytest.mark.parametrize("data", [_keras_file(), HDF5], ids=[".keras", ".h5"])
def test_h27_a_crafted_model_file_is_refused_before_keras_sees_it(
    trained: tuple[RunStore, str], data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    def seen(*_: object, **__: object) -> None:
        raise AssertionError("Keras was given the file")

    for name in ("load_model", "load_weights", "deserialize_keras_object"):
        monkeypatch.setattr(keras.saving, name, seen)
    monkeypatch.setattr(keras.Model, "load_weights", seen)
    store, run = trained
    store.put_file(run, BEST_WEIGHTS, data)
    with pytest.raises(WeightsError):  # its hash is not the recorded one
        TrainedNetwork.of_run(store, run)
    store.set_tags(run, {SHA256_TAG: sha256_of(store.file(run, BEST_WEIGHTS))})
    with pytest.raises(WeightsError):  # even with a hash that was made to fit
        load_predictor(store, run, backend="tensorflow")
