"""A network in 8 bits: made by NNCF, of integers indeed, labels as in float32, opened only as it was written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segcore.errors import BackendError, WeightsError
from segcore.inference.int8 import Int8Network, Int8Record
from segcore.inference.network import TrainedNetwork
from segcore.inference.openvino_backend import OpenVinoPredictor, hint, write_graph
from segcore.inference.openvino_runtime import ov
from segcore.inference.quantization import Task, quantize
from segcore.models.weights import sha256_of

SIZE = (64, 128)


def _frames(count: int, seed: int) -> np.ndarray:
    """Soft blobs: (count, 64, 128, 3) uint8."""
    coarse = np.random.default_rng(seed).integers(0, 256, (count, 8, 16, 3), np.uint8)
    return np.repeat(np.repeat(coarse, 8, axis=1), 8, axis=2)


@pytest.fixture(scope="module")
def smaller(light_network: TrainedNetwork, tmp_path_factory: pytest.TempPathFactory) -> TrainedNetwork:
    """The small network with itself in 8 bits."""
    folder = tmp_path_factory.mktemp("int8")
    write_graph(light_network, SIZE, "both", folder / "float32.xml")
    quantize([Task(folder / "float32.xml", _frames(8, 0), folder / "graph.xml")])
    graph, constants = folder / "graph.xml", folder / "graph.bin"
    record = _record(weights=light_network.sha256, graph=sha256_of(graph), constants=sha256_of(constants))
    return replace(light_network, int8=(Int8Network(record, graph, constants),))


def _record(**fields: object) -> Int8Record:
    known = {
        "weights": "w",
        "size": SIZE,
        "graph": "g",
        "constants": "c",
        "miou": 0.9,
        "miou_float32": 0.9,
        "class_loss": 0.0,
        "agreement": 1.0,
    }
    return Int8Record.model_validate(known | fields)


def test_its_convolutions_are_of_integers_but_the_first_and_the_last(smaller: TrainedNetwork) -> None:
    operations = ov.Core().read_model(smaller.int8[0].graph).get_ordered_ops()
    weights = [_weights_type(op) for op in operations if op.get_type_name() == "Convolution"]
    assert weights[0] == weights[-1] == "f32"
    assert set(weights[1:-1]) == {"i8"}


def _weights_type(convolution: ov.Node) -> str:
    """Of the constant that the weights come from, through what turns them into float32."""
    node = convolution.input(1).get_source_output().get_node()
    while node.get_type_name() != "Constant":
        node = node.input(0).get_source_output().get_node()
    return str(node.get_element_type().get_type_name())


def test_it_labels_as_float32_does(smaller: TrainedNetwork, tmp_path: Path) -> None:
    frames = _frames(6, 1)
    exact, rounded = OpenVinoPredictor(smaller, tmp_path), OpenVinoPredictor(smaller, tmp_path, precision="int8")
    labels, confidence = rounded.predict(frames)
    before, sure = exact.predict(frames)
    assert np.mean(labels == before) > 0.9  # of random weights, whose classes are near to each other
    assert np.abs(confidence.astype(int) - sure).mean() < 6
    assert rounded.backend.endswith("int8")
    scores = rounded.scores(frames)
    assert np.mean(scores.argmax(-1) == labels) > 0.98  # what is left out of a graph changes a rounding here and there
    np.testing.assert_allclose(scores, exact.scores(frames), atol=0.5 * np.ptp(scores))
    assert not np.array_equal(scores, exact.scores(frames))


def test_it_takes_frames_of_its_size_only(smaller: TrainedNetwork, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="not there for an input of 64×128"):
        OpenVinoPredictor(smaller, tmp_path, precision="int8").prepare((128, 64))
    assert smaller.int8_for(SIZE) is smaller.int8[0]
    assert smaller.int8_for((128, 64)) is None


def test_a_network_without_it_says_so(light_network: TrainedNetwork, tmp_path: Path) -> None:
    assert light_network.int8_for(SIZE) is None
    with pytest.raises(BackendError, match="not there for an input of 128×64"):
        OpenVinoPredictor(light_network, tmp_path, precision="int8").prepare(SIZE)


@pytest.mark.parametrize("which", ["graph", "constants"])
def test_a_changed_file_is_not_opened(smaller: TrainedNetwork, tmp_path: Path, which: str) -> None:
    damaged = tmp_path / "damaged"
    content = bytearray(getattr(smaller.int8[0], which).read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    made = smaller.int8[0]
    made = replace(made, graph=damaged) if which == "graph" else replace(made, constants=damaged)
    network = replace(smaller, int8=(made,))
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        OpenVinoPredictor(network, tmp_path, precision="int8").prepare(SIZE)


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({}, True),
        ({"miou": 0.91, "class_loss": -0.01}, True),
        ({"miou": 0.8951, "class_loss": 0.0199}, True),
        ({"miou": 0.8949}, False),
        ({"class_loss": 0.021}, False),
    ],
)
def test_what_it_may_lose(fields: dict[str, float], fits: bool) -> None:
    assert _record(**fields).fits is fits


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "graph.xml").write_text("no graph")
    with pytest.raises(BackendError, match="could not be written in 8 bits"):
        quantize([Task(tmp_path / "graph.xml", _frames(1, 0), tmp_path / "out.xml")])
    assert not (tmp_path / "out.npy").exists()


def test_what_is_no_integer_is_bfloat16_where_the_processor_multiplies_it() -> None:
    assert [hint("int8", bfloat16=there) for there in (True, False)] == ["bf16", "f32"]
    assert [hint("float32", bfloat16=there) for there in (True, False)] == ["f32", "f32"]
    assert hint("bfloat16", bfloat16=False) == "bf16"  # asked for by a person: OpenVINO emulates it
