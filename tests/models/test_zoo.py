"""Every network of the registry: it is built, learns a step, is kept and found again, and is converted – all alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from one_network import CLASSES, agreement_when_converted, pictures, spec, train_one_step

from segcore.errors import ConfigError
from segcore.models.architectures import ARCHITECTURES
from segcore.models.cost import count_flops, layer_flops
from segcore.models.freeze import freeze_encoder, layers_up_to
from segcore.models.graph import layer_graph
from segcore.models.registry import build
from segcore.models.spec import ModelSpec
from segcore.models.weights import load_weights, save_weights
from segcore.pipeline.preprocess import Geometry

SIZES = {"unet_notebook": (128, 128)}


@pytest.fixture(params=list(ARCHITECTURES), scope="module")
def built(request: pytest.FixtureRequest) -> tuple[str, keras.Model]:
    """Each network with random weights."""
    keras.utils.set_random_seed(0)
    return request.param, build(spec(request.param))[0]


def test_registry_tells_the_true_size_and_cost(built: tuple[str, keras.Model]) -> None:
    name, model = built
    entry = ARCHITECTURES[name]
    assert entry.parameters == model.count_params()
    counted = count_flops(model, (384, 640)) / 1e9
    assert entry.gflops((384, 640)) == pytest.approx(counted, rel=0.01), f"{counted / 0.24576:.2f} a megapixel"


def test_taps_lie_where_they_say(built: tuple[str, keras.Model]) -> None:
    name, model = built
    shapes = {node.name: node.shape for node in layer_graph(model, (128, 128))}
    for stride, tap in ARCHITECTURES[name].taps.items():
        assert shapes[tap][:2] == (128 // stride, 128 // stride)
    assert shapes[ARCHITECTURES[name].head][-1] == len(CLASSES)


def test_encoder_is_all_below_its_last_tap(built: tuple[str, keras.Model]) -> None:
    name, model = built
    taps = ARCHITECTURES[name].taps
    if taps:
        names = [layer.name for layer in layers_up_to(model, taps[max(taps)])]
        assert names[-1] == taps[max(taps)]
        assert set(taps.values()) <= set(names)
        assert "classes" not in names


def test_learns_a_step_and_survives_the_disk(built: tuple[str, keras.Model], tmp_path: Path) -> None:
    name, model = built
    images = pictures(SIZES.get(name, (32, 64)))
    train_one_step(model, images)
    again, _ = build(spec(name))
    load_weights(again, tmp_path / "w.npz", save_weights(model, tmp_path / "w.npz"))
    np.testing.assert_array_equal(again(images, training=False), model(images, training=False))


@pytest.mark.parametrize("name", ["fast_scnn", "deeplabv3plus_efficientnet_lite0"])
def test_converted_network_labels_alike(name: str) -> None:
    """The two with layers that the others have not; tests/benchmarks/every_network.py converts them all."""
    assert agreement_when_converted(name, (64, 96)) >= 0.995


@pytest.mark.parametrize("name", [name for name, entry in ARCHITECTURES.items() if entry.taps])
def test_encoder_can_be_frozen_up_to_every_stride(name: str) -> None:
    model, _ = build(spec(name))
    frozen = [freeze_encoder(model, ARCHITECTURES[name], stride) for stride in sorted(ARCHITECTURES[name].taps)]
    assert 0 < frozen[0] < frozen[-1] < model.count_params()
    assert frozen == sorted(frozen)
    assert model.get_layer("classes").trainable


@pytest.fixture
def _half() -> Iterator[None]:
    keras.mixed_precision.set_global_policy("mixed_float16")
    yield
    keras.mixed_precision.set_global_policy("float32")


@pytest.mark.usefixtures("_half")
@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_scores_stay_exact_where_layers_compute_in_half_precision(name: str) -> None:
    model, _ = build(spec(name))
    assert model.output.dtype == "float32"
    assert any(layer.compute_dtype == "float16" for layer in model.layers if layer.weights)


def _flops(layer: keras.Layer, given: tuple[int, ...]) -> int:
    made = tuple(layer.compute_output_shape((1, *given))[1:])
    return layer_flops(layer, given, made)


def test_operations_of_layers_worked_out_by_hand() -> None:
    layers = keras.layers
    # 3×3 kernel, 4 → 8 channels, 10×6 places after stride 2: 2 · 9 · 4 · 8 · 60
    assert _flops(layers.Conv2D(8, 3, 2, "same"), (20, 12, 4)) == 34_560
    # two groups: each output reads half of the inputs
    assert _flops(layers.Conv2D(8, 3, 2, "same", groups=2), (20, 12, 4)) == 17_280
    # 5×5 for each of 4 channels at 20·12 places
    assert _flops(layers.DepthwiseConv2D(5, padding="same"), (20, 12, 4)) == 2 * 25 * 4 * 240
    # every input pixel is spread over 4×4 places of 3 channels
    assert _flops(layers.Conv2DTranspose(3, 4, 2, "same"), (5, 6, 7)) == 2 * 16 * 7 * 3 * 30
    assert _flops(layers.Dense(10), (4, 4, 3)) == 2 * 3 * 10 * 16
    assert _flops(layers.ReLU(), (4, 4, 3)) == 0
    both = keras.Sequential([layers.Conv2D(8, 3, 2, "same"), layers.Conv2D(2, 1)])
    assert _flops(both, (20, 12, 4)) == 34_560 + 2 * 8 * 2 * 60


def test_light_network_is_light() -> None:
    assert ARCHITECTURES["fast_scnn"].parameters < 1_500_000


def test_notebook_network_wants_frames_that_fit_its_seven_halvings() -> None:
    for geometry in (Geometry(long_side=640), Geometry(squeeze=(96, 128))):
        with pytest.raises(ConfigError, match="multiples of 128"):
            build(ModelSpec(architecture="unet_notebook", classes=CLASSES, geometry=geometry))
