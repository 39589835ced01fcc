"""Every format labels as the run does, as scores and as labels; one that does not is refused and leaves nothing."""

from __future__ import annotations

import json
import zipfile
from importlib import import_module
from pathlib import Path

import keras
import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.errors import BackendError, ConfigError
from segcore.inference.export import FORMATS, export_network
from segcore.inference.export.checked import compare
from segcore.inference.export.keras_file import _foreign
from segcore.inference.export.running import Outputs, Runner
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.models.spec import ModelSpec
from segcore.models.weights import save_weights
from segcore.pipeline.preprocess import Geometry, resize_frame

SIZE = (64, 128)
Labelled = tuple[list[np.ndarray], list[np.ndarray]]


def tiny_build(spec: ModelSpec, *, pretrained: bool = False) -> tuple[keras.Model, str]:
    """Stands for `registry.build`: as the networks are made, but converted in a second."""
    assert not pretrained
    keras.utils.set_random_seed(3)
    image = keras.Input((None, None, 3), name="image")
    x = keras.layers.Rescaling(1 / 255, name="normalise")(image)
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same", activation="relu6", name="conv")(x)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.Activation("gelu", name="gelu")(x)
    x = keras.layers.Conv2D(8, 3, padding="same", groups=4, name="grouped")(x)
    x = keras.layers.Conv2D(len(spec.classes), 1, name="classes")(x)
    return keras.Model(image, keras.layers.UpSampling2D(2, interpolation="bilinear", name="up")(x)), "none"


@pytest.fixture
def tiny_network(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> TrainedNetwork:
    """A trained network of four classes in a second."""
    monkeypatch.setattr("segcore.models.registry.build", tiny_build)
    spec = ModelSpec(
        architecture="unet_efficientnet_lite0",
        classes=ClassTable.of([f"class {i}" for i in range(4)]),
        geometry=Geometry(long_side=128),
    )
    path = tmp_path_factory.mktemp("tiny") / "best.npz"
    return TrainedNetwork(spec, path, save_weights(tiny_build(spec)[0], path))


def label(network: TrainedNetwork, home: Path) -> Labelled:
    """Frames at network size, and the labels that videos would get."""
    random = np.random.default_rng(0)
    frames = [resize_frame(random.integers(0, 256, (9, 16, 3)).astype(np.uint8), SIZE) for _ in range(2)]
    labels, _ = predictor_for(network, home, backend="tensorflow").predict(np.stack(frames))
    assert len(np.unique(labels)) > 1, "a network that gives one label everywhere proves nothing"
    return frames, list(labels)


@pytest.fixture
def labelled(tiny_network: TrainedNetwork, tmp_path: Path) -> Labelled:
    """Of the tiny network."""
    return label(tiny_network, tmp_path)


@pytest.mark.parametrize(("fmt", "labels"), [("onnx", False), ("litert", True)])
def test_a_whole_network_labels_as_the_run(
    light_network: TrainedNetwork, fmt: str, labels: bool, tmp_path: Path
) -> None:
    path = tmp_path / f"net{FORMATS[fmt].suffix}"
    made = export_network(light_network, fmt, path, *label(light_network, tmp_path), labels=labels)
    assert made.agreement.worst > 0.999


@pytest.mark.parametrize("labels", [False, True], ids=["scores", "labels"])
@pytest.mark.parametrize("fmt", FORMATS)
def test_what_was_written_labels_as_the_run(
    tiny_network: TrainedNetwork, labelled: Labelled, fmt: str, labels: bool, tmp_path: Path
) -> None:
    path = tmp_path / f"net{FORMATS[fmt].suffix}"
    made = export_network(tiny_network, fmt, path, *labelled, labels=labels, notes={"classes.json": "[7]"})
    assert made.path == path
    assert path.exists()
    assert made.agreement.worst > 0.999
    assert made.output == ("labels" if labels else "logits")
    assert b"[7]" in b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()), "classes are inside"
    if fmt != "litert":
        runner = import_module(f"segcore.inference.export.{FORMATS[fmt].module}").open_file(path)
        shapes = {len(value) for value in runner.run(np.stack(labelled[0])).values()}
        assert shapes == {2}, "any number of frames a call"
    assert {p.name for p in tmp_path.iterdir()} <= {path.name, "net.bin"}, "no scratch is left"


def test_a_file_that_labels_otherwise_is_refused_and_leaves_nothing(
    tiny_network: TrainedNetwork, labelled: Labelled, tmp_path: Path
) -> None:
    frames, expected = labelled
    wrong = [np.where(np.arange(SIZE[1]) < SIZE[1] // 20, labels ^ 1, labels) for labels in expected]
    with pytest.raises(BackendError, match=r"95\.\d% of pixels only"):
        export_network(tiny_network, "openvino", tmp_path / "net.xml", frames, wrong)
    assert list(tmp_path.iterdir()) == []


def test_agreement_is_counted_over_frames() -> None:
    """Two frames of four pixels: all right, and three of four."""
    answers = iter([[[0, 1], [2, 2]], [[0, 0], [0, 1]]])

    def run(frames: np.ndarray) -> Outputs:
        del frames
        return {"labels": np.array([next(answers)], np.uint8)}

    expected = [np.array([[0, 1], [2, 2]]), np.zeros((2, 2))]
    found = compare(Runner(run, "a program"), [np.zeros((2, 2, 3), np.uint8)] * 2, expected)
    assert (found.share, found.worst, found.program) == (0.875, 0.75, "a program")


def test_scores_become_labels_by_the_highest() -> None:
    runner = Runner(lambda _: {"scores": np.array([[[[0.1, 0.9], [3.0, -1.0]]]])}, "")
    assert runner.labels(np.zeros((1, 2, 3), np.uint8)).tolist() == [[1, 0]]


def test_a_missing_package_is_named_with_its_command(
    tiny_network: TrainedNetwork, labelled: Labelled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(BackendError, match="pip install tf2onnx onnxruntime"):
        export_network(tiny_network, "onnx", tmp_path / "net.onnx", *labelled)


def test_an_unknown_format_is_refused(tiny_network: TrainedNetwork, labelled: Labelled, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="torch"):
        export_network(tiny_network, "torch", tmp_path / "net", *labelled)


def test_nothing_is_written_without_frames_to_compare(tiny_network: TrainedNetwork, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Expected frames"):
        export_network(tiny_network, "keras", tmp_path / "net.keras", [], [])


def test_layers_that_only_segcore_has_are_found(
    tiny_network: TrainedNetwork, labelled: Labelled, tmp_path: Path
) -> None:
    layers = [
        {"module": "segcore.models.blocks", "class_name": "Own"},
        {"module": "keras.layers", "class_name": "Conv2D"},
    ]
    assert _foreign({"layers": layers}) == {"Own"}
    export_network(tiny_network, "keras", tmp_path / "net.keras", *labelled)
    with zipfile.ZipFile(tmp_path / "net.keras") as archive:
        assert _foreign(json.loads(archive.read("config.json"))) == set()
