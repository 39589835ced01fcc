"""The networks: exactly the notebook's, and a default that knows its ImageNet classes."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from skimage import data

from segcore.classes import ClassTable
from segcore.errors import ConfigError
from segcore.models.efficientnet_lite import classifier, encoder, load_imagenet
from segcore.models.graph import layer_graph
from segcore.models.registry import ARCHITECTURES, build
from segcore.models.spec import ModelSpec
from segcore.models.unet_notebook import unet_notebook
from segcore.pipeline.preprocess import Geometry, resize_frame

EIGHT = ClassTable.of(["background", *(f"object {i}" for i in range(1, 8))])


def spec(architecture: str) -> ModelSpec:
    return ModelSpec(architecture=architecture, classes=EIGHT, geometry=Geometry(squeeze=(256, 256)))


def test_notebook_network_has_the_notebooks_parameters() -> None:
    assert round(unet_notebook(8).count_params() / 1e6, 1) == 41.8


def test_notebook_network_has_the_notebooks_layers() -> None:
    nodes = {n.name: n for n in layer_graph(unet_notebook(8), (256, 256))}
    down = [nodes[f"down{i}"].shape for i in range(1, 8)]
    assert down == [
        (128, 128, 64),
        (64, 64, 128),
        (32, 32, 256),
        (16, 16, 512),
        (8, 8, 512),
        (4, 4, 512),
        (2, 2, 512),
    ]
    up = [nodes[f"up{i}"].shape for i in range(1, 7)]
    assert up == [(4, 4, 512), (8, 8, 512), (16, 16, 512), (32, 32, 256), (64, 64, 128), (128, 128, 64)]
    assert nodes["skip1"].inputs == ("up1_relu", "down6_relu")
    assert nodes["planes"].shape == (256, 256, 8)
    assert "down1_norm" not in nodes
    assert "down2_norm" in nodes
    assert [name for name in nodes if name.endswith("dropout")] == [
        "up1_dropout",
        "up2_dropout",
        "up3_dropout",
    ]


def test_notebook_network_slopes_dropout_and_activation() -> None:
    model = unet_notebook(8)
    assert model.get_layer("down3_relu").negative_slope == pytest.approx(0.3)
    assert model.get_layer("up2_dropout").rate == pytest.approx(0.25)
    assert model.get_layer("planes").activation is keras.activations.sigmoid
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Conv2DTranspose):
            assert isinstance(layer.kernel_initializer, keras.initializers.GlorotNormal)
            assert layer.kernel_size == (4, 4)
            assert layer.strides == (2, 2)


@pytest.mark.parametrize("size", [(32, 32), (64, 96), (256, 256)])
def test_default_network_gives_logits_of_the_inputs_size(size: tuple[int, int]) -> None:
    model, _ = build(spec("unet_efficientnet_lite0"))
    assert model(np.zeros((2, *size, 3), np.float32)).shape == (2, *size, 8)


def test_notebook_network_gives_probabilities_of_the_inputs_size() -> None:
    planes = unet_notebook(3)(np.full((1, 128, 256, 3), 80, np.float32)).numpy()
    assert planes.shape == (1, 128, 256, 3)
    assert 0 <= planes.min() <= planes.max() <= 1


def test_encoder_gives_five_strides() -> None:
    image = keras.Input((96, 160, 3))
    assert [tuple(m.shape[1:]) for m in encoder(image)] == [
        (48, 80, 16),
        (24, 40, 24),
        (12, 20, 40),
        (6, 10, 112),
        (3, 5, 320),
    ]


@pytest.fixture(scope="module")
def imagenet() -> keras.Model:
    model = classifier()
    assert load_imagenet(model).startswith("ImageNet")
    return model


@pytest.mark.parametrize(
    ("photo", "names"),
    [("chelsea", {281, 282, 285}), ("coffee", {967, 968}), ("rocket", {657, 812}), ("camera", {872})],
)
def test_pretrained_encoder_names_photos(imagenet: keras.Model, photo: str, names: set[int]) -> None:
    """281, 282, 285 are cats; 967 espresso, 968 cup; 657 missile, 812 space shuttle; 872 tripod."""
    image = getattr(data, photo)()
    if image.ndim == 2:
        image = np.stack([image] * 3, axis=-1)
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    square = resize_frame(np.ascontiguousarray(image[top : top + side, left : left + side]), (224, 224))
    assert int(np.argmax(imagenet(square[None].astype(np.float32)))) in names


def test_pretrained_weights_reach_the_segmentation_network() -> None:
    plain, none = build(spec("unet_efficientnet_lite0"))
    model, origin = build(spec("unet_efficientnet_lite0"), pretrained=True)
    assert none == "none"
    assert origin == "ImageNet (efficientnet-lite0-57934424.pth)"
    assert not np.allclose(
        plain.get_layer("block7_expand").get_weights()[0], model.get_layer("block7_expand").get_weights()[0]
    )


def test_unknown_network_is_named() -> None:
    with pytest.raises(ConfigError, match="unet_efficientnet_lite0"):
        build(spec("unet_of_dreams"))


def test_notebook_network_has_no_pretrained_weights() -> None:
    with pytest.raises(ConfigError, match="pretrained"):
        build(spec("unet_notebook"), pretrained=True)


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_graph_counts_every_parameter_once(name: str) -> None:
    model, _ = build(spec(name))
    nodes = layer_graph(model, (256, 256))
    assert sum(n.parameters for n in nodes) == model.count_params()
    known = {n.name for n in nodes}
    assert all(i in known for n in nodes for i in n.inputs)
    assert nodes[0].depth == 0
