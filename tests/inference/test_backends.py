"""Both backends label alike, and as the plain network says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from segcore.inference.ir_cache import cache_key, cached_graph
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.inference.openvino_backend import _Lane
from segcore.inference.predictor import Overlapping, Scorer
from segcore.pipeline.preprocess import resize_frame


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    random = np.random.default_rng(0)
    smooth = [resize_frame(random.integers(0, 256, (9, 16, 3)).astype(np.uint8), (90, 160)) for _ in range(3)]
    return np.stack(smooth)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where converted networks are kept for all tests of this file: converting is what takes time."""
    return tmp_path_factory.mktemp("home")


def test_backends_label_alike_and_as_the_network(
    network: TrainedNetwork, frames: np.ndarray, shared_home: Path
) -> None:
    predictors = [predictor_for(network, shared_home, backend=b) for b in ("openvino", "tensorflow")]
    assert all(isinstance(p, Scorer) for p in predictors)
    size = network.spec.geometry.size_for(90, 160)
    (ours, ours_sure), (theirs, theirs_sure) = (p.predict(frames) for p in predictors)
    assert ours.shape == ours_sure.shape == (3, *size)
    assert ours.dtype == ours_sure.dtype == np.uint8
    assert (ours != theirs).mean() < 1e-3
    assert np.abs(ours_sure.astype(int) - theirs_sure).max() <= 1

    model = network.build()
    small = np.stack([resize_frame(f, size) for f in frames]).astype(np.float32)
    scores = np.asarray(model(small, training=False))
    assert (ours != scores.argmax(-1)).mean() < 1e-3
    for predictor in predictors:
        np.testing.assert_allclose(predictor.scores(frames), scores, atol=2e-4)
    if network.spec.output == "sigmoid":
        probability = scores.max(-1)
    else:
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        probability = 1 / powers.sum(-1)
    assert np.abs(ours_sure - probability * 255).max() <= 1.01


def test_frames_in_order_whatever_their_number(
    light_network: TrainedNetwork, frames: np.ndarray, shared_home: Path
) -> None:
    predictor = predictor_for(light_network, shared_home, backend="openvino")
    many = np.concatenate([frames] * 4)
    labels, _ = predictor.predict(many)
    for number in range(len(many)):
        np.testing.assert_array_equal(labels[number], predictor.predict(many[number : number + 1])[0][0])


def test_batches_may_begin_before_the_last_one_is_answered(
    light_network: TrainedNetwork, frames: np.ndarray, shared_home: Path
) -> None:
    predictor = predictor_for(light_network, shared_home, backend="openvino")
    assert isinstance(predictor, Overlapping)
    expected = predictor.predict(frames)
    for order in ([0, 1, 2], [2, 0, 1]):
        begun = [predictor.start(part) for part in (frames, frames[::-1], frames[:1])]
        got = {number: begun[number]() for number in order}
        for at in (0, 1):
            np.testing.assert_array_equal(got[0][at], expected[at])
            np.testing.assert_array_equal(got[1][at], expected[at][::-1])
            np.testing.assert_array_equal(got[2][at], expected[at][:1])


def test_a_failure_is_raised_where_the_answer_is_waited_for() -> None:
    class Request:
        def __init__(self) -> None:
            self.value = 0

        def start_async(self, inputs: dict[int, np.ndarray], *, share_inputs: bool) -> None:
            assert share_inputs
            self.value = int(inputs[0][0, 0, 0, 0])

        def wait(self) -> None:
            if self.value == 2:
                raise RuntimeError("no memory")

        def get_tensor(self, _name: str) -> SimpleNamespace:
            return SimpleNamespace(data=np.full((1, 4, 4), self.value, np.uint8))

    lane = _Lane(SimpleNamespace(create_infer_request=Request), 2)  # type: ignore[arg-type]
    answers = np.zeros((3, 4, 4), np.uint8)

    def give(value: int) -> None:
        lane.start(np.full((1, 4, 4, 3), value, np.uint8), answers[value - 1], np.zeros((4, 4), np.uint8))

    give(1)
    give(2)
    lane.finish(1)
    with pytest.raises(RuntimeError, match="no memory"):
        lane.finish(2)
    give(3)
    lane.finish(3)
    assert answers[:, 0, 0].tolist() == [1, 0, 3]


def test_the_second_use_needs_no_tensorflow(
    light_network: TrainedNetwork, frames: np.ndarray, shared_home: Path
) -> None:
    predictor_for(light_network, shared_home, backend="openvino").predict(frames)
    code = f"""
import sys, numpy as np
from pathlib import Path
from segcore.inference.load import predictor_for
from segcore.inference.network import TrainedNetwork
from segcore.models.spec import ModelSpec
spec = ModelSpec.model_validate_json({light_network.spec.model_dump_json()!r})
network = TrainedNetwork(spec, Path({str(light_network.weights)!r}), {light_network.sha256!r})
predictor_for(network, Path({str(shared_home)!r}), backend="openvino").predict(np.zeros((1, 90, 160, 3), np.uint8))
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ, timeout=60)


def test_a_damaged_cached_graph_is_made_again(tmp_path: Path) -> None:
    made: list[Path] = []

    def convert(path: Path) -> None:
        made.append(path)
        path.write_text("graph")
        path.with_suffix(".bin").write_bytes(b"weights")

    graph = cached_graph(tmp_path, "k", convert)
    assert cached_graph(tmp_path, "k", convert) == graph
    assert len(made) == 1
    graph.with_suffix(".bin").write_bytes(b"weightz")
    assert cached_graph(tmp_path, "k", convert).with_suffix(".bin").read_bytes() == b"weights"
    assert len(made) == 2


def test_the_key_covers_weights_size_and_versions(light_network: TrainedNetwork) -> None:
    spec = light_network.spec
    keys = {
        cache_key(spec, "a", (32, 64), ("1",)),
        cache_key(spec, "b", (32, 64), ("1",)),
        cache_key(spec, "a", (64, 32), ("1",)),
        cache_key(spec, "a", (32, 64), ("2",)),
        cache_key(spec.model_copy(update={"output": "sigmoid"}), "a", (32, 64), ("1",)),
    }
    assert len(keys) == 5
