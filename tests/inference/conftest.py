"""Small trained-looking networks of both architectures."""

from __future__ import annotations

from pathlib import Path

import pytest

from segcore.classes import ClassTable
from segcore.inference.network import TrainedNetwork
from segcore.models.spec import ModelSpec
from segcore.pipeline.preprocess import Geometry

CLASSES = ClassTable.of([f"class {i}" for i in range(4)])

SPECS = {
    "unet_efficientnet_lite0": ModelSpec(
        architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=128), output="logits"
    ),
    "unet_notebook": ModelSpec(
        architecture="unet_notebook", classes=CLASSES, geometry=Geometry(squeeze=(128, 128)), output="sigmoid"
    ),
}


def make_network(name: str, folder: Path) -> TrainedNetwork:
    """A network with random weights, as a training would have left it."""
    import keras

    from segcore.models.registry import build
    from segcore.models.weights import save_weights

    keras.utils.set_random_seed(1)
    model, _ = build(SPECS[name], pretrained=False)
    path = folder / "weights" / "best.npz"
    return TrainedNetwork(SPECS[name], path, save_weights(model, path))


@pytest.fixture(scope="session")
def light_network(tmp_path_factory: pytest.TempPathFactory) -> TrainedNetwork:
    """The small one of them."""
    return make_network("unet_efficientnet_lite0", tmp_path_factory.mktemp("light"))


@pytest.fixture(scope="module", params=SPECS)
def network(
    request: pytest.FixtureRequest, light_network: TrainedNetwork, tmp_path_factory: pytest.TempPathFactory
) -> TrainedNetwork:
    """Both architectures, one after the other."""
    if request.param == light_network.spec.architecture:
        return light_network
    return make_network(request.param, tmp_path_factory.mktemp(request.param))
